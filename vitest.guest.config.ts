import { defineConfig } from "vitest/config";
import selected from "./test/guest/selected.json" with { type: "json" };

/**
 * The guest lane, as it runs inside a guest: tests of what this machine's kernel may lack, and the kernel tests that
 * test/guest/selected.json names. One emulated processor: no isolation between files, no workers side by side.
 */
export default defineConfig({
  test: {
    include: ["test/guest/**/*.test.ts", ...selected],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    isolate: false,
    pool: "forks",
    cache: false,
  },
});
