import fc from "fast-check";
import { expect, test } from "vitest";
import { didYouMean, editDistance, nearest } from "./suggest.ts";

// biome-ignore format: one case per line
test.each([
  { rule: "a letter too few",          a: "vfs_red",   b: "vfs_read",  changes: 1 },
  { rule: "another letter",            a: "vfs_reed",  b: "vfs_read",  changes: 1 },
  { rule: "neighbours swapped",        a: "vfs_raed",  b: "vfs_read",  changes: 1 },
  { rule: "swaps at the beginning",    a: "fvs_read",  b: "vfs_read",  changes: 1 },
  { rule: "nothing",                   a: "vfs_read",  b: "vfs_read",  changes: 0 },
  { rule: "too many changes",          a: "vfs_read",  b: "tcp_sendmsg", changes: 4 },
])("$rule", ({ a, b, changes }) => {
  expect(editDistance(a, b, 3)).toBe(changes);
});

/** The whole table, by the definition. */
function byDefinition(a: string, b: string): number {
  const cell = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
    return Math.min(
      (at[i - 1]?.[j] ?? 0) + 1,
      (at[i]?.[j - 1] ?? 0) + 1,
      (at[i - 1]?.[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      swapped ? (at[i - 2]?.[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
    );
  };
  const at: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [];
    at[i] = row;
    for (let j = 0; j <= b.length; j++) row.push(cell(i, j));
  }
  return at[a.length]?.[b.length] ?? 0;
}

const word = fc.string({ unit: fc.constantFrom("a", "b", "_", "c"), maxLength: 12 });

test("as by the definition, up to the limit", () => {
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 8 }), (a, b, limit) => {
      expect(Math.min(editDistance(a, b, limit), limit + 1)).toBe(Math.min(byDefinition(a, b), limit + 1));
    }),
  );
});

test("what is put aside by its letters alone is far away", () => {
  fc.assert(
    fc.property(word, fc.array(word), (name, names) => {
      const worst = Math.max(1, Math.floor(name.length / 3) + 1);
      const near = names.filter((n) => byDefinition(name, n) <= worst || (name.length > 2 && n.includes(name)));
      expect(nearest(name, names, 99).sort()).toEqual([...new Set(near)].sort());
    }),
  );
});

test("the best first, the shorter before the longer", () => {
  expect(nearest("vfs_red", ["vfs_rename", "vfs_readv", "vfs_read", "tcp_close"], 2)).toEqual([
    "vfs_read",
    "vfs_readv",
  ]);
  expect(didYouMean("zzzzzz", ["vfs_read"])).toBeUndefined();
  expect(didYouMean("nsec", ["nsecs", "pid"])).toBe("did you mean `nsecs`?");
});
