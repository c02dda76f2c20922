import { blockIndex } from "../ir/cfg.ts";
import type { Block, Edge, Func, Inst, SlotId, Terminator, Value } from "../ir/ir.ts";
import { mapAllOperands, mapTerminator } from "../ir/operands.ts";
import { hasNoEffect } from "./helper-effects.ts";
import type { Pass } from "./pass.ts";

/**
 * A map is asked once for one key: `/@start[tid]/ { … @start[tid] … }` looks a single time, and the second test whether
 * there is a value goes. What a lookup gave is forgotten when the map may have changed, where ways meet, and at every
 * call that may take long: another processor could have given the element to another key.
 */
export const shareLookups: Pass = {
  name: "share-lookups",
  run(func) {
    const asked = mapsAsked(func);
    if (asked.length < 2) return false;
    const addresses = findAddresses(func);
    return asksTwice(asked, addresses) && new Sharing(func, addresses).run();
  },
};

const LOOKUP = "bpf_map_lookup_elem";
const CHANGES = new Set(["bpf_map_update_elem", "bpf_map_delete_elem"]);

/** What is known at a place: results of lookups by map and key, and which pointers are null. */
type Known = { lookups: ReadonlyMap<string, Value>; isNull: ReadonlyMap<Value, boolean> };

const NO_LOOKUPS: Known["lookups"] = new Map();
const NO_POINTERS: Known["isNull"] = new Map();

/** By value: the map or the slot whose address it is; 1 for null pointers. */
type Addresses = Readonly<{
  mapOf: readonly (string | undefined)[];
  slotOf: readonly (SlotId | undefined)[];
  nulls: Uint8Array;
}>;

class Sharing {
  private readonly func: Func;
  private readonly addresses: Addresses;
  private readonly replaced: Value[] = [];
  private changed = false;

  constructor(func: Func, addresses: Addresses) {
    this.func = func;
    this.addresses = addresses;
  }

  run(): boolean {
    const { blocks } = this.func;
    const before = solePredecessors(blocks);
    const ends: Known[] = [];
    for (let b = 0; b < blocks.length; b++) {
      const block = blocks[b] as Block;
      const from = before[b] as number;
      const here = this.enter(block, blocks[from]?.terminator, ends[from]);
      this.keys.clear();
      for (let i = 0; i < block.insts.length; i++) {
        const inst = block.insts[i] as Inst;
        if (inst.kind === "store") this.store(inst);
        else if (inst.kind === "call") this.call(inst, here);
        else if (inst.kind === "slotStart") this.keys.set(inst.slot, "");
      }
      block.terminator = this.decided(block.terminator, here);
      ends[b] = here;
    }
    if (this.changed) this.rewrite();
    return this.changed;
  }

  private enter(block: Block, came: Terminator | undefined, known: Known | undefined): Known {
    const here: Known = {
      lookups: known?.lookups ?? NO_LOOKUPS,
      isNull: known?.isNull ?? NO_POINTERS,
    };
    const test = came && this.nullTest(came);
    if (test !== undefined) here.isNull = new Map(here.isNull).set(test.pointer, test.whenNull === block.id);
    return here;
  }

