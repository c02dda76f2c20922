import type { ProgramType } from "../abi/attach-spec.ts";
import type { Btf, BtfId } from "../btf/types.ts";

/** What a compiler must know of the machine that will run the program. `linux/` and `sim/` provide it; tests fake it. */
export type Target = Readonly<{
  arch: "x86_64" | "aarch64";
  /** LINUX_VERSION_CODE: major << 16 | minor << 8 | patch (at most 255). */
  kernelVersion: number;
  /** The kernel's types, read on first use; undefined where the kernel has no BTF. */
  kernelBtf(): Btf | undefined;
  has(feature: Feature): boolean;
  /** Tracepoints whose category and name match the patterns, sorted; `*` and `?` and `[…]` are wildcards. */
  tracepoints(category: string, name: string): readonly TracepointName[];
  tracepointFormat(category: string, name: string): TracepointFormat | undefined;
  /** Number of a system call by the name in its tracepoint ("openat", "newfstat"), or undefined. */
  syscallNumber(name: string): number | undefined;
  /** Names that BPF_RAW_TRACEPOINT_OPEN accepts; the pattern "*" gives all. */
  rawTracepoints(pattern: string): readonly string[];
  /** Finds a program or library as a shell or the dynamic linker would; `pid`: in that process's root. */
  resolveBinary(name: string, pid?: number): string | undefined;
  /**
   * Files that a process has mapped, for probes in whatever it runs, so that they can be opened here; 0: the programs and
   * libraries of all processes, each file once. Absent where nobody can tell.
   */
  mappedFiles?(pid: number): readonly string[];
  /** Functions of an ELF file, matched by pattern. Throws SkepError when the file cannot be read or is no ELF. */
  userFunctions(path: string, pattern: string): readonly UserFunction[];
  /**
   * What holds an address in a program without symbols, called by the address where it begins ("0x13c0"), as call frame
   * information tells; undefined where that is silent, too. Throws SkepError when the file cannot be read.
   */
  userCode?(path: string, address: bigint): UserFunction | undefined;
  /** Tells builds of a program apart: its build id, else a checksum. Throws SkepError when the file cannot be read. */
  userBuild?(path: string): string;
  /**
   * Whether the place `inside` bytes behind the start of a function, which lies at `offset` in the file, is in the middle
   * of an instruction; false where nobody can tell. Throws SkepError when the file cannot be read.
   */
  isInsideInstruction?(path: string, offset: number, inside: number): boolean;
  /** A symbol of an ELF file, function or variable, or undefined. */
  userSymbol(path: string, name: string): Readonly<{ address: bigint; size: number }> | undefined;
  /** Id of the cgroup (version 2) whose folder this is, or undefined. */
  cgroupId(path: string): bigint | undefined;
  usdtProbes(path: string): readonly UsdtProbe[];
  /** What a program's own debug information tells; undefined where it has none, or where files cannot be read. */
  userTypes?(path: string): UserTypes | undefined;
  /** Functions of the kernel that can be probed, matched by pattern, sorted. */
  kernelFunctions(pattern: string): readonly KernelFunctionName[];
  /** Functions of loaded BPF programs, matched by patterns for their names and the programs' ids; absent where there are none. */
  bpfFunctions?(pattern: string, ids: string): readonly BpfFunction[];
  /** Address of a kernel symbol, or undefined. */
  kernelSymbol(name: string): bigint | undefined;
  /** Number of possible CPUs. */
  cpus: number;
  pageSize: number;
}>;

