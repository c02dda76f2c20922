// Whatever bytes the machine is given: an error with a code, or a result, in bounded time.

import fc from "fast-check";
import { expect, test } from "vitest";
import { cpuMs } from "../../test/support/cpu-time.ts";
import { SkepError } from "../base/errors.ts";
import type { InsnBody, Reg } from "../isa/insn.ts";
import { Machine } from "./machine.ts";
import { mapSpec } from "./test-program.ts";

const jit = new Machine({ maxSteps: 10_000 });
const MOV: InsnBody = { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 1 } };
const EXIT: InsnBody = { kind: "exit" };

function codeOf(run: () => unknown): string {
  try {
    run();
    return "fine";
  } catch (error) {
    if (error instanceof SkepError) return error.code;
    throw error;
  }
}

function load(insns: readonly InsnBody[] | Uint8Array): string {
  return codeOf(() => jit.load({ name: "bad", insns }));
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.split(" "), (digits) => Number.parseInt(digits, 16));
}

// biome-ignore format: one rule per line
test.each<{ rule: string; insns: readonly InsnBody[] | Uint8Array; code: string }>([
  { rule: "empty",                            insns: [],                                                            code: "vm/bad-program" },
  { rule: "half an instruction",              insns: bytes("95 00 00 00"),                                          code: "isa/bad-encoding" },
  { rule: "half a 64-bit load",               insns: bytes("18 00 00 00 01 00 00 00"),                              code: "isa/bad-encoding" },
  { rule: "unknown opcode",                   insns: bytes("ff 00 00 00 00 00 00 00"),                              code: "isa/bad-encoding" },
  { rule: "no end",                           insns: [MOV],                                                         code: "vm/bad-program" },
  { rule: "jump behind the end",              insns: [{ kind: "ja", off: 5, wide: false }, EXIT],                   code: "vm/bad-program" },
  { rule: "jump before the start",            insns: [{ kind: "ja", off: -2, wide: false }, EXIT],                  code: "vm/bad-program" },
  { rule: "jump into a 64-bit load",          insns: [{ kind: "ja", off: 1, wide: false }, { kind: "loadImm64", dst: 0, imm: 1n }, EXIT], code: "vm/bad-program" },
  { rule: "jump into another function",       insns: [{ kind: "call", target: { kind: "local", off: 2 } }, { kind: "ja", off: 1, wide: false }, EXIT, MOV, EXIT], code: "vm/bad-program" },
  { rule: "call behind the end",              insns: [{ kind: "call", target: { kind: "local", off: 7 } }, EXIT],   code: "vm/bad-program" },
  { rule: "unknown helper",                   insns: [{ kind: "call", target: { kind: "helper", id: 9999 } }, EXIT], code: "vm/no-helper" },
  { rule: "helper that is missing here",      insns: [{ kind: "call", target: { kind: "helper", id: 77 } }, EXIT],  code: "vm/no-helper" },
  { rule: "kernel function",                  insns: [{ kind: "call", target: { kind: "kfunc", btfId: 1, btfFd: 0 } }, EXIT], code: "vm/no-helper" },
  { rule: "arena cast",                       insns: [{ kind: "addrSpaceCast", dst: 1, src: 1, toSpace: 0, fromSpace: 1 }, EXIT], code: "vm/bad-program" },
  { rule: "write to r10",                     insns: [{ ...MOV, dst: 10 } as InsnBody, EXIT],                       code: "vm/bad-program" },
  { rule: "no such map",                      insns: [{ kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapIdx", index: 77 } }, EXIT], code: "vm/no-such-map" },
  { rule: "no map of that name",              insns: [{ kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "map", map: "x" } }, EXIT], code: "vm/no-such-map" },
  { rule: "10 MB of instructions",            insns: new Uint8Array(10 << 20),                                      code: "vm/too-long" },
])("refused: $rule", ({ insns, code }) => {
  expect(load(insns)).toBe(code);
});

// biome-ignore format: one rule per line
test.each<{ rule: string; spec: Parameters<typeof mapSpec>[0] }>([
  { rule: "no entries",         spec: { type: "hash", maxEntries: 0 } },
  { rule: "no keys",            spec: { type: "hash", keySize: 0 } },
  { rule: "no values",          spec: { type: "array", valueSize: 0 } },
  { rule: "keys of an array",   spec: { type: "array", keySize: 8 } },
  { rule: "ring of odd size",   spec: { type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: 5000 } },
  { rule: "preallocated trie",  spec: { type: "lpmTrie", keySize: 8 } },
  { rule: "huge array",         spec: { type: "array", valueSize: 1 << 30, maxEntries: 1 << 30 } },
  { rule: "struct_ops",         spec: { type: "structOps" } },
])("map refused: $rule", ({ spec }) => {
  expect(codeOf(() => jit.createMap(mapSpec(spec)))).toMatch(/^vm\/(bad-map|no-memory|unsupported)$/);
});

test("any bytes give a result or an error with a code", () => {
  const opcode = fc.constantFrom(
    0x07,
    0x0f,
    0x18,
    0x61,
    0x63,
    0x7b,
    0x85,
    0x95,
    0x05,
    0x15,
    0x2d,
    0xb7,
    0xbf,
    0xdb,
    0xc3,
    0x20,
    0x40,
    0xd4,
    0xe5,
    0x8d,
  );
  const slot = fc.tuple(
    fc.oneof(opcode, fc.nat(255)),
    fc.nat(255),
    fc.integer({ min: -4, max: 6 }),
    fc.integer({ min: -3, max: 215 }),
  );
  const program = fc.array(slot, { maxLength: 24 }).map((list) => {
    const view = new DataView(new ArrayBuffer((list.length + 1) * 8));
    for (const [i, [code, regs, off, imm]] of list.entries()) {
      view.setUint8(i * 8, code);
      view.setUint8(i * 8 + 1, (regs % 11) | (((regs >> 4) % 11) << 4));
      view.setInt16(i * 8 + 2, code === 0x05 || code === 0x61 || code === 0x63 ? off : 0, true);
      view.setInt32(i * 8 + 4, imm, true);
    }
    view.setUint8(list.length * 8, 0x95);
    return new Uint8Array(view.buffer);
  });
  fc.assert(
    fc.property(program, (insns) => {
      const code = codeOf(() => {
        jit.load({ name: "bad", insns });
        jit.run("bad", { ctx: new Uint8Array(32), packet: new Uint8Array(40) });
      });
      expect(code).toMatch(/^(fine|vm\/[a-z-]+|isa\/bad-encoding)$/);
    }),
    { numRuns: 3_000 },
  );
});

/** `blocks` conditional jumps to one exit: as many blocks that meet in one place. */
function ladder(blocks: number): InsnBody[] {
  const insns: InsnBody[] = [];
  for (let i = 0; i < blocks; i++) {
    const off = Math.min(32_000, (blocks - i - 1) * 2 + 1);
    insns.push({
      kind: "jump",
      op: "eq",
      bits: 64,
      dst: 0,
      src: { kind: "imm", imm: i + 5 },
      off: off - (off % 2 === 0 ? 1 : 0),
    });
    insns.push({ kind: "alu", op: "add", bits: 64, dst: 0, src: { kind: "imm", imm: 1 } });
  }
  return [...insns, EXIT];
}

/** Each block jumps over the next two: many blocks that are merged and nested. */
function braid(blocks: number): InsnBody[] {
  const insns: InsnBody[] = [];
  for (let i = 0; i < blocks; i++) {
    insns.push({ kind: "alu", op: "add", bits: 64, dst: 0, src: { kind: "imm", imm: i } });
    insns.push({
      kind: "jump",
      op: "set",
      bits: 64,
      dst: 0,
      src: { kind: "imm", imm: 1 },
      off: i + 3 < blocks ? 5 : 0,
    });
  }
  return [...insns, EXIT];
}

test.each([
  { rule: "ladder", make: ladder },
  { rule: "braid", make: braid },
])("graphs of 20,000 blocks: $rule", ({ make }) => {
  const insns = make(20_000);
  const results = (["jit", "interpreter"] as const).map((engine) => {
    const machine = new Machine({ engine });
    machine.load({ name: "p", insns });
    const { r0, steps } = machine.run("p");
    return { r0, steps };
  });
  expect(results[0]).toEqual(results[1]);
});

test("a function of 140,000 instructions is compiled in parts", () => {
  const store: InsnBody = { kind: "store", size: 8, base: 1, off: 0, src: { kind: "imm", imm: 1 } };
  const machine = new Machine();
  machine.load({ name: "p", insns: [...Array.from({ length: 140_000 }, () => store), EXIT] });
  expect(machine.run("p", { ctx: new Uint8Array(8) }).steps).toBe(140_001);
});

test("loops of helper calls on large memory end in time", () => {
  const began = cpuMs();
  const machine = new Machine();
  machine.createMap(mapSpec({ type: "array", name: "big", valueSize: 32 << 20, maxEntries: 1 }));
  const address = (dst: Reg): InsnBody => ({
    kind: "loadImm64",
    dst,
    imm: 0n,
    ref: { kind: "mapValue", map: "big", off: 0 },
  });
  const number = (dst: Reg, imm: number): InsnBody => ({ ...MOV, dst, src: { kind: "imm", imm } }) as InsnBody;
  const probeRead: InsnBody = { kind: "call", target: { kind: "helper", id: 113 } };
  machine.load({
    name: "p",
    insns: [address(1), number(2, 32 << 20), address(3), probeRead, { kind: "ja", off: -7, wide: false }],
  });
  expect(codeOf(() => machine.run("p"))).toBe("vm/step-limit");
  expect(cpuMs() - began).toBeLessThan(20_000);
});
