import { expect, test } from "vitest";
import type { MapSpec } from "../../abi/map-spec.ts";
import { createTestWorld } from "../test-world.ts";
import { fitObject } from "./fit-object.ts";

const sizes = { keySize: 0, valueSize: 0, maxEntries: 0, flags: 0 };

// What libbpf fills in for such declarations: tools/lib/bpf/libbpf.c, bpf_object__create_map, v6.12.
test.each<{ rule: string; map: MapSpec; gives: readonly [key: number, value: number, entries: number] }>([
  { rule: "a perf buffer of each CPU", map: { ...sizes, name: "m", type: "perfEventArray" }, gives: [4, 4, 4] },
  {
    rule: "a perf buffer of some",
    map: { ...sizes, name: "m", type: "perfEventArray", maxEntries: 2 },
    gives: [4, 4, 2],
  },
  {
    rule: "a ring whose records have a type",
    map: { ...sizes, name: "m", type: "ringbuf", valueSize: 40, maxEntries: 8192 },
    gives: [0, 0, 8192],
  },
  {
    rule: "a ring smaller than a page",
    map: { ...sizes, name: "m", type: "ringbuf", maxEntries: 256 },
    gives: [0, 0, 4096],
  },
  {
    rule: "other maps stay as they are",
    map: { ...sizes, name: "m", type: "hash", keySize: 4, valueSize: 8, maxEntries: 3 },
    gives: [4, 8, 3],
  },
])("sizes that a declaration leaves open: $rule", ({ map, gives }) => {
  const world = createTestWorld({ cpus: 4 });
  const [fitted] = fitObject({ programs: [], maps: [map], license: "GPL" }, world).maps;
  expect([fitted?.keySize, fitted?.valueSize, fitted?.maxEntries]).toEqual(gives);
});
