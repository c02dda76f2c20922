import type { SoftwareEvent } from "../../abi/attach-spec.ts";
import { resolve } from "../../btf/layout.ts";
import { findPrototype, findTypedef } from "../../btf/lookup.ts";
import type { Btf } from "../../btf/types.ts";
import type { KernelTables } from "../kernel-tables.ts";
import type { Task } from "../world/task.ts";
import { Binary, type BinarySpec } from "./binary.ts";
import { HookList } from "./hook-program.ts";
import { KernelFunction } from "./kernel-function.ts";
import { KernelSymbols } from "./kernel-symbols.ts";
import { PLACE } from "./places.ts";
import { PT_REGS_BYTES, Registers } from "./registers.ts";
import { SyscallEntry } from "./syscall-entry.ts";
import { Tracepoint, type TracepointData } from "./tracepoint.ts";
import { putWord, type Word } from "./word.ts";

const LSM = PLACE.lsm("");

/** Every place of the simulated machine that programs can attach to, by name. Places are made when first asked for. */
export class Hooks {
  readonly symbols: KernelSymbols;
  readonly registers = new Registers();
  /** Address of the function whose programs run, for bpf_get_func_ip. */
  functionAddress = 0n;
  readonly #tables: KernelTables;
  readonly #currentTask: () => Task;
  readonly #tracepoints = new Map<string, Tracepoint>();
  readonly #functions = new Map<string, KernelFunction>();
  readonly #syscalls = new Map<string, SyscallEntry>();
  readonly #binaries = new Map<string, Binary>();
  readonly #lists = new Map<string, HookList>();
  readonly #lsm = new Map<string, HookList>(); // by hook alone
  readonly #rawNames = new Map<string, string>();
  readonly #sample = new Uint8Array(PT_REGS_BYTES + 16);
  #override: bigint | undefined;
  #busy = 0; // kernel functions and LSM hooks that programs are attached to

