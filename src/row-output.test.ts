import { expect, test } from "vitest";
import { createRowOutput, type RowOutputOptions } from "./row-output.ts";
import type { ToolColumn, ToolRow } from "./tools/define-tool.ts";

// biome-ignore format: one column per line
const columns: readonly ToolColumn[] = [
  { key: "at",    name: "TIME(s)", width: 10, shownAs: "seconds" },
  { key: "flags", name: "FLAGS", width: 8, shownAs: "octal" },
  { key: "id",    name: "ID", width: 4, align: "right" },
  { key: "path",  name: "PATH" },
];
const rows: readonly ToolRow[] = [
  { at: 1_234_567_891n, flags: 0o2000001n, id: 7, path: "/a b", hidden: 1 },
  { at: 0n, flags: 0n, id: 18_446_744_073_709_551_615n, path: 'x\x1b\n"' },
  { flags: 0n, id: null, path: null },
];

function written(options: RowOutputOptions): string {
  let text = "";
  const output = createRowOutput({ write: (piece) => (text += piece) }, columns, options);
  for (const row of rows) output.row(row);
  output.flush();
  return text;
}

test("a table", () => {
  expect(written({ format: "table" })).toBe(
    [
      "TIME(s)    FLAGS      ID PATH\n",
      "1.234568   02000001    7 /a b\n",
      '0.000000   00000000 18446744073709551615 x\\x1b\\n"\n',
      "-          00000000    - -\n",
    ].join(""),
  );
});

test("a table is cut at the width that the terminal has at that moment", () => {
  let width = 20;
  const lines = written({ format: "table", terminalWidth: () => width-- }).split("\n");
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(20);
});

test("JSON lines have all digits, and seconds as a number", () => {
  expect(written({ format: "json" }).split("\n").slice(0, 3)).toEqual([
    '{"at":1.234567891,"flags":524289,"id":7,"path":"/a b"}',
    '{"at":0,"flags":0,"id":18446744073709551615,"path":"x\\u001b\\n\\""}',
    '{"at":null,"flags":0,"id":null,"path":null}',
  ]);
});

test("CSV", () => {
  expect(written({ format: "csv" })).toBe(
    ["at,flags,id,path", "1.234567891,524289,7,/a b", '0,0,18446744073709551615,"x\x1b\n"""', ",0,,", ""].join(
      "\r\n",
    ),
  );
});
