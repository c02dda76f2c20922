import { expect, test } from "vitest";
import { Report } from "../base/diagnostic.ts";
import type { Value } from "../base/shown-value.ts";
import { valueText } from "../base/value-text.ts";
import { findStruct } from "../btf/lookup.ts";
import { parseC } from "../btf/parse-c.ts";
import type { BtfId } from "../btf/types.ts";
import { sizeOfValue } from "../plan/value-type.ts";
import { compileDecoder, type DecodeContext } from "../runtime/decode-value.ts";
import { StackReader } from "../runtime/stack-reader.ts";
import { StringCache } from "../runtime/string-cache.ts";
import { valueTypeOf } from "./run-command-values.ts";

const resolver = {
  kernelSymbol: () => undefined,
  userSymbol: () => undefined,
  cgroupPath: () => undefined,
  userName: () => undefined,
  errorText: () => undefined,
  clockOffsetNs: () => 0n,
};
const CONTEXT: DecodeContext = {
  resolver,
  strings: new StringCache(),
  stacks: new StackReader([], resolver),
  probeNames: [],
  cutMark: "",
};

/** `struct v` of these declarations, with its bytes as they are: 01 02 03 … */
function shown(declarations: string): string {
  const report = new Report();
  const btf = parseC(declarations, report);
  if (btf === undefined) throw new Error(report.diagnostics.map(({ message }) => message).join("; "));
  const type = valueTypeOf(btf, findStruct(btf, "v") as BtfId);
  const bytes = Uint8Array.from({ length: sizeOfValue(type) }, (_, i) => i + 1);
  const value: Value = compileDecoder(type, CONTEXT)(bytes, new DataView(bytes.buffer), 0, 0, bytes.length);
  return valueText(type, value);
}

// biome-ignore format: one case per line
test.each([
  { rule: "integers by size and sign",   text: "struct v { unsigned char a; short b; unsigned int c; long d; };",          gives: "{ .a = 1, .b = 1027, .c = 134678021, .d = 1157159078456920585 }" },
  { rule: "typedefs and qualifiers",     text: "typedef const unsigned short port_t; struct v { port_t p; };",             gives: "{ .p = 513 }" },
  { rule: "text",                        text: "struct v { char name[3]; };",                                              gives: "{ .name = \\x01\\x02\\x03 }" },
  { rule: "arrays of arrays",            text: "struct v { unsigned char a[2][3]; };",                                     gives: "{ .a = [[1,2,3],[4,5,6]] }" },
  { rule: "enums by name",               text: "enum e { ONE = 1, BIG = 67305985 }; struct v { enum e e; };",             gives: "{ .e = BIG }" },
  { rule: "pointers",                    text: "struct v { void *p; };",                                                   gives: "{ .p = 0x807060504030201 }" },
  { rule: "members of unnamed members",  text: "struct v { struct { unsigned char a; }; union { unsigned char b; unsigned char c; }; };", gives: "{ .a = 1, .b = 2, .c = 2 }" },
  { rule: "structs in structs",          text: "struct in { unsigned char x; }; struct v { struct in a[2]; };",           gives: "{ .a = [{ .x = 1 },{ .x = 2 }] }" },
  { rule: "bit-fields",                  text: "struct v { unsigned int a : 3; unsigned int b : 9; int c : 4; };",         gives: "{ .a = 1, .b = 64, .c = 0 }" },
  { rule: "bool",                        text: "struct v { _Bool b; };",                                                   gives: "{ .b = true }" },
  { rule: "16-byte integers as bytes",   text: "struct v { unsigned __int128 w; };",                                       gives: "{ .w = [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16] }" },
])("$rule", ({ text, gives }) => {
  expect(shown(text)).toBe(gives);
});
