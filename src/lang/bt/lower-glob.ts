import type { Value } from "../../ir/ir.ts";
import { blockParam } from "./lower-memory.ts";
import type { DirectPlace, Lowering } from "./lowering.ts";

/** One place of a pattern that takes one byte: those from `from` to `to`, or all others. */
type GlobClass = Readonly<{ ranges: readonly (readonly [from: number, to: number])[]; negated: boolean }>;

/** `loops`: bit i is set where `*` stands before place i. */
export type Glob = Readonly<{ places: readonly GlobClass[]; loops: bigint }>;

/** States are bits of one register, one more than there are places. */
export const MOST_PLACES = 62;

/** Reads a pattern of `*`, `?`, `[a-z]`, `[!abc]` and plain bytes; undefined when it has too many places. */
export function parseGlob(pattern: Uint8Array): Glob | undefined {
  const places: GlobClass[] = [];
  let loops = 0n;
  for (let at = 0; at < pattern.length; at++) {
    const byte = pattern[at] as number;
    const list = byte === BRACKET ? readClass(pattern, at + 1) : undefined;
    if (byte === STAR) loops |= 1n << BigInt(places.length);
    else if (byte === QUESTION) places.push({ ranges: [], negated: true });
    else if (list) {
      places.push(list.of);
      at = list.end;
    } else places.push({ ranges: [[byte, byte]], negated: false });
    if (places.length > MOST_PLACES) return undefined;
  }
  return { places, loops };
}

const STAR = 42;
const QUESTION = 63;
const BRACKET = 91;
const CLOSE = 93;
const DASH = 45;
const BANG = 33;
const CARET = 94;

/** What stands in `[…]` from `start` on; undefined when no `]` ends it. */
function readClass(pattern: Uint8Array, start: number): { of: GlobClass; end: number } | undefined {
  const negated = pattern[start] === BANG || pattern[start] === CARET;
  const first = negated ? start + 1 : start;
  const end = pattern.indexOf(CLOSE, first + 1);
  if (end === -1) return undefined;
  const ranges: [number, number][] = [];
  for (let at = first; at < end; at++) {
    const from = pattern[at] as number;
    const ranged = pattern[at + 1] === DASH && at + 2 < end;
    ranges.push([from, ranged ? (pattern[at + 2] as number) : from]);
    if (ranged) at += 2;
  }
  return { of: { ranges, negated }, end };
}

/**
 * Whether the whole text of at most `size` bytes matches: an i64 of 0 or 1. All ways to match are followed at once, a bit
 * for each place that the pattern can be at, so that the verifier meets no branches but the end of the text.
 */
export function matchGlob(l: Lowering, text: DirectPlace, size: number, { places, loops }: Glob): Value {
  const { b } = l;
  const head = b.block("i64", "i64");
  const body = b.block();
  const inside = b.block();
  const done = b.block("i64");
  b.jump(head, b.const(0), b.const(1));
  b.enter(head);
  const at = blockParam(head);
  const states = head.params[1]?.value ?? at;
  b.branchWith("lt", 64, at, b.const(size), [body, []], [done, [states]]);
  b.enter(body);
  const byte = b.load(text.space, 1, b.offset(text.base, at), text.off);
  b.branchWith("ne", 64, byte, b.const(0), [inside, []], [done, [states]]);
  b.enter(inside);
  const moved = b.binary("lsh", b.binary("and", states, takenBy(l, byte, places)), b.const(1));
  const stayed = b.binary("and", states, b.const(loops));
  b.jump(head, b.binary("add", at, b.const(1)), b.binary("or", moved, stayed));
  b.enter(done);
  return b.binary("and", b.binary("rsh", blockParam(done), b.const(places.length)), b.const(1));
}

/** The places that take a byte, as bits. */
function takenBy(l: Lowering, byte: Value, places: readonly GlobClass[]): Value {
  const { b } = l;
  let always = 0n;
  let taken: Value | undefined;
  const byTest = new Map<string, { of: GlobClass; bits: bigint }>();
  for (const [index, of] of places.entries()) {
    const bit = 1n << BigInt(index);
    if (of.ranges.length === 0 && of.negated) always |= bit;
    else {
      const key = JSON.stringify(of);
      byTest.set(key, { of, bits: (byTest.get(key)?.bits ?? 0n) | bit });
    }
  }
  for (const { of, bits } of byTest.values()) {
    const mask = b.binary("mul", isIn(l, byte, of), b.const(bits));
    taken = taken === undefined ? mask : b.binary("or", taken, mask);
  }
  return taken === undefined ? b.const(always) : b.binary("or", taken, b.const(always));
}

function isIn(l: Lowering, byte: Value, { ranges, negated }: GlobClass): Value {
  const { b } = l;
  let any: Value | undefined;
  for (const [from, to] of ranges) {
    const shifted = from === 0 ? byte : b.binary("sub", byte, b.const(from));
    const one = b.extend(b.compare("le", shifted, b.const(Math.max(0, to - from))), 32, false);
    any = any === undefined ? one : b.binary("or", any, one);
  }
  const inside = any ?? b.const(0);
  return negated ? b.binary("xor", inside, b.const(1)) : inside;
}
