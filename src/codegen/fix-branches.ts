import type { Insn, InsnMeta } from "../isa/insn.ts";
import { slotsOf } from "../isa/insn.ts";
import type { Draft, DraftCode } from "./draft.ts";
import { INVERSE_JUMP } from "./machine.ts";

const NEAR = 0x7fff; // slots that a 16-bit offset reaches
const HOP = 30_000; // leaves room for what is inserted meanwhile

/**
 * Fills in jump offsets. What is out of reach of 16 bits becomes a long jump (instruction set 4) or goes by way of
 * jumps put in between.
 */
export function fixBranches(code: DraftCode, cpuVersion: 3 | 4): Insn[] {
  const { drafts, labels } = code;
  for (;;) {
    const slots = slotPositions(drafts);
    const far = findFar(drafts, labels, slots);
    if (far.length === 0) return finish(code, slots);
    if (cpuVersion >= 4) lengthen(code, far);
    else addIslands(code, far, slots);
  }
}

/** Slot of each instruction, and the end of the last. */
function slotPositions(drafts: readonly Draft[]): Int32Array {
  const slots = new Int32Array(drafts.length + 1);
  for (let i = 0; i < drafts.length; i++)
    slots[i + 1] = (slots[i] as number) + slotsOf((drafts[i] as Draft).insn);
  return slots;
}

function offsetOf(draft: Draft, i: number, labels: readonly number[], slots: Int32Array): number {
  return (slots[labels[draft.label] as number] as number) - (slots[i] as number) - 1;
}

function findFar(drafts: readonly Draft[], labels: readonly number[], slots: Int32Array): number[] {
  const far: number[] = [];
  if ((slots[drafts.length] as number) <= NEAR) return far;
  for (let i = 0; i < drafts.length; i++) {
    const draft = drafts[i] as Draft;
    if (draft.label === -1 || (draft.insn.kind === "ja" && draft.insn.wide)) continue;
    if (Math.abs(offsetOf(draft, i, labels, slots)) > NEAR) far.push(i);
  }
  return far;
}

/** The instructions of drafts are nobody else's: they are completed in place, since copies cost time. */
function finish({ drafts, labels }: DraftCode, slots: Int32Array): Insn[] {
  const insns: Insn[] = new Array(drafts.length);
  for (let i = 0; i < drafts.length; i++) {
    const draft = drafts[i] as Draft;
    const insn: { -readonly [K in keyof Insn]: Insn[K] } & { off?: number; meta?: InsnMeta } = draft.insn;
    if (draft.label !== -1) insn.off = offsetOf(draft, i, labels, slots);
    if (draft.meta) insn.meta = draft.meta;
    insns[i] = insn as Insn;
  }
  return insns;
}

/** Conditional jumps jump over a long one; plain ones become long. */
function lengthen(code: DraftCode, far: readonly number[]): void {
  const insertions: Insertion[] = [];
  for (const i of far) {
    const draft = code.drafts[i] as Draft;
    const { insn, label, meta } = draft;
    const long: Draft = { insn: { kind: "ja", off: 0, wide: true }, label, meta };
    if (insn.kind === "ja") {
      code.drafts[i] = long;
      continue;
    }
    if (insn.kind !== "jump") continue;
    const after = newLabel(code);
    if (insn.op === "set") {
      // There is no opposite: jump to the long jump, and over it otherwise.
      const taken = newLabel(code);
      code.drafts[i] = { insn, label: taken, meta };
      const over: Draft = { insn: { kind: "ja", off: 0, wide: false }, label: after, meta };
      insertions.push({
        at: i + 1,
        drafts: [over, long],
        labels: [
          { label: taken, index: 1 },
          { label: after, index: 2 },
        ],
      });
    } else {
      code.drafts[i] = { insn: { ...insn, op: INVERSE_JUMP[insn.op] }, label: after, meta };
      insertions.push({ at: i + 1, drafts: [long], labels: [{ label: after, index: 1 }] });
    }
  }
  insertAll(code, insertions);
}

/** Lets far jumps stop on the way: a jump to the target, in reach, that the code around it jumps over. */
function addIslands(code: DraftCode, far: readonly number[], slots: Int32Array): void {
  const islands = new Map<string, number>();
  const insertions: Insertion[] = [];
  for (const i of far) {
    const draft = code.drafts[i] as Draft;
    const here = slots[i] as number;
    const forward = offsetOf(draft, i, code.labels, slots) > 0;
    const at = boundaryNear(slots, forward ? here + HOP : here - HOP);
    const key = `${at} ${draft.label}`;
    let island = islands.get(key);
    if (island === undefined) {
      island = newLabel(code);
      islands.set(key, island);
      const over = newLabel(code);
      const jump = (label: number): Draft => ({
        insn: { kind: "ja", off: 0, wide: false },
        label,
        meta: draft.meta,
      });
      const open = fallsThrough(code.drafts[at - 1]);
      insertions.push({
        at,
        drafts: open ? [jump(over), jump(draft.label)] : [jump(draft.label)],
        labels: [
          { label: island, index: open ? 1 : 0 },
          { label: over, index: open ? 2 : 1 },
        ],
      });
    }
    code.drafts[i] = { ...draft, label: island };
  }
  insertions.sort((a, b) => a.at - b.at);
  insertAll(code, insertions);
}

function fallsThrough(draft: Draft | undefined): boolean {
  return draft === undefined || (draft.insn.kind !== "ja" && draft.insn.kind !== "exit");
}

/** Index of the first instruction at or after the slot. */
function boundaryNear(slots: Int32Array, slot: number): number {
  let low = 0;
  let high = slots.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle] as number) < slot) low = middle + 1;
    else high = middle;
  }
  return low;
}

function newLabel(code: DraftCode): number {
  return code.labels.push(-1) - 1;
}

/** Instructions to put before index `at`, and labels that stand before the `index`-th of them (or after the last). */
type Insertion = Readonly<{
  at: number;
  drafts: readonly Draft[];
  labels: readonly Readonly<{ label: number; index: number }>[];
}>;

/** Insertions ascend by `at`. Labels that stood at an index where something is inserted stay before what follows it. */
function insertAll(code: DraftCode, insertions: readonly Insertion[]): void {
  const old = code.drafts.slice();
  const moved = new Int32Array(old.length + 1);
  const placed: { label: number; at: number }[] = [];
  code.drafts.length = 0;
  let next = 0;
  for (let i = 0; i <= old.length; i++) {
    for (; next < insertions.length && (insertions[next] as Insertion).at === i; next++) {
      const { drafts, labels } = insertions[next] as Insertion;
      for (const { label, index } of labels) placed.push({ label, at: code.drafts.length + index });
      for (const draft of drafts) code.drafts.push(draft);
    }
    moved[i] = code.drafts.length;
    if (i < old.length) code.drafts.push(old[i] as Draft);
  }
  for (let l = 0; l < code.labels.length; l++) {
    const at = code.labels[l] as number;
    if (at !== -1) code.labels[l] = moved[at] as number;
  }
  for (const { label, at } of placed) code.labels[label] = at;
}
