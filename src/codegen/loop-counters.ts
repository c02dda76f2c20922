import { buildCfg } from "../ir/cfg.ts";
import type { Func, Inst, Value } from "../ir/ir.ts";
import { edgesOf, forEachOperand } from "../ir/operands.ts";

/**
 * Marks the numbers that loops count with: carried from round to round and compared on the way. The verifier ends a
 * loop only while it knows them, and it knows registers and the stack but not what maps hold.
 */
export function findLoopCounters(func: Func): Uint8Array {
  const marks = new Uint8Array(func.types.length);
  const { rank, indexOf } = buildCfg(func);
  const definitions = definitionsOf(func);
  const compared = comparedValues(func);
  for (const [b, block] of func.blocks.entries())
    for (const edge of edgesOf(block.terminator)) {
      const target = indexOf[edge.block] as number;
      if ((rank[target] as number) > (rank[b] as number)) continue; // not back to an earlier block
      for (const [i, param] of (func.blocks[target]?.params ?? []).entries()) {
        const circle = pathsTo(param.value, edge.args[i] as Value, definitions);
        if (circle.some((value) => compared[value] === 1)) for (const value of circle) marks[value] = 1;
      }
    }
  return marks;
}

function definitionsOf(func: Func): (Inst | undefined)[] {
  const definitions: (Inst | undefined)[] = func.types.map(() => undefined);
  for (const { insts } of func.blocks)
    for (const inst of insts) {
      const result = inst.result;
      if (result !== undefined) definitions[result] = inst;
    }
  return definitions;
}

function comparedValues(func: Func): Uint8Array {
  const compared = new Uint8Array(func.types.length);
  for (const { insts, terminator } of func.blocks) {
    if (terminator.kind === "branch") compared[terminator.lhs] = compared[terminator.rhs] = 1;
    for (const inst of insts) if (inst.kind === "compare") compared[inst.lhs] = compared[inst.rhs] = 1;
  }
  return compared;
}

/** The values through which `from` is computed from `param`, both included; none when it is not. */
function pathsTo(param: Value, from: Value, definitions: readonly (Inst | undefined)[]): Value[] {
  const leads = new Map<Value, boolean>([[param, true]]);
  const visit = (value: Value, depth: number): boolean => {
    const known = leads.get(value);
    if (known !== undefined) return known;
    leads.set(value, false);
    const inst = definitions[value];
    let found = false;
    if (inst !== undefined && isArithmetic(inst) && depth < 64)
      forEachOperand(inst, (operand) => {
        if (visit(operand, depth + 1)) found = true;
      });
    leads.set(value, found);
    return found;
  };
  if (!visit(from, 0)) return [];
  return [...leads].filter(([, found]) => found).map(([value]) => value);
}

function isArithmetic({ kind }: Inst): boolean {
  return kind === "binary" || kind === "neg" || kind === "extend" || kind === "truncate" || kind === "select";
}
