import type { CallTarget, ImmRef, Insn, InsnMeta } from "../isa/insn.ts";
import { slotsOf } from "../isa/insn.ts";

/** A compiled function that calls others by name. `meta`: a source position for it as a whole. */
export type LinkInput = Readonly<{ name: string; insns: readonly Insn[]; meta: InsnMeta | undefined }>;

/** One instruction list, and where each function starts in it. */
export type Linked = Readonly<{ insns: readonly Insn[]; starts: readonly number[] }>;

/** Puts functions one behind the other and turns names in calls into offsets. */
export function linkFunctions(functions: readonly LinkInput[]): Linked {
  const [only] = functions;
  if (only !== undefined && functions.length === 1) {
    const insns = only.insns.slice(); // it calls nobody
    nameFirst(insns, 0, only.name, only.meta);
    return { insns, starts: [0] };
  }
  const slotOf = new Map<string, number>();
  let slot = 0;
  for (const { name, insns } of functions) {
    slotOf.set(name, slot);
    for (const insn of insns) slot += slotsOf(insn);
  }
  const out: Insn[] = [];
  const starts: number[] = [];
  slot = 0;
  for (const { name, insns, meta } of functions) {
    starts.push(out.length);
    for (const insn of insns) {
      out.push(bind(insn, slot, slotOf));
      slot += slotsOf(insn);
    }
    nameFirst(out, starts[starts.length - 1] as number, name, meta);
  }
  return { insns: out, starts };
}

/** The kernel wants a source line for the first instruction of each function if it gets any at all. */
function nameFirst(insns: Insn[], at: number, symbol: string, meta: InsnMeta | undefined): void {
  const first = insns[at] as Insn;
  const line = first.meta?.line ?? meta?.line;
  insns[at] = { ...first, meta: { ...first.meta, symbol, ...(line && { line }) } };
}

function bind(insn: Insn, slot: number, slotOf: ReadonlyMap<string, number>): Insn {
  if (insn.kind === "call" && insn.target.kind === "func") {
    const target: CallTarget = { kind: "local", off: distance(insn.target.name, slot, slotOf) };
    return { ...insn, target };
  }
  if (insn.kind === "loadImm64" && insn.ref?.kind === "func") {
    const ref: ImmRef = { kind: "funcOff", off: distance(insn.ref.name, slot, slotOf) };
    return { ...insn, ref };
  }
  return insn;
}

/** Slots from the one after the instruction's first slot, for calls and 64-bit loads alike. */
function distance(name: string, from: number, slotOf: ReadonlyMap<string, number>): number {
  const to = slotOf.get(name);
  if (to === undefined) throw new Error(`bug: ${name} is called and not there`);
  return to - from - 1;
}
