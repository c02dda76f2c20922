import type { ProgramType } from "../abi/attach-spec.ts";
import { helperById } from "../abi/helpers.ts";
import type { Btf } from "../btf/types.ts";
import { MISSING_KFUNC } from "../isa/bind-names.ts";
import type { CallTarget, ImmRef, Insn, InsnBody } from "../isa/insn.ts";
import { slotsOf } from "../isa/insn.ts";
import type { Arena } from "./arena.ts";
import type { HelperRecord, KfuncRecord } from "./helpers/helper.ts";
import { REFUSED_HELPERS } from "./helpers/refused-helpers.ts";
import { MachineError } from "./machine-error.ts";
import { FRAME_BYTES, MAX_FRAMES } from "./memory.ts";
import { calleeId, type FunctionCode, functionAddress, OWN_KFUNC, type Program } from "./program.ts";
import { usesFacts } from "./run-facts.ts";

/** Slots; the kernel's own limit, BPF_COMPLEXITY_LIMIT_INSNS in include/linux/bpf_verifier.h, v6.18. */
export const MAX_SLOTS = 1_000_000;

/** Instructions of a basic block: longer ones are cut, so that large functions can be compiled in parts. */
const MAX_BLOCK = 1_000;

/** What references stand for. Throws MachineError for what it does not know. */
export type References = Readonly<{
  map(ref: ImmRef & { kind: "mapIdx" | "mapFd" }, insnIndex: number): bigint;
  mapValue(ref: ImmRef & { kind: "mapValueIdx" | "mapValueFd" }, insnIndex: number): bigint;
  helper(id: number): HelperRecord | undefined;
  /** A kernel function and its number among the machine's own, or in words what is missing. */
  kfunc(target: CallTarget & { kind: "kfunc" }): { index: number; record: KfuncRecord } | string;
  /** Address of a variable of the kernel, by its BTF id. */
  variable(ref: ImmRef & { kind: "btfVar" }): bigint | undefined;
  /** The arena among the maps that were asked for. Throws MachineError when there are two. */
  arena(): Arena | undefined;
}>;

export type ProgramSource = Readonly<{
  id: number;
  name: string;
  type: ProgramType;
  /** Names are bound (isa/bind-names.ts). */
  insns: readonly Insn[];
  /** Instructions at which functions start although nobody calls them directly. */
  functionStarts?: ReadonlyMap<number, string>;
  btf?: Btf | undefined;
  /** Where a function starts that an exception calls. */
  exceptionCallback?: number | undefined;
}>;

/**
 * Checks what every kernel checks before it looks at values: jumps stay inside their function, functions end, helpers
 * exist, r10 is not written. Throws MachineError. Time grows with the program's length only.
 */
export function prepare(source: ProgramSource, references: References): Program {
  return new Preparation(source, references).run();
}

class Preparation {
  readonly #source: ProgramSource;
  readonly #references: References;
  readonly #insns: InsnBody[];
  readonly #slotOf: Int32Array;
  readonly #indexOf: Int32Array;
  readonly #targets: Int32Array;
  readonly #callees = new Map<number, HelperRecord | KfuncRecord>();
  readonly #starts = new Map<number, string>();

  constructor(source: ProgramSource, references: References) {
    this.#source = source;
    this.#references = references;
    const { insns, name } = source;
    if (insns.length === 0) throw new MachineError("vm/bad-program", `${name} has no instructions`);
    if (insns.length > MAX_SLOTS)
      throw new MachineError("vm/too-long", `${name} has ${insns.length} instructions`);
    this.#insns = insns.map(({ meta: _, ...body }) => body as InsnBody);
    this.#slotOf = new Int32Array(insns.length + 1);
    for (let i = 0; i < insns.length; i++)
      this.#slotOf[i + 1] = (this.#slotOf[i] as number) + slotsOf(insns[i] as InsnBody);
    this.#indexOf = new Int32Array(this.#slotOf[insns.length] as number).fill(-1);
    for (let i = 0; i < insns.length; i++) this.#indexOf[this.#slotOf[i] as number] = i;
    this.#targets = new Int32Array(insns.length).fill(-1);
    this.#starts.set(0, name);
    for (const [at, functionName] of source.functionStarts ?? []) this.#addStart(at, functionName);
    if (source.exceptionCallback !== undefined) this.#addStart(source.exceptionCallback);
  }

