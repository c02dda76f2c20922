import type { Value } from "../../../ir/ir.ts";
import type { SeriesHow } from "../../../plan/plan.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import type { DirectPlace, Lowering } from "../lowering.ts";
import type { Type } from "../types.ts";
import { saidOfFeature } from "../unstable.ts";
import { aggregate, signedOf } from "./aggregate.ts";
import { now } from "./time.ts";

const MOST_INTERVALS = 1_000_000n;
const CELL_BYTES = 24; // interval, value, weight: plan/plan.ts
const HOWS: readonly SeriesHow[] = ["avg", "max", "min", "sum"];
const EXAMPLE = "write for example `tseries(n, 100ms, 20)`";

type Series = Extract<Type, { kind: "tseries" }>;

function seriesType(c: Checker, args: readonly Expr[], use: Expr): Type {
  const [, interval, length, how] = args;
  const said = saidOfFeature("timeSeries", c.env);
  if (said?.forbidden) return c.fail(said.code, use.span, said.message, said.help);
  if (said) c.warn(said.code, use.span, said.message, said.help);
  const ns = interval && c.constant(interval);
  const count = length && c.constant(length);
  if (ns === undefined || ns < 1n || ns >= 1n << 62n)
    return c.fail(
      "type/tseries",
      interval?.span ?? use.span,
      "the interval must be a constant duration",
      EXAMPLE,
    );
  if (count === undefined || count < 1n || count > MOST_INTERVALS)
    return c.fail(
      "type/tseries",
      length?.span ?? use.span,
      `the number of intervals must be a constant from 1 to ${MOST_INTERVALS}`,
      EXAMPLE,
    );
  const word = how && c.text(how);
  const found = HOWS.find((one) => one === word);
  if (how && !found)
    return c.fail(
      "type/tseries",
      how.span,
      `values of an interval are put together by ${HOWS.map((one) => `"${one}"`).join(", ")}`,
      "use one of these, or leave it away for the last value",
    );
  return {
    kind: "tseries",
    interval: ns,
    length: Number(count),
    how: found ?? "last",
    signed: signedOf(c, args),
  };
}

/** Finds the place of the interval that is now, and empties it where it holds an older one. */
function addToSeries(l: Lowering, place: DirectPlace, value: Value, type: Series): void {
  const { b } = l;
  const time = now(l, "boot");
  const epoch = b.binary("div", time, b.const(type.interval));
  const index = l.atMost(b.binary("mod", epoch, b.const(type.length)), type.length - 1);
  const at = b.offset(place.base, b.binary("mul", index, b.const(CELL_BYTES)));
  const mark = b.binary("add", epoch, b.const(1));
  const fresh = b.block();
  const more = b.block();
  const done = b.block();
  const off = place.off;
  const weight = type.how === "avg" ? b.const(1) : time;
  b.branch("ne", 64, b.load("map", 8, at, off), mark, fresh, more);
  b.enter(fresh);
  b.store("map", 8, at, off, mark);
  b.store("map", 8, at, off + 8, value);
  b.store("map", 8, at, off + 16, weight);
  b.jump(done);
  b.enter(more);
  const old = b.load("map", 8, at, off + 8);
  b.store(
    "map",
    8,
    at,
    off + 16,
    type.how === "avg" ? b.binary("add", b.load("map", 8, at, off + 16), weight) : weight,
  );
  b.store("map", 8, at, off + 8, together(l, type, old, value));
  b.jump(done);
  b.enter(done);
}

function together(l: Lowering, { how, signed }: Series, old: Value, value: Value): Value {
  const { b } = l;
  switch (how) {
    case "last":
      return value;
    case "avg":
    case "sum":
      return b.binary("add", old, value);
    case "max":
    case "min": {
      const keeps = how === "max" ? (signed ? "sgt" : "gt") : signed ? "slt" : "lt";
      const done = b.block("i64");
      b.branchWith(keeps, 64, old, value, [done, [old]], [done, [value]]);
      b.enter(done);
      return done.params[0]?.value ?? value;
    }
  }
}

export const seriesBuiltins: readonly Builtin[] = [
  aggregate({
    name: "tseries",
    usage: "@x = tseries(n, interval, count [, how])",
    doc: 'The values of the last `count` intervals, each as its last value, or their "avg", "max", "min" or "sum".',
    arity: [3, 4],
    type: seriesType,
    add(l, place, value, type) {
      if (type.kind === "tseries") addToSeries(l, place, value, type);
    },
  }),
];
