import { findDefinitions } from "../ir/definitions.ts";
import type { Block, Inst, Terminator, Value } from "../ir/ir.ts";
import { INVERSE } from "./invert.ts";
import type { Pass } from "./pass.ts";
import { countUses } from "./rewrite.ts";

/** Branches compare by themselves what a comparison before them gave as 0 or 1. */
export const fuseBranches: Pass = {
  name: "fuse-branches",
  run(func) {
    const defs = findDefinitions(func);
    let counted: Uint32Array | undefined; // few functions have a branch that asks
    const usesOf = (value: Value) => {
      counted ??= countUses(func);
      return counted[value] as number;
    };
    let changed = false;
    for (let b = 0; b < func.blocks.length; b++) {
      const block = func.blocks[b] as Block;
      for (let next = fuse(block.terminator, defs, usesOf); next; next = fuse(next, defs, usesOf)) {
        block.terminator = next;
        changed = true;
      }
    }
    return changed;
  },
};

type Branch = Terminator & { kind: "branch" };

function fuse(
  terminator: Terminator,
  defs: readonly (Inst | undefined)[],
  usesOf: (value: Value) => number,
): Terminator | undefined {
  if (terminator.kind !== "branch") return undefined;
  const left = defs[terminator.lhs];
  if (left?.kind === "const" && defs[terminator.rhs]?.kind !== "const") return swapped(terminator);
  if (!isConstant(defs[terminator.rhs], 0n)) return undefined;
  const isZeroTest =
    terminator.op === "ne" || terminator.op === "eq" || terminator.op === "gt" || terminator.op === "le";
  if (!isZeroTest || !left) return undefined;
  const whenSet = terminator.op === "ne" || terminator.op === "gt";
  return testOf(whenSet ? terminator : inverted(terminator), left, usesOf);
}

/** `branch` goes to `then` when `tested` is not zero: the same, asked of what `tested` was computed from. */
function testOf(branch: Branch, tested: Inst, usesOf: (value: Value) => number): Terminator | undefined {
  const { then, else: otherwise, span } = branch;
  const make = (op: Branch["op"], bits: 32 | 64, lhs: Value, rhs: Value): Branch => {
    return { kind: "branch", op, bits, lhs, rhs, then, else: otherwise, span };
  };
  switch (tested.kind) {
    case "compare":
      return make(tested.op, tested.bits, tested.lhs, tested.rhs);
    case "binary":
      if (tested.bits !== branch.bits || usesOf(tested.result) !== 1) return undefined;
      if (tested.op === "and") return make("set", tested.bits, tested.lhs, tested.rhs);
      if (tested.op === "xor" || tested.op === "sub") return make("ne", tested.bits, tested.lhs, tested.rhs);
      return undefined;
    default:
      return undefined;
  }
}

function inverted(branch: Branch): Branch {
  const op = INVERSE[branch.op] ?? branch.op;
  const { bits, lhs, rhs, then, else: otherwise, span } = branch;
  return { kind: "branch", op, bits, lhs, rhs, then: otherwise, else: then, span };
}

function swapped(branch: Branch): Branch {
  const { op, bits, lhs, rhs, then, else: otherwise, span } = branch;
  return { kind: "branch", op: SWAPPED[op], bits, lhs: rhs, rhs: lhs, then, else: otherwise, span };
}

/** `a op b` as `b swapped a`. */
const SWAPPED: Readonly<Record<Branch["op"], Branch["op"]>> = {
  ...{ eq: "eq", ne: "ne", set: "set" },
  ...{ gt: "lt", ge: "le", lt: "gt", le: "ge" },
  ...{ sgt: "slt", sge: "sle", slt: "sgt", sle: "sge" },
};

function isConstant(inst: Inst | undefined, value: bigint): boolean {
  return inst?.kind === "const" && inst.value === value;
}
