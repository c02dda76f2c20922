import { defineConfig } from "vitest/config";

const src = (path: string) => new URL(`src/${path}`, import.meta.url).pathname;

export default defineConfig({
  resolve: {
    // Examples import the package by its name: here it means the source.
    alias: [
      { find: /^skep$/, replacement: src("public.ts") },
      { find: /^skep\/(\w+)$/, replacement: src("$1/public.ts") },
    ],
  },
  test: {
    setupFiles: ["test/support/fixed-seed.ts"],
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/kernel/**", "test/guest/**", "test/browser/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000, // some bundle the command, on machines that may be busy
  },
});
