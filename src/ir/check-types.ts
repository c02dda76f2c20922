import { unreachable } from "../base/errors.ts";
import type { Func, InstBody, Module, TerminatorBody, Value, ValueType } from "./ir.ts";

const INT: readonly ValueType[] = ["i32", "i64"];
const WIDE: readonly ValueType[] = ["i64", "ptr"];
const MOST_ARGS = 5;

/** What an instruction may name beyond values; without a module, names of maps and functions are not checked. */
export type Surroundings = Readonly<{ func: Func; module: Module | undefined }>;

/** Says what is wrong with the types, widths and names of an instruction; nothing when all is well. */
export function checkInstTypes(inst: InstBody, around: Surroundings, say: (problem: string) => void): void {
  const t = new TypeRules(around, say);
  switch (inst.kind) {
    case "const":
      if (t.typeOf(inst.result) === "ptr" && inst.bits === 64 && inst.value === 0n) return; // a null pointer
      t.result(inst.result, intOf(inst.bits));
      if (inst.value < 0n || inst.value >= 1n << BigInt(inst.bits))
        say(`${inst.value} is not in unsigned form`);
      return;
    case "core":
      t.result(inst.result, "i64");
      return;
    case "binary":
      t.result(inst.result, intOf(inst.bits));
      t.operand(inst.lhs, [intOf(inst.bits)]);
      t.operand(inst.rhs, [intOf(inst.bits)]);
      return;
    case "neg":
      t.result(inst.result, intOf(inst.bits));
      t.operand(inst.value, [intOf(inst.bits)]);
      return;
    case "compare":
      t.result(inst.result, "i32");
      t.comparable(inst.bits, inst.lhs, inst.rhs);
      return;
    case "select":
      t.operand(inst.condition, ["i32"]);
      t.operand(inst.then, [t.typeOf(inst.result)]);
      t.operand(inst.else, [t.typeOf(inst.result)]);
      return;
    case "extend":
      t.result(inst.result, intOf(inst.to));
      t.operand(inst.value, INT);
      return;
    case "truncate":
      t.result(inst.result, "i32");
      t.operand(inst.value, ["i64"]);
      return;
    case "byteswap":
      t.result(inst.result, inst.width === 64 ? "i64" : "i32");
      t.operand(inst.value, inst.width === 64 ? ["i64"] : INT);
      return;
    case "toInt":
      t.result(inst.result, "i64");
      t.operand(inst.value, ["ptr"]);
      return;
    default:
      checkMemoryTypes(inst, t);
  }
}

type MemoryInst = Exclude<
  InstBody,
  {
    kind:
      | "const"
      | "core"
      | "binary"
      | "neg"
      | "compare"
      | "select"
      | "extend"
      | "truncate"
      | "byteswap"
      | "toInt";
  }
>;

function checkMemoryTypes(inst: MemoryInst, t: TypeRules): void {
  switch (inst.kind) {
    case "ctx":
      t.result(inst.result, "ptr");
      return;
    case "slotAddr":
      t.result(inst.result, "ptr");
      t.slot(inst.slot);
      return;
    case "slotStart":
    case "slotEnd":
      t.slot(inst.slot);
      return;
    case "mapAddr":
    case "mapValueAddr":
      t.result(inst.result, "ptr");
      t.map(inst.map);
      return;
    case "funcAddr":
      t.result(inst.result, "ptr");
      t.callee(inst.func);
      return;
    case "offset":
      t.result(inst.result, "ptr");
      t.operand(inst.base, ["ptr"]);
      t.operand(inst.by, ["i64"]);
      return;
    case "load":
      t.result(inst.result, intOf(inst.to));
      t.operand(inst.base, ["ptr"]);
      return;
    case "loadPtr":
      t.result(inst.result, "ptr");
      t.operand(inst.base, ["ptr"]);
      return;
    case "store":
      t.operand(inst.base, ["ptr"]);
      t.operand(inst.value, inst.size === 8 ? WIDE : INT);
      return;
    case "atomic":
      t.operand(inst.base, ["ptr"]);
      t.operand(inst.value, inst.size === 8 ? ["i64"] : INT);
      if (inst.expected !== undefined) t.operand(inst.expected, inst.size === 8 ? ["i64"] : INT);
      if (inst.result !== undefined) t.result(inst.result, inst.size === 8 ? "i64" : "i32");
      if ((inst.op === "cmpxchg") !== (inst.expected !== undefined))
        t.say("an expected value goes with cmpxchg alone");
      return;
    case "call":
      t.call(inst);
      return;
    default:
      unreachable(inst);
  }
}

/** As `checkInstTypes`, for the operands that a terminator itself reads; arguments on edges are checked elsewhere. */
export function checkTerminatorTypes(
  terminator: TerminatorBody,
  around: Surroundings,
  say: (problem: string) => void,
): void {
  if (terminator.kind === "branch")
    new TypeRules(around, say).comparable(terminator.bits, terminator.lhs, terminator.rhs);
}

function intOf(bits: 32 | 64): ValueType {
  return bits === 32 ? "i32" : "i64";
}

class TypeRules {
  readonly say: (problem: string) => void;
  private readonly around: Surroundings;

  constructor(around: Surroundings, say: (problem: string) => void) {
    this.around = around;
    this.say = say;
  }

  typeOf(value: Value): ValueType {
    return this.around.func.types[value] ?? "i64";
  }

  result(value: Value, type: ValueType): void {
    if (this.typeOf(value) !== type) this.say(`v${value} is ${this.typeOf(value)}, the result is ${type}`);
  }

  operand(value: Value, allowed: readonly ValueType[]): void {
    const type = this.typeOf(value);
    if (!allowed.includes(type)) this.say(`v${value} is ${type}, not ${allowed.join(" or ")}`);
  }

  comparable(bits: 32 | 64, lhs: Value, rhs: Value): void {
    const allowed = bits === 32 ? (["i32"] as const) : WIDE;
    this.operand(lhs, allowed);
    this.operand(rhs, allowed);
  }

  slot(slot: number): void {
    if (this.around.func.slots[slot]?.id !== slot) this.say(`there is no slot ${slot}`);
  }

  map(name: string): void {
    if (this.around.module && !this.around.module.maps.some((map) => map.name === name))
      this.say(`there is no map ${JSON.stringify(name)}`);
  }

  callee(name: string): Func | undefined {
    if (!this.around.module) return undefined;
    const callee = this.around.module.funcs.find((func) => func.name === name);
    if (!callee) this.say(`there is no function ${JSON.stringify(name)}`);
    else if (callee.kind === "program") this.say(`${JSON.stringify(name)} is a program and cannot be called`);
    return callee;
  }

  call(inst: InstBody & { kind: "call" }): void {
    if (inst.args.length > MOST_ARGS) this.say(`${inst.args.length} arguments; ${MOST_ARGS} fit in registers`);
    if ((inst.result === undefined) !== (inst.returns === undefined))
      this.say("a call has a result and the type of it, or neither");
    if (inst.result !== undefined && inst.returns !== undefined) this.result(inst.result, inst.returns);
    if (inst.target.kind !== "func") return;
    const callee = this.callee(inst.target.name);
    if (!callee) return;
    if (callee.params.length !== inst.args.length)
      this.say(`${inst.args.length} arguments for ${callee.params.length} parameters`);
    for (let i = 0; i < Math.min(callee.params.length, inst.args.length); i++)
      this.operand(inst.args[i] as Value, [(callee.params[i] as { type: ValueType }).type]);
  }
}
