import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FormatPart } from "../plan/plan.ts";
import type { ValueType } from "../plan/value-type.ts";
import { compileFormat } from "./format-printf.ts";
import { layOut, RecordBytes, testContext } from "./test-context.ts";

const LENGTHS: Readonly<Record<string, 1 | 2 | 4 | 8>> = { hh: 1, h: 2, l: 8, ll: 8, z: 8, j: 8, t: 8 };

/** Splits a format as the language does. */
function parts(format: string): FormatPart[] {
  const out: FormatPart[] = [];
  let end = 0;
  for (const m of format.matchAll(/%([-+ 0#']*)(\*|\d+)?(?:\.(\*|\d*))?(hh|h|ll|l|z|j|t)?(rx|rh|[a-zA-Z])/g)) {
    if (m.index > end) out.push({ kind: "text", text: format.slice(end, m.index) });
    const [all, flags = "", width, precision, length, conversion = ""] = m;
    const number = (text: string): number | "*" => (text === "*" ? "*" : Number(text));
    out.push({
      kind: "arg",
      flags,
      ...(width !== undefined && { width: number(width) }),
      ...(precision !== undefined && { precision: number(precision) }),
      ...(length !== undefined && { lengthBytes: LENGTHS[length] ?? 8 }),
      conversion,
    });
    end = m.index + all.length;
  }
  if (end < format.length) out.push({ kind: "text", text: format.slice(end) });
  return out;
}

const int = (size: 1 | 2 | 4 | 8, signed: boolean): ValueType => ({ kind: "int", size, signed });
const i8 = int(1, true);
const u8 = int(1, false);
const i16 = int(2, true);
const i32 = int(4, true);
const u32 = int(4, false);
const i64 = int(8, true);
const u64 = int(8, false);

function formatInts(format: string, ...args: [ValueType, bigint][]): string {
  const fields = layOut(...args.map(([type]) => type));
  const record = new RecordBytes(8 + 8 * args.length);
  for (const [i, [, value]] of args.entries()) record.int(8 + 8 * i, 8, value);
  const show = compileFormat(parts(format), fields, testContext(), { escapeData: true });
  return show(record.bytes, record.view, record.base, record.end);
}

// biome-ignore format: one case per line
test.each<[format: string, type: ValueType, value: bigint, shown: string]>([
  ["%d", i64, -1n, "-1"],            ["%d", i32, -5n, "-5"],             ["%d", i16, -5n, "-5"],       ["%d", i8, -5n, "-5"],
  ["%d", u32, 0xffffffffn, "4294967295"], ["%d", u8, 255n, "255"],       ["%i", i64, 5000000000n, "5000000000"],
  ["%d", u64, (1n << 64n) - 1n, "-1"], ["%u", u64, (1n << 64n) - 1n, "18446744073709551615"], ["%u", i64, -1n, "18446744073709551615"],
  ["%u", i32, -5n, "4294967291"],    ["%u", i8, -1n, "4294967295"],      ["%x", i8, -1n, "ffffffff"],  ["%x", i32, -5n, "fffffffb"],
  ["%x", i64, -1n, "ffffffffffffffff"], ["%X", u64, 0xabcdn, "ABCD"],    ["%X", u32, 0xabcdn, "ABCD"], ["%o", u32, 8n, "10"], ["%o", i64, 8n, "10"],
  ["%x", u64, 0x100000000n, "100000000"], ["%x", u64, 0xffffffffn, "ffffffff"],
  ["%lld", i32, -5n, "-5"],          ["%llx", i32, -5n, "fffffffffffffffb"], ["%lld", u32, 0xffffffffn, "4294967295"],
  ["%lu", i8, -1n, "18446744073709551615"], ["%hhd", i64, 300n, "44"],   ["%hhu", i64, -1n, "255"],    ["%hd", i64, 70000n, "4464"],
  ["%hx", i64, -1n, "ffff"],         ["%hx", i8, -1n, "ffff"],           ["%hhx", i8, -1n, "ff"],      ["%hhd", u8, 255n, "-1"], ["%zd", i64, 5n, "5"], ["%jd", i64, 5n, "5"], ["%td", i64, 5n, "5"],
  ["%5d|", i32, 3n, "    3|"],       ["%-5d|", i32, 3n, "3    |"],       ["%05d", i32, -3n, "-0003"],  ["%+d", i32, 3n, "+3"],
  ["% d", i32, 3n, " 3"],            ["%+d", i32, -3n, "-3"],            ["%#x", u32, 255n, "0xff"],   ["%#X", u32, 255n, "0XFF"],
  ["%#x", u32, 0n, "0"],             ["%#o", u32, 8n, "010"],            ["%#o", u32, 0n, "0"],        ["%.3d", i32, 5n, "005"],
  ["%.0d|", i32, 0n, "|"],           ["%8.3d|", i32, -5n, "    -005|"],  ["%08.3d|", i32, 5n, "     005|"], ["%-05d|", i32, 4n, "4    |"],
  ["%'d", i64, -1234567n, "-1,234,567"], ["%'d", i64, 999n, "999"],      ["%#010x", u32, 255n, "0x000000ff"],
  ["%p", u64, 0n, "(nil)"],          ["%p", u64, 0xffff888000000000n, "0xffff888000000000"], ["%10p|", u64, 255n, "      0xff|"], ["%-7p|", u64, 0n, "(nil)  |"],
  ["%c", u32, 65n, "A"],             ["%3c|", u32, 65n, "  A|"],         ["%-3c|", u32, 65n, "A  |"],  ["%c|", u32, 0n, "|"],
  ["%c", u32, 27n, "\\x1b"],         ["%c", u32, 0xffn, "\\xff"],        ["%c", i64, 0x7f00000000000141n, "A"],
  ["100% %d", i32, 1n, "100% 1"],    ["no conversion", i32, 1n, "no conversion"],
])("%s of %o %s", (format, type, value, shown) => {
  expect(formatInts(format, [type, value])).toBe(shown);
});

// biome-ignore format: one case per line
test.each([
  { rule: "width from an argument",          format: "[%*d]",    args: [5n, 42n],      shown: "[   42]" },
  { rule: "a negative width is left",        format: "[%*d]",    args: [-5n, 42n],     shown: "[42   ]" },
  { rule: "precision from an argument",      format: "[%.*d]",   args: [4n, 42n],      shown: "[0042]" },
  { rule: "a negative precision is none",    format: "[%.*d]",   args: [-1n, 42n],     shown: "[42]" },
  { rule: "both",                            format: "[%*.*d]",  args: [6n, 4n, 42n],  shown: "[  0042]" },
  { rule: "five arguments",                  format: "%d,%d,%d,%d,%d", args: [1n, 2n, 3n, 4n, 5n], shown: "1,2,3,4,5" },
])("* takes an argument: $rule", ({ format, args, shown }) => {
  expect(formatInts(format, ...args.map((value): [ValueType, bigint] => [i64, value]))).toBe(shown);
});

test("a width of gigabytes is not obeyed", () => {
  expect(formatInts("%*d", [i64, 1n << 40n], [i64, 1n])).toHaveLength(65_535);
});

test("a format that takes more than there is, is a bug", () => {
  expect(() => formatInts("%d %d", [i64, 1n])).toThrow(/bug/);
});

describe("against printf(1)", () => {
  const spec = fc.record({
    flags: fc.subarray(["-", "+", " ", "0", "#"]),
    width: fc.option(fc.integer({ min: 1, max: 24 })),
    precision: fc.option(fc.integer({ min: 0, max: 24 })),
    conversion: fc.constantFrom("d", "i", "u", "x", "X", "o"),
  });
  const values = fc.array(fc.oneof(fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), fc.bigInt(-300n, 300n)), {
    minLength: 1,
    maxLength: 40,
  });
  test("64-bit integers in every style", () => {
    fc.assert(
      fc.property(spec, values, ({ flags, width, precision, conversion }, numbers) => {
        const usable = flags.filter((flag) => flag !== "#" || "xXo".includes(conversion));
        const format = `%${usable.join("")}${width ?? ""}${precision === null ? "" : `.${precision}`}`;
        const signed = conversion === "d" || conversion === "i";
        const args = numbers.map((n) => String(signed ? n : BigInt.asUintN(64, n)));
        const real = execFileSync("printf", [`${format}${conversion}\n`, ...args], { env: { LC_ALL: "C" } });
        const ours = numbers.map((n) => `${formatInts(`${format}ll${conversion}`, [i64, n])}\n`).join("");
        expect(ours).toBe(real.toString());
      }),
      { numRuns: 60 },
    );
  });
});

function formatOne(
  format: string,
  type: ValueType,
  fill: (record: RecordBytes) => void,
  escapeData = true,
): string {
  const record = new RecordBytes(160);
  fill(record);
  return compileFormat(parts(format), [{ type, offset: 8 }], testContext(), { escapeData })(
    record.bytes,
    record.view,
    record.base,
    record.end,
  );
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const tailString: ValueType = { kind: "tailString", limit: 8 };
const string: ValueType = { kind: "string", size: 16 };
const colour: ValueType = { kind: "enum", size: 4, signed: false, name: "c", members: [["RED", 1n]] };

// biome-ignore format: one case per line
test.each<{ rule: string; format: string; type: ValueType; fill: (r: RecordBytes) => void; shown: string }>([
  { rule: "a string",                  format: "%s|",     type: string,     fill: (r) => r.text(8, "bash"),                 shown: "bash|" },
  { rule: "a full string",             format: "%s|",     type: string,     fill: (r) => r.text(8, "0123456789abcdefX"),    shown: "0123456789abcdef|" },
  { rule: "padding",                   format: "%-6s|",   type: string,     fill: (r) => r.text(8, "abc"),                  shown: "abc   |" },
  { rule: "padding left",              format: "%6s|",    type: string,     fill: (r) => r.text(8, "abc"),                  shown: "   abc|" },
  { rule: "precision",                 format: "%.2s|",   type: string,     fill: (r) => r.text(8, "abc"),                  shown: "ab|" },
  { rule: "width counts characters",   format: "%5s|",    type: string,     fill: (r) => r.text(8, "é🐝"),                  shown: "   é🐝|" },
  { rule: "precision in characters",   format: "%.1s|",   type: string,     fill: (r) => r.text(8, "🐝x"),                  shown: "🐝|" },
  { rule: "escapes are defused",       format: "\x1b[1m%s\n", type: string, fill: (r) => r.text(8, "a\x1b[2J\n\t"),         shown: "\x1b[1ma\\x1b[2J\n\t\n" },
  { rule: "bytes that are no UTF-8",   format: "%s",      type: string,     fill: (r) => r.raw(8, 0x61, 0xff, 0x9b),        shown: "a\\xff\\x9b" },
  { rule: "precision before escaping", format: "%.1s|",   type: string,     fill: (r) => r.raw(8, 0x1b, 0x61),              shown: "\\x1b|" },
  { rule: "a tail",                    format: "<%s>",    type: tailString, fill: (r) => r.tail(8, utf8("/etc")),           shown: "</etc>" },
  { rule: "a tail with its NUL",       format: "<%s>",    type: tailString, fill: (r) => r.tail(8, utf8("/etc\0")),         shown: "</etc>" },
  { rule: "a cut tail",                format: "<%s>",    type: tailString, fill: (r) => r.tail(8, utf8("01234567")),       shown: "<01234567..>" },
  { rule: "a cut tail, padded",        format: "%12s",    type: tailString, fill: (r) => r.tail(8, utf8("01234567")),       shown: "  01234567.." },
  { rule: "an empty tail",             format: "<%s>",    type: tailString, fill: () => {},                                 shown: "<>" },
  { rule: "a tail that lies outside",  format: "<%s>",    type: tailString, fill: (r) => r.int(8, 4, 1n << 30n).int(12, 4, 99n), shown: "<>" },
  { rule: "bool as words",             format: "%s",      type: { kind: "bool" },     fill: (r) => r.int(8, 1, 1n),         shown: "true" },
  { rule: "bool as number",            format: "%d",      type: { kind: "bool" },     fill: (r) => r.int(8, 1, 1n),         shown: "1" },
  { rule: "enum by name",              format: "%s",      type: colour,     fill: (r) => r.int(8, 4, 1n),                   shown: "RED" },
  { rule: "enum without a name",       format: "%s",      type: colour,     fill: (r) => r.int(8, 4, 9n),                   shown: "9" },
  { rule: "enum as number",            format: "%d",      type: colour,     fill: (r) => r.int(8, 4, 1n),                   shown: "1" },
  { rule: "a kernel symbol",           format: "%-9s|",   type: { kind: "ksym" },     fill: (r) => r.int(8, 8, 0xffff0004n), shown: "do_exit  |" },
  { rule: "a symbol's address",        format: "%x",      type: { kind: "ksym" },     fill: (r) => r.int(8, 8, 0xffff0004n), shown: "ffff0004" },
  { rule: "an address",                format: "%15s|",   type: { kind: "inet" },     fill: (r) => r.int(8, 8, 2n).raw(16, 127, 0, 0, 1), shown: "      127.0.0.1|" },
  { rule: "a tuple",                   format: "%s",      type: { kind: "tuple", size: 16, fields: [{ type: u32, offset: 0 }, { type: string, offset: 8 }] }, fill: (r) => r.int(8, 4, 5n).text(16, "ab"), shown: "(5, ab)" },
  { rule: "bytes",                     format: "%r",      type: { kind: "tailBuffer", limit: 8 }, fill: (r) => r.tail(8, bytes(0x61, 1, 0xff, 0x7a)), shown: "a\\x01\\xffz" },
  { rule: "bytes, escaped",            format: "%rx",     type: { kind: "tailBuffer", limit: 8 }, fill: (r) => r.tail(8, bytes(0x61, 1, 0xff, 0x7a)), shown: "\\x61\\x01\\xff\\x7a" },
  { rule: "bytes in hex",              format: "%rh|",    type: { kind: "buffer", size: 4 },      fill: (r) => r.int(8, 4, 4n).raw(12, 0x61, 1, 0xff, 0x7a), shown: "61 01 ff 7a|" },
  { rule: "a buffer's length is held", format: "%rh",     type: { kind: "buffer", size: 2 },      fill: (r) => r.int(8, 4, 99n).raw(12, 1, 2, 3), shown: "01 02" },
  { rule: "padded bytes",              format: "%-6r|",   type: { kind: "buffer", size: 2 },      fill: (r) => r.int(8, 4, 2n).text(12, "ab"), shown: "ab    |" },
])("%s prints $rule", ({ format, type, fill, shown }) => {
  expect(formatOne(format, type, fill)).toBe(shown);
});

test("text for a shell keeps its bytes", () => {
  expect(formatOne("%s", string, (r) => r.raw(8, 0x1b, 0xff), false)).toBe("\x1b\udcff");
});

test("a bit field prints as its own number", () => {
  const record = new RecordBytes(16).raw(8, 0b1011_0100);
  const show = (signed: boolean, format: string): string =>
    compileFormat(
      parts(format),
      [{ type: int(4, signed), offset: 8, bits: { shift: 2, width: 4 } }],
      testContext(),
      {
        escapeData: true,
      },
    )(record.bytes, record.view, record.base, record.end);
  expect(show(false, "%d")).toBe("13");
  expect(show(true, "%d")).toBe("-3");
  expect(show(true, "%x")).toBe("fffffffd");
});
