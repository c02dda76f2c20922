import { expect, test } from "vitest";
import { fakeKernelBtf } from "../../test/support/fake-kernel-btf.ts";
import { matchTypes, typePattern } from "./type-list.ts";

const btf = fakeKernelBtf();

// biome-ignore format: one case per line
test.each([
  { text: "struct sock",     gives: { kind: "struct", name: "sock" } },
  { text: " enum  tcp_* ",   gives: { kind: "enum", name: "tcp_*" } },
  { text: "typedef u64",     gives: { kind: "typedef", name: "u64" } },
  { text: "struct",          gives: undefined },
  { text: "structure x",     gives: undefined },
  { text: "tracepoint:a:b",  gives: undefined },
])("$text", ({ text, gives }) => {
  expect(typePattern(text)).toEqual(gives);
});

test("a struct as C", () => {
  const { types } = matchTypes(btf, "struct", "mm_struct", false);
  expect(types.map((type) => [type.name, type.declaration()])).toEqual([
    [
      "struct mm_struct",
      "struct mm_struct {\n\tunsigned long long arg_start;\n\tunsigned long long arg_end;\n};",
    ],
  ]);
});

test("a pattern of structs", () => {
  expect(
    matchTypes(btf, "struct", "f*", false)
      .types.map(({ name }) => name)
      .sort(),
  ).toEqual(["struct fdtable", "struct file", "struct files_struct", "struct fs_struct"]);
});

test("near names", () => {
  const { types, help } = matchTypes(btf, "struct", "task_struc", false);
  expect(types).toEqual([]);
  expect(help).toMatch(/^near names: struct task_struct\b/);
});
