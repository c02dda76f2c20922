import type { Cfg } from "./cfg.ts";
import { blockIndex, buildCfg } from "./cfg.ts";
import { checkInstTypes, checkTerminatorTypes } from "./check-types.ts";
import type { Dominators } from "./dominators.ts";
import { dominates, findDominators } from "./dominators.ts";
import type { Block, Func, Module, Value } from "./ir.ts";
import { edgesOf, forEachOperand, forEachTerminatorOperand } from "./operands.ts";

const ALIGNS = [1, 2, 4, 8];

export type CheckOptions = Readonly<{
  /** Also complain about blocks that nothing jumps to: the optimizer leaves none, front ends may. */
  reachable?: boolean;
}>;

/** All rules that the IR keeps; one line per violation, none when the module is well-formed. */
export function checkModule(module: Module, options?: CheckOptions): string[] {
  const problems: string[] = [];
  const names = new Set<string>();
  for (const func of module.funcs) {
    if (names.has(func.name)) problems.push(`${func.name}: a second function of this name`);
    names.add(func.name);
    problems.push(...checkFunc(func, module, options));
  }
  return problems;
}

/** As `checkModule`, for one function; without a module, names of maps and functions are not checked. */
export function checkFunc(func: Func, module?: Module, options?: CheckOptions): string[] {
  const problems: string[] = [];
  const say = (problem: string) => problems.push(`${func.name}: ${problem}`);
  checkSignature(func, say);
  checkSlots(func, say);
  if (!checkEdges(func, say)) return problems;
  const cfg = buildCfg(func);
  if (options?.reachable)
    for (let i = 0; i < func.blocks.length; i++)
      if (cfg.rank[i] === -1) say(`b${(func.blocks[i] as Block).id}: nothing jumps here`);
  if ((cfg.preds[0] as readonly number[]).length > 0) say("the entry block has predecessors");
  const defs = collectDefinitions(func, say);
  checkUses(func, cfg, defs, say);
  checkTypes(func, module, say);
  return problems;
}

function checkSignature(func: Func, say: (problem: string) => void): void {
  const isProgram = func.kind === "program";
  if (isProgram !== (func.program !== undefined))
    say("a program, and only a program, says its type and section");
  if (isProgram && func.params.length > 0) say("a program takes its context by `ctx`, not as a parameter");
  if (func.params.length > 5) say(`${func.params.length} parameters; 5 fit in registers`);
  for (const { value, type } of func.params)
    if (func.types[value] !== type)
      say(`parameter v${value} is ${func.types[value]} in the table, not ${type}`);
}

function checkSlots(func: Func, say: (problem: string) => void): void {
  for (let i = 0; i < func.slots.length; i++) {
    const slot = func.slots[i];
    if (slot?.id !== i) say(`slot ${slot?.id} stands at index ${i}`);
    else if (!(Number.isInteger(slot.bytes) && slot.bytes > 0)) say(`slot ${i} has ${slot.bytes} bytes`);
    else if (!ALIGNS.includes(slot.align)) say(`slot ${i} is aligned to ${slot.align}`);
  }
}

/** Whether the graph can be built at all. */
function checkEdges(func: Func, say: (problem: string) => void): boolean {
  const entry = func.blocks[0];
  if (!entry) {
    say("there is no block");
    return false;
  }
  if (entry.params.length > 0) say("the entry block has parameters");
  const indexOf = blockIndex(func.blocks);
  let sound = true;
  for (let i = 0; i < func.blocks.length; i++) {
    const block = func.blocks[i] as Block;
    if (indexOf[block.id] !== i) {
      say(`b${block.id}: a second block with this id`);
      sound = false;
    }
    for (const edge of edgesOf(block.terminator)) {
      const to = func.blocks[indexOf[edge.block] ?? -1];
      if (!to) {
        say(`b${block.id}: jumps to b${edge.block}, which does not exist`);
        sound = false;
        continue;
      }
      if (to.params.length !== edge.args.length)
        say(`b${block.id}: ${edge.args.length} values for the ${to.params.length} parameters of b${to.id}`);
      for (let p = 0; p < Math.min(to.params.length, edge.args.length); p++) {
        const type = func.types[edge.args[p] as number];
        const wanted = to.params[p]?.type;
        if (type !== wanted) say(`b${block.id}: v${edge.args[p]} is ${type}, b${to.id} takes ${wanted}`);
      }
    }
  }
  return sound;
}

/** Where values are defined: block index (-1: nowhere, -2: function parameter) and position (-1: block parameter). */
type Definitions = Readonly<{ block: Int32Array; position: Int32Array }>;

function collectDefinitions(func: Func, say: (problem: string) => void): Definitions {
  const block = new Int32Array(func.types.length).fill(-1);
  const position = new Int32Array(func.types.length).fill(-1);
  const define = (value: Value, at: number, pos: number) => {
    if (!(value >= 0 && value < func.types.length)) say(`v${value} has no type`);
    else if (block[value] !== -1) say(`v${value} is defined twice`);
    else {
      block[value] = at;
      position[value] = pos;
    }
  };
  for (const param of func.params) define(param.value, -2, -1);
  for (let b = 0; b < func.blocks.length; b++) {
    const { id, params, insts } = func.blocks[b] as Block;
    for (const { value, type } of params) {
      define(value, b, -1);
      if (func.types[value] !== type)
        say(`b${id}: v${value} is ${func.types[value]} in the table, not ${type}`);
    }
    for (let i = 0; i < insts.length; i++) {
      const result = insts[i]?.result;
      if (result !== undefined) define(result, b, i);
    }
  }
  return { block, position };
}

function checkUses(func: Func, cfg: Cfg, defs: Definitions, say: (problem: string) => void): void {
  const dominators: Dominators = findDominators(cfg);
  for (let b = 0; b < func.blocks.length; b++) {
    const { id, insts, terminator } = func.blocks[b] as Block;
    const unreachable = cfg.rank[b] === -1;
    const use = (value: Value, pos: number) => {
      const at = defs.block[value] ?? -1;
      if (at === -1) say(`b${id}: v${value} is used and never defined`);
      else if (at === -2 || unreachable) return;
      else if (at === b ? (defs.position[value] as number) >= pos : !dominates(dominators, at, b))
        say(`b${id}: v${value} is used where its definition in b${func.blocks[at]?.id} may not have run`);
    };
    for (let i = 0; i < insts.length; i++) forEachOperand(insts[i] as Block["insts"][number], (v) => use(v, i));
    forEachTerminatorOperand(terminator, (v) => use(v, insts.length));
  }
}

function checkTypes(func: Func, module: Module | undefined, say: (problem: string) => void): void {
  const around = { func, module };
  for (const block of func.blocks) {
    for (const inst of block.insts) {
      const result = inst.result;
      const name = result === undefined ? inst.kind : `v${result} = ${inst.kind}`;
      checkInstTypes(inst, around, (problem) => say(`b${block.id}: ${name}: ${problem}`));
      if (inst.kind === "ctx" && (func.kind !== "program" || block !== func.blocks[0]))
        say(`b${block.id}: the context is taken in the entry block of a program alone`);
    }
    checkTerminatorTypes(block.terminator, around, (problem) =>
      say(`b${block.id}: ${block.terminator.kind}: ${problem}`),
    );
  }
}
