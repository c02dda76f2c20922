import type { TracepointField, TracepointFormat } from "../../plan/target.ts";
import { HookList } from "./hook-program.ts";
import { bigOf, putHalves, putWord, type Word } from "./word.ts";

/** Value of a tracepoint's field: a word, or text and bytes for arrays and strings. */
export type FieldWord = Word | string | Uint8Array;
export type TracepointData = Readonly<{
  /** What raw tracepoint and tp_btf programs see, in the order of the tracepoint's prototype. */
  args: readonly Word[];
  /** The record, by the names of the format's fields. */
  fields: Readonly<Record<string, FieldWord>>;
}>;

const COMMON_BYTES = 8; // common_type, common_flags, common_preempt_count, common_pid
const CALL_WORDS = COMMON_BYTES / 4 + 2; // words of 32 bits before the arguments of a system call
const MOST_ARGS = 12;
const RECORD_BYTES = 8192; // PERF_MAX_TRACE_SIZE, include/linux/trace_events.h, v6.12

const encoder = new TextEncoder();

/** One tracepoint and the programs on it. */
export class Tracepoint {
  readonly category: string;
  readonly name: string;
  readonly format: TracepointFormat | undefined;
  /** Programs of type tracepoint: they see the record. */
  readonly records: HookList;
  /** Raw tracepoint and tp_btf programs: they see the arguments. */
  readonly raw: HookList;
  /** Whether any program is attached: fire nothing otherwise. */
  active = false;
  readonly #params: number | undefined;
  readonly #currentPid: () => number;
  readonly #fixedBytes: number;
  readonly #args = new DataView(new ArrayBuffer(MOST_ARGS * 8));
  readonly #words = new Int32Array((MOST_ARGS + 2) * 2);
  readonly #argSlices: Uint8Array[] = [];
  readonly #recordSlices: Uint8Array[] = [];
  readonly #listeners: (() => void)[] = [];
  #record: DataView | undefined;
  #isChecked = false;

  /** `params`: how many arguments its prototype has, where that is known. */
  constructor(
    category: string,
    name: string,
    format: TracepointFormat | undefined,
    params: number | undefined,
    currentPid: () => number,
  ) {
    this.#params = params;
    this.category = category;
    this.name = name;
    this.format = format;
    this.#currentPid = currentPid;
    const ends = (format?.fields ?? []).map((field) => field.offset + field.size);
    this.#fixedBytes = Math.ceil(Math.max(COMMON_BYTES, ...ends) / 8) * 8;
    const changed = () => {
      this.active = this.records.programs.length + this.raw.programs.length > 0;
      for (const listener of this.#listeners) listener();
    };
    this.records = new HookList(changed);
    this.raw = new HookList(changed);
  }

  /** Calls `listener` whenever a program was attached or detached. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Runs the programs; `make` is called only when there are any. */
  fire(make: () => TracepointData): void {
    if (!this.active) return;
    const { args, fields } = make();
    if (!this.raw.isEmpty) this.fireRaw(args);
    if (!this.records.isEmpty) this.#fireRecord(fields);
  }

  /** Runs raw tracepoint and tp_btf programs alone. */
  fireRaw(args: readonly Word[]): void {
    if (this.#params !== undefined && this.#params !== args.length)
      throw new Error(`bug: ${this.category}:${this.name} has ${this.#params} arguments, not ${args.length}`);
    const view = this.#args;
    for (let i = 0; i < args.length; i++) putWord(view, i * 8, args[i]);
    this.raw.runAll(slice(this.#argSlices, view, args.length));
  }

  /** Runs tracepoint programs on the record of a system call: its number and its arguments, 64 bits each. */
  fireCall(number: number, args: readonly Word[]): void {
    const record = this.#words;
    this.#beginWords(number);
    for (let i = 0; i < args.length; i++) putHalves(record, CALL_WORDS + i * 2, args[i]);
    this.records.runWords(record, CALL_WORDS + args.length * 2);
  }

  /** The same for its end: its number and its result. */
  fireReturn(number: number, result: number): void {
    this.#beginWords(number);
    putHalves(this.#words, CALL_WORDS, result);
    this.records.runWords(this.#words, CALL_WORDS + 2);
  }

  #beginWords(number: number): void {
    const record = this.#words;
    record[0] = this.format?.id ?? 0;
    record[1] = this.#currentPid();
    record[2] = number;
    record[3] = 0;
  }

  #fireRecord(fields: TracepointData["fields"]): void {
    if (!this.#isChecked) this.#check(fields);
    const view = this.#begin(this.#fixedBytes);
    let end = this.#fixedBytes;
    for (const field of this.format?.fields ?? []) {
      const value = fields[field.name];
      if (value === undefined) continue;
      if (field.dataLoc) end = putData(view, field, value, end);
      else putField(view, field, value);
    }
    this.records.runAll(slice(this.#recordSlices, view, Math.ceil(end / 8)));
  }

  /** Names that the format does not have are mistakes of whoever fires. */
  #check(fields: TracepointData["fields"]): void {
    this.#isChecked = true;
    const known = new Set(this.format?.fields.map((field) => field.name));
    for (const name of Object.keys(fields))
      if (!known.has(name)) throw new Error(`bug: ${this.category}:${this.name} has no field ${name}`);
  }

  #begin(bytes: number): DataView {
    this.#record ??= new DataView(new ArrayBuffer(RECORD_BYTES));
    const view = this.#record;
    slice(this.#recordSlices, view, Math.ceil(bytes / 8)).fill(0);
    view.setUint16(0, this.format?.id ?? 0, true);
    view.setInt32(4, this.#currentPid(), true);
    return view;
  }
}

/** The first `words` × 8 bytes; each such array is made once. */
function slice(made: Uint8Array[], view: DataView, words: number): Uint8Array {
  const known = made[words];
  if (known !== undefined) return known;
  const bytes = new Uint8Array(view.buffer, 0, words * 8);
  made[words] = bytes;
  return bytes;
}

function putField(view: DataView, field: TracepointField, value: FieldWord): void {
  if (typeof value === "string" || value instanceof Uint8Array) {
    const bytes = bytesOf(value).subarray(0, field.size);
    new Uint8Array(view.buffer, field.offset, field.size).set(bytes);
    if (typeof value === "string" && bytes.length === field.size)
      view.setUint8(field.offset + field.size - 1, 0);
    return;
  }
  if (field.size === 8) return putWord(view, field.offset, value);
  const low = typeof value === "number" ? value : Number(BigInt.asIntN(32, bigOf(value)));
  if (field.size === 4) view.setInt32(field.offset, low, true);
  else if (field.size === 2) view.setInt16(field.offset, low, true);
  else if (field.size === 1) view.setInt8(field.offset, low);
  else throw new Error(`bug: field ${field.name} of ${field.size} bytes needs bytes`);
}

/** Writes what a __data_loc field refers to; the record's new end. */
function putData(view: DataView, field: TracepointField, value: FieldWord, end: number): number {
  const text = typeof value === "string";
  if (!text && !(value instanceof Uint8Array)) throw new Error(`bug: field ${field.name} needs text or bytes`);
  const bytes = bytesOf(value).subarray(0, RECORD_BYTES - end - 1);
  const length = bytes.length + (text ? 1 : 0);
  const into = new Uint8Array(view.buffer, end, length);
  into.fill(0);
  into.set(bytes);
  view.setUint32(field.offset, (length << 16) | end, true);
  return end + length;
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? encoder.encode(value) : value;
}
