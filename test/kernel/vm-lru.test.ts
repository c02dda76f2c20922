// LRU maps of the machine against the kernel's, on one processor: the same entries go when they are full.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAP_FLAGS } from "../../src/abi/map-flags.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { MAP_TYPES } from "../../src/abi/map-types.ts";
import { bindNames } from "../../src/isa/bind-names.ts";
import { encodeProgram } from "../../src/isa/encode.ts";
import { createMap, deleteElem, nextKey } from "../../src/linux/bpf-map.ts";
import { loadProgram, testRun } from "../../src/linux/bpf-prog.ts";
import type { Fd } from "../../src/linux/fd.ts";
import { possibleCpus } from "../../src/linux/procfs.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { plainEnvironment } from "../../src/vm/environment.ts";
import { Machine } from "../../src/vm/machine.ts";
import { asm } from "../../src/vm/test-program.ts";

const kernel = openKernel();
const cpus = possibleCpus().length;
const RUNS = process.env["SKEP_GUEST_KERNEL"] === undefined ? 60 : 5;

const pin = (list: string) => execFileSync("taskset", ["-acp", list, String(process.pid)]);
beforeAll(() => pin("0"));
afterAll(() => pin(`0-${cpus - 1}`));

type Operation = Readonly<{ kind: "update" | "lookup" | "delete"; key: number; flags: number }>;

// The context says what to do: the key, whether to look it up or to write it, and with which flags.
const SOURCE = `
  r6 = r1
  r1 = *(u32 *)(r6 + 0)
  *(u32 *)(r10 - 4) = r1
  *(u64 *)(r10 - 16) = 0
  r1 = map[lru]
  r2 = r10
  r2 += -4
  r3 = *(u32 *)(r6 + 4)
  if r3 == 0 goto look
  r3 = r10
  r3 += -16
  r4 = *(u32 *)(r6 + 8)
  call bpf_map_update_elem
  exit
look:
  call bpf_map_lookup_elem
  if r0 == 0 goto out
  r0 = 1
out:
  exit`;

function context({ kind, key, flags }: Operation): Uint8Array {
  return new Uint8Array(Uint32Array.of(key, kind === "update" ? 1 : 0, flags).buffer);
}

function keyBytes(key: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(key).buffer);
}

function keysInKernel(map: Fd): string {
  const keys: number[] = [];
  const next = new Uint8Array(4);
  let last: Uint8Array | undefined;
  while (keys.length < 5000 && nextKey(kernel, map, last, next)) {
    keys.push(new DataView(next.buffer).getUint32(0, true));
    last = next.slice();
  }
  return keys.sort((a, b) => a - b).join(" ");
}

function keysInMachine(machine: Machine): string {
  const keys = [...machine.map("lru").entries()].map(([key]) =>
    new DataView(key.buffer, key.byteOffset).getUint32(0, true),
  );
  return keys.sort((a, b) => a - b).join(" ");
}

const operations = (keys: number, length: number): fc.Arbitrary<readonly Operation[]> =>
  fc.array(
    fc.record({
      kind: fc.constantFrom<Operation["kind"][]>("update", "update", "update", "lookup", "lookup", "delete"),
      key: fc.nat(keys),
      flags: fc.constantFrom(0, 0, 0, 1, 2),
    }),
    { minLength: length / 2, maxLength: length },
  );

// biome-ignore format: one map per line
test.each<{ rule: string; spec: Pick<MapSpec, "type" | "maxEntries"> & Partial<MapSpec>; keys: number; length: number }>([
  { rule: "LRU of 4",                 spec: { type: "lruHash", maxEntries: 4 },        keys: 8,    length: 60 },
  { rule: "LRU of 20",                spec: { type: "lruHash", maxEntries: 20 },       keys: 40,   length: 200 },
  { rule: "LRU of 600",               spec: { type: "lruHash", maxEntries: 600 },      keys: 900,  length: 3000 },
  { rule: "per-CPU LRU of 20",        spec: { type: "lruPercpuHash", maxEntries: 20 }, keys: 40,   length: 200 },
  { rule: "LRU of its own, of 20",    spec: { type: "lruHash", maxEntries: 20, flags: MAP_FLAGS.noCommonLru }, keys: 40, length: 200 },
  { rule: "LRU of its own, of 31",    spec: { type: "lruPercpuHash", maxEntries: 31, flags: MAP_FLAGS.noCommonLru }, keys: 40, length: 200 },
])("$rule", ({ spec: given, keys, length }) => {
  const spec: MapSpec = { name: "lru", keySize: 4, valueSize: 8, flags: 0, ...given };
  const insns = asm(SOURCE);
  fc.assert(
    fc.property(operations(keys, length), (list) => {
      using map = createMap(kernel, { ...spec, type: MAP_TYPES[spec.type].number });
      const bound = bindNames(insns, { map: () => ({ fd: map.number }) });
      const loaded = loadProgram(kernel, { name: "lru", type: 31, insns: encodeProgram(bound), license: "GPL", flags: 16 });
      if (loaded.kind === "refused") throw new Error(loaded.log);
      using program = loaded.fd;
      const machine = new Machine({ environment: plainEnvironment({ cpus }), engine: "interpreter" });
      machine.createMap(spec);
      machine.load({ name: "p", insns });
      for (const [i, op] of list.entries()) {
        if (op.kind === "delete") {
          const was = deleteElem(kernel, map, keyBytes(op.key));
          expect([i, machine.map("lru").delete(keyBytes(op.key))]).toEqual([i, was]);
          continue;
        }
        const { returned } = testRun(kernel, program, { context: context(op) });
        const { r0 } = machine.run("p", { ctx: context(op) });
        expect([i, Number(BigInt.asUintN(32, r0))]).toEqual([i, returned]);
      }
      expect(keysInMachine(machine)).toBe(keysInKernel(map));
    }),
    { numRuns: keys > 100 ? 6 : RUNS },
  );
});
