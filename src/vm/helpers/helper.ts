import type { HelperCall } from "./helper-call.ts";

/**
 * What this machine does for one helper. Its prototype, since when the kernel has it and which programs may call it
 * stand in abi/helpers.ts under the same name.
 */
export type HelperRecord = Readonly<{
  /** As in the kernel, with "bpf_". */
  name: string;
  /** The number that programs call it by; needed for helpers that no kernel has. */
  id?: number;
  /** Result: r0, as a signed number or as 64 bits; a negative errno as in the kernel. */
  run(call: HelperCall): number | bigint;
  /** Where it differs from the kernel's, in words. */
  differs?: string;
}>;

/** What this machine does for one kernel function (kfunc), which programs call by name. */
export type KfuncRecord = Readonly<{
  /** As in the kernel. */
  name: string;
  /** How many of r1 … r5 it looks at; all of them when left out. */
  args?: number;
  /** Result: r0, as for helpers. */
  run(call: HelperCall): number | bigint;
  /** Where it differs from the kernel's, in words. */
  differs?: string;
}>;
