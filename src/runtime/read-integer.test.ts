import fc from "fast-check";
import { expect, test } from "vitest";
import "../../test/support/fixed-seed.ts";
import { readInteger } from "./read-integer.ts";

test("integers of 64 bits, small ones and others, are what the bytes say", () => {
  const some = fc.oneof(
    fc.bigInt({ min: -600n, max: 600n }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.integer({ min: 0, max: 511 }).map((low) => (1n << 32n) | BigInt(low)),
  );
  fc.assert(
    fc.property(some, (value) => {
      const bytes = new Uint8Array(16);
      const view = new DataView(bytes.buffer);
      view.setBigInt64(3, value, true);
      expect(readInteger(8, true)(bytes, view, 0, 3, 16)).toBe(value);
      expect(readInteger(8, false)(bytes, view, 0, 3, 16)).toBe(BigInt.asUintN(64, value));
    }),
  );
});
