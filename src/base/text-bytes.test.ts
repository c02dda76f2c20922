import { expect, test } from "vitest";
import { TextBytes } from "./text-bytes.ts";

const endless = () => new TextBytes(1 << 30, () => new Error("too long"));

// biome-ignore format: one case per line
test.each<{ rule: string; write: (out: TextBytes) => void; gives: string }>([
  { rule: "text of any characters", write: (out) => out.text("aé€😀z"), gives: "aé€😀z" },
  { rule: "text of many bytes", write: (out) => { for (let i = 0; i < 5000; i++) out.text("€uro"); }, gives: "€uro".repeat(5000) },
  { rule: "a mark at the start stays", write: (out) => out.text("\ufeffa"), gives: "\ufeffa" },
  { rule: "integers", write: (out) => { for (const n of [0, 9, 10, 99, 100, 2147483647, 2147483648, 4294967295, -7]) { out.integer(n); out.byte(0x20); } }, gives: "0 9 10 99 100 2147483647 2147483648 4294967295 -7 " },
  { rule: "what was written is repeated", write: (out) => { out.text("ab"); out.repeat(0, 2); out.text("c".repeat(100)); out.repeat(3, 104); }, gives: `abab${"c".repeat(100)}b${"c".repeat(100)}` },
  { rule: "what was cut is gone", write: (out) => { out.text("abc"); out.cut(1); out.text("d"); }, gives: "ad" },
])("$rule", ({ write, gives }) => {
  const out = endless();
  write(out);
  expect(out.toString()).toBe(gives);
  expect(out.length).toBe(new TextEncoder().encode(gives).length);
});

test("a run ends at a byte that is not allowed, at the most, or at the end", () => {
  const allowed = new Uint8Array(256).fill(1);
  allowed[0] = 0;
  const source = new Uint8Array([1, 2, 3, 0, 4, 5]);
  const out = endless();
  expect([
    out.run(source, 0, allowed, 9),
    out.run(source, 1, allowed, 1),
    out.run(source, 4, allowed, 9),
  ]).toEqual([3, 1, 2]);
  expect([...out.bytes()]).toEqual([1, 2, 3, 2, 4, 5]);
});

test("what is longer than allowed is an error", () => {
  const out = new TextBytes(100_000, () => new Error("too long"));
  expect(() => {
    for (;;) out.text("0123456789");
  }).toThrow("too long");
  expect(out.length).toBeLessThanOrEqual(100_000);
});
