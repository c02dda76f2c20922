import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLibraryCache } from "./library-cache.ts";

function cacheOf(libraries: readonly { name: string; path: string; flags: number }[], prefix = ""): Uint8Array {
  const HEADER = 48;
  const ENTRY = 24;
  const text = new TextEncoder();
  const strings: number[] = [];
  const place = (s: string) => {
    const at = HEADER + libraries.length * ENTRY + strings.length;
    strings.push(...text.encode(s), 0);
    return at;
  };
  const rows = libraries.map((l) => ({ flags: l.flags, name: place(l.name), path: place(l.path) }));
  const bytes = new Uint8Array(HEADER + libraries.length * ENTRY + strings.length);
  const view = new DataView(bytes.buffer);
  bytes.set(text.encode("glibc-ld.so.cache1.1"));
  view.setUint32(20, libraries.length, true);
  for (const [i, row] of rows.entries()) {
    view.setInt32(HEADER + i * ENTRY, row.flags, true);
    view.setUint32(HEADER + i * ENTRY + 4, row.name, true);
    view.setUint32(HEADER + i * ENTRY + 8, row.path, true);
  }
  bytes.set(strings, HEADER + libraries.length * ENTRY);
  return Uint8Array.of(...text.encode(prefix), ...bytes);
}

const LIBC = { name: "libc.so.6", path: "/lib64/libc.so.6", flags: 0x0303 };
const ARM = { name: "libc.so.6", path: "/lib/libc-arm.so", flags: 0x0a03 };
const X32 = { name: "libc.so.6", path: "/lib32/libc.so.6", flags: 0x0003 };

test("libraries of the architecture asked for, in order", () => {
  const bytes = cacheOf([X32, LIBC, ARM]);
  expect(parseLibraryCache(bytes, "x64")).toEqual([{ name: "libc.so.6", path: "/lib64/libc.so.6" }]);
  expect(parseLibraryCache(bytes, "arm64")).toEqual([{ name: "libc.so.6", path: "/lib/libc-arm.so" }]);
});

test("an older table may come before", () => {
  expect(parseLibraryCache(cacheOf([LIBC], "ld.so-1.7.0 and its entries"), "x64")).toHaveLength(1);
});

test("any bytes are read in bounded time, without a throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(100), (noise, at) => {
      const bytes = cacheOf([LIBC, ARM]);
      bytes.set(noise.subarray(0, Math.max(0, bytes.length - at - 20)), 20 + (at % 20));
      expect(parseLibraryCache(bytes, "x64").length).toBeLessThanOrEqual(20);
      expect(parseLibraryCache(noise, "x64")).toEqual([]);
    }),
  );
});
