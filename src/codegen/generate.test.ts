import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase } from "../../test/support/arbitrary-module.ts";
import { compileModule, runIr, runObject } from "../../test/support/differential.ts";

test.each([3, 4] as const)("code for cpu v%i does what the IR means", (cpu) => {
  fc.assert(
    fc.property(arbitraryCase({ size: 60 }), ({ module, inputs }) => {
      expect(runObject(compileModule(module, cpu), inputs)).toEqual(runIr(module, inputs));
    }),
    { numRuns: 300 },
  );
});
