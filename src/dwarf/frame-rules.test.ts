// Call frame information of programs and libraries, compared with what readelf prints of it.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { UNWIND_RULE } from "../base/unwind-rule.ts";
import type { Elf } from "../elf/elf.ts";
import { parseElf } from "../elf/read.ts";
import { readFrameEntries } from "./frame-entries.ts";
import { type FrameRules, frameRules } from "./frame-rules.ts";
import { unwindChunks } from "./unwind-chunks.ts";

const FILES = ["/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libm.so.6", "/bin/bash"];
const SHAPE = { rows: 64, rowBytes: 8, bytes: 512 };

function ruleAt({ starts, rules }: FrameRules, address: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= address) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? UNWIND_RULE.unknown : (rules[low - 1] as number);
}

/** A rule as readelf writes it: CFA, rbp, return address. Undefined for rules that it does not write so. */
function textOf(rule: number): string | undefined {
  const [kind, amount, saved] = [rule & 7, (rule >>> 3) & 0xffff, rule >>> 19];
  if (kind === UNWIND_RULE.outermost) return "ra=u";
  if (kind !== UNWIND_RULE.stackPointer && kind !== UNWIND_RULE.framePointer) return undefined;
  const register = kind === UNWIND_RULE.stackPointer ? "rsp" : "rbp";
  return `${register}+${amount * 8} rbp=${saved === 0 ? "u" : `c-${saved * 8}`} ra=c-8`;
}

/** Rows of `readelf -wF` that are of functions, and not of a signal's frame. */
function* rowsOf(text: string): Generator<{ address: number; row: string }> {
  const signals = new Set<string>();
  let columns: string[] = [];
  let isSignal = false;
  for (const line of text.split("\n")) {
    const common = /^([0-9a-f]+) [0-9a-f]+ 0+ CIE "(.*)"/.exec(line);
    if (common?.[1] !== undefined && common[2]?.includes("S")) signals.add(common[1]);
    const entry = /^[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ FDE cie=([0-9a-f]+)/.exec(line);
    if (entry?.[1] !== undefined) isSignal = signals.has(entry[1]);
    if (entry !== null || common !== null) columns = [];
    if (line.startsWith("   LOC")) columns = line.trim().split(/\s+/);
    const row = /^([0-9a-f]{16}) (.*)$/.exec(line);
    if (row?.[1] === undefined || columns.length === 0 || isSignal || /^0+$/.test(row[1])) continue;
    const values = (row[2] ?? "")
      .replaceAll(/ \(\w+\)/g, "")
      .trim()
      .split(/\s+/);
    const value = (name: string) => values[columns.indexOf(name) - 1] ?? "u";
    const rbp = value("rbp") === "s" ? "u" : value("rbp");
    const whole = `${values[0]} rbp=${rbp} ra=${value("ra")}`;
    yield { address: Number.parseInt(row[1], 16), row: value("ra") === "u" ? "ra=u" : whole };
  }
}

test.each(FILES)("rules of %s", (path) => {
  if (!existsSync(path) || spawnSync("readelf", ["--version"]).error) return;
  const elf: Elf = parseElf(readFileSync(path));
  const section = readFrameEntries(elf);
  if (section === undefined) throw new Error("no call frame information");
  const rules = frameRules(section);
  const text = spawnSync("readelf", ["-wF", path], { maxBuffer: 1 << 28 }).stdout.toString();
  const wrong: string[] = [];
  let same = 0;
  let other = 0;
  for (const { address, row } of rowsOf(text)) {
    const own = textOf(ruleAt(rules, address));
    if (own === row) same++;
    else if (own === undefined && !/^r[sb]p\+\d+ rbp=(u|c-\d+) ra=c-8$/.test(row)) other++;
    else wrong.push(`${address.toString(16)}: ${row}, not ${own}`);
  }
  expect(wrong).toEqual([]);
  expect(same).toBeGreaterThan(1000);
  expect(other).toBeLessThan(same / 100);
});

test("chunks are sorted by offset and begin with their number", () => {
  const [path = ""] = FILES;
  if (!existsSync(path)) return;
  const bytes = unwindChunks(parseElf(readFileSync(path)), SHAPE);
  const view = new DataView(bytes.buffer);
  expect(view.getUint32(0, true)).toBe(bytes.length / SHAPE.bytes - 1);
  let last = 0;
  for (let at = SHAPE.bytes; at < bytes.length; at += SHAPE.rowBytes) {
    const offset = view.getUint32(at, true);
    expect(offset).toBeGreaterThanOrEqual(last);
    last = offset;
  }
});

test("damaged call frame information gives rules or none, and ends", () => {
  const [path = ""] = FILES;
  if (!existsSync(path)) return;
  const whole = readFrameEntries(parseElf(readFileSync(path)));
  if (whole === undefined) return;
  const damage = fc.array(fc.tuple(fc.nat(whole.bytes.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 50,
  });
  fc.assert(
    fc.property(damage, (changes) => {
      const bytes = whole.bytes.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      const { starts } = frameRules({ ...whole, bytes, entries: whole.entries.slice(0, 500) });
      for (let i = 1; i < starts.length; i++)
        expect(starts[i] as number).toBeGreaterThan(starts[i - 1] as number);
    }),
    { numRuns: 30 },
  );
});
