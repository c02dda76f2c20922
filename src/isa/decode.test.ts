import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeProgram } from "./decode.ts";
import { encodeProgram } from "./encode.ts";
import type { Insn } from "./insn.ts";
import { DecodeError } from "./isa-error.ts";

const bytesOf = (hex: string) => Uint8Array.from(hex.split(" "), (b) => Number.parseInt(b, 16));

// biome-ignore format: one case per line
test.each<{ rule: string; bytes: string; slot: number; says: RegExp }>([
  { rule: "unknown opcode",                 bytes: "ff 00 00 00 00 00 00 00", slot: 0, says: /opcode 0xff/ },
  { rule: "negation with a register",       bytes: "8f 00 00 00 00 00 00 00", slot: 0, says: /opcode 0x8f/ },
  { rule: "swap to big endian, 64-bit",     bytes: "df 00 00 00 10 00 00 00", slot: 0, says: /opcode 0xdf/ },
  { rule: "call in the 32-bit class",       bytes: "86 00 00 00 01 00 00 00", slot: 0, says: /opcode 0x86/ },
  { rule: "exit in the 32-bit class",       bytes: "96 00 00 00 00 00 00 00", slot: 0, says: /opcode 0x96/ },
  { rule: "exit with a register operand",   bytes: "9d 00 00 00 00 00 00 00", slot: 0, says: /opcode 0x9d/ },
  { rule: "goto through a register",        bytes: "0d 00 00 00 00 00 00 00", slot: 0, says: /opcode 0x0d/ },
  { rule: "signed load of 8 bytes",         bytes: "99 00 00 00 00 00 00 00", slot: 0, says: /opcode 0x99/ },
  { rule: "packet load of 8 bytes",         bytes: "38 00 00 00 00 00 00 00", slot: 0, says: /opcode 0x38/ },
  { rule: "destination r11",                bytes: "b7 0b 00 00 00 00 00 00", slot: 0, says: /destination register r11/ },
  { rule: "source r15",                     bytes: "bf f0 00 00 00 00 00 00", slot: 0, says: /source register r15/ },
  { rule: "source beside an immediate",     bytes: "b7 10 00 00 05 00 00 00", slot: 0, says: /source register/ },
  { rule: "immediate beside a register",    bytes: "bf 10 00 00 05 00 00 00", slot: 0, says: /immediate/ },
  { rule: "immediate beside a jump's register", bytes: "1d 10 00 00 05 00 00 00", slot: 0, says: /immediate/ },
  { rule: "offset in an addition",          bytes: "07 00 01 00 05 00 00 00", slot: 0, says: /offset 1/ },
  { rule: "unknown division",               bytes: "37 00 02 00 05 00 00 00", slot: 0, says: /offset 2/ },
  { rule: "extending an immediate",         bytes: "b7 00 08 00 05 00 00 00", slot: 0, says: /offset 8/ },
  { rule: "extension of 32 to 32 bits",     bytes: "bc 10 20 00 00 00 00 00", slot: 0, says: /offset 32/ },
  { rule: "swap of 8 bits",                 bytes: "d4 00 00 00 08 00 00 00", slot: 0, says: /8 bits/ },
  { rule: "immediate in a load",            bytes: "61 10 00 00 01 00 00 00", slot: 0, says: /immediate/ },
  { rule: "immediate in a store",           bytes: "63 10 00 00 01 00 00 00", slot: 0, says: /immediate/ },
  { rule: "source in an immediate store",   bytes: "62 10 00 00 01 00 00 00", slot: 0, says: /source/ },
  { rule: "unknown atomic",                 bytes: "db 10 00 00 02 00 00 00", slot: 0, says: /immediate 2/ },
  { rule: "exchange without fetch",         bytes: "db 10 00 00 e0 00 00 00", slot: 0, says: /immediate 224/ },
  { rule: "atomic of 2 bytes",              bytes: "cb 10 00 00 00 00 00 00", slot: 0, says: /2 bytes/ },
  { rule: "operand of exit",                bytes: "95 00 00 00 01 00 00 00", slot: 0, says: /immediate/ },
  { rule: "immediate of goto",              bytes: "05 00 01 00 01 00 00 00", slot: 0, says: /immediate/ },
  { rule: "offset of gotol",                bytes: "06 00 01 00 01 00 00 00", slot: 0, says: /offset/ },
  { rule: "kind of call",                   bytes: "85 30 00 00 01 00 00 00", slot: 0, says: /call of kind 3/ },
  { rule: "offset in a helper call",        bytes: "85 00 01 00 01 00 00 00", slot: 0, says: /offset/ },
  { rule: "callx with an immediate",        bytes: "8d 00 00 00 03 00 00 00", slot: 0, says: /immediate/ },
  { rule: "half a 64-bit load",             bytes: "18 00 00 00 00 00 00 00", slot: 0, says: /second slot/ },
  { rule: "second slot not empty",          bytes: "18 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00", slot: 1, says: /second slot/ },
  { rule: "upper half of a map reference",  bytes: "18 10 00 00 00 00 00 00 00 00 00 00 01 00 00 00", slot: 1, says: /reserved/ },
  { rule: "kind of 64-bit load",            bytes: "18 70 00 00 00 00 00 00 00 00 00 00 00 00 00 00", slot: 0, says: /kind 7/ },
  { rule: "bytes left over",                bytes: "95 00 00 00 00 00 00 00 95 00", slot: 1, says: /2 bytes/ },
  { rule: "slot after a 64-bit load",       bytes: "18 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 ff 00 00 00 00 00 00 00", slot: 2, says: /opcode 0xff/ },
])("refuses $rule", ({ bytes, slot, says }) => {
  const attempt = () => decodeProgram(bytesOf(bytes));
  expect(attempt).toThrow(DecodeError);
  expect(attempt).toThrow(expect.objectContaining({ code: "isa/bad-encoding", slotIndex: slot }));
  expect(attempt).toThrow(says);
});

test("writing r10 is no encoding error", () => {
  expect(decodeProgram(bytesOf("b7 0a 00 00 05 00 00 00"))).toHaveLength(1);
});

test("an empty program decodes to nothing", () => {
  expect(decodeProgram(new Uint8Array())).toEqual([]);
});

test("bytes that decode encode to themselves; others are refused, never crash", () => {
  const slot = fc.tuple(
    fc.integer({ min: 0, max: 255 }),
    fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 0x10, 0x21)),
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0, 1, 8, 16, 32) },
      fc.integer({ min: -32768, max: 32767 }),
    ),
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(0, 16, 32, 64, 1, 0x41, 0xe1, 0xf1, 0x100, 0x110) },
      fc.integer({ min: -2147483648, max: 2147483647 }),
    ),
  );
  let decoded = 0;
  fc.assert(
    fc.property(fc.array(slot, { minLength: 1, maxLength: 2 }), fc.boolean(), (slots, big) => {
      const order = big ? "big" : "little";
      const view = new DataView(new ArrayBuffer(slots.length * 8));
      for (const [i, [code, regs, off, imm]] of slots.entries()) {
        view.setUint8(i * 8, code);
        view.setUint8(i * 8 + 1, regs);
        view.setInt16(i * 8 + 2, off, !big);
        view.setInt32(i * 8 + 4, imm, !big);
      }
      const bytes = new Uint8Array(view.buffer);
      let insns: Insn[];
      try {
        insns = decodeProgram(bytes, order);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
        return;
      }
      decoded++;
      expect(encodeProgram(insns, { order })).toEqual(bytes);
    }),
    { numRuns: 20_000, seed: 9669 },
  );
  expect(decoded).toBeGreaterThan(250);
});
