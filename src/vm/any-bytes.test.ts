// Whatever a machine is given as a program, an object or a map: an error with a code, or a result, in bounded time and
// memory.
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryProgram } from "../../test/support/arbitrary-program.ts";
import type { MapSpec, MapType } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import { encodeProgram } from "../isa/encode.ts";
import type { InsnBody } from "../isa/insn.ts";
import { Machine } from "./machine.ts";
import { mapSpec } from "./test-program.ts";

const EXIT: InsnBody = { kind: "exit" };
const MOV: InsnBody = { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 1 } };

function codeOf(run: () => unknown): string {
  try {
    run();
    return "fine";
  } catch (error) {
    if (error instanceof SkepError) return error.code;
    throw error;
  }
}

const machines = [
  new Machine({ maxSteps: 5_000 }),
  new Machine({ maxSteps: 5_000, engine: "interpreter" }),
] as const;

/** A good program, some of whose bytes are others, or which is cut. */
const corrupted = fc
  .tuple(
    arbitraryProgram({ acquire: true, calls: true, maxParts: 4 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
    fc.option(fc.nat()),
  )
  .map(([insns, changes, cut]) => {
    const bytes = encodeProgram(insns);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return cut === null ? bytes : bytes.subarray(0, cut % (bytes.length + 1));
  });

test("good programs, corrupted: both engines say the same", () => {
  let fine = 0;
  fc.assert(
    fc.property(corrupted, (bytes) => {
      const ends = machines.map((machine) => {
        let end = "";
        const code = codeOf(() => {
          machine.load({ name: "p", type: "socketFilter", insns: bytes });
          const { r0, steps, ctx } = machine.run("p", { ctx: new Uint8Array(72), packet: new Uint8Array(20) });
          end = `${r0} ${steps} ${ctx.join()}`;
        });
        expect(code).toMatch(/^(fine|vm\/[a-z-]+|isa\/[a-z-]+)$/);
        return `${code} ${end}`;
      });
      expect(ends[0]).toBe(ends[1]);
      if (ends[0]?.startsWith("fine")) fine++;
    }),
    { numRuns: 3_000 },
  );
  expect(fine).toBeGreaterThan(60);
});

const size = fc.oneof(
  fc.nat(300),
  fc.constantFrom(0, 1, 4, 8, 4096, 65_536, 1 << 20, 0x7fff_ffff, 0xffff_ffff, -1, 1.5),
);
const spec: fc.Arbitrary<MapSpec> = fc.record({
  name: fc.constant("m"),
  type: fc.constantFrom(...(Object.keys(MAP_TYPES) as MapType[])),
  keySize: fc.oneof(fc.constantFrom(0, 4, 8, 16), size),
  valueSize: fc.oneof(fc.constantFrom(0, 4, 8, 80), size),
  maxEntries: fc.oneof(fc.constantFrom(1, 4, 4096), size),
  flags: fc.oneof(fc.constantFrom(0, 1, 1 << 10), fc.nat()),
  mapExtra: fc.constantFrom(0n, 3n, 0x1_0000_0000n, 0xffff_f000n, (1n << 63n) - 1n),
});

test("maps of any size, and any operation on them", () => {
  let made = 0;
  let slowest = 0;
  const bytes = fc.uint8Array({ maxLength: 100 });
  const operation = fc.tuple(
    fc.nat(6),
    bytes,
    bytes,
    fc.constantFrom("any", "noexist", "exist") as fc.Arbitrary<"any">,
  );
  fc.assert(
    fc.property(spec, fc.array(operation, { maxLength: 8 }), (given, operations) => {
      const machine = new Machine({ engine: "interpreter", memoryBytes: 8 << 20 });
      const before = process.cpuUsage();
      const code = codeOf(() => {
        const map = machine.createMap(given);
        made++;
        const sized = (from: Uint8Array, length: number): Uint8Array => {
          const result = new Uint8Array(Math.min(length, 1 << 20));
          result.set(from.subarray(0, result.length));
          return result;
        };
        for (const [kind, key, value, flags] of operations) {
          const [k, v] = [sized(key, given.keySize), sized(value, map.raw.userValueSize)];
          const act = [
            () => map.update(k, v, flags),
            () => map.lookup(k),
            () => map.delete(k),
            () => [...map.entries()].length,
            () => map.push(v),
            () => map.pop(),
            () => map.update(key, value, flags),
          ][kind];
          expect(codeOf(() => act?.())).toMatch(/^(fine|vm\/[A-Za-z0-9-]+)$/);
        }
      });
      slowest = Math.max(slowest, process.cpuUsage(before).user / 1000);
      expect(code).toMatch(/^(fine|vm\/[a-z-]+)$/);
    }),
    { numRuns: 1_500 },
  );
  expect(made).toBeGreaterThan(100);
  expect(slowest).toBeLessThan(3_000);
});

test("ten megabytes of instructions are refused at once, a million are run", () => {
  const machine = new Machine({ maxSteps: 3_000_000 });
  const began = process.cpuUsage();
  const milliseconds = () => process.cpuUsage(began).user / 1000;
  expect(codeOf(() => machine.load({ name: "p", insns: new Uint8Array(10 << 20) }))).toBe("vm/too-long");
  const zeros = new Uint8Array(8_000_000);
  expect(codeOf(() => machine.load({ name: "p", insns: zeros }))).toMatch(/^(isa|vm)\//);
  expect(milliseconds()).toBeLessThan(5_000);
  const million = [...Array.from({ length: 999_999 }, () => MOV), EXIT];
  const before = process.memoryUsage().rss;
  machine.load({ name: "p", insns: million });
  expect(machine.run("p").steps).toBe(1_000_000);
  expect(milliseconds()).toBeLessThan(60_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(1.5e9);
});

/** Jumps that make a graph of as many blocks as there are instructions, with an edge from each to one far away. */
function tangle(blocks: number, reach: number): InsnBody[] {
  const insns: InsnBody[] = [{ kind: "alu", op: "mov", bits: 64, dst: 2, src: { kind: "imm", imm: 40 } }];
  for (let i = 0; i < blocks; i++) {
    const off = (i * 7919) % reach;
    const isBack = i % 3 === 0 && i > reach;
    insns.push({ kind: "alu", op: "sub", bits: 64, dst: 2, src: { kind: "imm", imm: 1 } });
    insns.push({
      kind: "jump",
      op: isBack ? "sgt" : "eq",
      bits: 64,
      dst: 2,
      src: { kind: "imm", imm: i % 30 },
      off: isBack ? -((off % i) * 2 + 2) : Math.min(off, blocks - i - 1) * 2,
    });
  }
  return [...insns, EXIT];
}

test.each([
  { rule: "a tangle of 30,000 blocks", insns: tangle(30_000, 900) },
  { rule: "a tangle of near jumps", insns: tangle(60_000, 16) },
  { rule: "a tangle of far jumps", insns: tangle(20_000, 15_000) },
])("$rule", ({ insns }) => {
  const began = process.cpuUsage();
  const ends = (["jit", "interpreter"] as const).map((engine) => {
    const machine = new Machine({ engine });
    machine.load({ name: "p", insns });
    return codeOf(() => machine.run("p"));
  });
  expect(ends[0]).toBe(ends[1]);
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(30_000);
});

test("objects that refer to what they do not have", () => {
  const machine = new Machine();
  const base = { section: "syscall", type: "syscall", functions: [] } as const;
  const refer = (insns: readonly InsnBody[]) => ({
    programs: [{ ...base, name: "p", insns }],
    maps: [],
    license: "GPL",
  });
  const load = (ref: (InsnBody & { kind: "loadImm64" })["ref"]): InsnBody[] => [
    { kind: "loadImm64", dst: 1, imm: 0n, ...(ref && { ref }) },
    MOV,
    EXIT,
  ];
  const codes = [
    codeOf(() => machine.loadObject(refer(load({ kind: "map", map: "none" })))),
    codeOf(() => machine.loadObject(refer(load({ kind: "ksym", name: "none", weak: false })))),
    codeOf(() => machine.loadObject(refer(load({ kind: "btfVar", btfId: 5, btfFd: 0 })))),
    codeOf(() => machine.loadObject(refer(load({ kind: "func", name: "none" })))),
    codeOf(() => machine.loadObject({ ...refer([MOV, EXIT]), btf: new Uint8Array(7) })),
    codeOf(() => machine.loadObject({ ...refer([MOV, EXIT]), maps: [mapSpec({ type: "arrayOfMaps", name: "o", valueSize: 4, inner: mapSpec({ type: "array" }), slots: [{ index: 0, name: "none" }] })] })),
    codeOf(() => machine.loadObject({ ...refer([MOV, EXIT]), programs: [{ ...base, name: "p", insns: [MOV, EXIT], functions: [{ name: "f", insnIndex: 9, btfId: 0 }] }] })),
    codeOf(() => machine.load({ name: "p", insns: [MOV, EXIT], exceptionCallback: -4 })),
  ]; // biome-ignore format: one object per line
  for (const code of codes) expect(code).toMatch(/^(vm|isa|btf)\/[a-z-]+$/);
});
