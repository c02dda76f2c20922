import { defineConfig } from "vitest/config";

/** The kernel lane: needs root on Linux >= 5.8; files run one after the other, since they share one kernel. */
export default defineConfig({
  test: {
    setupFiles: ["test/support/fixed-seed.ts"],
    include: ["test/kernel/**/*.test.ts"],
    // For what hangs: machines may be slow, or busy.
    testTimeout: 400_000,
    hookTimeout: 400_000,
    fileParallelism: false,
    pool: "forks",
  },
});
