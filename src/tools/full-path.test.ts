import { expect, test } from "vitest";
import type { Value } from "../base/shown-value.ts";
import { joinFolders } from "./full-path.ts";

type Fields = Readonly<Record<string, Value>>;

const part = (text: string, at: bigint, tid = 1): Fields => ({ part: text, at, tid });
const row = (path: string, parts = 0n, whole = true, tid = 1): Fields => ({ tid, path, parts, whole });

// biome-ignore format: one case per line
test.each<{ rule: string; records: readonly Fields[]; path: string }>([
  { rule: "an absolute path stays as it is",      records: [row("/etc/passwd")], path: "/etc/passwd" },
  { rule: "folders come before a relative path",  records: [part("b", 0n), part("a", 1n), row("c", 2n)], path: "/a/b/c" },
  { rule: "the root folder has no name",          records: [row("c")], path: "/c" },
  { rule: "a leading ./ says nothing",            records: [part("a", 0n), row(".//./c", 1n)], path: "/a/c" },
  { rule: "a leading dot of a name stays",        records: [part("a", 0n), row(".c", 1n)], path: "/a/.c" },
  { rule: "too many folders are left out",        records: [part("b", 0n), row("c", 1n, false)], path: ".../b/c" },
  { rule: "a lost folder is told",                records: [part("a", 1n), row("c", 2n)], path: ".../a/c" },
  { rule: "folders of a lost row are forgotten",  records: [part("x", 0n), part("b", 0n), row("c", 1n)], path: "/b/c" },
  { rule: "threads do not mix",                   records: [part("b", 0n), part("x", 0n, 2), row("c", 1n)], path: "/b/c" },
])("$rule", ({ records, path }) => {
  const rows = joinFolders();
  const made = records.map((record) => rows(record)).filter((r) => r !== undefined);
  expect(made).toEqual([{ tid: 1, path }]);
});
