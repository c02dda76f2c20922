import { UNWIND_RULE as RULE } from "../base/unwind-rule.ts";
import { ByteReader } from "./byte-reader.ts";
import { DwarfError } from "./error.ts";
import type { FrameEntry, FrameSection } from "./frame-entries.ts";

const UNKNOWN = RULE.unknown;
const MOST_AMOUNT = 0xffff;
const MOST_SAVED = 0x1fff;

/** Rules by address: rule `i` holds from `starts[i]` up to the next one. Sorted; what lies between functions is unknown. */
export type FrameRules = Readonly<{ starts: Float64Array; rules: Uint32Array }>;

/** Registers by their DWARF numbers. Source: System V ABI for AMD64, figure 3.36. */
const REGISTER = { rbp: 6, rsp: 7 } as const;

const CFA = {
  advanceLoc: 0x40,
  offset: 0x80,
  restore: 0xc0,
  nop: 0x00,
  setLoc: 0x01,
  advanceLoc1: 0x02,
  advanceLoc2: 0x03,
  advanceLoc4: 0x04,
  offsetExtended: 0x05,
  restoreExtended: 0x06,
  undefined: 0x07,
  sameValue: 0x08,
  register: 0x09,
  rememberState: 0x0a,
  restoreState: 0x0b,
  defCfa: 0x0c,
  defCfaRegister: 0x0d,
  defCfaOffset: 0x0e,
  defCfaExpression: 0x0f,
  expression: 0x10,
  offsetExtendedSf: 0x11,
  defCfaSf: 0x12,
  defCfaOffsetSf: 0x13,
  valOffset: 0x14,
  valOffsetSf: 0x15,
  valExpression: 0x16,
  gnuArgsSize: 0x2e,
} as const; // DWARF 5, 7.24

/** Where the CFA is: a register plus bytes, or one of the expressions that compilers and linkers write. */
type Cfa = Readonly<
  | { kind: "register"; register: number; offset: number }
  | { kind: "linkage"; from: number }
  | { kind: "realigned"; offset: number }
  | { kind: "other" }
>;

/** Where a register of the caller is: unchanged, `offset` bytes from the CFA, or elsewhere. */
type Saved = number | "same" | "none" | "atPointer" | "other";

type State = { cfa: Cfa; rbp: Saved; returns: Saved };

/** The rules of all functions of a file. `entries` are sorted. What cannot be read is unknown. */
export function frameRules({ bytes, littleEndian, entries }: FrameSection): FrameRules {
  entries.sort((a, b) => a.low - b.low);
  const reader = new ByteReader(bytes, ".eh_frame", littleEndian);
  const rows = new Rows();
  for (const entry of entries) {
    rows.begin(entry.low);
    const run = new Run(reader, entry, rows);
    try {
      run.run();
    } catch (error) {
      if (!(error instanceof DwarfError)) throw error;
      rows.add(run.at, UNKNOWN);
    }
    rows.add(entry.high, UNKNOWN);
  }
  return rows.finish();
}

class Rows {
  #starts = new Float64Array(1024);
  #rules = new Uint32Array(1024);
  #count = 0;

