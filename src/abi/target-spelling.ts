import type { AttachType } from "./attach-types.ts";

/**
 * How the kernel's BTF spells what a program of an attach type is for: `prefix` stands before the name that the user
 * knows, `noun` is what the user calls it. Source: `bpf_check_attach_target()`, kernel/bpf/verifier.c, v6.18.
 */
export type TargetSpelling = Readonly<{ kind: "func" | "typedef"; prefix: string; noun: string }>;

/** Absent: programs that are for nothing in the kernel's BTF. */
export const TARGET_SPELLING: Readonly<Partial<Record<AttachType, TargetSpelling>>> = {
  traceRawTp: { kind: "typedef", prefix: "btf_trace_", noun: "tracepoint" },
  traceFentry: { kind: "func", prefix: "", noun: "function" },
  traceFexit: { kind: "func", prefix: "", noun: "function" },
  modifyReturn: { kind: "func", prefix: "", noun: "function" },
  lsmMac: { kind: "func", prefix: "bpf_lsm_", noun: "LSM hook" },
  lsmCgroup: { kind: "func", prefix: "bpf_lsm_", noun: "LSM hook" },
  traceIter: { kind: "func", prefix: "bpf_iter_", noun: "iterator" },
};
