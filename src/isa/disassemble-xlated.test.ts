import { expect, test } from "vitest";
import { disassembleXlated } from "./disassemble-xlated.ts";

const bytesOf = (hex: string) => Uint8Array.from(hex.trim().split(/\s+/), (b) => Number.parseInt(b, 16));

test("forms of the kernel's own are printed, unknown slots as bytes, half a slot is left out", () => {
  const text = disassembleXlated(
    bytesOf(`
    85 10 02 00 00 12 34 56
    bf 21 ff ff 00 00 00 00
    c2 00 00 00 00 00 00 00
    18 02 00 00 01 00 00 00 00 00 00 00 00 00 00 00
    ff 01 02 03 04 05 06 07
    95 00 00 00 00 00 00 00
    18 02 00 00 01 00 00 00
    95 00`),
  );
  expect(text.split("\n")).toEqual([
    "   0: (85) call pc+2",
    "   1: (bf) r1 = &(void __percpu *)(r2)",
    "   2: (c2) nospec",
    "   3: (18) r2 = 0x1",
    "   5: (ff) unknown ff 01 02 03 04 05 06 07",
    "   6: (95) exit",
    "   7: (18) unknown 18 02 00 00 01 00 00 00",
    "",
  ]);
});