  constructor(tables: KernelTables, currentTask: () => Task) {
    this.#tables = tables;
    this.#currentTask = currentTask;
    this.symbols = new KernelSymbols(tables.btf);
    for (const full of tables.tracepoints.keys()) {
      const [, name = ""] = full.split(":");
      if (!this.#rawNames.has(name)) this.#rawNames.set(name, full);
    }
  }

  /** The tracepoint "category:name". Ask once and keep it: firing then costs nothing while nobody looks. */
  tracepoint(full: string): Tracepoint {
    const known = this.#tracepoints.get(full);
    if (known !== undefined) return known;
    const [category = "", name = ""] = full.split(":");
    const format = this.#tables.tracepoints.get(full);
    if (format === undefined) throw new Error(`bug: the simulated kernel has no tracepoint ${full}`);
    const params = rawParams(this.#tables.btf, name);
    const made = new Tracepoint(category, name, format, params, () => this.#currentTask().tid);
    this.#tracepoints.set(full, made);
    return made;
  }

  /** Fires a tracepoint by name; for places that are not hot. */
  fire(full: string, make: () => TracepointData): void {
    this.tracepoint(full).fire(make);
  }

  /** The tracepoint that a raw tracepoint's name means, or undefined: "sys_enter", "sched_switch". */
  rawTracepoint(name: string): Tracepoint | undefined {
    if (name === "sys_enter" || name === "sys_exit") return this.tracepoint(`raw_syscalls:${name}`);
    const full = this.#rawNames.get(name);
    if (full !== undefined) return this.tracepoint(full);
    return this.#tables.rawTracepoints.includes(name) ? this.#bareTracepoint(name) : undefined;
  }

  /** The kernel function of that name. Ask once and keep it. */
  function(name: string): KernelFunction {
    const known = this.#functions.get(name);
    if (known !== undefined) return known;
    const params = findPrototype(this.#tables.btf, name)?.params.length;
    const made = new KernelFunction(name, this.symbols.define(name), params, {
      registers: this.registers,
      currentTask: this.#currentTask,
      takeOverride: () => this.#takeOverride(),
      entered: (address) => {
        this.functionAddress = address;
      },
      activated: (by) => {
        this.#busy += by;
      },
    });
    this.#functions.set(name, made);
    return made;
  }

  /** Whether no program is attached to any kernel function or LSM hook: who calls them may do without. */
  get areFunctionsQuiet(): boolean {
    return this.#busy === 0;
  }

  /** What a system call passes on its way in and out; `name` as in its tracepoint ("openat", "newfstat"). */
  syscall(name: string): SyscallEntry {
    const known = this.#syscalls.get(name);
    if (known !== undefined) return known;
    const info = this.#tables.syscalls.get(name);
    if (info === undefined) throw new Error(`bug: the simulated kernel has no system call ${name}`);
    const made = new SyscallEntry(name, info, this);
    this.#syscalls.set(name, made);
    return made;
  }

  /** Adds a program or library of the simulated machine. */
  addBinary(spec: BinarySpec): Binary {
    const known = this.#binaries.get(spec.path);
    if (known?.spec === spec) return known;
    if (known !== undefined) throw new Error(`bug: two binaries have the path ${spec.path}`);
    const binary = new Binary(spec);
    for (const path of [spec.path, ...(spec.aliases ?? [])]) this.#binaries.set(path, binary);
    return binary;
  }

  binary(path: string): Binary | undefined {
    return this.#binaries.get(path);
  }

  get binaries(): readonly Binary[] {
    return [...new Set(this.#binaries.values())];
  }

  /** Any other place, by a name that the subsystem chooses: "xdp:2", "tc:2:ingress", "lsm:file_open", "iter:task". */
  list(name: string): HookList {
    const known = this.#lists.get(name);
    if (known !== undefined) return known;
    let before = false;
    const list: HookList = new HookList(() => {
      if (name.startsWith(LSM) && before === list.isEmpty) this.#busy += before ? -1 : 1;
      before = !list.isEmpty;
    });
    this.#lists.set(name, list);
    return list;
  }

  /** What a perf event's programs see: where the task stands, and the sample's period. */
  sampleContext(task: Task, period: number, address: Word = 0): Uint8Array {
    const inKernel = task.process.isKernelThread || task.syscall !== undefined;
    const fn = inKernel ? task.kernelStack.at(-1) : undefined;
    const ip = inKernel
      ? (fn?.returnAddress ?? this.symbols.define("asm_sysvec_apic_timer_interrupt"))
      : task.userIp;
    const sp = inKernel ? task.stackTop - 0x100n : task.userSp;
    this.#sample.set(this.registers.with({ ip, sp }, inKernel ? "kernel" : "user"));
    const view = new DataView(this.#sample.buffer);
    putWord(view, PT_REGS_BYTES, Math.round(period));
    putWord(view, PT_REGS_BYTES + 8, address);
    return this.#sample;
  }

  /** A software event of perf_event_open(2) happened to the current task: "page-faults". */
  softwareEvent(event: SoftwareEvent, address: Word = 0): void {
    const list = this.#lists.get(PLACE.software(event));
    if (list === undefined || list.isEmpty) return;
    const task = this.#currentTask();
    for (const program of list.programs)
      if (program.pid === 0 || program.pid === task.tgid) program.run(this.sampleContext(task, 1, address));
  }

  /** Asks programs of an LSM hook: 0, or the negative errno of the first that refuses. */
  lsm(hook: string, args: readonly Word[]): number {
    let list = this.#lsm.get(hook);
    if (list === undefined) {
      list = this.list(PLACE.lsm(hook));
      this.#lsm.set(hook, list);
    }
    if (list.isEmpty) return 0;
    const view = new DataView(new ArrayBuffer((args.length + 1) * 8));
    for (const [i, word] of args.entries()) putWord(view, i * 8, word);
    for (const program of list.programs) {
      const verdict = program.run(new Uint8Array(view.buffer));
      if (verdict !== 0) return verdict;
    }
    return 0;
  }

  /** bpf_override_return: what the function whose kprobe runs is to return at once. */
  override(value: bigint): void {
    this.#override = value;
  }

  /** One that has no event in tracefs: only raw programs see it. */
  #bareTracepoint(name: string): Tracepoint {
    const known = this.#tracepoints.get(name);
    if (known !== undefined) return known;
    const made = new Tracepoint("", name, undefined, undefined, () => this.#currentTask().tid);
    this.#tracepoints.set(name, made);
    return made;
  }

  #takeOverride(): bigint | undefined {
    const value = this.#override;
    this.#override = undefined;
    return value;
  }
}

/** How many arguments raw tracepoint programs of that name see; undefined when BTF does not tell. */
function rawParams(btf: Btf, name: string): number | undefined {
  const id = findTypedef(btf, `btf_trace_${name}`);
  const pointer = id === undefined ? undefined : resolve(btf, id);
  const proto = pointer?.kind === "pointer" ? resolve(btf, pointer.to) : undefined;
  return proto?.kind === "funcProto" ? proto.params.length - 1 : undefined;
}
