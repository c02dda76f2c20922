import { expect, test } from "vitest";
import type { Value } from "../base/shown-value.ts";
import { joinArguments } from "./exec-arguments.ts";

type Fields = Readonly<Record<string, Value>>;

const bytes = (...words: string[]): Uint8Array => new TextEncoder().encode(words.map((w) => `${w}\0`).join(""));

/** What an exec that worked prints. */
function done(file: string, argv: readonly string[], other: Fields = {}): Fields {
  const all = bytes(...argv);
  const counts = { count: argv.length, length: BigInt(all.length) };
  return { comm: "x", tid: 1, file, script: false, ...counts, bytes: all, ...other };
}

const failed = (file: string, count: bigint, ended: boolean): Fields => ({
  comm: "x",
  tid: 1,
  file,
  count,
  ended,
});
const part = (text: string, at: bigint, tid = 1): Fields => ({ part: text, at, tid });
const many = Array.from({ length: 30 }, (_, i) => `a${i}`);
const short = bytes("ls", "-l").slice(0, 4);

// biome-ignore format: one case per line
test.each<{ rule: string; options?: Readonly<Record<string, string>>; records: readonly Fields[]; args: string | undefined }>([
  { rule: "the file stands for argv[0]",          records: [done("/bin/ls", ["ls", "-l"])], args: "/bin/ls -l" },
  { rule: "no argument at all",                   records: [done("/bin/ls", [])], args: "/bin/ls" },
  { rule: "empty arguments count",                records: [done("/bin/ls", ["ls", "", "b"])], args: "/bin/ls  b" },
  { rule: "a script's own arguments",             records: [done("./s", ["/bin/sh", "./s", "a"], { script: true })], args: "./s a" },
  { rule: "… behind those of its interpreter",    records: [done("./s", ["/bin/sh", "-e", "./s", "a"], { script: true })], args: "./s a" },
  { rule: "no script: the same word twice",       records: [done("/bin/cat", ["cat", "/bin/cat"])], args: "/bin/cat /bin/cat" },
  { rule: "bytes that were not read are told",    records: [done("/bin/ls", ["ls"], { bytes: short, count: 2, length: 6n })], args: "/bin/ls - ..." },
  { rule: "nothing could be read",                records: [done("/bin/ls", ["ls", "-l"], { bytes: new Uint8Array(0) })], args: "/bin/ls ..." },
  { rule: "twenty words at most",                 records: [done("/bin/ls", ["ls", ...many])], args: `/bin/ls ${many.slice(0, 19).join(" ")} ...` },
  { rule: "or as many as asked for",              options: { "max-args": "2" }, records: [done("/bin/ls", ["ls", "a", "b"])], args: "/bin/ls a ..." },
  { rule: "exactly as many",                      options: { "max-args": "3" }, records: [done("/bin/ls", ["ls", "a", "b"])], args: "/bin/ls a b" },
  { rule: "quotes",                               options: { quote: "true" }, records: [done("/bin/ls", ["ls", 'a "b" \\', ""])], args: '"/bin/ls" "a \\"b\\" \\\\" ""' },
  { rule: "no quotes around what was left out",   options: { quote: "true", "max-args": "1" }, records: [done("/bin/ls", ["ls", "a"])], args: '"/bin/ls" ...' },
  { rule: "an argument that is three dots",       options: { quote: "true" }, records: [done("/bin/ls", ["ls", "..."])], args: '"/bin/ls" "..."' },
  { rule: "a failed exec's arguments",            records: [part("a", 0n), part("b", 1n), failed("/x", 2n, true)], args: "/x a b" },
  { rule: "… of which one was lost",              records: [part("b", 1n), failed("/x", 2n, true)], args: "/x b ..." },
  { rule: "… of which there are more",            records: [part("a", 0n), failed("/x", 1n, false)], args: "/x a ..." },
  { rule: "… of another thread",                  records: [part("a", 0n, 2), failed("/x", 0n, true)], args: "/x" },
  { rule: "a name that matches",                  options: { name: "^x$" }, records: [done("/bin/ls", ["ls"])], args: "/bin/ls" },
  { rule: "a name that does not",                 options: { name: "^y" }, records: [done("/bin/ls", ["ls"])], args: undefined },
  { rule: "a line that matches",                  options: { line: "ls -[al]$" }, records: [done("/bin/ls", ["ls", "-l"])], args: "/bin/ls -l" },
  { rule: "a line that does not",                 options: { line: "-a" }, records: [done("/bin/ls", ["ls", "-l"])], args: undefined },
])("$rule", ({ options = {}, records, args }) => {
  const rows = joinArguments(new Map(Object.entries(options)));
  const made = records.map((record) => rows(record)).find((r) => r !== undefined);
  expect(made?.["args"]).toBe(args);
});

test("arguments that are no text keep their bytes", () => {
  const argv = Uint8Array.of(0x78, 0, 0xff, 0x1b, 0x0a, 0);
  const record = done("/x", [], { bytes: argv, count: 2, length: 6n });
  expect(joinArguments(new Map())(record)?.["args"]).toBe("/x \udcff\u001b\n");
});