/** What a program may need of a kernel; each has the version that brought it in linux/features.ts. */
export type Feature =
  | "attachCookie" // bpf_get_attach_cookie in tracepoint, kprobe and perf programs, 5.15
  | "currentTaskBtf" // bpf_get_current_task_btf, 5.11
  | "atomicFetch" // atomic instructions beyond add, 5.12
  | "percpuLookup" // bpf_map_lookup_percpu_elem, 5.19
  | "noPreallocTracing" // maps without preallocation in tracing programs, safely, 6.1
  | "commPadded" // task_struct.comm is padded with NULs, so it can be read as bytes, 5.17
  | "snprintf" // 5.13
  | "strncmp" // bpf_strncmp, 5.17
  | "bpfLoop" // bpf_loop, 5.17
  | "findVma" // bpf_find_vma, 5.17
  | "forEachMapElem" // bpf_for_each_map_elem, 5.13
  | "ktimeBoot" // bpf_ktime_get_boot_ns, 5.7
  | "ktimeTai" // bpf_ktime_get_tai_ns, 6.1
  | "cpuV4" // movsx, sdiv, gotol …, 6.6
  | "kprobe" // kernel functions, CONFIG_KPROBE_EVENTS
  | "uprobeMulti" // many places of a file by one link, 6.6; by processes, 6.10
  | "kprobeMulti" // many kernel functions by one link, 5.18 with CONFIG_FPROBE
  | "hardwareCounters" // the processor's own, 2.6.31; virtual machines often have none
  | "fentry" // programs on a function's entry and return, 5.5; some architectures and policies lack it
  | "rawTracepointCookie"; // 6.10

/**
 * A function of a loaded BPF program: FUNC `id` of the program's own types. `type` is the program's, where this library
 * knows it; `traces`: it is a tracing program itself.
 */
export type BpfFunction = Readonly<{
  program: number;
  name: string;
  btf: Btf;
  id: BtfId;
  type?: ProgramType;
  traces?: boolean;
}>;

/** `module`: absent for the kernel itself. */
export type KernelFunctionName = Readonly<{ name: string; module?: string }>;

export type TracepointName = Readonly<{ category: string; name: string }>;

/** A field of a tracepoint's record, as tracefs describes it. `type` is C text; `dataLoc`: offset and length in 4 bytes. */
export type TracepointField = Readonly<{
  name: string;
  type: string;
  offset: number;
  size: number;
  signed: boolean;
  dataLoc: boolean;
}>;
export type TracepointFormat = Readonly<{ id: number; fields: readonly TracepointField[] }>;

/** `offset` is where the code lies in the file; `address` where the symbol table puts it. */
export type UserFunction = Readonly<{ name: string; offset: number; address: bigint; size: number }>;

/** A type and the types that it is made of. */
export type UserType = Readonly<{ btf: Btf; id: BtfId }>;

/** Types, functions and lines of a program, from its debug information. */
export interface UserTypes {
  /** The FUNC of the function whose code holds an address. */
  function(address: bigint): UserType | undefined;
  /** A type by its name, as the first unit that defines it has it. */
  type(kind: "struct" | "union" | "enum" | "typedef", name: string): UserType | undefined;
  /** Where the code of a source line begins, once for each function; the line is the next that has code. */
  line(file: string, line: number): readonly Readonly<{ address: bigint; line: number }>[];
  /** The source files that code comes from, each with its last line that has code. */
  sources(): ReadonlyMap<string, number>;
}

/** One place of a USDT probe; a probe can have several. `offset` and `semaphoreOffset` are file offsets. */
export type UsdtProbe = Readonly<{
  provider: string;
  name: string;
  offset: number;
  semaphoreOffset?: number;
  args: readonly UsdtArgument[];
}>;

/** `text` is the operand as the note spells it ("-4@%edi"); `operand` is undefined when its form is not known. */
export type UsdtArgument = Readonly<{ text: string; operand?: UsdtOperand }>;

/** Where an argument of `size` bytes is when the probe is hit. Registers have their names in `struct pt_regs`. */
export type UsdtOperand = Readonly<{
  size: 1 | 2 | 4 | 8;
  signed: boolean;
  source: Readonly<
    | { kind: "immediate"; value: bigint }
    | { kind: "register"; name: string }
    | { kind: "memory"; base: string; displacement: number; index?: string; scale?: 1 | 2 | 4 | 8 }
  >;
}>;
