import type { MapSpec } from "../abi/map-spec.ts";
import { buildCfg } from "../ir/cfg.ts";
import type { CoreQuestion, Func, SlotId, Value } from "../ir/ir.ts";
import type { Insn } from "../isa/insn.ts";
import { allocateRegisters, intervalEnd, intervalStart } from "./allocate.ts";
import type { CoreAnswer } from "./core-types.ts";
import { demoteValues } from "./demote.ts";
import { emitFunction } from "./emit.ts";
import { fixBranches } from "./fix-branches.ts";
import type { SlotFrame } from "./frame.ts";
import { layOutSlots } from "./frame.ts";
import type { Interval, Lives } from "./intervals.ts";
import { MEMORY } from "./intervals.ts";
import type { CpuVersion } from "./legalize.ts";
import { legalize } from "./legalize.ts";
import type { Lines } from "./lines.ts";
import { findLoopCounters } from "./loop-counters.ts";
import type { MFunc } from "./machine.ts";
import type { ScratchPlace } from "./scratch.ts";
import { moveToScratch } from "./scratch.ts";
import { selectInstructions } from "./select.ts";
import type { HelperIds } from "./selection.ts";

export type CompileContext = Readonly<{
  cpuVersion: CpuVersion;
  helperId: HelperIds;
  maps: readonly MapSpec[];
  lines: Lines;
  /** Answers what the kernel's types are asked. */
  core: (question: CoreQuestion) => CoreAnswer;
}>;

/** What a function keeps off the stack. */
export type FramePlan = Readonly<{
  /** Slots in the scratch map. */
  moved: readonly SlotId[];
  /** Integers that live in slots of the scratch map instead of registers. */
  demoted: readonly Value[];
}>;

export type FunctionCode = Readonly<{
  /** Functions are still called by name. */
  insns: readonly Insn[];
  /** Bytes of stack. */
  frameBytes: number;
  /** Bytes of the scratch map's value. */
  scratchBytes: number;
}>;

/** Where a function's part of the scratch map lies: the program's entry, and the first byte in it. */
export type ScratchArea = Readonly<{ key: number; offset: number; wide?: string }>;

/** Compiles one function with the frame that `plan` leaves it. */
export function compileFunction(
  func: Func,
  plan: FramePlan,
  area: ScratchArea,
  context: CompileContext,
): FunctionCode {
  const { machine, lives, frame, scratch } = allocate(func, plan, area, context);
  const { code, frameBytes } = emitFunction(machine, lives, frame, context);
  return { insns: fixBranches(code, context.cpuVersion), frameBytes, scratchBytes: scratch.bytes };
}

/** Integers that could be demoted as well, those first that are held in memory for longest. Takes a compilation to find. */
export function findDemotable(func: Func, plan: FramePlan, context: CompileContext): readonly Value[] {
  const { machine, lives } = allocate(func, plan, { key: 0, offset: 0 }, context);
  const found: { value: Value; length: number }[] = [];
  const counters = findLoopCounters(func);
  const bounded = machine.findBounded();
  for (let v = 0; v < func.types.length; v++) {
    const vreg = machine.operandOf[v] as number;
    const interval = vreg >= 0 ? lives.intervals[vreg] : undefined;
    if (!interval?.next && interval?.reg !== MEMORY) continue;
    if (func.types[v] === "ptr" || bounded[vreg] === 1 || counters[v] === 1) continue;
    found.push({ value: v as Value, length: memoryLength(interval) });
  }
  return found.sort((a, b) => b.length - a.length).map(({ value }) => value);
}

/** All but the writing of code. */
function allocate(
  func: Func,
  plan: FramePlan,
  area: ScratchArea,
  context: CompileContext,
): { machine: MFunc; lives: Lives; frame: SlotFrame; scratch: Scratch } {
  const demoted = plan.demoted.length > 0 ? demoteValues(func, plan.demoted) : { func, slots: [] };
  const moved = [...plan.moved, ...demoted.slots];
  const scratch = moved.length > 0 ? placeSlots(demoted.func, moved, area) : NO_SCRATCH;
  const placed = moved.length > 0 ? moveToScratch(demoted.func, scratch) : func;
  const legal = legalize(placed, context.cpuVersion);
  const cfg = buildCfg(legal);
  const frame = layOutSlots(legal, cfg);
  const machine = selectInstructions(legal, cfg, context);
  return { machine, lives: allocateRegisters(machine), frame, scratch };
}

type Scratch = ScratchPlace & Readonly<{ bytes: number }>;

const NO_SCRATCH: Scratch = { key: 0, offsets: new Map(), bytes: 0 };

/** Gives each moved slot its bytes; slots whose lives do not meet share them, as on the stack. */
function placeSlots(func: Func, moved: readonly SlotId[], area: ScratchArea): Scratch {
  const wanted = new Set(moved);
  const { bytes, offsets } = layOutSlots(func, buildCfg(func), (slot) => wanted.has(slot));
  const places = new Map(moved.map((slot) => [slot, area.offset + bytes + (offsets[slot] as number)]));
  return { key: area.key, ...(area.wide && { wide: area.wide }), offsets: places, bytes };
}

function memoryLength(interval: Interval): number {
  let length = 0;
  for (let piece: Interval | undefined = interval; piece; piece = piece.next)
    if (piece.reg === MEMORY) length += intervalEnd(piece) - intervalStart(piece);
  return length;
}
