import { syscallNumbers } from "../abi/syscalls.ts";
import { SkepError } from "../base/errors.ts";
import { globMatcher, isPattern } from "../base/glob.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { findByPattern } from "../btf/lookup.ts";
import type { ModuleBtf } from "../object/relocation-target.ts";
import type {
  BpfFunction,
  Feature,
  Target,
  TracepointFormat,
  TracepointName,
  UsdtProbe,
  UserFunction,
  UserTypes,
} from "../plan/target.ts";
import { Kallsyms } from "../symbols/kallsyms.ts";
import { beginsInstruction, X86_LONGEST_INSTRUCTION } from "../symbols/x86-instruction-length.ts";
import { Binaries, readFileBytes } from "./binaries.ts";
import { bpfFunctions } from "./bpf-functions.ts";
import { Features } from "./features.ts";
import { findBinary } from "./find-binary.ts";
import { FoundFunctions, symbolWalk } from "./found-functions.ts";
import { keptListOfFunctions, listOfFunctions } from "./function-list.ts";
import { functionCount, functionListKey } from "./function-list-key.ts";
import { openGivenBtf } from "./given-btf.ts";
import { openKernelBtf } from "./kernel-btf.ts";
import { readKernelConfig } from "./kernel-config.ts";
import { type KernelFunction, kernelFunctions } from "./kernel-functions.ts";
import { mappedCode, openableFiles } from "./mapped-files.ts";
import { type Matched, matchedFunctions } from "./matched-functions.ts";
import { KernelTypes } from "./module-btf.ts";
import { cgroupId, kernelVersion, onlineCpus, possibleCpus, readKallsyms } from "./procfs.ts";
import type { Kernel } from "./syscall.ts";
import { Tracefs } from "./tracefs.ts";

const ARM_INSTRUCTION_BYTES = 4;
const RAW_TRACEPOINT = "btf_trace_"; // prefix of the typedefs that the kernel's BTF has for them

/** This machine, as compilers ask about it. Everything is learnt when it is asked for, and once. */
export class LinuxTarget implements Target, Disposable {
  readonly arch: "x86_64" | "aarch64";
  readonly kernelVersion: number;
  readonly pageSize: number;
  /** Folder for what is kept from run to run; undefined: nothing is. */
  readonly keepIn: string | undefined;
  readonly #kernel: () => Kernel;
  readonly #searchPath: string | undefined;
  readonly #without: readonly Feature[];
  readonly #btfPath: string | undefined;
  readonly #features: Features;
  readonly #binaries = new Binaries();
  #tracefs: Tracefs | undefined;
  #kallsyms: Kallsyms | undefined;
  #functions: { list: string | undefined } | undefined;
  readonly #found: FoundFunctions;
  #syscalls: ReadonlyMap<string, number> | undefined;
  #types: KernelTypes | undefined;
  #config: { text: string | undefined } | undefined;
  #btf: { blob: BtfBlob | undefined } | undefined;
  #possible: readonly number[] | undefined;
  #online: readonly number[] | undefined;

