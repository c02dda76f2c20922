import { expect, test } from "vitest";
import type { ProgramSpec } from "../../object/object.ts";
import { packetNames } from "./names.ts";

const withLines = (...texts: readonly string[]): ProgramSpec => ({
  name: "p",
  type: "xdp",
  section: "xdp",
  functions: [],
  insns: texts.map((text, i) => ({
    kind: "exit",
    meta: { line: { file: "p.c", line: i + 1, column: 1, text } },
  })),
});

// biome-ignore format: one case per line
test.each([
  { rule: "each on its line",     lines: ["void *start = (void *)(long)ctx->data;", "void *stop = (void *)(long)ctx->data_end;"], names: { data: "start", end: "stop" } },
  { rule: "both on one line",     lines: ["void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;"], names: { data: "data", end: "end" } },
  { rule: "the end first",        lines: ["char *e = (char *)(long)skb->data_end, *d = (char *)(long)skb->data;"], names: { data: "d", end: "e" } },
  { rule: "no variable for them", lines: ["return parse(ctx->data);"], names: { data: "data", end: "data_end" } },
  { rule: "data_meta is neither", lines: ["void *m = (void *)(long)ctx->data_meta;"], names: { data: "data", end: "data_end" } },
])("names of the packet's start and end: $rule", ({ lines, names }) => {
  expect(packetNames(withLines(...lines))).toEqual(names);
});
