import type { Span } from "../../base/span.ts";
import type { Expr, Range, Statement } from "./ast.ts";
import { walk } from "./walk.ts";

/** Rounds of one loop at most. Source: BPF_MAX_LOOPS, kernel/bpf/bpf_iter.c, v6.12. */
export const MOST_ROUNDS = 1 << 23;

type Warn = (code: string, span: Span, message: string, help: string) => void;
type Constant = (expr: Expr) => bigint | undefined;

/** Warns of a range that is certainly longer than the kernel lets a loop be. */
export function warnOfLongRange({ start, end, span }: Range, constant: Constant, warn: Warn): void {
  const [first, last] = [constant(start), constant(end)];
  if (first === undefined || last === undefined || last - first <= MOST_ROUNDS) return;
  warn(
    "lint/long-loop",
    span,
    `the kernel ends a loop after ${MOST_ROUNDS} rounds, and this has ${last - first}`,
    "give a shorter range, or put two loops inside of each other",
  );
}

/** Warns of a `while` that nothing in the script ends. */
export function warnOfEndless(
  { test, body }: Extract<Statement, { kind: "while" }>,
  constant: Constant,
  warn: Warn,
): void {
  if ((constant(test) ?? 0n) === 0n) return;
  let ends = false;
  walk(body, ({ kind }) => {
    ends ||= kind === "break" || kind === "return";
  });
  if (ends) return;
  warn(
    "lint/long-loop",
    test.span,
    `the kernel ends a loop after ${MOST_ROUNDS} rounds, and nothing ends this one before`,
    "write a condition that becomes false, or `break`",
  );
}