  constructor(
    kernel: () => Kernel,
    options: {
      pageSize: number;
      searchPath?: string;
      without?: readonly Feature[];
      btfPath?: string;
      keepIn?: string;
    },
  ) {
    this.#kernel = kernel;
    this.arch = process.arch === "arm64" ? "aarch64" : "x86_64";
    this.kernelVersion = kernelVersion();
    this.pageSize = options.pageSize;
    this.#searchPath = options.searchPath;
    this.#without = options.without ?? [];
    this.#btfPath = options.btfPath;
    this.keepIn = options.keepIn;
    const total = () => this.#withTracefs(functionCount);
    const btf = () => (this.#btfPath === undefined ? this.kernelBtf() : undefined); // the running kernel's own
    this.#found = new FoundFunctions(symbolWalk({ arch: this.arch, kernel, btf, total }));
    this.#features = new Features(kernel, this.kernelVersion, () => this.kernelBtf());
  }

  get cpus(): number {
    return this.possibleCpus.length;
  }

  get possibleCpus(): readonly number[] {
    this.#possible ??= possibleCpus();
    return this.#possible;
  }

  get onlineCpus(): readonly number[] {
    this.#online ??= onlineCpus();
    return this.#online;
  }

  kernelBtf(): BtfBlob | undefined {
    const given = this.#btfPath;
    this.#btf ??= {
      blob: given === undefined ? openKernelBtf(this.#kernel()) : openGivenBtf(given),
    };
    return this.#btf.blob;
  }

  /** The types of the kernel and of its modules. */
  kernelTypes(): KernelTypes {
    this.#types ??= new KernelTypes(this.#kernel(), () => this.kernelBtf());
    return this.#types;
  }

  /** BTF of the modules that are loaded; none without CAP_SYS_ADMIN. */
  moduleBtfs(): readonly ModuleBtf[] {
    return this.kernelTypes().modules();
  }

  /** Text of the kernel's configuration, or undefined where nobody kept it. */
  kconfig(): string | undefined {
    this.#config ??= { text: readKernelConfig() };
    return this.#config.text;
  }

  has(feature: Feature): boolean {
    return !this.#without.includes(feature) && this.#features.has(feature);
  }

  tracefs(): Tracefs {
    this.#tracefs ??= new Tracefs(this.#kernel());
    return this.#tracefs;
  }

  tracepoints(category: string, name: string): readonly TracepointName[] {
    return this.tracefs().list(category, name);
  }

  tracepointFormat(category: string, name: string): TracepointFormat | undefined {
    return this.tracefs().format(category, name);
  }

  syscallNumber(name: string): number | undefined {
    this.#syscalls ??= syscallNumbers(this.arch);
    return this.#syscalls.get(name);
  }

  rawTracepoints(pattern: string): readonly string[] {
    const btf = this.kernelBtf();
    if (btf && !isPattern(pattern) && btf.find(RAW_TRACEPOINT + pattern, "typedef").length > 0)
      return [pattern];
    const typed = btf ? findByPattern(btf, "typedef", RAW_TRACEPOINT + pattern) : [];
    if (typed.length > 0) return typed.map((t) => t.name.slice(RAW_TRACEPOINT.length)).sort();
    return this.#untypedRawTracepoints(pattern);
  }

  resolveBinary(name: string, pid?: number): string | undefined {
    return findBinary(name, {
      ...(pid !== undefined && { pid }),
      ...(this.#searchPath !== undefined && { path: this.#searchPath }),
    });
  }

  mappedFiles(pid: number): readonly string[] {
    return pid === 0 ? mappedCode() : openableFiles(pid);
  }

  userFunctions(path: string, pattern: string): readonly UserFunction[] {
    return this.#binaries.functions(path, pattern);
  }

  userCode(path: string, address: bigint): UserFunction | undefined {
    return this.#binaries.code(path, address);
  }

  userBuild(path: string): string {
    return this.#binaries.build(path);
  }

  isInsideInstruction(path: string, offset: number, inside: number): boolean {
    if (this.arch === "aarch64") return inside % ARM_INSTRUCTION_BYTES !== 0;
    const code = readFileBytes(path, offset, inside + X86_LONGEST_INSTRUCTION);
    return beginsInstruction(code, inside) === false;
  }

  userSymbol(path: string, name: string): Readonly<{ address: bigint; size: number }> | undefined {
    return this.#binaries.symbol(path, name);
  }

  userTypes(path: string): UserTypes | undefined {
    return this.#binaries.types(path);
  }

  cgroupId(path: string): bigint | undefined {
    return cgroupId(path);
  }

  usdtProbes(path: string): readonly UsdtProbe[] {
    return this.#binaries.usdtProbes(path, this.arch);
  }

  /** The kernel's symbols, read on first use. */
  kallsyms(): Kallsyms {
    this.#kallsyms ??= new Kallsyms(readKallsyms());
    return this.#kallsyms;
  }

  /** Functions of the kernel that can be probed, by pattern. */
  kernelFunctions(pattern: string): readonly KernelFunction[] {
    const match = () => this.#match(pattern);
    if (this.#functions !== undefined) return match().functions;
    const found = matchedFunctions({ folder: this.keepIn, key: () => this.#listKey() }, pattern, match);
    this.#found.learn(found);
    return found.map(({ name, module }) => ({ name, ...(module !== undefined && { module }) }));
  }

  /** Where a function is that `kernelFunctions` found, if that was learnt with it. */
  functionAddress(fn: KernelFunction): bigint | undefined {
    return this.#found.addressOf(fn);
  }

  // The list, if it is at hand; else what takes the kernel less time to tell.
  #match(pattern: string): Matched {
    const placed = this.#hasList() ? undefined : this.#found.matching(pattern);
    if (placed !== undefined) return { functions: placed, isListed: true };
    const list = this.#functionList();
    return { functions: kernelFunctions(pattern, list, () => this.kallsyms()), isListed: list !== undefined };
  }

  #hasList(): boolean {
    if (this.#functions !== undefined) return true;
    const list = this.#withTracefs(() => keptListOfFunctions(this.tracefs(), this.keepIn));
    if (list !== undefined) this.#functions = { list };
    return list !== undefined;
  }

  /** Functions of the BPF programs that are loaded. Throws SystemError. */
  bpfFunctions(pattern: string, ids: string): readonly BpfFunction[] {
    return bpfFunctions(this.#kernel(), pattern, ids);
  }

  #functionList(): string | undefined {
    try {
      this.#functions ??= { list: listOfFunctions(this.tracefs(), this.keepIn) };
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      this.#functions = { list: undefined }; // the symbols serve as well
    }
    return this.#functions.list;
  }

  #listKey(): string | undefined {
    return this.#withTracefs(functionListKey);
  }

  /** Undefined without tracefs: then there is no list. */
  #withTracefs<T>(ask: (root: string) => T): T | undefined {
    try {
      return ask(this.tracefs().root());
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      return undefined;
    }
  }

  kernelSymbol(name: string): bigint | undefined {
    return this.kallsyms().address(name);
  }

  [Symbol.dispose](): void {
    this.#types?.[Symbol.dispose]();
    this.#types = undefined;
    this.#tracefs?.[Symbol.dispose]();
    this.#tracefs = undefined;
  }

  // Modules' tracepoints, and kernels without BTF: events are named after their tracepoints, but for system calls.
  #untypedRawTracepoints(pattern: string): string[] {
    const matches = globMatcher(pattern);
    const names = new Set(["sys_enter", "sys_exit"].filter(matches));
    try {
      for (const { category, name } of this.tracefs().list("*", pattern))
        if (category !== "syscalls") names.add(name);
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
    }
    return [...names].sort();
  }
}
