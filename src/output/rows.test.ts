import { describe, expect, test } from "vitest";
import type { Shape } from "../base/shown-value.ts";
import { barLines } from "./bars.ts";
import { createCsvWriter } from "./csv.ts";
import { cutToWidth, displayWidth, padToWidth } from "./display-width.ts";
import { rowCells } from "./row-cells.ts";
import { createRowsJsonWriter } from "./rows-json.ts";
import type { Cell, RowWriter, Sink } from "./sink.ts";
import type { TableOptions } from "./table.ts";
import { createTableWriter, formatTable } from "./table.ts";
import { formatBytes, formatDuration } from "./units.ts";

function written(make: (sink: Sink) => RowWriter, rows: readonly (readonly Cell[])[]): string {
  let text = "";
  const writer = make({ write: (piece) => (text += piece) });
  for (const row of rows) writer.row(row);
  writer.flush();
  return text;
}

describe("a streaming table", () => {
  const columns = [
    { name: "PID", width: 7, align: "right" },
    { name: "COMM", width: 8 },
    { name: "FILE" },
  ] as const;
  const table = (rows: readonly (readonly Cell[])[], options: Partial<TableOptions> = {}): string =>
    written((sink) => createTableWriter(sink, { columns, ...options }), rows);

  test("header, fixed widths, the last column as long as it is", () => {
    expect(
      table([
        [1, "bash", "/etc/passwd"],
        [12345678n, "systemd-journald", "x"],
      ]),
    ).toBe(
      ["    PID COMM     FILE", "      1 bash     /etc/passwd", "12345678 systemd-journald x", ""].join("\n"),
    );
  });
  test("without rows there is still a header", () => expect(table([])).toBe("    PID COMM     FILE\n"));
  test("without a header", () =>
    expect(table([[1, "a", "b"]], { header: false })).toBe("      1 a        b\n"));
  test("a terminal's width cuts lines", () => {
    expect(table([[1, "bash", "/etc/passwd"]], { terminalWidth: 20 })).toBe(
      "    PID COMM     FI…\n      1 bash     /e…\n",
    );
  });
  test("a row is one line, whatever was traced", () => {
    expect(table([[1, "a\tb", "x\ny\x1b[2J\udcff"]], { header: false })).toBe(
      "      1 a\\tb     x\\ny\\x1b[2J\\xff\n",
    );
  });
  test("missing cells, null and booleans", () => {
    expect(table([[null, true]], { header: false })).toBe("      - true     -\n");
  });
  test("wide characters keep the columns", () => {
    expect(table([[1, "日本", "x"]], { header: false })).toBe("      1 日本     x\n");
  });
});

test("a table of known rows is as wide as it must be", () => {
  const columns = [{ name: "ID", align: "right" }, { name: "NAME" }, { name: "TYPE" }] as const;
  expect(
    formatTable({ columns }, [
      [1, "long-name", "xdp"],
      [100, "n", "kprobe"],
    ]),
  ).toBe(" ID NAME      TYPE\n  1 long-name xdp\n100 n         kprobe\n");
});

test("CSV quotes what it must", () => {
  const csv = written(
    (sink) => createCsvWriter(sink, ["a", "b,c"]),
    [
      [1n, 'say "hi"'],
      [null, "x\ny"],
      [true, "\udcff"],
    ],
  );
  expect(csv).toBe('a,"b,c"\r\n1,"say ""hi"""\r\n,"x\ny"\r\ntrue,\\xff\r\n');
});

test("CSV without rows is its header", () => {
  expect(written((sink) => createCsvWriter(sink, ["a"]), [])).toBe("a\r\n");
});

test("rows as JSON lines", () => {
  const json = written(
    (sink) => createRowsJsonWriter(sink, ["pid", "x"]),
    [[18446744073709551615n, 'a"'], [null, Number.NaN], [true]],
  );
  expect(json).toBe('{"pid":18446744073709551615,"x":"a\\""}\n{"pid":null,"x":null}\n{"pid":true,"x":null}\n');
});

test("cells of a printed value", () => {
  const shape: Shape = {
    kind: "tuple",
    fields: [
      { type: { kind: "int" } },
      { type: { kind: "string" } },
      { type: { kind: "pointer" } },
      { type: { kind: "bool" } },
      { type: { kind: "none" } },
    ],
  };
  expect(rowCells(shape, [5n, "a\x1b", 255n, true, null])).toEqual([5n, "a\x1b", "0xff", true, null]);
  expect(rowCells({ kind: "int" }, 7)).toEqual([7]);
  expect(
    rowCells(
      { kind: "tuple", fields: [{ name: "a", type: { kind: "enum" } }] },
      { a: { name: "X", value: 1 } },
    ),
  ).toEqual(["X"]);
});

describe("bars", () => {
  test("as long as their share of the largest", () => {
    expect(
      barLines(
        [
          { label: "read", count: 100n },
          { label: "openat", count: 25 },
          { label: "x", count: 0 },
        ],
        { width: 31 },
      ),
    ).toEqual(["read   100 ████████████████████", "openat  25 █████", "x        0"]);
  });
  test("in eighths, and never nothing for something", () => {
    const items = [
      { label: "a", count: 80 },
      { label: "b", count: 41 },
      { label: "c", count: 1e-9 },
    ];
    expect(barLines(items, { width: 18 })).toEqual(["a   80 ███████████", "b   41 █████▋", "c 1e-9 ▏"]);
  });
  test("in ASCII", () => {
    expect(
      barLines(
        [
          { label: "a", count: 2 },
          { label: "b", count: 1 },
        ],
        { width: 14, ascii: true },
      ),
    ).toEqual(["a 2 ##########", "b 1 #####"]);
  });
  test("long labels are cut, none is fine", () => {
    expect(barLines([{ label: "x".repeat(99), count: 1 }], { width: 30, ascii: true })[0]).toBe(
      `${"x".repeat(16)}… 1 ${"#".repeat(10)}`,
    );
    expect(barLines([])).toEqual([]);
  });
});

// biome-ignore format: one text per line
test.each([
  ["abc", 3], ["é", 1], ["e\u0301", 1], ["日本", 4], ["🐝", 2], ["", 0], ["한글", 4], ["ｆ", 2], ["\u200b", 0],
])("%s takes %i columns", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test("cutting and padding by columns", () => {
  expect(cutToWidth("日本語", 5)).toBe("日本…");
  expect(cutToWidth("日本語", 6)).toBe("日本語");
  expect(cutToWidth("abc", 0)).toBe("");
  expect(padToWidth("日", 4)).toBe("日  ");
  expect(padToWidth("日", 4, "right")).toBe("  日");
  expect(padToWidth("abcd", 2)).toBe("abcd");
});

// biome-ignore format: one amount per line
test.each<[number | bigint, string]>([
  [0, "0 ns"], [999, "999 ns"], [1_500, "1.50 µs"], [45_600n, "45.6 µs"], [789_000_000, "789 ms"], [2_000_000_000, "2 s"], [-1_500, "-1.50 µs"],
])("%s ns is %s", (ns, text) => {
  expect(formatDuration(ns)).toBe(text);
});

// biome-ignore format: one amount per line
test.each<[number | bigint, string]>([
  [0, "0 B"], [1023, "1023 B"], [1536, "1.50 KiB"], [1048576n, "1 MiB"], [10.5 * 1024 ** 3, "10.5 GiB"], [2n ** 64n, "16 EiB"],
])("%s bytes are %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
