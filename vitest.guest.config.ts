import { defineConfig } from "vitest/config";

/**
 * The guest lane, as it runs inside a guest: tests of what this machine's kernel may lack, and the kernel tests that
 * test/guest/selected.json names, put together by scripts/guest/bundle.mjs before the guest starts. One emulated
 * processor: no isolation between files, no workers side by side.
 */
export default defineConfig({
  test: {
    include: ["dist/guest-tests/*.test.mjs"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    fileParallelism: false,
    isolate: false,
    pool: "forks",
    cache: false,
  },
});
