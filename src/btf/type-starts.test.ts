import fc from "fast-check";
import { expect, test } from "vitest";
import { parseBtf } from "./decode.ts";
import { BtfBuilder } from "./encode.ts";
import { BtfError } from "./error.ts";
import type { BtfId } from "./types.ts";

const COUNT = 10_000; // more than are looked at together

/** Structs whose members are called like types, enums, and typedefs. */
function large(): Uint8Array {
  const b = new BtfBuilder();
  const int = b.addInt(4, true);
  for (let i = 0; b.count < COUNT; i++) {
    const members = [
      { name: `s${i + 1}`, type: int, bitOffset: 0 },
      { name: `t${i}`, type: int, bitOffset: 32 },
    ];
    const struct = b.add({ kind: "struct", name: `s${i}`, bytes: 8, members });
    b.add({ kind: "typedef", name: `t${i}`, to: struct });
    const values = [{ name: `s${i}`, value: -1n }];
    if (i % 3 === 0) b.add({ kind: "enum", name: `e${i}`, bytes: 4, signed: true, members: values });
  }
  b.add({ kind: "typedef", name: "last", to: int });
  return b.finish();
}

const bytes = large();

test("sound BTF is read as far as it must, and answers as if it were read whole", () => {
  const whole = parseBtf(bytes);
  const question = fc.oneof(
    fc.record({ ask: fc.constant("type" as const), id: fc.integer({ min: 0, max: COUNT + 10 }) }),
    fc.record({ ask: fc.constant("find" as const), id: fc.integer({ min: 0, max: 4300 }) }),
  );
  fc.assert(
    fc.property(fc.array(question, { maxLength: 12 }), (questions) => {
      const partly = parseBtf(bytes, undefined, { sound: true });
      for (const { ask, id } of questions) {
        if (ask === "find") {
          for (const name of [`s${id}`, `t${id}`, `e${id}`])
            expect(partly.find(name)).toEqual(whole.find(name));
        } else if (id >= whole.count) expect(() => partly.type(id as BtfId)).toThrow(BtfError);
        else {
          expect(partly.type(id as BtfId)).toEqual(whole.type(id as BtfId));
          expect(partly.kindOf(id as BtfId)).toBe(whole.kindOf(id as BtfId));
        }
      }
      expect(partly.count).toBe(whole.count);
    }),
    { numRuns: 40 },
  );
});

test("what is wrong with it is found when it is reached", () => {
  const broken = bytes.slice();
  const view = new DataView(broken.buffer);
  const types = view.getUint32(4, true) + view.getUint32(8, true);
  const last = types + view.getUint32(12, true) - 12; // bytes of a typedef
  view.setUint32(last + 4, 31 << 24, true);
  const partly = parseBtf(broken, undefined, { sound: true });
  expect(partly.find("s2000")).toHaveLength(1);
  expect(() => parseBtf(broken)).toThrow(BtfError);
  expect(() => partly.count).toThrow(BtfError);
});

test("any change to it gives other BTF or a BtfError, never a crash", () => {
  const words = Math.floor(bytes.length / 4);
  fc.assert(
    fc.property(
      fc.integer({ min: 6, max: words - 1 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      (at, value) => {
        const changed = bytes.slice();
        new DataView(changed.buffer).setUint32(at * 4, value, true);
        const allow = (work: () => unknown): void => {
          try {
            work();
          } catch (error) {
            expect(error).toBeInstanceOf(BtfError);
          }
        };
        const partly = parseBtf(changed, undefined, { sound: true });
        for (const name of ["s1", "t3000", "e3"]) allow(() => partly.find(name).map((id) => partly.type(id)));
        for (const id of [1, 500, 9000, COUNT + 5]) allow(() => partly.type(id as BtfId));
        allow(() => partly.count);
      },
    ),
    { numRuns: 150 },
  );
});
