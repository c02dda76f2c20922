import { expect, test } from "vitest";
import { parseTracepointFormat } from "./tracepoint-format.ts";

const field = (text: string) => `name: x\nID: 7\nformat:\n\tfield:${text}\n\nprint fmt: "field:int a;"\n`;

// biome-ignore format: one case per line
test.each<{ rule: string; text: string; gives: object | undefined }>([
  { rule: "an integer",        text: "int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;",              gives: { name: "__syscall_nr", type: "int", offset: 8, size: 4, signed: true, dataLoc: false } },
  { rule: "a pointer",         text: "const char * filename;\toffset:24;\tsize:8;\tsigned:0;",         gives: { name: "filename", type: "const char *", offset: 24, size: 8, signed: false, dataLoc: false } },
  { rule: "a tight pointer",   text: "const char *filename;\toffset:24;\tsize:8;\tsigned:0;",          gives: { name: "filename", type: "const char *", offset: 24, size: 8, signed: false, dataLoc: false } },
  { rule: "an array",          text: "char comm[16];\toffset:8;\tsize:16;\tsigned:0;",                 gives: { name: "comm", type: "char[16]", offset: 8, size: 16, signed: false, dataLoc: false } },
  { rule: "a named length",    text: "char comm[TASK_COMM_LEN];\toffset:8;\tsize:16;\tsigned:1;",      gives: { name: "comm", type: "char[TASK_COMM_LEN]", offset: 8, size: 16, signed: true, dataLoc: false } },
  { rule: "a matrix",          text: "u8 m[2][3];\toffset:8;\tsize:6;\tsigned:0;",                     gives: { name: "m", type: "u8[2][3]", offset: 8, size: 6, signed: false, dataLoc: false } },
  { rule: "a dynamic string",  text: "__data_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;",         gives: { name: "name", type: "char[]", offset: 8, size: 4, signed: false, dataLoc: true } },
  { rule: "a relative string", text: "__rel_loc char[] name;\toffset:8;\tsize:4;\tsigned:0;",          gives: { name: "name", type: "__rel_loc char[]", offset: 8, size: 4, signed: false, dataLoc: false } },
  { rule: "a struct",          text: "struct sockaddr_storage sa;\toffset:8;\tsize:128;\tsigned:0;",   gives: { name: "sa", type: "struct sockaddr_storage", offset: 8, size: 128, signed: false, dataLoc: false } },
  { rule: "no signedness",     text: "int a;\toffset:8;\tsize:4;",                                     gives: { name: "a", type: "int", offset: 8, size: 4, signed: false, dataLoc: false } },
  { rule: "no name",           text: "(*)(void);\toffset:8;\tsize:8;\tsigned:0;",                      gives: undefined },
])("$rule", ({ text, gives }) => {
  expect(parseTracepointFormat(field(text))).toEqual({ id: 7, fields: gives === undefined ? [] : [gives] });
});

test("text without an id is no format", () => {
  expect(parseTracepointFormat("")).toBeUndefined();
});
