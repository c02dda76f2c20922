import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Kallsyms } from "../../src/symbols/kallsyms.ts";

const text = readFileSync("/proc/kallsyms", "latin1");
const rows = text
  .trimEnd()
  .split("\n")
  .map((line) => line.split(/\s+/));

test("every symbol of the running kernel is found by its address", () => {
  const symbols = new Kallsyms(text);
  expect(symbols.hidden).toBe(false);
  const first = new Map<string, string>();
  for (const [address = "", , name = ""] of rows) if (!first.has(address)) first.set(address, name);
  const kernel = [...first].filter(([address]) => address >= "8000000000000000");
  expect(kernel.length).toBeGreaterThan(10_000);
  for (const [address, name] of kernel) {
    const found = symbols.find(BigInt(`0x${address}`));
    if (found?.name !== name || found.offset !== 0n) expect(found).toEqual({ name, offset: 0n });
  }
});

test("names are found by search and by index alike", () => {
  const symbols = new Kallsyms(text);
  const first = new Map<string, bigint>();
  for (const [address = "", , name = ""] of rows)
    if (BigInt(`0x${address}`) !== 0n && !first.has(name)) first.set(name, BigInt(`0x${address}`));
  const names = [...first].filter((_, index) => index % 97 === 0);
  for (const [name, address] of names) expect(symbols.address(name), name).toBe(address);
});
