import { blockIndex } from "../ir/cfg.ts";
import type { Block, Func, Inst, SlotId, Terminator, Value } from "../ir/ir.ts";
import { edgesOf, mapOperands, mapTerminator } from "../ir/operands.ts";
import { hasNoEffect } from "./helper-effects.ts";
import type { Pass } from "./pass.ts";

/**
 * A map is asked once for one key: `/@start[tid]/ { … @start[tid] … }` looks a single time, and the second test whether
 * there is a value goes. What a lookup gave is forgotten when the map may have changed, where ways meet, and at every
 * call that may take long: another processor could have given the element to another key.
 */
export const shareLookups: Pass = {
  name: "share-lookups",
  run: (func) => asksTwice(func) && new Sharing(func).run(),
};

const LOOKUP = "bpf_map_lookup_elem";
const CHANGES = new Set(["bpf_map_update_elem", "bpf_map_delete_elem"]);

/** What is known at the end of a block: results of lookups by map and key, and which pointers are null. */
type Known = Readonly<{ lookups: Map<string, Value>; isNull: Map<Value, boolean> }>;

class Sharing {
  private readonly func: Func;
  private readonly mapOf: (string | undefined)[] = [];
  private readonly slotOf: (SlotId | undefined)[] = [];
  private readonly nulls = new Set<Value>();
  private readonly replaced: Value[] = [];
  private changed = false;

  constructor(func: Func) {
    this.func = func;
    for (const block of func.blocks)
      for (const inst of block.insts)
        if (inst.kind === "mapAddr") this.mapOf[inst.result] = inst.map;
        else if (inst.kind === "slotAddr") this.slotOf[inst.result] = inst.slot;
        else if (inst.kind === "const" && func.types[inst.result] === "ptr") this.nulls.add(inst.result);
  }

  run(): boolean {
    const { blocks } = this.func;
    const before = solePredecessors(blocks);
    const ends = new Map<Block, Known>();
    for (const block of blocks) {
      const from = before.get(block);
      const known = from === undefined ? undefined : ends.get(from);
      const here = this.enter(block, from?.terminator, known);
      this.keys.clear();
      for (const inst of block.insts) this.visit(inst, here);
      block.terminator = this.decided(block.terminator, here);
      ends.set(block, here);
    }
    if (this.changed) this.rewrite();
    return this.changed;
  }

  private enter(block: Block, came: Terminator | undefined, known: Known | undefined): Known {
    const here: Known = { lookups: new Map(known?.lookups), isNull: new Map(known?.isNull) };
    const test = came && this.nullTest(came);
    if (test !== undefined) here.isNull.set(test.pointer, test.whenNull === block.id);
    return here;
  }

  /** The pointer that a branch compares with null, and the block for null. */
  private nullTest(branch: Terminator): { pointer: Value; whenNull: number } | undefined {
    if (branch.kind !== "branch" || branch.then.block === branch.else.block) return undefined;
    if (branch.op !== "eq" && branch.op !== "ne") return undefined;
    const [lhs, rhs] = [this.resolve(branch.lhs), this.resolve(branch.rhs)];
    const pointer = this.nulls.has(rhs) ? lhs : this.nulls.has(lhs) ? rhs : undefined;
    if (pointer === undefined) return undefined;
    return { pointer, whenNull: (branch.op === "eq" ? branch.then : branch.else).block };
  }

  /** A jump instead of a test whose outcome is known. */
  private decided(branch: Terminator, { isNull }: Known): Terminator {
    const test = this.nullTest(branch);
    const known = test && isNull.get(test.pointer);
    if (branch.kind !== "branch" || test === undefined || known === undefined) return branch;
    this.changed = true;
    const { span } = branch;
    const to = (test.whenNull === branch.then.block) === known ? branch.then : branch.else;
    return { kind: "jump", to, ...(span && { span }) };
  }

  private readonly keys = new Map<SlotId, string>(); // the stores to a slot since its life began, in this block

  private visit(inst: Inst, here: Known): void {
    if (inst.kind === "slotStart") this.keys.set(inst.slot, "");
    else if (inst.kind === "store" && inst.space === "stack") this.store(inst);
    else if (inst.kind === "call") this.call(inst, here);
  }

  private store({ base, off, size, value }: Inst & { kind: "store" }): void {
    const slot = this.slotOf[base];
    if (slot === undefined) return this.keys.clear();
    const key = this.keys.get(slot);
    if (key !== undefined) this.keys.set(slot, `${key} ${off}:${size}:${this.resolve(value)}`);
  }

  private call(inst: Inst & { kind: "call" }, here: Known): void {
    const { target, args, result } = inst;
    const map = this.mapOf[args[0] ?? -1];
    if (target.kind === "helper" && target.name === LOOKUP) {
      const slot = this.slotOf[args[1] ?? -1];
      const key = slot === undefined ? undefined : this.keys.get(slot);
      if (map === undefined || key === undefined || result === undefined) return;
      const question = `${map}${key}`;
      const known = here.lookups.get(question);
      if (known === undefined) here.lookups.set(question, result);
      else {
        this.replaced[result] = known;
        this.changed = true;
      }
      return;
    }
    if (target.kind === "helper" && hasNoEffect(target.name)) return;
    if (target.kind === "helper" && CHANGES.has(target.name) && map !== undefined) {
      for (const question of here.lookups.keys())
        if (question.startsWith(`${map} `)) here.lookups.delete(question);
      return;
    }
    here.lookups.clear();
    this.keys.clear();
  }

  private rewrite(): void {
    for (const block of this.func.blocks) {
      block.insts = block.insts
        .filter((inst) => inst.kind !== "call" || this.replaced[inst.result ?? -1] === undefined)
        .map((inst) => mapOperands(inst, this.resolve));
      block.terminator = mapTerminator(block.terminator, this.resolve);
    }
  }

  private readonly resolve = (value: Value): Value => this.replaced[value] ?? value;
}

/** The block before each that is reached from one place alone. */
function solePredecessors(blocks: readonly Block[]): Map<Block, Block> {
  const indexOf = blockIndex(blocks);
  const entries = new Uint8Array(blocks.length);
  entries[0] = 1; // the first block is entered from outside
  const before = new Map<Block, Block>();
  for (const block of blocks)
    for (const { block: id } of edgesOf(block.terminator)) {
      const to = indexOf[id] as number;
      const next = blocks[to] as Block;
      if (entries[to] === 0) before.set(next, block);
      else before.delete(next);
      entries[to] = 1;
    }
  return before;
}

/** Whether one map is asked more than once. */
function asksTwice(func: Func): boolean {
  const mapOf: (string | undefined)[] = [];
  const asked = new Set<string>();
  for (const { insts } of func.blocks)
    for (const inst of insts) {
      if (inst.kind === "mapAddr") mapOf[inst.result] = inst.map;
      if (inst.kind !== "call" || inst.target.kind !== "helper" || inst.target.name !== LOOKUP) continue;
      const map = mapOf[inst.args[0] as Value];
      if (map === undefined) continue;
      if (asked.has(map)) return true;
      asked.add(map);
    }
  return false;
}
