declare global {
  /**
   * Put in by the build (scripts/build.mjs): false in dist/skep-full.cjs, which has everything. Every start pays for all
   * that a bundle holds, so there are smaller ones: dist/skep.cjs has what one-liners, scripts and tools on this machine
   * need, dist/skep-shipped.cjs what built scripts need, which is all but the compiler, and dist/skep-objects.cjs the
   * commands that look at what the kernel holds. more-names.ts says which one the launcher starts; that one may name
   * another as its `next`, which then runs in its place. In the whole one main-more.ts runs nothing of tracing for a
   * command that needs none. One start runs one bundle: classes of two would not know each other. The build leaves
   * out what stands behind `if (!globalThis.SKEP_CORE)`, with the modules that are only imported there.
   */
  var SKEP_CORE: boolean | undefined;
}

export type {};