  run(): Program {
    for (let i = 0; i < this.#insns.length; i++) this.#bind(i);
    const arena = this.#references.arena();
    const cast = arena ? -1 : this.#insns.findIndex((insn) => insn.kind === "addrSpaceCast");
    if (cast !== -1)
      throw this.#refuse("vm/bad-program", cast, "casts to an arena, but uses no map that is one");
    const functions = this.#functions();
    for (const code of functions) this.#checkFunction(code);
    return {
      id: this.#source.id,
      name: this.#source.name,
      type: this.#source.type,
      insns: this.#insns,
      targets: this.#targets,
      costs: this.#costs(functions),
      functions,
      callees: this.#callees,
      helpers: byNumber(this.#callees),
      usesFacts: usesFacts(this.#callees),
      loadsPacket: this.#insns.some((insn) => insn.kind === "loadPacket"),
      btf: this.#source.btf,
      arena,
      exceptionCallback: this.#source.exceptionCallback ?? -1,
      stackBytes: stackBytes(this.#insns, functions.length),
    };
  }

  #bind(at: number): void {
    const insn = this.#insns[at] as InsnBody;
    switch (insn.kind) {
      case "loadImm64":
        if (insn.ref) this.#insns[at] = { kind: "loadImm64", dst: insn.dst, imm: this.#value(insn.ref, at) };
        break;
      case "ja":
      case "jump":
      case "mayGoto":
        this.#targets[at] = this.#target(at, insn.off, "jumps");
        break;
      case "call":
        this.#bindCall(insn, at);
        break;
      case "addrSpaceCast":
        if (insn.toSpace + insn.fromSpace !== 1)
          throw this.#refuse(
            "vm/bad-program",
            at,
            `there are no address spaces ${insn.toSpace}, ${insn.fromSpace}`,
          );
        break;
      default:
        break;
    }
    if ("dst" in insn && insn.dst === 10 && insn.kind !== "jump")
      throw this.#refuse("vm/bad-program", at, "r10, the frame pointer, cannot be written");
    if (insn.kind === "atomic" && insn.fetch && insn.op !== "cmpxchg" && insn.src === 10)
      throw this.#refuse("vm/bad-program", at, "r10, the frame pointer, cannot be written");
  }

  #bindCall(insn: InsnBody & { kind: "call" }, at: number): void {
    const { target } = insn;
    switch (target.kind) {
      case "local":
        this.#targets[at] = this.#target(at, target.off, "calls");
        this.#markFunction(this.#targets[at] as number);
        return;
      case "helper":
        this.#bindHelper(target.id, at);
        return;
      case "reg":
        return;
      case "kfunc":
        this.#bindKfunc(target, at);
        return;
      default:
        throw this.#refuse("vm/unsupported", at, `a call of kind ${target.kind} is not bound`);
    }
  }

  #bindKfunc(target: CallTarget & { kind: "kfunc" }, at: number): void {
    const found = this.#references.kfunc(target);
    if (typeof found === "string") throw this.#refuse("vm/no-helper", at, found);
    const own = { kind: "kfunc", btfId: found.index, btfFd: OWN_KFUNC } as const;
    this.#insns[at] = { kind: "call", target: own };
    this.#callees.set(calleeId(own) as number, found.record);
  }

  #bindHelper(id: number, at: number): void {
    if (id === MISSING_KFUNC || this.#callees.has(id)) return;
    const helper = this.#references.helper(id);
    if (helper === undefined) {
      const name = helperById(id)?.name;
      const why = name && REFUSED_HELPERS[name];
      const missing = `${name} (helper ${id}) is not available here${why ? `: ${why}` : ""}`;
      const what = name ? missing : `there is no helper ${id}`;
      throw this.#refuse("vm/no-helper", at, what);
    }
    this.#callees.set(id, helper);
  }

