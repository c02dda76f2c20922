declare global {
  /**
   * Put in by the build (scripts/build.mjs): true in dist/skep.cjs, the small bundle: what one-liners, scripts and tools
   * on this machine need, and no more, since every start pays for all that a bundle holds. Everything else is in
   * dist/skep-full.cjs, which the launcher starts in its place when more-names.ts has the command, or when `next` of main.ts
   * asks for it; there main-more.ts runs nothing of tracing for a command that needs none. The build leaves out
   * what stands behind `if (!globalThis.SKEP_CORE)`, with the modules that are only imported there.
   */
  var SKEP_CORE: boolean | undefined;
}

export type {};
