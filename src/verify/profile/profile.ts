import { compareReleases } from "../../abi/release.ts";

/** What a kernel's verifier can do, or does differently, by the Linux release that brought it. */
// biome-ignore format: one feature per line
export const FEATURES = {
  pseudoMapValue:      { since: "5.2",  what: "addresses in the first value of an array map" },
  jump32:              { since: "5.1",  what: "32-bit comparisons" },
  million:             { since: "5.2",  what: "up to 1 million instructions followed, and programs as long" },
  boundedLoops:        { since: "5.3",  what: "loops with a bound" },
  probeReadKernel:     { since: "5.5",  what: "reading kernel memory through typed pointers" },
  globalFunctions:     { since: "5.6",  what: "global functions, verified once" },
  mixTailCalls:        { since: "5.10", what: "tail calls in programs with functions" },
  sleepable:           { since: "5.10", what: "programs that may sleep" },
  atomicFetch:         { since: "5.12", what: "atomic operations other than addition" },
  variableStackWrite:  { since: "5.12", what: "stack writes at an offset that varies" },
  callbacks:           { since: "5.13", what: "callbacks" },
  kfuncs:              { since: "5.13", what: "kernel functions" },
  globalPointerArgs:   { since: "5.13", what: "pointers as arguments of global functions" },
  kptr:                { since: "5.19", what: "kernel objects in maps" },
  dynptr:              { since: "5.19", what: "dynptrs" },
  rcuSections:         { since: "6.2",  what: "explicit RCU sections" },
  uninitStackReads:    { since: "6.1",  what: "reads of stack that was never written, by privileged programs" },
  allocation:          { since: "6.2",  what: "objects that programs allocate, in lists and trees" },
  iterators:           { since: "6.4",  what: "open-coded iterators" },
  rangesOfTwo:         { since: "6.8",  what: "ranges that two numbers learn from each other, and from not being equal" },
  spilledLinks:        { since: "6.8",  what: "copies on the stack that are linked with the register" },
  smallFrames:         { since: "6.8",  what: "stack counted by 16 bytes, and none for functions that use none" },
  linkedSums:          { since: "6.11", what: "numbers that differ by a constant learn from each other" },
  linkedDifferences:   { since: "6.18", what: "the same where the constant is negative, or of 32 bits" },
  negatedRanges:       { since: "6.17", what: "ranges of negated numbers" },
  swappedRanges:       { since: "6.18", what: "bits of numbers whose bytes were swapped" },
  cpuV4:               { since: "6.6",  what: "sign-extending moves and loads, byte swaps, signed division, long jumps" },
  exceptions:          { since: "6.7",  what: "exceptions" },
  callbackUnrolling:   { since: "6.7",  what: "callbacks followed as often as they may run" },
  argumentTags:        { since: "6.8",  what: "tags on the arguments of global functions" },
  callsUnderLock:      { since: "6.9",  what: "calls of static functions while a lock is held" },
  narrowFills:         { since: "6.9",  what: "part of a number on the stack, read with what is known of the whole" },
  arena:               { since: "6.9",  what: "arenas" },
  mayGoto:             { since: "6.9",  what: "may_goto" },
  nullableArguments:   { since: "6.12", what: "arguments of tracepoints that may be NULL" },
  hookResults:         { since: "6.12", what: "results of LSM hooks that are checked, and known where they are read" },
  preemption:          { since: "6.10", what: "sections without preemption" },
  privateStacks:       { since: "6.13", what: "stacks of their own for large frames" },
  constantKeys:        { since: "6.14", what: "lookups of known indexes in arrays, which cannot fail" },
  mayGotoNowhere:      { since: "6.14", what: "may_goto to the next instruction" },
  callsInSections:     { since: "6.15", what: "calls of global functions where preemption or interrupts are disabled" },
  acquireRelease:      { since: "6.15", what: "load-acquire and store-release" },
  speculationBarriers: { since: "6.17", what: "barriers where only a wrong guess of the processor does harm" },
  nestedRcuSections:   { since: "6.19", what: "RCU sections in each other" },
  untrustedMemory:     { since: "6.17", what: "addresses in kernel objects as memory that may be gone" },
} as const satisfies Readonly<Record<string, Readonly<{ since: string; what: string }>>>;

export type VerifierFeature = keyof typeof FEATURES;

/** A kernel, as far as its verifier's verdict depends on it. */
export type KernelProfile = Readonly<{
  /** Release, such as "5.15". */
  release: string;
  limits: Readonly<{
    /** Instructions in one program. */
    programInsns: number;
    unprivilegedInsns: number;
    /** Instructions followed, over all paths. */
    processedInsns: number;
    /** Branches waiting to be followed. */
    pendingBranches: number;
    frames: number;
    stackBytes: number;
    /** Functions in one program. */
    subprograms: number;
  }>;
  has: (feature: VerifierFeature) => boolean;
}>;

/** The releases that have a profile of their own: long-term ones, and the newest that the tables know. */
export const PROFILE_RELEASES = ["5.4", "5.10", "5.15", "6.1", "6.6", "6.12", "6.18"] as const;

export const NEWEST_RELEASE = "6.18";

/** The profile of a release; what it does differently comes from the releases in the tables. */
export function kernelProfile(release: string): KernelProfile {
  const has = (feature: VerifierFeature) => compareReleases(release, FEATURES[feature].since) >= 0;
  return {
    release,
    limits: {
      programInsns: has("million") ? 1_000_000 : 4096,
      unprivilegedInsns: 4096,
      processedInsns: has("million") ? 1_000_000 : 131_072,
      pendingBranches: has("million") ? 8192 : 1024,
      frames: 8,
      stackBytes: 512,
      subprograms: 256,
    },
    has,
  };
}
