import type { Value } from "../../ir/ir.ts";
import type { Action } from "../../plan/plan.ts";
import { LOSS_COUNTERS, type LossCounter } from "../../plan/plan.ts";
import type { ValueField } from "../../plan/value-type.ts";
import { placeNumber } from "./kernel-field.ts";
import { blockParam, zeroBytes } from "./lower-memory.ts";
import { amountValue, copyPlace, storeValue } from "./lower-store.ts";
import type { Amount, DirectPlace, EventValue, Lowering, Operand } from "./lowering.ts";
import { CONTROL, CONTROL_MAP, EVENTS_MAP, LOSSES_MAP } from "./plan-builder.ts";
import { toValueType } from "./plan-types.ts";
import { alignOf, roundUp, sizeOf, type Type } from "./types.ts";

/** Text and bytes longer than this go behind the event's fixed part, where they take only the room they need. */
const INLINE_TEXT_BYTES = 32;

/** `room`: bytes that it takes in the event at most. */
type Tail = Readonly<{
  at: number;
  operand: Operand;
  limit: number;
  room: number;
  text: boolean;
  type: Type;
}>;

/**
 * Sends one event: the action's index, the fixed fields, then the texts and bytes that have no fixed size. Each of these
 * follows the one before, unless `used` is given: then each has all its room, and the first `used` of them are sent.
 * That suits many texts, since kernels before 6.12 would follow all positions that they can take.
 */
export function emitEvent(
  l: Lowering,
  values: readonly EventValue[],
  action: (fields: readonly ValueField[]) => Action,
  used?: Value,
): void {
  const { b } = l;
  const fields: ValueField[] = [];
  const tails: Tail[] = [];
  const fixed: { at: number; value: EventValue; type: Type }[] = [];
  const gaps: { at: number; bytes: number }[] = [];
  let end = 8;
  for (const value of values) {
    const type = eventType(value.type);
    const tail = tailOf(value.operand, type);
    const at = roundUp(end, tail ? 8 : fieldAlign(type));
    gaps.push({ at: end, bytes: at - end });
    end = at + (tail ? 8 : sizeOf(type));
    const name = value.name === undefined ? {} : { name: value.name };
    if (tail) {
      tails.push({ ...tail, at, operand: value.operand, type });
      fields.push({
        ...name,
        offset: at,
        type: { kind: tail.text ? "tailString" : "tailBuffer", limit: tail.limit },
      });
    } else {
      fixed.push({ at, value, type });
      fields.push({ ...name, offset: at, type: toValueType(type) });
    }
  }
  const fixedBytes = roundUp(end, 8);
  gaps.push({ at: end, bytes: fixedBytes - end });
  const most = fixedBytes + tails.reduce((sum, t) => sum + t.room, 0);
  const record = l.temporary("event", most);
  const entry = l.plan.reserve();
  entry.set(action(fields));
  b.store("stack", 8, record.base, 0, b.const(entry.index));
  for (const { at, bytes } of gaps) zeroBytes(b, { ...record, off: at }, bytes); // helpers take no unset bytes
  for (const { at, value, type } of fixed) storeField(l, value, { ...record, off: at }, type);
  let size = b.const(fixedBytes);
  if (used !== undefined) size = writeApart(l, record, fixedBytes, tails, used);
  else if (tails.length > 0) size = writeTails(l, record, fixedBytes, tails);
  output(l, record, size);
}

/** A text that lies in memory is sent as it is: readers stop at its NUL, so what is behind that needs no clearing. */
function storeField(l: Lowering, { operand, type: from }: EventValue, to: DirectPlace, type: Type): void {
  const asIs = type.kind === "string" && from.kind === "string" && from.size === type.size;
  if (asIs && operand.kind === "memory") copyPlace(l, operand.place, to, type.size);
  else storeValue(l, operand, from, to, type);
}

/** Texts of eight bytes and more start where words can be copied. */
function fieldAlign(type: Type): number {
  return type.kind === "string" && type.size >= 8 ? 8 : alignOf(type);
}

/** Integers keep their size; everything else is as it is in memory. */
function eventType(type: Type): Type {
  return type.kind === "string" && type.size === 0 ? { kind: "string", size: 1 } : type;
}

function tailOf(operand: Operand, type: Type): Pick<Tail, "limit" | "room" | "text"> | undefined {
  // A text as long as its limit was probably cut, which is shown; not where the script asked for so many characters.
  if (operand.kind === "cstring")
    return { limit: operand.limit.max - (operand.whole ? 1 : 0), room: operand.limit.max, text: true };
  if (operand.kind === "bytes") return { limit: operand.length.max, room: operand.length.max, text: false };
  if (type.kind === "string" && type.size > INLINE_TEXT_BYTES && operand.kind === "memory")
    return { limit: type.size, room: type.size, text: true };
  return undefined;
}

/** Appends each tail where the one before ended; gives the event's size. */
function writeTails(l: Lowering, record: DirectPlace, start: number, tails: readonly Tail[]): Value {
  const { b } = l;
  let position = b.const(start);
  let cut: Value | undefined;
  for (const tail of tails) {
    const to = b.offset(record.base, position);
    const { taken, shown, isCut } = tail.text ? writeText(l, to, tail) : writeBytes(l, to, tail);
    b.store("stack", 4, record.base, tail.at, position);
    b.store("stack", 4, record.base, tail.at + 4, shown);
    position = b.binary("add", position, taken);
    if (isCut !== undefined) cut = cut === undefined ? isCut : b.binary("add", cut, isCut);
  }
  if (cut !== undefined) countTimes(l, "truncatedStrings", cut);
  return position;
}