  /** A function begins here; where the one before reaches further, it ends here. */
  begin(low: number): void {
    while (this.#count > 0 && (this.#starts[this.#count - 1] as number) > low) this.#count--;
  }

  add(start: number, rule: number): void {
    const last = this.#count - 1;
    if (last >= 0 && this.#starts[last] === start) this.#count--;
    if (this.#count > 0 && this.#rules[this.#count - 1] === rule) return;
    if (this.#count === this.#starts.length) this.#grow();
    this.#starts[this.#count] = start;
    this.#rules[this.#count++] = rule;
  }

  #grow(): void {
    const [starts, rules] = [new Float64Array(this.#count * 2), new Uint32Array(this.#count * 2)];
    starts.set(this.#starts);
    rules.set(this.#rules);
    [this.#starts, this.#rules] = [starts, rules];
  }

  finish(): FrameRules {
    return {
      starts: this.#starts.slice(0, this.#count),
      rules: this.#rules.slice(0, this.#count),
    };
  }
}

const START: State = { cfa: { kind: "other" }, rbp: "same", returns: "other" };
const MOST_STATES = 64; // that a program remembers

/** Follows the instructions of one function. */
class Run {
  readonly #reader: ByteReader;
  readonly #entry: FrameEntry;
  readonly #rows: Rows;
  #state: State = { ...START };
  #initial: State = { ...START };
  readonly #remembered: State[] = [];
  /** The address that the next row begins at. */
  at: number;

  constructor(reader: ByteReader, entry: FrameEntry, rows: Rows) {
    this.#reader = reader;
    this.#entry = entry;
    this.#rows = rows;
    this.at = entry.low;
  }

  run(): void {
    const { common, first, end, high } = this.#entry;
    if (common.isSignal) return this.#rows.add(this.at, RULE.signal);
    this.#steps(common.first, common.end);
    this.#initial = { ...this.#state };
    this.#steps(first, end);
    if (this.at < high) this.#rows.add(this.at, ruleOf(this.#state));
  }

  #steps(first: number, end: number): void {
    const reader = this.#reader;
    reader.at = first;
    while (reader.at < end) {
      const code = reader.u8();
      const low = code & 0x3f;
      if (code >= CFA.restore) this.#restore(low);
      else if (code >= CFA.offset) this.#save(low, reader.uleb() * this.#entry.common.dataAlign);
      else if (code >= CFA.advanceLoc) this.#advance(low);
      else this.#step(code);
    }
  }

  #step(code: number): void {
    const reader = this.#reader;
    const { dataAlign } = this.#entry.common;
    switch (code) {
      case CFA.nop:
        return;
      case CFA.advanceLoc1:
        return this.#advance(reader.u8());
      case CFA.advanceLoc2:
        return this.#advance(reader.u16());
      case CFA.advanceLoc4:
        return this.#advance(reader.u32());
      case CFA.offsetExtended:
        return this.#save(reader.uleb(), reader.uleb() * dataAlign);
      case CFA.offsetExtendedSf:
        return this.#save(reader.uleb(), reader.sleb() * dataAlign);
      case CFA.restoreExtended:
        return this.#restore(reader.uleb());
      case CFA.undefined:
        return this.#set(reader.uleb(), "none");
      case CFA.sameValue:
        return this.#set(reader.uleb(), "same");
      case CFA.rememberState:
        if (this.#remembered.length < MOST_STATES) this.#remembered.push({ ...this.#state });
        return;
      case CFA.restoreState:
        this.#state = this.#remembered.pop() ?? { ...START };
        return;
      case CFA.gnuArgsSize:
        reader.uleb();
        return;
      default:
        return this.#define(code);
    }
  }

  #define(code: number): void {
    const reader = this.#reader;
    const { dataAlign } = this.#entry.common;
    const { cfa } = this.#state;
    switch (code) {
      case CFA.defCfa:
        return this.#cfa(reader.uleb(), reader.uleb());
      case CFA.defCfaSf:
        return this.#cfa(reader.uleb(), reader.sleb() * dataAlign);
      case CFA.defCfaRegister:
        return this.#cfa(reader.uleb(), cfa.kind === "register" ? cfa.offset : 0);
      case CFA.defCfaOffset:
        return this.#cfa(cfa.kind === "register" ? cfa.register : -1, reader.uleb());
      case CFA.defCfaOffsetSf:
        return this.#cfa(cfa.kind === "register" ? cfa.register : -1, reader.sleb() * dataAlign);
      case CFA.defCfaExpression:
        this.#state.cfa = cfaOf(reader.block(reader.uleb()));
        return;
      case CFA.expression: {
        const register = reader.uleb();
        const [code0, offset, ...more] = reader.block(reader.uleb());
        const isAtPointer = code0 === 0x70 + REGISTER.rbp && offset === 0 && more.length === 0;
        return this.#set(register, isAtPointer ? "atPointer" : "other");
      }
      case CFA.register:
      case CFA.valOffset:
        this.#set(reader.uleb(), "other");
        reader.uleb();
        return;
      case CFA.valOffsetSf:
        this.#set(reader.uleb(), "other");
        reader.sleb();
        return;
      case CFA.valExpression:
        this.#set(reader.uleb(), "other");
        reader.skip(reader.uleb());
        return;
      default:
        throw new DwarfError(`instruction 0x${code.toString(16)} is unknown`, reader.section, reader.at);
    }
  }

  #advance(delta: number): void {
    if (delta === 0) return;
    this.#rows.add(this.at, ruleOf(this.#state));
    this.at = Math.min(this.#entry.high, this.at + delta * this.#entry.common.codeAlign);
  }

  #cfa(register: number, offset: number): void {
    this.#state.cfa = { kind: "register", register, offset };
  }

  #save(register: number, offset: number): void {
    this.#set(register, offset);
  }

  #set(register: number, saved: Saved): void {
    if (register === REGISTER.rbp) this.#state.rbp = saved;
    else if (register === this.#entry.common.returnRegister) this.#state.returns = saved;
  }

  #restore(register: number): void {
    if (register === REGISTER.rbp) this.#state.rbp = this.#initial.rbp;
    else if (register === this.#entry.common.returnRegister) this.#state.returns = this.#initial.returns;
  }
}

/** Reads the expressions that occur: those of linkage tables, and of functions that align their stack. */
function cfaOf(code: Uint8Array): Cfa {
  const [op, offset = 0, next, zero, fifteen, and, from = 0, ge, three, shift, plus] = code;
  const isLinkage =
    code.length === 11 && op === 0x77 && offset === 8 && next === 0x80 && zero === 0 && fifteen === 0x3f;
  if (isLinkage && and === 0x1a && ge === 0x2a && three === 0x33 && shift === 0x24 && plus === 0x22)
    return from >= 0x30 && from <= 0x3f ? { kind: "linkage", from: from - 0x30 } : { kind: "other" };
  // DW_OP_breg6 offset, DW_OP_deref
  if (code.length === 3 && op === 0x70 + REGISTER.rbp && offset < 0x80 && next === 0x06)
    return { kind: "realigned", offset: (offset << 25) >> 25 };
  return { kind: "other" };
}

function ruleOf({ cfa, rbp, returns }: State): number {
  if (returns === "none") return RULE.outermost;
  if (returns !== -8) return UNKNOWN;
  switch (cfa.kind) {
    case "linkage":
      return rbp === "same" ? packed(RULE.linkage, cfa.from, 0) : UNKNOWN;
    case "realigned": {
      const below = -cfa.offset / 8;
      return rbp === "atPointer" && isWord(below) ? packed(RULE.realigned, below, 0) : UNKNOWN;
    }
    case "register": {
      const amount = cfa.offset / 8;
      const saved = rbp === "same" ? 0 : typeof rbp === "number" && rbp < 0 ? -rbp / 8 : -1;
      if (!isWord(amount) || !Number.isInteger(saved) || saved < 0 || saved > MOST_SAVED) return UNKNOWN;
      if (cfa.register === REGISTER.rsp) return packed(RULE.stackPointer, amount, saved);
      return cfa.register === REGISTER.rbp ? packed(RULE.framePointer, amount, saved) : UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}

function isWord(amount: number): boolean {
  return Number.isInteger(amount) && amount >= 0 && amount <= MOST_AMOUNT;
}

function packed(kind: number, amount: number, saved: number): number {
  return (kind | (amount << 3) | (saved << 19)) >>> 0;
}
