import type { Value } from "../../../ir/ir.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import type { Checker } from "../checker.ts";
import type { Lowering } from "../lowering.ts";
import { CONTROL, CONTROL_MAP } from "../plan-builder.ts";
import { type ClockName, isScalar, typeName, U64 } from "../types.ts";

/** Clocks by their names in `nsecs(…)`. */
const CLOCKS: Readonly<Record<string, ClockName>> = {
  monotonic: "monotonic",
  boot: "boot",
  tai: "tai",
  sw_tai: "tai",
};

function clockOf(arg: Expr | undefined): ClockName | undefined {
  if (!arg) return "boot";
  return arg.kind === "identifier" ? CLOCKS[arg.name] : undefined;
}

export function now(l: Lowering, clock: ClockName): Value {
  if (clock === "tai" && l.env.target.has("ktimeTai")) return l.b.helper("bpf_ktime_get_tai_ns", []);
  if (clock !== "monotonic" && l.env.target.has("ktimeBoot")) return l.b.helper("bpf_ktime_get_boot_ns", []);
  return l.b.helper("bpf_ktime_get_ns", []);
}

const nsecs: Builtin = {
  name: "nsecs",
  usage: "nsecs([boot | monotonic | tai])",
  doc: "Nanoseconds since boot (not since 1970: strftime turns them into a date), or of another clock.",
  form: "both",
  arity: [0, 1],
  check(c, _use, [clock]) {
    if (clockOf(clock) !== undefined || !clock) return U64;
    return c.fail("type/clock", clock.span, "there is no such clock", "use boot, monotonic or tai");
  },
  lower: (l, _use, [clock]) => ({ kind: "int", value: now(l, clockOf(clock) ?? "boot") }),
};

const elapsed: Builtin = {
  name: "elapsed",
  usage: "elapsed",
  doc: "Nanoseconds since tracing began.",
  form: "word",
  check: () => U64,
  lower(l) {
    const start = l.b.load("map", 8, l.b.mapValueAddr(CONTROL_MAP, 0), CONTROL.startNs);
    return { kind: "int", value: l.b.binary("sub", now(l, "boot"), start) };
  },
};

const jiffies: Builtin = {
  name: "jiffies",
  usage: "jiffies",
  doc: "The kernel's tick counter.",
  form: "word",
  check: () => U64,
  lower: (l) => ({ kind: "int", value: l.b.helper("bpf_jiffies64", []) }),
};

const time: Builtin = {
  name: "time",
  usage: 'time(["%H:%M:%S\\n"])',
  doc: "Prints the time of day in a strftime format, by default with hours, minutes and seconds.",
  form: "call",
  arity: [0, 1],
  place: "statement",
  check(c, _use, [format]) {
    checkFormat(c, format);
    return { kind: "none" };
  },
  lower(l, use, [format]) {
    const text = (format && l.text(format)) ?? "%H:%M:%S\n";
    l.emit([], () => ({ kind: "time", format: text, span: use.span }));
    return { kind: "none" };
  },
};

const strftime: Builtin = {
  name: "strftime",
  usage: 'strftime("%H:%M:%S", nsecs)',
  doc: "Nanoseconds since boot as date and time; %f gives microseconds.",
  form: "call",
  arity: [2, 2],
  check(c, _use, [format, ns]) {
    checkFormat(c, format);
    const type = ns && c.expr(ns);
    if (ns && type && !isScalar(type) && type.kind !== "none")
      return c.fail(
        "type/not-a-number",
        ns.span,
        `strftime takes nanoseconds, but this is ${typeName(type)}`,
        'write `strftime("%H:%M:%S", nsecs)`',
      );
    const clock = ns?.kind === "call" && ns.name === "nsecs" ? clockOf(ns.args[0]) : "boot";
    const text = format && c.text(format);
    return { kind: "timestamp", format: text ?? "", clock: clock ?? "boot" };
  },
  lower: (l, _use, [, ns]) => ({ kind: "int", value: ns ? l.int(ns) : l.b.const(0) }),
};

function checkFormat(c: Checker, format: Expr | undefined): void {
  if (format && c.text(format) === undefined) {
    c.expr(format);
    c.fail(
      "format/literal",
      format.span,
      "the format must be a string literal",
      'write it in quotes: "%H:%M:%S"',
    );
  }
}

export const timeBuiltins: readonly Builtin[] = [nsecs, elapsed, jiffies, time, strftime];
