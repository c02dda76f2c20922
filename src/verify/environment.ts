import type { ProgramType } from "../abi/attach-spec.ts";
import type { AttachType } from "../abi/attach-types.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import type { Kfunc } from "./call/kfunc.ts";
import type { KernelProfile } from "./profile/profile.ts";
import type { MapInfo } from "./program/map-info.ts";

/** What a program is attached to, where that decides what it may do. */
export type AttachPlace = Readonly<{
  /** Name of the function, tracepoint or hook in the kernel, or of the member of `struct`. */
  name: string;
  /** The kernel's struct of functions that the program is a member of. */
  struct?: string;
  /** Its prototype in the kernel's types: FUNC_PROTO. */
  proto: BtfId;
}>;

/** Everything outside of a program's instructions that its verdict depends on. */
export type Environment = Readonly<{
  profile: KernelProfile;
  programName: string;
  programType: ProgramType;
  attachType: AttachType | undefined;
  attachPlace: AttachPlace | undefined;
  sleepable: boolean;
  /** Whether the license is compatible with the GPL. */
  gpl: boolean;
  maps: ReadonlyMap<string, MapInfo>;
  /** The program's own types. */
  btf: Btf | undefined;
  /** The kernel's types. */
  kernel: Btf | undefined;
  /** CAP_BPF and CAP_PERFMON. */
  privileged: boolean;
  /** CAP_BPF, with or without the other. */
  capBpf: boolean;
  /** Reads of stack that was never written are no fault. */
  readsUnwrittenStack: boolean;
  strictAlignment: boolean;
  /** Kernel functions that were looked up, by their FUNC; filled on the way. */
  kfuncs: Map<BtfId, Kfunc>;
  /** CPUs that the machine can have. */
  possibleCpus: number;
}>;