  /** The pointer that a branch compares with null, and the block for null. */
  private nullTest(branch: Terminator): { pointer: Value; whenNull: number } | undefined {
    if (branch.kind !== "branch" || branch.then.block === branch.else.block) return undefined;
    if (branch.op !== "eq" && branch.op !== "ne") return undefined;
    const { nulls } = this.addresses;
    if (nulls[branch.lhs] === 0 && nulls[branch.rhs] === 0) return undefined;
    const pointer = this.resolve(nulls[branch.rhs] === 1 ? branch.lhs : branch.rhs);
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

  private store({ space, base, off, size, value }: Inst & { kind: "store" }): void {
    if (space !== "stack") return;
    const slot = this.addresses.slotOf[base];
    if (slot === undefined) return this.keys.clear();
    const key = this.keys.get(slot);
    if (key !== undefined) this.keys.set(slot, `${key} ${off}:${size}:${this.resolve(value)}`);
  }

  private call(inst: Inst & { kind: "call" }, here: Known): void {
    const { target, args, result } = inst;
    const map = this.addresses.mapOf[args[0] ?? -1];
    if (target.kind === "helper" && target.name === LOOKUP) {
      const slot = this.addresses.slotOf[args[1] ?? -1];
      const key = slot === undefined ? undefined : this.keys.get(slot);
      if (map === undefined || key === undefined || result === undefined) return;
      const question = `${map}${key}`;
      const known = here.lookups.get(question);
      if (known === undefined) here.lookups = new Map(here.lookups).set(question, result);
      else {
        this.replaced[result] = known;
        this.changed = true;
      }
      return;
    }
    if (target.kind === "helper" && hasNoEffect(target.name)) return;
    if (target.kind === "helper" && CHANGES.has(target.name) && map !== undefined) {
      here.lookups = new Map([...here.lookups].filter(([question]) => !question.startsWith(`${map} `)));
      return;
    }
    here.lookups = NO_LOOKUPS;
    this.keys.clear();
  }

  private rewrite(): void {
    for (const block of this.func.blocks) {
      const kept = block.insts.filter(
        (inst) => inst.kind !== "call" || this.replaced[inst.result ?? -1] === undefined,
      );
      block.insts = mapAllOperands(kept, this.resolve);
      block.terminator = mapTerminator(block.terminator, this.resolve);
    }
  }

  private readonly resolve = (value: Value): Value => this.replaced[value] ?? value;
}

/** By index of a block that of the one before it, where it is reached from one place alone; else -1. */
function solePredecessors(blocks: readonly Block[]): Int32Array {
  const indexOf = blockIndex(blocks);
  const entries = new Uint8Array(blocks.length);
  entries[0] = 1; // the first block is entered from outside
  const before = new Int32Array(blocks.length).fill(-1);
  const enter = (from: number, edge: Edge) => {
    const to = indexOf[edge.block] as number;
    before[to] = entries[to] === 0 ? from : -1;
    entries[to] = 1;
  };
  for (let b = 0; b < blocks.length; b++) {
    const { terminator } = blocks[b] as Block;
    if (terminator.kind === "jump") enter(b, terminator.to);
    else if (terminator.kind === "branch") {
      enter(b, terminator.then);
      enter(b, terminator.else);
    }
  }
  return before;
}

function findAddresses(func: Func): Addresses {
  const mapOf: (string | undefined)[] = new Array(func.types.length);
  const slotOf: (SlotId | undefined)[] = new Array(func.types.length);
  const nulls = new Uint8Array(func.types.length);
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind === "mapAddr") mapOf[inst.result] = inst.map;
      else if (inst.kind === "slotAddr") slotOf[inst.result] = inst.slot;
      else if (inst.kind === "const" && func.types[inst.result] === "ptr") nulls[inst.result] = 1;
    }
  }
  return { mapOf, slotOf, nulls };
}

/** The addresses of the maps that are asked, one for each lookup. */
function mapsAsked(func: Func): Value[] {
  const asked: Value[] = [];
  for (let b = 0; b < func.blocks.length; b++) {
    const { insts } = func.blocks[b] as Block;
    for (let i = 0; i < insts.length; i++) {
      const inst = insts[i] as Inst;
      if (inst.kind === "call" && inst.target.name === LOOKUP) asked.push(inst.args[0] as Value);
    }
  }
  return asked;
}

/** Whether one map is asked more than once. */
function asksTwice(asked: readonly Value[], { mapOf }: Addresses): boolean {
  const maps = new Set<string>();
  for (const address of asked) {
    const map = mapOf[address];
    if (map === undefined) continue;
    if (maps.has(map)) return true;
    maps.add(map);
  }
  return false;
}
