import type { SourceLine } from "../../base/source-line.ts";
import { type Insn, type InsnBody, slotsOf } from "../../isa/insn.ts";
import { calledHelper } from "./called-helper.ts";
import { inlinedAt } from "./inlined-calls.ts";
import { type HeldInsn, readSlots } from "./read-slots.ts";

/** What the kernel tells of a program that it holds. Slots are those of its instructions as they are now. */
export type HeldProgram = Readonly<{
  insns: Uint8Array;
  lines: ReadonlyMap<number, SourceLine>;
  /** Where functions begin; the first at 0. */
  functions: readonly Readonly<{ slot: number; name: string; btfId: number }>[];
  /** The function of the kernel that a call leads to, by the number in the instruction. */
  nameOf: (call: number) => string | undefined;
  /** A map of the program, by its id. */
  mapOf: (id: number) => string | undefined;
}>;

export type RestoredProgram = Readonly<{
  insns: readonly Insn[];
  functions: readonly Readonly<{ name: string; insnIndex: number; btfId: number }>[];
  /** Calls that the kernel had replaced by what they do, and that are calls again. */
  restored: number;
  /** What only the kernel writes and what cannot be turned back, by instruction. */
  foreign: readonly Readonly<{ insnIndex: number; what: string }>[];
}>;

type Row = { slot: number; body: InsnBody; to: number | undefined };

/**
 * A loaded program as it may have been given to the kernel: calls by their helpers, maps by their names, lookups as calls.
 * What the kernel did to accesses of contexts is not undone. Never throws for what the bytes hold.
 */
export function restoreProgram(held: HeldProgram): RestoredProgram {
  const code = readSlots(held.insns);
  const foreign: { slot: number; what: string }[] = [];
  const rows: Row[] = [];
  const entered = new Set([...code.map(({ to }) => to), ...held.functions.map(({ slot }) => slot)]);
  let restored = 0;
  for (let i = 0; i < code.length; ) {
    const found = inlinedAt(code, i, held.nameOf);
    const slot = code[i]?.slot ?? 0;
    if (found && !isEntered(code, i, found.length, entered)) {
      rows.push({ slot, body: { kind: "call", target: { kind: "helper", id: found.helper } }, to: undefined });
      restored++;
      i += found.length;
      continue;
    }
    const row = code[i] && plainRow(code[i] as HeldInsn, held, foreign);
    if (row) rows.push(row);
    i++;
  }
  return { ...layOut(rows, held, foreign), restored };
}

/** Whether a jump from elsewhere leads into the middle of instructions that are to become one. */
function isEntered(
  code: readonly HeldInsn[],
  i: number,
  length: number,
  entered: ReadonlySet<number | undefined>,
): boolean {
  const own = new Set(code.slice(i, i + length).map(({ to }) => to));
  const inside = code.slice(i + 1, i + length).map(({ slot }) => slot);
  const fromOutside = code.some(
    ({ to }, k) => (k < i || k >= i + length) && to !== undefined && inside.includes(to),
  );
  return fromOutside || inside.some((slot) => entered.has(slot) && !own.has(slot));
}

function plainRow(held: HeldInsn, of: HeldProgram, foreign: { slot: number; what: string }[]): Row | undefined {
  const { slot, to } = held;
  if (held.kind === "barrier") return undefined; // says nothing to a verifier
  if (held.kind !== "insn") {
    foreign.push({
      slot,
      what: held.kind === "perCpu" ? "a per-CPU address" : "an instruction of the kernel's own",
    });
    return { slot, body: { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 0 } }, to };
  }
  return { slot, body: named(held.body, of, (what) => foreign.push({ slot, what })), to };
}

/** Tail calls keep their helper's number; all other calls lead to addresses. */
const TAIL_CALL = 12;

function named(body: InsnBody, { nameOf, mapOf }: HeldProgram, report: (what: string) => void): InsnBody {
  if (body.kind === "call") {
    const { target } = body;
    if (target.kind === "kfunc") {
      const name = nameOf(target.btfId | 0);
      if (name !== undefined) return { kind: "call", target: { kind: "ksym", name, weak: false } };
      report("a call of a kernel function whose name is hidden");
    }
    if (target.kind !== "helper" || target.id === TAIL_CALL) return body;
    const name = nameOf(target.id);
    const id = name === undefined ? undefined : calledHelper(name);
    if (id !== undefined) return { kind: "call", target: { kind: "helper", id } };
    report(name === undefined ? "a call of a helper whose name is hidden" : `a call of the kernel's ${name}()`);
    return body;
  }
  if (body.kind !== "loadImm64") return body;
  const { ref } = body;
  if (ref?.kind !== "mapFd" && ref?.kind !== "mapValueFd") return body;
  const map = mapOf(ref.fd);
  if (map === undefined) {
    report("a map that is no more");
    return body;
  }
  return {
    ...body,
    ref: ref.kind === "mapFd" ? { kind: "map", map } : { kind: "mapValue", map, off: ref.off },
  };
}

/** The rows one after the other, with jumps and functions where they are now. */
function layOut(
  rows: readonly Row[],
  { lines, functions }: HeldProgram,
  foreign: readonly Readonly<{ slot: number; what: string }>[],
): Omit<RestoredProgram, "restored"> {
  const now = new Map<number, number>(); // old slot -> new slot
  const indexOf = new Map<number, number>();
  let next = 0;
  for (const [index, { slot, body }] of rows.entries()) {
    now.set(slot, next);
    indexOf.set(slot, index);
    next += slotsOf(body);
  }
  // A barrier that was left out stands for what follows it.
  const slots = rows.map(({ slot }) => slot);
  const from = (slot: number) => (now.has(slot) ? slot : (slots.find((one) => one > slot) ?? slot));
  const insns = rows.map(({ slot, body, to }): Insn => {
    const moved =
      to === undefined ? body : withTarget(body, (now.get(from(to)) ?? to) - (now.get(slot) ?? 0) - 1);
    const line = lines.get(slot);
    return line === undefined ? moved : { ...moved, meta: { line } };
  });
  return {
    insns,
    functions: functions.map(({ slot, name, btfId }) => ({
      name,
      btfId,
      insnIndex: indexOf.get(from(slot)) ?? 0,
    })),
    foreign: foreign.map(({ slot, what }) => ({ insnIndex: indexOf.get(from(slot)) ?? 0, what })),
  };
}

function withTarget(body: InsnBody, off: number): InsnBody {
  switch (body.kind) {
    case "ja":
    case "jump":
    case "mayGoto":
      return { ...body, off };
    case "call":
      return { kind: "call", target: { kind: "local", off } };
    case "loadImm64":
      return { ...body, ref: { kind: "funcOff", off } };
    default:
      return body;
  }
}
