import type { ProgramType } from "../abi/attach-spec.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import type { Insn } from "../isa/insn.ts";

/** A function inside a program: the program's entry first, then subprograms and callbacks in code order. */
export type FunctionInfo = Readonly<{
  name: string;
  /** Index into the program's `insns`. */
  insnIndex: number;
  /** BTF FUNC id in the object's BTF. */
  btfId: number;
}>;

/**
 * One loadable program: entry and every subprogram it calls, in one instruction list. Jumps and local calls hold their
 * final slot offsets; maps are referred to by name (`ImmRef` kind "map" / "mapValue"); line info is in `meta.line`.
 */
export type ProgramSpec = Readonly<{
  name: string;
  type: ProgramType;
  /** libbpf's section name, such as "tracepoint/syscalls/sys_enter_openat". */
  section: string;
  insns: readonly Insn[];
  functions: readonly FunctionInfo[];
  sleepable?: boolean;
}>;

/** What an eBPF `.o` holds, as plain data: the same bytes on every machine. */
export type ObjectSpec = Readonly<{
  programs: readonly ProgramSpec[];
  maps: readonly MapSpec[];
  /** BTF blob of the object's own types and functions; absent when the source had none. */
  btf?: Uint8Array;
  license: string;
}>;
