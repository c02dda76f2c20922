import fc from "fast-check";
import { expect, test } from "vitest";
import { Report } from "../base/diagnostic.ts";
import { parseC } from "../btf/parse-c.ts";
import { Codec } from "./codec.ts";
import { recordDecoder } from "./record-decoder.ts";
import { Layouts } from "./value-layout.ts";

function codecOf(text: string): Codec {
  const btf = parseC(text, new Report());
  const id = btf?.find("s", "struct")[0];
  if (btf === undefined || id === undefined) throw new Error("no struct s");
  return new Codec(new Layouts(btf).of(id));
}

// biome-ignore format: one type per line
const TYPES = [
  { rule: "whole words, signed and not",      c: "struct s { unsigned long a; long b; void *c; };" },
  { rule: "words among smaller fields",       c: "struct s { int a; unsigned long b; char c[5]; unsigned char d[3]; long e; };" },
  { rule: "words that are not aligned",       c: "struct s { int a; long b; } __attribute__((packed));" },
  { rule: "words in structs and arrays",      c: "struct p { int x; long y; }; struct s { struct p a; unsigned long b[2]; long c; };" },
  { rule: "bit-fields of words",              c: "struct s { unsigned long a : 40; long b : 24; long c; };" },
  { rule: "an open end",                      c: "struct s { unsigned long a; unsigned long rest[]; };" },
];

test.each(TYPES)("records are read alike wherever they lie: $rule", ({ c }) => {
  const codec = codecOf(c);
  const decode = recordDecoder(codec);
  const record = fc.uint8Array({ minLength: 0, maxLength: codec.layout.bytes + 24 });
  fc.assert(
    fc.property(record, fc.integer({ min: 0, max: 24 }), (bytes, at) => {
      const memory = new Uint8Array(bytes.length + 64);
      memory.set(bytes, at);
      const view = new DataView(memory.buffer);
      expect(decode(memory, view, at, bytes.length)).toEqual(codec.decode(bytes));
    }),
  );
});

test("memory that begins between words, and other memory than before", () => {
  const decode = recordDecoder(codecOf("struct s { unsigned long a; };"));
  for (const [offset, length] of [
    [0, 32],
    [4, 16],
    [0, 20],
    [8, 16],
  ] as const) {
    const bytes = new Uint8Array(new ArrayBuffer(48), offset, length);
    bytes[8] = 7;
    const view = new DataView(bytes.buffer, offset, length);
    expect(decode(bytes, view, 8, 8)).toEqual({ a: 7n });
  }
});

test("without a type records are their bytes, in memory of their own", () => {
  const memory = Uint8Array.of(1, 2, 3, 4);
  const bytes = recordDecoder(undefined)(memory, new DataView(memory.buffer), 1, 2);
  memory.fill(0);
  expect(bytes).toEqual(Uint8Array.of(2, 3));
});
