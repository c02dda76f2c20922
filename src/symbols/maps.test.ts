import fc from "fast-check";
import { expect, test } from "vitest";
import { fileOffset, findMapping, parseMaps } from "./maps.ts";

const TEXT = `55ecb2767000-55ecb2769000 r--p 00000000 fe:00 260131                     /usr/bin/cat
55ecb2769000-55ecb276e000 r-xp 00002000 fe:00 260131                     /usr/bin/cat
55ecbded3000-55ecbdef4000 rw-p 00000000 00:00 0                          [heap]
7fd0ec65a000-7fd0ec67c000 rw-p 00000000 00:00 0 
7fd0ec67c000-7fd0ec6d3000 r-xs 00001000 fe:00 329635                     /tmp/a b/lib\\012x.so (deleted)
7fd0ec6d3000-7fd0ec6d4000 rw-s 00000000 00:01 2048                       /memfd:jit (deleted)
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
`;

test("every kind of region is read", () => {
  expect(parseMaps(TEXT).map((m) => [m.kind, m.name, m.deleted, m.inode])).toEqual([
    ["file", "/usr/bin/cat", false, 260131n],
    ["file", "/usr/bin/cat", false, 260131n],
    ["special", "[heap]", false, 0n],
    ["anonymous", "", false, 0n],
    ["file", "/tmp/a b/lib\nx.so", true, 329635n],
    ["file", "/memfd:jit", true, 2048n],
    ["special", "[vsyscall]", false, 0n],
  ]);
  expect(parseMaps(TEXT)[4]).toMatchObject({
    readable: true,
    writable: false,
    executable: true,
    shared: true,
    device: "fe:00",
  });
});

test("an address leads to its region and its byte of the file", () => {
  const mappings = parseMaps(TEXT);
  const text = findMapping(mappings, 0x55ecb2769010n);
  expect(text?.start).toBe(0x55ecb2769000n);
  expect(text && fileOffset(text, 0x55ecb2769010n)).toBe(0x2010n);
  expect(findMapping(mappings, 0x55ecb276e000n)).toBeUndefined();
  expect(findMapping(mappings, 0n)).toBeUndefined();
  expect(findMapping(mappings, 0xffffffffff600fffn)?.name).toBe("[vsyscall]");
  expect(findMapping([], 1n)).toBeUndefined();
});

test("any text is taken", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...TEXT.split(/( |-|\n)/)), { maxLength: 30 }), (pieces) => {
      for (const m of parseMaps(pieces.join(""))) expect(typeof m.start).toBe("bigint");
    }),
  );
});
