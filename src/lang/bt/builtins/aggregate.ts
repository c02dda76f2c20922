import type { Value } from "../../../ir/ir.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import type { MapInfo } from "../env.ts";
import { lowerHistIndex, lowerLinearIndex } from "../lower-histogram.ts";
import { lowerKey, withNewValue } from "../lower-map.ts";
import type { DirectPlace, Lowering } from "../lowering.ts";
import { mapLayout } from "../map-layout.ts";
import { isAggregate, isSigned, type Type } from "../types.ts";

type Spec = Pick<Builtin, "name" | "usage" | "doc"> & {
  arity: readonly [number, number];
  type(c: Checker, args: readonly Expr[], use: Expr): Type;
  /** Changes the map's value for one observation. `shared`: other CPUs change the same value. */
  add(l: Lowering, place: DirectPlace, value: Value, type: Type, shared: boolean): void;
};

export function aggregate({ name, usage, doc, arity, type, add }: Spec): Builtin {
  return {
    name,
    usage,
    doc,
    form: "call",
    arity,
    place: "mapValue",
    check(c, use, args) {
      const [value] = args;
      if (value && arity[1] > 0) c.integer(value, `what ${name}() takes`);
      return type(c, args, use);
    },
    lower: () => ({ kind: "none" }),
    aggregate(l, map, keys, args) {
      // The observation is computed before the map's value is looked up, so that the lookup's result is used at once.
      const observed = args[0] ? l.int(args[0]) : l.b.const(1);
      const shared = !mapLayout(map, l.env).perCpu;
      const key = keys && lowerKey(l, map, keys);
      withNewValue(l, map, key, (place) => add(l, place, observed, mapType(map), shared));
    },
  };
}

function mapType(map: MapInfo): Type {
  if (!map.value) throw new Error(`bug: @${map.name} has no type`);
  return map.value;
}

export function signedOf(c: Checker, args: readonly Expr[]): boolean {
  const type = args[0] && c.expr(args[0]);
  return type ? isSigned(type) || (isAggregate(type) && "signed" in type && type.signed) : false;
}

/** Adds to a cell: an atomic instruction where other CPUs add to it too. */
function addTo(l: Lowering, place: DirectPlace, off: number, value: Value, shared: boolean): void {
  const { b } = l;
  if (shared) return b.atomicAdd(8, place.base, place.off + off, value);
  b.store(
    "map",
    8,
    place.base,
    place.off + off,
    b.binary("add", b.load("map", 8, place.base, place.off + off), value),
  );
}

/** Keeps the smaller or larger value; the word behind it says whether there is one yet. */
function keepExtreme(l: Lowering, place: DirectPlace, value: Value, type: Type, op: "min" | "max"): void {
  const { b } = l;
  const signed = "signed" in type && type.signed;
  const set = b.load("map", 8, place.base, place.off + 8);
  const compare = b.block();
  const store = b.block();
  const done = b.block();
  b.branch("ne", 64, set, b.const(0), compare, store);
  b.enter(compare);
  const old = b.load("map", 8, place.base, place.off);
  const better = op === "min" ? (signed ? "slt" : "lt") : signed ? "sgt" : "gt";
  b.branch(better, 64, value, old, store, done);
  b.enter(store);
  b.store("map", 8, place.base, place.off, value);
  b.store("map", 8, place.base, place.off + 8, b.const(1));
  b.jump(done);
  b.enter(done);
}

function countAndTotal(l: Lowering, place: DirectPlace, value: Value, shared: boolean): void {
  addTo(l, place, 0, l.b.const(1), shared);
  addTo(l, place, 8, value, shared);
}

function addBucket(l: Lowering, place: DirectPlace, index: Value, shared: boolean): void {
  const { b } = l;
  const at = b.offset(place.base, b.binary("lsh", index, b.const(3)));
  addTo(l, { space: "map", base: at, off: place.off }, 0, b.const(1), shared);
}

