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
    // For what hangs: machines may be slow, or busy, and some bundle the command first.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
