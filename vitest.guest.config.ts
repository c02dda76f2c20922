import { defineConfig } from "vitest/config";

/**
 * The guest lane, as it runs inside a guest: tests of what this machine's kernel may lack, and those kernel tests whose
 * name ends in `.guest.test.ts`. One emulated processor: no isolation between files, no workers side by side.
 */
export default defineConfig({
  test: {
    include: ["test/guest/**/*.test.ts", "test/kernel/**/*.guest.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    isolate: false,
    pool: "forks",
    cache: false,
  },
});