  #value(ref: ImmRef, at: number): bigint {
    switch (ref.kind) {
      case "mapIdx":
      case "mapFd":
        return this.#references.map(ref, at);
      case "mapValueIdx":
      case "mapValueFd":
        return this.#references.mapValue(ref, at);
      case "funcOff": {
        const start = this.#target(at, ref.off - 1, "takes the address of a function");
        this.#markFunction(start);
        return functionAddress(this.#source.id, start);
      }
      case "btfVar": {
        const address = this.#references.variable(ref);
        if (address !== undefined) return address;
        throw this.#refuse(
          "vm/unsupported",
          at,
          `the kernel variable with BTF id ${ref.btfId} is not known here`,
        );
      }
      default:
        throw this.#refuse("vm/unsupported", at, `a reference of kind ${ref.kind} is not bound`);
    }
  }

  #addStart(at: number, functionName?: string): void {
    if (!Number.isInteger(at) || at < 0 || at >= this.#insns.length)
      throw this.#refuse("vm/bad-program", 0, `no function can start at instruction ${at}`);
    if (functionName === undefined) this.#markFunction(at);
    else this.#starts.set(at, functionName);
  }

  #markFunction(start: number): void {
    if (this.#starts.has(start)) return;
    this.#starts.set(start, this.#source.insns[start]?.meta?.symbol ?? `${this.#source.name}+${start}`);
  }

  #target(at: number, off: number, verb: string): number {
    const slot = (this.#slotOf[at + 1] as number) + off;
    const size = this.#indexOf.length;
    if (slot < 0 || slot >= size)
      throw this.#refuse(
        "vm/bad-program",
        at,
        `${verb} to slot ${slot}; the program has slots 0 to ${size - 1}`,
      );
    const index = this.#indexOf[slot] as number;
    if (index === -1)
      throw this.#refuse("vm/bad-program", at, `${verb} into the middle of a 64-bit load, slot ${slot}`);
    return index;
  }

  #functions(): FunctionCode[] {
    const starts = [...this.#starts].sort(([a], [b]) => a - b);
    return starts.map(([start, name], i) => ({ name, start, end: starts[i + 1]?.[0] ?? this.#insns.length }));
  }

  #checkFunction({ name, start, end }: FunctionCode): void {
    const last = this.#insns[end - 1]?.kind;
    if (last !== "exit" && last !== "ja")
      throw this.#refuse("vm/bad-program", end - 1, `execution runs off the end of ${name}`);
    for (let i = start; i < end; i++) {
      const target = this.#targets[i] as number;
      if (target === -1 || this.#insns[i]?.kind === "call") continue;
      if (target < start || target >= end)
        throw this.#refuse("vm/bad-program", i, `jumps out of its function, ${name}, to instruction ${target}`);
    }
  }

  #costs(functions: readonly FunctionCode[]): Int32Array {
    const costs = new Int32Array(this.#insns.length);
    const leads = new Uint8Array(this.#insns.length + 1);
    for (const { start } of functions) leads[start] = 1;
    for (let i = 0; i < this.#insns.length; i++) {
      const { kind } = this.#insns[i] as InsnBody;
      if (kind !== "ja" && kind !== "jump" && kind !== "mayGoto" && kind !== "exit") continue;
      leads[i + 1] = 1;
      if (kind !== "exit") leads[this.#targets[i] as number] = 1;
    }
    let leader = 0;
    for (let i = 0; i < this.#insns.length; i++) {
      if (leads[i] || i - leader === MAX_BLOCK) leader = i;
      costs[leader] = (costs[leader] as number) + 1;
    }
    return costs;
  }

  #refuse(code: MachineError["code"] & `vm/${string}`, insnIndex: number, what: string): MachineError {
    return new MachineError(code as ConstructorParameters<typeof MachineError>[0], what, {
      place: { program: this.#source.name, insnIndex },
    });
  }
}

const BPF_TAIL_CALL = 12;

/** A bound on the stack that a run uses: functions that call each other, and programs that it goes on to, may use all. */
function stackBytes(insns: readonly InsnBody[], functions: number): number {
  const goesOn = insns.some(
    (insn) => insn.kind === "call" && insn.target.kind === "helper" && insn.target.id === BPF_TAIL_CALL,
  );
  if (functions > 1 || goesOn) return MAX_FRAMES * FRAME_BYTES;
  return insns.some(usesStack) ? FRAME_BYTES : 0;
}

function usesStack(insn: InsnBody): boolean {
  if ("base" in insn && insn.base === 10) return true;
  if ("dst" in insn && insn.dst === 10) return true;
  if (!("src" in insn)) return false;
  return typeof insn.src === "number" ? insn.src === 10 : insn.src.kind === "reg" && insn.src.reg === 10;
}

const MOST_HELPERS = 4096; // numbers above are those of kernel functions

function byNumber<T>(callees: ReadonlyMap<number, T>): readonly (T | undefined)[] {
  const ids = [...callees.keys()].filter((id) => id < MOST_HELPERS);
  return Array.from({ length: Math.max(-1, ...ids) + 1 }, (_, id) => callees.get(id));
}
