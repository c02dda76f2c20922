import type { MapSpec } from "../abi/map-spec.ts";
import type { Cfg } from "../ir/cfg.ts";
import { buildCfg } from "../ir/cfg.ts";
import { commonDominator, findDominators } from "../ir/dominators.ts";
import type { Block, BlockId, Func, Inst, InstBody, SlotId, Value } from "../ir/ir.ts";
import { findLoops } from "../ir/loops.ts";
import { localizeSlots } from "./localize-slots.ts";

/** Name of the per-CPU array that holds what does not fit on the stack. */
export const SCRATCH_MAP = ".scratch";

/** Largest value that a per-CPU map can have: PCPU_MIN_UNIT_SIZE in include/linux/percpu.h, v6.12. */
export const MOST_SCRATCH_BYTES = 32_768;

/** Most that a program's variables may take: what one value of an array can have. KMALLOC_MAX_SIZE, v6.12. */
export const MOST_WIDE_BYTES = 4 << 20;

/** Names of the arrays that hold more than a per-CPU map can; each has one entry per CPU. */
export const WIDE_SCRATCH = ".wide";

/**
 * Entry of the map that a program uses, and where each moved slot starts in it. `wide`: the map is the program's own, and
 * its entry is the CPU's number.
 */
export type ScratchPlace = Readonly<{ key: number; wide?: string; offsets: ReadonlyMap<SlotId, number> }>;

/** The array of a program whose variables fit no per-CPU map. */
export function wideScratchSpec(name: string, bytes: number, cpus: number): MapSpec {
  return { name, type: "array", keySize: 4, valueSize: bytes, maxEntries: cpus, flags: 0 };
}

export function scratchMapSpec(bytes: number, entries: number): MapSpec {
  return {
    name: SCRATCH_MAP,
    type: "percpuArray",
    keySize: 4,
    valueSize: bytes,
    maxEntries: entries,
    flags: 0,
  };
}

/**
 * The function with slots moved to the scratch map. The map's value is looked up once, on the way to the first use:
 * where a predicate sends the program home earlier, nothing is looked up. Should the lookup fail, which the kernel
 * does not let happen but the verifier asks about, the function returns 0.
 */
export function moveToScratch(func: Func, place: ScratchPlace): Func {
  const result = localizeSlots(func, (slot) => place.offsets.has(slot));
  result.slots = func.slots.slice();
  const at = lookupBlock(result, buildCfg(result), place);
  const writer = new ScratchWriter(result, place);
  for (let b = 0; b < result.blocks.length; b++) result.blocks[b] = writer.rewrite(result.blocks[b] as Block);
  writer.insertLookup(at);
  return result;
}

/**
 * The block that the lookup goes to: the last one that dominates every use, outside of loops. The entry where a
 * helper may have run before that whose effect must be undone, because the function cannot just return then.
 */
function lookupBlock(func: Func, cfg: Cfg, place: ScratchPlace): number {
  const dominators = findDominators(cfg);
  let common = -1;
  for (const index of cfg.order)
    for (const inst of (func.blocks[index] as Block).insts)
      if (inst.kind === "slotAddr" && place.offsets.has(inst.slot))
        common = common === -1 ? index : commonDominator(cfg, dominators, common, index);
  if (common <= 0) return 0;
  const { depth } = findLoops(cfg, dominators);
  while (common !== 0 && (depth[common] as number) > 0) common = dominators.idom[common] as number;
  return hasPendingEffect(func, cfg, common) ? 0 : common;
}

/** Whether a call that is not plainly harmless may run before the block. */
function hasPendingEffect(func: Func, cfg: Cfg, block: number): boolean {
  const seen = new Uint8Array(func.blocks.length);
  const stack = [...(cfg.preds[block] as readonly number[])];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (seen[at] === 1) continue;
    seen[at] = 1;
    if ((func.blocks[at] as Block).insts.some((inst) => inst.kind === "call" && !isHarmless(inst))) return true;
    stack.push(...(cfg.preds[at] as readonly number[]));
  }
  return false;
}

function isHarmless(inst: Inst & { kind: "call" }): boolean {
  return inst.target.kind === "helper" && HARMLESS.test(inst.target.name);
}

