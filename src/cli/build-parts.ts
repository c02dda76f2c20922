declare global {
  /**
   * Put in by the build (scripts/build.mjs): true in dist/skep.cjs, the small bundle: what one-liners, scripts and tools
   * on this machine need, and no more, since every start pays for all that a bundle holds. Commands that only look at
   * what the kernel holds are in dist/skep-objects.cjs, a third of that size; everything, these once more, is in
   * dist/skep-full.cjs. The launcher starts one of the two in place of the small one when more-names.ts says so, and the
   * whole one when `next` of main.ts asks for it; there main-more.ts runs nothing of tracing for a command that needs
   * none. One start runs one bundle: classes of two would not know each other. The build leaves out what stands behind
   * `if (!globalThis.SKEP_CORE)`, with the modules that are only imported there.
   */
  var SKEP_CORE: boolean | undefined;
}

export type {};
