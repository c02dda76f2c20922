import type { ProgramType } from "../abi/attach-spec.ts";
import type { AttachType } from "../abi/attach-types.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import type { Insn } from "../isa/insn.ts";

/** A function inside a program: the program's entry first, then subprograms and callbacks in code order. */
export type FunctionInfo = Readonly<{
  name: string;
  /** Index into the program's `insns`. */
  insnIndex: number;
  /** BTF FUNC id in the object's BTF; 0: none. */
  btfId: number;
  /** Absent: entries are global, other functions static. */
  linkage?: "static" | "global" | "weak";
  /** Other objects do not see it, and the kernel verifies it like a static one, per call. */
  hidden?: true;
}>;

/**
 * One loadable program: entry and every subprogram it calls, in one instruction list. Jumps and local calls hold their
 * final slot offsets; maps are referred to by name (`ImmRef` kind "map" / "mapValue"), kernel symbols too ("ksym"); line
 * info is in `meta.line`, a compile-once relocation in `meta.reloc` (`CoreRelocation`).
 */
export type ProgramSpec = Readonly<{
  name: string;
  type: ProgramType;
  /** libbpf's section name, such as "tracepoint/syscalls/sys_enter_openat", without a question mark. */
  section: string;
  insns: readonly Insn[];
  functions: readonly FunctionInfo[];
  sleepable?: boolean;
  /** False: loaded only when asked for, or as the content of a map. */
  autoload?: boolean;
  /** What the kernel is to expect; absent: nothing, or what linux/ chooses for the section. */
  attachType?: AttachType;
  /** What follows the slash in the section's name. */
  attachTo?: string;
  /** XDP: takes packets in several buffers. */
  frags?: boolean;
}>;

/**
 * A symbol that the kernel provides. Weak: the object works without it. `type` is an id in the object's BTF.
 * "kconfig": a variable in the map .kconfig at `offset`. "variable": a kernel variable, of type void when only its
 * address is wanted. "function": a kernel function; `type` is its FUNC.
 */
export type ExternSpec = Readonly<
  | { kind: "kconfig"; name: string; weak: boolean; type: number; offset: number; size: number }
  | { kind: "variable"; name: string; weak: boolean; type: number }
  | { kind: "function"; name: string; weak: boolean; type: number }
>;

/** What an eBPF `.o` holds, as plain data: the same bytes on every machine. */
export type ObjectSpec = Readonly<{
  programs: readonly ProgramSpec[];
  maps: readonly MapSpec[];
  /** BTF blob of the object's own types and functions; absent when the source had none. */
  btf?: Uint8Array;
  license: string;
  /** What the object is called: the kernel's names of its data sections begin with it. */
  name?: string;
  /** What the object's `version` section says; kernels before 5.0 compare it for kprobe programs. */
  version?: number;
  externs?: readonly ExternSpec[];
  /** What the kernel does not get: data for other tools, which the object's BTF describes. */
  extraSections?: readonly ExtraSection[];
}>;

/** A section of data as the file has it. */
export type ExtraSection = Readonly<{ name: string; data: Uint8Array }>;
