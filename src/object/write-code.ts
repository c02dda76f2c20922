import type { Insn } from "../isa/insn.ts";
import { slotsOf } from "../isa/insn.ts";
import { ObjectError } from "./error.ts";
import type { FunctionInfo, ObjectSpec, ProgramSpec } from "./object.ts";

/** A function of the file to be written: a program's own, or one that several programs share. */
export type NewFunction = {
  readonly info: FunctionInfo;
  readonly isProgram: boolean;
  readonly insns: readonly Insn[];
  /** Per instruction that calls a function or takes its address. */
  readonly calls: ReadonlyMap<number, NewFunction>;
  readonly bytes: number;
};

/** The programs' functions in order, and the functions that they call, each once. */
export type NewCode = Readonly<{
  programs: ReadonlyMap<ProgramSpec, NewFunction>;
  shared: readonly NewFunction[];
}>;

/** Takes linked programs apart again. Functions that are the same in several programs are kept once. */
export function splitPrograms({ programs }: ObjectSpec): NewCode {
  const shared = new SharedFunctions();
  const entries = new Map(programs.map((program) => [program, new ProgramSplit(program, shared).run()]));
  return { programs: entries, shared: shared.all };
}

/** Functions by what they hold, the functions that they call included. */
class SharedFunctions {
  readonly all: NewFunction[] = [];
  readonly #byKey = new Map<string, NewFunction>();
  readonly #numbers = new Map<NewFunction, number>();
  /** Programs that were read share the instructions of what they call. */
  readonly #keys = new WeakMap<Insn, string>();

  add(key: string, make: () => NewFunction): NewFunction {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const made = make();
    this.#byKey.set(key, made);
    this.#numbers.set(made, this.all.push(made));
    return made;
  }

  keyOf(insn: Insn): string {
    const known = this.#keys.get(insn) ?? keyOfInsn(insn);
    this.#keys.set(insn, known);
    return known;
  }

  numberOf(made: NewFunction): number {
    return this.#numbers.get(made) ?? 0;
  }
}

const MOST_DEPTH = 512; // the kernel takes 8 frames

type Part = Readonly<{ info: FunctionInfo; insns: readonly Insn[]; callees: ReadonlyMap<number, number> }>;

class ProgramSplit {
  readonly #program: ProgramSpec;
  readonly #shared: SharedFunctions;
  readonly #parts: readonly Part[];
  readonly #made = new Map<number, NewFunction>();
  readonly #open = new Set<number>();

  constructor(program: ProgramSpec, shared: SharedFunctions) {
    this.#program = program;
    this.#shared = shared;
    this.#parts = split(program);
  }

  run(): NewFunction {
    const [entry] = this.#parts;
    if (entry === undefined) throw unwritable(this.#program, "it has no instructions");
    return this.#function(entry, true);
  }

  #function({ info, insns, callees }: Part, isProgram: boolean): NewFunction {
    const calls = new Map([...callees].map(([at, callee]) => [at, this.#callee(callee)]));
    const bytes = insns.reduce((sum, insn) => sum + slotsOf(insn), 0) * 8;
    return { info, isProgram, insns, calls, bytes };
  }

  #callee(index: number): NewFunction {
    const known = this.#made.get(index);
    if (known !== undefined) return known;
    if (this.#open.has(index)) throw unwritable(this.#program, "a function calls itself");
    const part = this.#parts[index] as Part;
    if (index === 0) throw unwritable(this.#program, "it calls itself");
    if (this.#open.size > MOST_DEPTH) throw unwritable(this.#program, "its functions call each other too deep");
    this.#open.add(index);
    const made = this.#function(part, false);
    this.#open.delete(index);
    const kept = this.#shared.add(this.#keyOf(made), () => made);
    this.#made.set(index, kept);
    return kept;
  }

  #keyOf({ info, insns, calls }: NewFunction): string {
    const { name, btfId, linkage, hidden } = info;
    const callees = [...calls].map(([at, callee]) => `${at}:${this.#shared.numberOf(callee)}`).join();
    const body = insns.map((insn, at) => (calls.has(at) ? insn.kind : this.#shared.keyOf(insn))).join(";");
    return `${name} ${btfId} ${linkage} ${hidden} ${callees} ${body}`;
  }
}

function keyOfInsn(insn: Insn): string {
  const { meta, ...body } = insn;
  const parts = { ...body, reloc: meta?.reloc, line: meta?.line?.line };
  return JSON.stringify(parts, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}

/** Cuts a program at its functions and finds what each call leads to. */
function split(program: ProgramSpec): readonly Part[] {
  const { insns } = program;
  const infos = [...program.functions].sort((a, b) => a.insnIndex - b.insnIndex);
  if (infos[0]?.insnIndex !== 0) infos.unshift({ name: program.name, insnIndex: 0, btfId: 0 });
  const slots: number[] = [];
  let slot = 0;
  for (const insn of insns) {
    slots.push(slot);
    slot += slotsOf(insn);
  }
  const atSlot = new Map(infos.map((info, i) => [slots[info.insnIndex], i]));
  const named = new Map(infos.map((info, i) => [info.name, i]));
  return infos.map((info, i) => {
    const end = infos[i + 1]?.insnIndex ?? insns.length;
    const own = insns.slice(info.insnIndex, end);
    const callees = new Map<number, number>();
    for (const [at, insn] of own.entries()) {
      const target = targetOf(insn, slots[info.insnIndex + at] as number);
      if (target === undefined) continue;
      const callee = typeof target === "number" ? atSlot.get(target) : named.get(target);
      if (callee === undefined)
        throw unwritable(program, `instruction ${info.insnIndex + at} leads to no function`);
      callees.set(at, callee);
    }
    return { info: i === 0 ? { ...info, name: program.name } : info, insns: own, callees };
  });
}

/** The slot or the name of the function that an instruction calls or takes the address of. */
function targetOf(insn: Insn, slot: number): number | string | undefined {
  if (insn.kind === "call") {
    if (insn.target.kind === "local") return slot + 1 + insn.target.off;
    return insn.target.kind === "func" ? insn.target.name : undefined;
  }
  if (insn.kind !== "loadImm64") return undefined;
  if (insn.ref?.kind === "funcOff") return slot + 1 + insn.ref.off;
  return insn.ref?.kind === "func" ? insn.ref.name : undefined;
}

export function unwritable(program: ProgramSpec, why: string): ObjectError {
  return new ObjectError("object/unwritable", `program ${program.name} cannot be written to a file: ${why}`, {
    remedy: "write the object as it was compiled or read, before it is fitted to a kernel",
  });
}
