import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepText, readKept } from "./kept-text.ts";

const ENTRY = { name: "list", key: "boot 1 module:2" };
const TEXT = "vfs_read\nvfs_write [other]\ncaf\u00e9\n";

let base: string;
let folder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "skep-kept-"));
  folder = join(base, "skep");
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test("what was kept is read again, by its key alone", () => {
  expect(readKept(folder, ENTRY)).toBeUndefined();
  keepText(folder, ENTRY, TEXT);
  expect(readKept(folder, ENTRY)).toBe(TEXT);
  expect(readKept(folder, { ...ENTRY, key: "boot 1 module:3" })).toBeUndefined();
  expect(readKept(folder, { ...ENTRY, key: "boot 1" })).toBeUndefined();
  expect(readKept(folder, { ...ENTRY, name: "other" })).toBeUndefined();
  keepText(folder, { ...ENTRY, key: "boot 2" }, "new");
  expect(readKept(folder, ENTRY)).toBeUndefined();
  expect(readKept(folder, { ...ENTRY, key: "boot 2" })).toBe("new");
});

test("nobody else can read it, and nothing else is left there", () => {
  keepText(folder, ENTRY, TEXT);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "list")).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["list"]);
});

test("any text comes back as it was", () => {
  const latin1 = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) });
  fc.assert(
    fc.property(latin1, fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/), (text, key) => {
      keepText(folder, { name: "any", key }, text);
      expect(readKept(folder, { name: "any", key })).toBe(text);
    }),
    { numRuns: 50 },
  );
});

const FOREIGN = 65_534;
const isRoot = process.geteuid?.() === 0;

// biome-ignore format: one case per line
test.each<{ rule: string; root?: true; harm: (folder: string, file: string) => void }>([
  { rule: "a file cut short",             harm: (_, file) => truncateSync(file, statSync(file).size - 1) },
  { rule: "an empty file",                harm: (_, file) => truncateSync(file, 0) },
  { rule: "a file grown",                 harm: (_, file) => writeFileSync(file, "more", { flag: "a" }) },
  { rule: "a byte changed",               harm: (_, file) => writeFileSync(file, readFileSync(file, "latin1").replace("vfs_read", "vfs_reed"), "latin1") },
  { rule: "no head",                      harm: (_, file) => writeFileSync(file, TEXT) },
  { rule: "noise",                        harm: (_, file) => writeFileSync(file, Buffer.from([0xff, 0xfe, 0, 10, 10])) },
  { rule: "a file that others may read",  harm: (_, file) => chmodSync(file, 0o644) },
  { rule: "a file that others may write", harm: (_, file) => chmodSync(file, 0o602) },
  { rule: "a folder that others may read",  harm: (folder) => chmodSync(folder, 0o755) },
  { rule: "a symbolic link to the file",  harm: (folder, file) => { renameSync(file, join(folder, "real")); symlinkSync("real", file); } },
  { rule: "a symbolic link to the folder", harm: (folder) => { renameSync(folder, `${folder}.real`); symlinkSync(`${folder}.real`, folder); } },
  { rule: "a folder in the file's place", harm: (_, file) => { rmSync(file); mkdirSync(file, 0o700); } },
  { rule: "a file in the folder's place", harm: (folder) => { rmSync(folder, { recursive: true }); writeFileSync(folder, ""); } },
  { rule: "a stranger's file",            root: true, harm: (_, file) => chownSync(file, FOREIGN, FOREIGN) },
  { rule: "a stranger's folder",          root: true, harm: (folder) => chownSync(folder, FOREIGN, FOREIGN) },
])("not believed: $rule", ({ root, harm }) => {
  if (root && !isRoot) return;
  keepText(folder, ENTRY, TEXT);
  harm(folder, join(folder, "list"));
  expect(readKept(folder, ENTRY)).toBeUndefined();
});

// biome-ignore format: one case per line
test.each<{ rule: string; root?: true; harm: (folder: string) => void }>([
  { rule: "its parent is missing",        harm: (folder) => rmSync(join(folder, ".."), { recursive: true }) },
  { rule: "a file is there",              harm: (folder) => writeFileSync(folder, "") },
  { rule: "others may write to it",       harm: (folder) => { mkdirSync(folder); chmodSync(folder, 0o777); } },
  { rule: "it is a symbolic link",        harm: (folder) => { mkdirSync(`${folder}.real`, 0o700); symlinkSync(`${folder}.real`, folder); } },
  { rule: "it is a stranger's",           root: true, harm: (folder) => { mkdirSync(folder, 0o700); chownSync(folder, FOREIGN, FOREIGN); } },
])("nothing is kept, and nothing thrown, where $rule", ({ root, harm }) => {
  if (root && !isRoot) return;
  harm(folder);
  keepText(folder, ENTRY, TEXT);
  expect(readKept(folder, ENTRY)).toBeUndefined();
  for (const place of [folder, `${folder}.real`])
    expect(statSync(place, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(place) : []).toEqual([]);
});

test("a file with that name is replaced, not written through", () => {
  mkdirSync(folder, 0o700);
  const precious = join(base, "precious");
  writeFileSync(precious, "precious");
  linkSync(precious, join(folder, "list"));
  keepText(folder, ENTRY, TEXT);
  expect(readFileSync(precious, "utf8")).toBe("precious");
  expect(readKept(folder, ENTRY)).toBe(TEXT);
});
