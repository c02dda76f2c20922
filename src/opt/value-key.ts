import type { BinaryOp, Func, Inst } from "../ir/ir.ts";
import type { JumpOp } from "../isa/insn.ts";

/** Equal for instructions that compute the same. */
export type ValueKey = number | string;

/** Values below this fit into a number, two of them with what is done to them. */
const MOST_VALUES = 2 ** 20;

/** Numbers, where two values and a few bits say all: making and finding them costs a fraction of what texts cost. */
export function keyOf(inst: Inst, func: Func): ValueKey {
  if (inst.kind === "const") {
    const isNull = func.types[inst.result] === "ptr"; // not the number 0
    return isNull ? "const null" : `const ${inst.bits} ${inst.value}`;
  }
  return (func.types.length < MOST_VALUES ? numberOf(inst) : undefined) ?? textOf(inst);
}

const numbered = (tag: number, a: number, b: number) => (tag * MOST_VALUES + a) * MOST_VALUES + b;

// biome-ignore format: one group per line
const BINARY: Readonly<Record<BinaryOp, number>> = {
  add: 0, sub: 1, mul: 2, div: 3, sdiv: 4, mod: 5, smod: 6, or: 7, and: 8, xor: 9, lsh: 10, rsh: 11, arsh: 12,
};
// biome-ignore format: one group per line
const COMPARE: Readonly<Record<JumpOp, number>> = {
  eq: 16, ne: 17, gt: 18, ge: 19, lt: 20, le: 21, sgt: 22, sge: 23, slt: 24, sle: 25, set: 26,
};

/** Tags: twice what is done, plus 1 for 64 bits; unlike for all that differ in more than their operands. */
function numberOf(inst: Inst): number | undefined {
  switch (inst.kind) {
    case "binary": {
      const tag = BINARY[inst.op] * 2 + (inst.bits === 64 ? 1 : 0);
      const swap = inst.rhs < inst.lhs && isCommutative(inst.op);
      return swap ? numbered(tag, inst.rhs, inst.lhs) : numbered(tag, inst.lhs, inst.rhs);
    }
    case "compare":
      return numbered(COMPARE[inst.op] * 2 + (inst.bits === 64 ? 1 : 0), inst.lhs, inst.rhs);
    case "offset":
      return numbered(64, inst.base, inst.by);
    case "neg":
      return numbered(inst.bits === 64 ? 67 : 66, inst.value, 0);
    case "truncate":
      return numbered(68, inst.value, 0);
    case "toInt":
      return numbered(69, inst.value, 0);
    case "slotAddr":
      return numbered(70, inst.slot, 0);
    case "extend":
      return numbered(72 + (inst.to === 64 ? 1 : 0) + (inst.signed ? 2 : 0), inst.value, inst.from);
    case "byteswap":
      return numbered(76, inst.value, inst.width);
    default:
      return undefined;
  }
}

function isCommutative(op: BinaryOp): boolean {
  return op === "add" || op === "mul" || op === "and" || op === "or" || op === "xor";
}

function textOf(inst: Inst): string {
  switch (inst.kind) {
    case "core":
      return `core ${inst.question.what} ${inst.question.type} ${inst.question.access.join(":")}`;
    case "select":
      return `select ${inst.condition} ${inst.then} ${inst.else}`;
    case "mapAddr":
      return inst.map; // all other texts have a space in them, which names of maps have not
    case "mapValueAddr":
      return `mapValueAddr ${inst.off} ${inst.map}`;
    case "funcAddr":
      return `funcAddr ${inst.func}`;
    case "load":
      return `load ${inst.size} ${inst.signed} ${inst.to} ${inst.base} ${inst.off}`;
    case "loadPtr":
      return `loadPtr ${inst.base} ${inst.off}`;
    case "call":
      return `call ${inst.returns} ${inst.target.name} ${inst.args.join()}`;
    default:
      return everything(inst);
  }
}

/** For functions with more values than numbers can name. */
function everything(inst: Inst): string {
  const plain: Record<string, unknown> = { ...inst, result: undefined, span: undefined };
  return JSON.stringify(plain);
}
