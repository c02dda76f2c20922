import { expect, test } from "vitest";
import { Kallsyms } from "../symbols/kallsyms.ts";
import { kernelFunctions } from "./kernel-functions.ts";

const LIST = [
  "vfs_write",
  "vfs_read",
  "vfs_read",
  "__ftrace_invalid_address___1",
  "nf_hook [nf_tables]",
  "vfs_read [other]",
  "",
].join("\n");
const SYMBOLS = new Kallsyms(
  [
    "ffffffff81000000 T vfs_read",
    "ffffffff81000010 t vfs_write",
    "ffffffff81000020 D vfs_table",
    "ffffffffc0000000 t bpf_prog_1\t[bpf]",
    "ffffffffc0001000 t vfs_more\t[other]",
    "",
  ].join("\n"),
);
const none = () => {
  throw new Error("symbols are asked");
};

// biome-ignore format: one case per line
test.each([
  { rule: "one name, once per module",     pattern: "vfs_read", list: LIST,      gives: ["vfs_read", "vfs_read other"] },
  { rule: "a pattern, sorted",             pattern: "vfs_*",    list: LIST,      gives: ["vfs_read", "vfs_read other", "vfs_write"] },
  { rule: "a set",                         pattern: "vfs_[rx]*", list: LIST,     gives: ["vfs_read", "vfs_read other"] },
  { rule: "a set that begins the name",    pattern: "[a-u]*",   list: LIST,      gives: ["nf_hook nf_tables"] },
  { rule: "text in the middle",            pattern: "*s_w*",    list: LIST,      gives: ["vfs_write"] },
  { rule: "the name's end",                pattern: "?fs_read", list: LIST,      gives: ["vfs_read", "vfs_read other"] },
  { rule: "not the module's name",         pattern: "*tables*", list: LIST,      gives: [] },
  { rule: "nothing that was thrown away",  pattern: "*",        list: LIST,      gives: ["nf_hook nf_tables", "vfs_read", "vfs_read other", "vfs_write"] },
  { rule: "without a list: the code",      pattern: "*",        list: undefined, gives: ["vfs_more other", "vfs_read", "vfs_write"] },
])("$rule", ({ pattern, list, gives }) => {
  const found = kernelFunctions(pattern, list, list === undefined ? () => SYMBOLS : none);
  expect(found.map(({ name, module }) => (module ? `${name} ${module}` : name))).toEqual(gives);
});
