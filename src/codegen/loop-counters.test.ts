import { expect, test } from "vitest";
import { FuncBuilder } from "../ir/build.ts";
import { findLoopCounters } from "./loop-counters.ts";

test("a loop's counter and what it is computed through are found, a carried sum is not", () => {
  const b = new FuncBuilder("f");
  const head = b.block("i64", "i64");
  const body = b.block();
  const done = b.block();
  const start = b.const(0);
  b.jump(head, start, start);
  b.enter(head);
  const [counter, sum] = (head.params ?? []).map(({ value }) => value);
  if (counter === undefined || sum === undefined) throw new Error("no parameters");
  b.branch("lt", 64, counter, b.const(10), body, done);
  b.enter(body);
  const nextSum = b.binary("add", sum, counter);
  const next = b.binary("add", counter, b.const(1));
  b.jump(head, next, nextSum);
  b.enter(done);
  b.return(sum);
  const marks = findLoopCounters(b.func);
  expect([...marks.keys()].filter((v) => marks[v] === 1)).toEqual([counter, next].sort((a, c) => a - c));
});
