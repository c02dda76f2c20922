import type { Span } from "../../base/span.ts";
import type { Value } from "../../ir/ir.ts";
import type { FormatPart } from "../../plan/plan.ts";
import { placeText, underlined } from "./include-files.ts";
import type { Lowering } from "./lowering.ts";
import { TOLD_MAP } from "./plan-builder.ts";
import { I64 } from "./types.ts";

// What the `-k` option asks for: memory that cannot be read and keys that are not there are told, with their place.
// Without it, a place notes what is told in any case, and user space tells it once: that takes a program a few instructions.

const STRING = { kind: "arg", flags: "", conversion: "s" } as const;
const NUMBER = { kind: "arg", flags: "", conversion: "d" } as const;

/** Tells of a helper that gave a negative error number. `call` is its name without "bpf_". `always`: also without -k. */
export function warnOfFailure(
  l: Lowering,
  call: string,
  result: Value,
  span: Span | undefined,
  always = false,
): void {
  const { tellFailures } = l.env.options;
  if (!tellFailures && !always) return;
  const { b } = l;
  const failed = b.block();
  const done = b.block();
  b.branch("slt", 32, b.truncate(result), b.const(0, 32), failed, done); // an int before Linux 6.4, for maps
  b.enter(failed);
  if (tellFailures) tellNow(l, call, result, span);
  else b.store("map", 8, b.mapValueAddr(TOLD_MAP, 0), l.plan.useTold({ call, ...placeOf(l, span) }), result);
  b.jump(done);
  b.enter(done);
}

function tellNow(l: Lowering, call: string, result: Value, span: Span | undefined): void {
  const status = l.b.extend(result, 32, true);
  const reason = { type: { kind: "strerror" }, operand: { kind: "int", value: l.b.neg(status) } } as const;
  const number = { type: I64, operand: { kind: "int", value: status } } as const;
  const format: readonly FormatPart[] = [
    { kind: "text", text: `Failed to ${call}: ` },
    STRING,
    { kind: "text", text: " (" },
    NUMBER,
    { kind: "text", text: ")" },
  ];
  l.emit([reason, number], (args) => ({
    kind: "errorf",
    level: "warn",
    ...placeOf(l, span),
    format,
    args,
  }));
}

/** Tells of a map that was read with a key that it does not hold: the value is then zero. */
export function warnOfMissingKey(l: Lowering, map: string): void {
  if (!l.env.options.tellFailures) return;
  const text = `Failed to map_lookup_elem: \`@${map}\` has no such key, so its value is 0`;
  l.emit([], () => ({
    kind: "errorf",
    level: "warn",
    ...placeOf(l, l.span),
    format: [{ kind: "text", text }],
    args: [],
  }));
}

/** Where it was, and the line that did it. */
function placeOf(l: Lowering, span: Span | undefined): { where?: string; shown?: string } {
  if (span === undefined) return {};
  const shown = underlined(l.env, span);
  return { where: placeText(l.env, span), ...(shown !== undefined && { shown }) };
}