const MOST_LINEAR_BUCKETS = 1000n;

export const aggregateBuiltins: readonly Builtin[] = [
  aggregate({
    name: "count",
    usage: "@x = count()",
    doc: "Counts how often it is run.",
    arity: [0, 0],
    type: () => ({ kind: "count" }),
    add: (l, place, value, _type, shared) => addTo(l, place, 0, value, shared),
  }),
  aggregate({
    name: "sum",
    usage: "@x = sum(n)",
    doc: "Adds numbers up.",
    arity: [1, 1],
    type: (c, args) => ({ kind: "sum", signed: signedOf(c, args) }),
    add(l, place, value, _type, shared) {
      addTo(l, place, 0, value, shared);
      l.b.store("map", 8, place.base, place.off + 8, l.b.const(1));
    },
  }),
  aggregate({
    name: "avg",
    usage: "@x = avg(n)",
    doc: "Averages numbers.",
    arity: [1, 1],
    type: (c, args) => ({ kind: "avg", signed: signedOf(c, args) }),
    add: (l, place, value, _type, shared) => countAndTotal(l, place, value, shared),
  }),
  aggregate({
    name: "stats",
    usage: "@x = stats(n)",
    doc: "Count, average and total of numbers.",
    arity: [1, 1],
    type: (c, args) => ({ kind: "stats", signed: signedOf(c, args) }),
    add: (l, place, value, _type, shared) => countAndTotal(l, place, value, shared),
  }),
  aggregate({
    name: "min",
    usage: "@x = min(n)",
    doc: "Keeps the smallest number.",
    arity: [1, 1],
    type: (c, args) => ({ kind: "min", signed: signedOf(c, args) }),
    add: (l, place, value, type) => keepExtreme(l, place, value, type, "min"),
  }),
  aggregate({
    name: "max",
    usage: "@x = max(n)",
    doc: "Keeps the largest number.",
    arity: [1, 1],
    type: (c, args) => ({ kind: "max", signed: signedOf(c, args) }),
    add: (l, place, value, type) => keepExtreme(l, place, value, type, "max"),
  }),
  aggregate({
    name: "hist",
    usage: "@x = hist(n [, bits])",
    doc: "Histogram with buckets that double; with bits (1 to 5) each is divided in 2^bits steps.",
    arity: [1, 2],
    type(c, [, bits]) {
      const value = bits ? c.constant(bits) : 0n;
      if (value !== undefined && value >= 0n && value <= 5n) return { kind: "hist", bits: Number(value) };
      c.fail(
        "type/hist",
        bits?.span ?? { start: 0, end: 0 },
        "the bits of a histogram must be a constant from 0 to 5",
        "write for example `hist(n, 2)`",
      );
      return { kind: "hist", bits: 0 };
    },
    add(l, place, value, type, shared) {
      addBucket(l, place, lowerHistIndex(l, value, type.kind === "hist" ? type.bits : 0), shared);
    },
  }),
  aggregate({
    name: "lhist",
    usage: "@x = lhist(n, min, max, step)",
    doc: "Histogram with buckets of one size.",
    arity: [4, 4],
    type(c, args, use) {
      const [min, max, step] = args.slice(1).map((arg) => c.constant(arg));
      if (min === undefined || max === undefined || step === undefined)
        return c.fail(
          "type/lhist",
          use.span,
          "min, max and step must be constants",
          "write for example `lhist(n, 0, 1000, 10)`",
        );
      if (step <= 0n || max <= min || (max - min) / step > MOST_LINEAR_BUCKETS)
        return c.fail(
          "type/lhist",
          use.span,
          "min must be below max, and step give 1 to 1000 buckets",
          "write for example `lhist(n, 0, 1000, 10)`",
        );
      return { kind: "lhist", min, max, step };
    },
    add(l, place, value, type, shared) {
      if (type.kind === "lhist") addBucket(l, place, lowerLinearIndex(l, value, type), shared);
    },
  }),
];