/** Helpers that acquire nothing and that a program may return after. */
const HARMLESS = /^(?:bpf_)?(?:get_|ktime_|map_(lookup|update|delete)_elem$|probe_read|trace_printk|jiffies64)/;

class ScratchWriter {
  private readonly func: Func;
  private readonly place: ScratchPlace;
  private readonly base: Value;

  constructor(func: Func, place: ScratchPlace) {
    this.func = func;
    this.place = place;
    this.base = this.fresh("ptr");
  }

  rewrite(block: Block): Block {
    const { offsets } = this.place;
    if (!block.insts.some((inst) => "slot" in inst && offsets.has(inst.slot))) return block;
    const insts: Inst[] = [];
    for (const inst of block.insts) {
      const off = "slot" in inst ? offsets.get(inst.slot) : undefined;
      if (off === undefined) insts.push(inst);
      else if (inst.kind === "slotAddr") {
        const by = this.constant(insts, 64, off);
        insts.push({ kind: "offset", result: inst.result, base: this.base, by });
      }
    }
    return { ...block, insts };
  }

  /** Splits block `index` before its first use of the scratch pointer. */
  insertLookup(index: number): void {
    const { func } = this;
    const block = func.blocks[index] as Block;
    const span = block.insts.find((inst) => inst.span)?.span ?? block.terminator.span;
    const used = block.insts.findIndex((inst) => inst.kind === "offset" && inst.base === this.base);
    const pending = block.insts.findIndex((inst) => inst.kind === "call" && !isHarmless(inst));
    const ends = [used, pending, block.insts.length].filter((i) => i >= 0);
    const cut = Math.max(Math.min(...ends), block.insts.findLastIndex((inst) => inst.kind === "ctx") + 1);
    const rest: Block = { ...block, id: this.freshBlock(), params: [], insts: block.insts.slice(cut) };
    const failed: Block = {
      id: (rest.id + 1) as BlockId,
      params: [],
      insts: [],
      terminator: { kind: "return" },
    };
    const insts = block.insts.slice(0, cut);
    this.writeLookup(insts);
    const zero = this.constant(insts, 64, 0);
    const go = (to: Block) => ({ block: to.id, args: [] });
    func.blocks[index] = {
      ...block,
      insts: span ? insts.map((inst, i) => (i < cut ? inst : { ...inst, span })) : insts,
      terminator: {
        ...{ kind: "branch", op: "ne", bits: 64, lhs: this.base, rhs: zero, then: go(rest), else: go(failed) },
        ...(span && { span }),
      },
    };
    func.blocks.push(rest, failed);
  }

  private writeLookup(insts: Inst[]): void {
    const slot = this.func.slots.length as SlotId;
    this.func.slots.push({ id: slot, name: "scratch key", bytes: 4, align: 4, place: "stack" });
    const write = (inst: InstBody) => insts.push(inst);
    write({ kind: "slotStart", slot });
    const key = this.fresh("ptr");
    write({ kind: "slotAddr", result: key, slot });
    const value = this.place.wide === undefined ? this.constant(insts, 32, this.place.key) : this.fresh("i64");
    if (this.place.wide !== undefined) {
      const target = { kind: "helper", name: "bpf_get_smp_processor_id" } as const;
      write({ kind: "call", result: value, returns: "i64", target, args: [] });
    }
    write({ kind: "store", size: 4, space: "stack", base: key, off: 0, value });
    const map = this.fresh("ptr");
    write({ kind: "mapAddr", result: map, map: this.place.wide ?? SCRATCH_MAP });
    const target = { kind: "helper", name: "bpf_map_lookup_elem" } as const;
    write({ kind: "call", result: this.base, returns: "ptr", target, args: [map, key] });
    write({ kind: "slotEnd", slot });
  }

  private constant(insts: Inst[], bits: 32 | 64, value: number): Value {
    const result = this.fresh(bits === 32 ? "i32" : "i64");
    insts.push({ kind: "const", result, bits, value: BigInt(value) });
    return result;
  }

  private fresh(type: Func["types"][number]): Value {
    return (this.func.types.push(type) - 1) as Value;
  }

  private freshBlock(): BlockId {
    return this.func.blocks.reduce((most, block) => Math.max(most, block.id + 1), 0) as BlockId;
  }
}
