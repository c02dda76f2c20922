import { expect, test } from "vitest";
import { parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import { printTs } from "./print-ts.ts";
import type { BtfId } from "./types.ts";

function printed(build: (b: BtfBuilder) => void): string {
  const b = new BtfBuilder();
  build(b);
  return printTs(parseBtf(b.finish())).slice(1).join("");
}

const struct = (
  name: string,
  members: [string, BtfId, number, number?][],
  bytes = 64,
  kind: "struct" | "union" = "struct",
) =>
  ({
    kind,
    name,
    bytes,
    members: members.map(([member, type, bitOffset, bitWidth]) => ({
      name: member,
      type,
      bitOffset,
      ...(bitWidth !== undefined && { bitWidth }),
    })),
  }) as Parameters<BtfBuilder["add"]>[0];

test("integers, text, lists, pointers and bit-fields", () => {
  const text = printed((b) => {
    const [int, u64, char] = [b.addInt(4, true), b.addInt(8, false), b.addChar()];
    const bits: [string, BtfId, number, number] = ["flags", int, 512, 3];
    b.add(
      struct("event", [
        ["pid", int, 0],
        ["bytes", u64, 64],
        ["comm", b.addArray(char, 16), 128],
        ["pids", b.addArray(int, 4), 256],
        ["times", b.addArray(b.addArray(u64, 2), 2), 320],
        ["at", b.addPointer(char), 448],
        bits,
      ]),
    );
  });
  expect(text).toContain("export interface event {\n  readonly pid: number;\n  readonly bytes: bigint;\n");
  expect(text).toContain("  readonly comm: string;\n  readonly pids: readonly number[];\n");
  expect(text).toContain("  readonly times: readonly (readonly bigint[])[];\n");
  expect(text).toContain("  readonly at: bigint; // char *\n  readonly flags: number;\n}");
});

test("members of unnamed structs stand in the struct that holds them, named ones are spelled out", () => {
  const text = printed((b) => {
    const int = b.addInt(4, true);
    const inner = b.add(
      struct(
        "",
        [
          ["a", int, 0],
          ["b", int, 32],
        ],
        8,
        "union",
      ),
    );
    b.add(
      struct("outer", [
        ["", inner, 0],
        ["named", inner, 64],
      ]),
    );
  });
  expect(text).toContain(
    "readonly a: number;\n  readonly b: number;\n  readonly named: {\n    readonly a: number;\n",
  );
});

test("typedefs, enumerators and names that are taken", () => {
  const text = printed((b) => {
    const int = b.addInt(4, true);
    const page = b.add(struct("page", [["x", int, 0]]));
    b.add({ kind: "typedef", name: "page", to: page });
    b.add({ kind: "typedef", name: "string", to: int });
    b.add(struct("page", [["y", int, 0]]));
    b.add({ kind: "enum", name: "color", bytes: 4, signed: false, members: [{ name: "RED", value: 0n }] });
    b.add({ kind: "enum", name: "", bytes: 8, signed: false, members: [{ name: "RED", value: 1n << 40n }] });
  });
  expect(text.match(/interface page /g)).toHaveLength(1);
  expect(text).toContain("export type string_ = number;");
  expect(text).toContain("export interface page___2 {\n  readonly y: number;");
  expect(text).toContain("export type color = number;\n\nexport const RED = 0;");
  expect(text).toContain("export const RED___2 = 1099511627776n;");
});

test("only what the roots need", () => {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  const used = b.add({ kind: "typedef", name: "used_t", to: int });
  b.add({ kind: "typedef", name: "other_t", to: int });
  const root = b.add(struct("root", [["u", used, 0]]));
  const text = printTs(parseBtf(b.finish()), [root]).join("");
  expect(text).toContain("interface root");
  expect(text).toContain("type used_t");
  expect(text).not.toContain("other_t");
});
