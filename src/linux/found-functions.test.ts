import { expect, test } from "vitest";
import { FoundFunctions } from "./found-functions.ts";

const line = (name: string, address: string, module = "") =>
  `${[address, "74", name, module, ...Array(2).fill(module === "" ? name : `${name} [${module}]`)].join("\t")}\n`;
const SYMBOLS =
  line("vfs_write", "ffffffff81000020") +
  line("vfs_read", "ffffffff81000010") +
  line("vfs_read", "ffffffff81000400") +
  line("vfs_read", "ffffffffc0000010", "other") +
  line("vfx", "ffffffff81000030");

const PLACES = [0x81000010n, 0x81000020n, 0x81000030n, 0x81000400n, 0xc0000010n].map(
  (at) => at | (0xffff_ffffn << 32n),
);
const placesAmong = (addresses: Iterable<bigint>) =>
  new Set([...addresses].filter((at) => PLACES.includes(at)));

function foundIn(text: string | undefined) {
  const walked: string[] = [];
  let closed = 0;
  const records = { placesAmong, [Symbol.dispose]: () => void closed++ };
  const found = new FoundFunctions((prefix) => {
    walked.push(prefix);
    return text === undefined ? undefined : { text, records };
  });
  return { found, walked, closed: () => closed };
}

test("functions of a pattern, by name, each once per module, with an address if it is the only one", () => {
  const { found, walked, closed } = foundIn(SYMBOLS);
  expect(found.matching("vfs_[rw]*")).toEqual([
    { name: "vfs_read" },
    { name: "vfs_read", module: "other", address: 0xffffffffc0000010n },
    { name: "vfs_write", address: 0xffffffff81000020n },
  ]);
  expect(walked).toEqual(["vfs_"]);
  expect(closed()).toBe(1);
});

// biome-ignore format: one case per line
test.each([
  { rule: "all that there is",      pattern: "*" },
  { rule: "a start of one letter",  pattern: "v*" },
  { rule: "what ends so",           pattern: "*_read" },
  { rule: "a set at the start",     pattern: "[vx]fs_*" },
  { rule: "a name",                 pattern: "vfs_read" },
])("not walked for: $rule", ({ pattern }) => {
  const { found, walked } = foundIn(SYMBOLS);
  expect(found.matching(pattern)).toBeUndefined();
  expect(walked).toEqual([]);
});

test("one pattern is walked for; the same is known then, and for another the list is read", () => {
  const { found, walked } = foundIn(SYMBOLS);
  expect(found.matching("vfs_*")).toHaveLength(3);
  expect(found.matching("tcp_*")).toBeUndefined();
  expect(found.matching("vfs_*")).toHaveLength(3);
  expect(walked).toEqual(["vfs_"]);
});

test("where there is no walk, or it settles nothing, it is not tried again", () => {
  for (const text of [undefined, "unreadable\n"]) {
    const { found, walked } = foundIn(text);
    expect([found.matching("vfs_*"), found.matching("vfs_*")]).toEqual([undefined, undefined]);
    expect(walked).toHaveLength(1);
  }
});

test("where functions are is learnt, per module", () => {
  const { found } = foundIn(SYMBOLS);
  found.learn([{ name: "a", address: 1n }, { name: "b", module: "m", address: 2n }, { name: "c" }]);
  const at = [
    { name: "a" },
    { name: "b", module: "m" },
    { name: "b" },
    { name: "c" },
    { name: "a", module: "m" },
  ];
  expect(at.map((fn) => found.addressOf(fn))).toEqual([1n, 2n, undefined, undefined, undefined]);
});
