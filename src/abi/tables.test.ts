import { expect, test } from "vitest";
import { ATTACH_TYPES, attachTypeOf } from "./attach-types.ts";
import { BPF_COMMANDS } from "./commands.ts";
import { ERRNOS, errnoByName, errnoByNumber } from "./errno.ts";
import { LINK_TYPES, linkTypeOf } from "./link-types.ts";
import { MAP_TYPES, mapTypeOf } from "./map-types.ts";
import { cacheEvent, PERF_FLAG_BITS } from "./perf-event.ts";
import { PROGRAM_TYPES, programTypeOf } from "./program-types.ts";
import { compareReleases } from "./release.ts";
import { syscallNames } from "./syscall-names.ts";

// biome-ignore format: one table per line
test.each([
  { rule: "map types",     table: MAP_TYPES,     first: 1, count: 33, find: mapTypeOf },
  { rule: "program types", table: PROGRAM_TYPES, first: 1, count: 32, find: programTypeOf },
  { rule: "attach types",  table: ATTACH_TYPES,  first: 0, count: 58, find: attachTypeOf },
  { rule: "link types",    table: LINK_TYPES,    first: 1, count: 14, find: linkTypeOf },
  { rule: "commands",      table: BPF_COMMANDS,  first: 0, count: 38, find: undefined },
])("$rule: numbers follow each other, names go both ways", ({ table, first, count, find }) => {
  const rows = Object.entries<{ number: number; since: string }>(table);
  expect(rows.map(([, row]) => row.number)).toEqual(Array.from({ length: count }, (_, i) => first + i));
  for (const [name, { number, since }] of rows) {
    expect(since).toMatch(/^[3-6]\.\d+$/);
    if (find) expect(find(number)).toBe(name);
  }
  if (find) expect(find(1000)).toBeUndefined();
});

test("errors are found by number of either sign and by name", () => {
  expect(errnoByNumber(2)?.name).toBe("ENOENT");
  expect(errnoByNumber(-524)?.name).toBe("ENOTSUPP");
  expect(errnoByNumber(9999)).toBeUndefined();
  expect(errnoByName("EWOULDBLOCK")?.number).toBe(11);
  expect(errnoByName("E2BIG")?.number).toBe(7);
  expect(new Set(ERRNOS.map((e) => e.name)).size).toBe(ERRNOS.length);
  expect(new Set(ERRNOS.map((e) => e.number)).size).toBe(ERRNOS.length);
});

test("releases compare by their first two numbers", () => {
  expect(compareReleases("5.9", "5.10")).toBeLessThan(0);
  expect(compareReleases("6.1.0-50-cloud-amd64", "6.1")).toBe(0);
  expect(compareReleases("6.0", "5.19")).toBeGreaterThan(0);
});

test("system calls have the names of <asm/unistd.h>", () => {
  expect(syscallNames("x86_64").get(5)).toBe("fstat");
  expect(syscallNames("aarch64").get(160)).toBe("uname");
  expect(syscallNames("aarch64").get(280)).toBe("bpf");
});

test("numbers that are made of parts", () => {
  expect(cacheEvent("ll", "write", "miss")).toBe(0x10102);
  expect(PERF_FLAG_BITS.inheritThread).toBe(35);
});
