import { expect, test } from "vitest";
import { RowCounts } from "./row-counts.ts";

const summary = { key: "path", things: "opens", top: "Most opened files", most: 2 };

test("the most frequent first, equal ones by name, the rest only counted", () => {
  const counts = new RowCounts();
  for (const label of ["b", "a", "c", "c", "c", "b", "d", "a", "c"]) counts.add(label);
  expect(counts.text(summary, 40).split("\n")).toEqual([
    "",
    "9 opens, 4 different",
    "",
    "Most opened files:",
    expect.stringMatching(/^c 4 █{36}$/),
    expect.stringMatching(/^a 2 █{18}$/),
    "",
  ]);
});

test("nothing", () => {
  expect(new RowCounts().text(summary, 40)).toBe("\n0 opens, 0 different\n");
});

test("memory has a limit, and what is left out is told", () => {
  const counts = new RowCounts();
  for (let i = 0; i < (1 << 17) + 5; i++) counts.add(`f${i}`);
  counts.add("f0");
  const text = counts.text(summary, 40);
  expect(text).toContain(`${(1 << 17) + 6} opens`);
  expect(text).toContain("(5 more");
});