/** Writes each tail at a place of its own, all of the same room; gives the size of an event with `used` of them. */
function writeApart(
  l: Lowering,
  record: DirectPlace,
  start: number,
  tails: readonly Tail[],
  used: Value,
): Value {
  const { b } = l;
  const room = tails[0]?.room ?? 0;
  for (const [index, tail] of tails.entries()) {
    const at = start + index * room;
    const { shown } = writeText(l, b.offsetBy(record.base, at), tail);
    b.store("stack", 4, record.base, tail.at, b.const(at));
    b.store("stack", 4, record.base, tail.at + 4, shown);
  }
  const sent = l.atMost(used, tails.length);
  return b.binary("add", b.binary("mul", sent, b.const(room)), b.const(start));
}

/** `taken` counts the NUL, `shown` does not; `isCut` is 1 where the text was probably longer than its room. */
type Written = Readonly<{ taken: Value; shown: Value; isCut?: Value }>;

/**
 * Copies a text; what cannot be read is empty. There is one branch only, and its common side covers all that the other
 * can give, so that the verifier need not follow both through the texts behind this one.
 */
function writeText(l: Lowering, to: Value, tail: Tail): Written {
  const { b } = l;
  const { operand, room } = tail;
  const read = readText(l, to, operand, room);
  const done = b.block("i64");
  const failed = b.block();
  b.branchWith("sge", 64, read, b.const(0), [done, [read]], [failed, []]);
  b.enter(failed);
  b.jump(done, b.const(0));
  b.enter(done);
  const taken = blockParam(done);
  const shown = b.binary("sub", taken, isNotZero(l, taken));
  if (operand.kind !== "cstring" || !operand.whole) return { taken, shown };
  const left = b.binary("sub", taken, b.const(room));
  return { taken, shown, isCut: b.binary("xor", isNotZero(l, left), b.const(1)) };
}

/** 1 for all numbers but 0, without a branch. */
export function isNotZero(l: Lowering, value: Value): Value {
  const { b } = l;
  return b.binary("rsh", b.binary("or", value, b.neg(value)), b.const(63));
}

function readText(l: Lowering, to: Value, operand: Operand, limit: number): Value {
  if (operand.kind === "cstring")
    return l.copyString(operand.space, to, operand.limit, operand.address, operand.span);
  if (operand.kind !== "memory") throw new Error(`bug: ${operand.kind} has no tail`);
  const { place } = operand;
  return l.copyString("address" in place ? place.space : "kernel", to, { max: limit }, placeNumber(l, place));
}

function writeBytes(l: Lowering, to: Value, tail: Tail): Written {
  const { operand } = tail;
  if (operand.kind !== "bytes") throw new Error(`bug: ${operand.kind} has no bytes`);
  const length = amountValue(l, operand.length);
  l.copyRaw(operand.space, to, length, operand.address);
  return { taken: length, shown: length };
}

/** Counts a text that filled all the room there is: it was probably cut. */
export function countCut(l: Lowering, read: Value, room: number): void {
  const { b } = l;
  const cut = b.block();
  const done = b.block();
  b.branch("eq", 64, read, b.const(room), cut, done);
  b.enter(cut);
  countLoss(l, "truncatedStrings");
  b.jump(done);
  b.enter(done);
}

/** Hands a record over. While user space drains on a timer it must not be woken: the control word holds the flag. */
function output(l: Lowering, record: DirectPlace, size: Value): void {
  const { b } = l;
  const control = b.mapValueAddr(CONTROL_MAP, 0);
  const flags = b.load("map", 8, control, CONTROL.noWakeup);
  const args = [b.mapAddr(EVENTS_MAP), record.base, size, flags];
  const result = b.helper("bpf_ringbuf_output", args);
  const lost = b.block();
  const done = b.block();
  b.branch("ne", 64, result, b.const(0), lost, done);
  b.enter(lost);
  countLoss(l, "events");
  b.jump(done);
  b.enter(done);
}

/** Adds one to a counter of this CPU. */
export function countLoss(l: Lowering, counter: LossCounter): void {
  addLosses(l, counter, l.b.const(1));
}

/** Adds `times`, which is mostly zero, to a counter of this CPU. */
function countTimes(l: Lowering, counter: LossCounter, times: Value): void {
  const { b } = l;
  const some = b.block();
  const done = b.block();
  b.branch("ne", 64, times, b.const(0), some, done);
  b.enter(some);
  addLosses(l, counter, times);
  b.jump(done);
  b.enter(done);
}

function addLosses(l: Lowering, counter: LossCounter, times: Value): void {
  const { b } = l;
  const index = LOSS_COUNTERS.indexOf(counter);
  if (index === -1) throw new Error(`bug: no loss counter ${counter}`);
  const key = l.temporary("key", 8);
  b.store("stack", 8, key.base, key.off, b.const(0));
  const value = b.helper("bpf_map_lookup_elem", [b.mapAddr(LOSSES_MAP), l.address(key)], "ptr");
  const found = b.block();
  const done = b.block();
  b.branch("ne", 64, value, b.const(0), found, done);
  b.enter(found);
  b.store("map", 8, value, index * 8, b.binary("add", b.load("map", 8, value, index * 8), times));
  b.jump(done);
  b.enter(done);
}

/** An amount that a program computes, cut to `max`. */
export function bounded(l: Lowering, value: Value, max: number): Amount {
  return { max, value: l.atMost(value, max) };
}
