import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryCase } from "../../test/support/arbitrary-module.ts";
import { compileModule, runIr, runObject } from "../../test/support/differential.ts";
import { runPass } from "../../test/support/run-pass.ts";
import { checkModule } from "../ir/check.ts";
import { parseModule } from "../ir/parse.ts";
import { printModule } from "../ir/print.ts";
import { DEFAULT_PASSES, optimize } from "./pipeline.ts";
import { simplifyControlFlow } from "./simplify-control-flow.ts";

test("an optimized module means the same, keeps the IR's rules and compiles to the same effect", () => {
  fc.assert(
    fc.property(arbitraryCase({ size: 60 }), ({ module, inputs }) => {
      const before = runIr(module, inputs);
      optimize(module, DEFAULT_PASSES, { check: true });
      expect(checkModule(module, { reachable: true })).toEqual([]);
      expect(runIr(module, inputs)).toEqual(before);
      expect(runObject(compileModule(module, 3), inputs)).toEqual(before);
    }),
    { numRuns: 200, interruptAfterTimeLimit: 20_000 },
  );
});

test.each(DEFAULT_PASSES.map((pass) => ({ name: pass.name, pass })))(
  "$name alone means the same",
  ({ pass }) => {
    fc.assert(
      fc.property(arbitraryCase({ size: 40 }), ({ module, inputs }) => {
        const before = runIr(module, inputs);
        optimize(module, [simplifyControlFlow, pass], { check: true });
        expect(runIr(module, inputs)).toEqual(before);
      }),
      { numRuns: 40 },
    );
  },
);

test("the same module gives the same result every time", () => {
  fc.assert(
    fc.property(arbitraryCase({ size: 40 }), ({ module }) => {
      const text = printModule(module);
      const [a, b] = [parseModule(text), parseModule(text)];
      optimize(a);
      optimize(b);
      expect(printModule(a)).toBe(printModule(b));
    }),
    { numRuns: 30 },
  );
});

test("a pass that breaks the IR is named", () => {
  const module = parseModule('source "t" ""\nlicense "GPL"\nprogram "p" xdp "xdp" {\nb0:\nreturn\n}');
  const broken = {
    name: "broken",
    run: () => {
      module.funcs[0]?.blocks[0]?.insts.push({ kind: "slotStart", slot: 7 as never });
      return true;
    },
  };
  expect(() => optimize(module, [broken], { check: true })).toThrow("broken broke the IR");
});

test("a predicate in front: the rest of the program costs nothing when it says no", () => {
  const all = {
    name: "all",
    run: (...[, module]: Parameters<(typeof DEFAULT_PASSES)[number]["run"]>) => {
      optimize(module);
      return true;
    },
  };
  // As a front end writes `pid == 42 { @[comm] = … }` with the id read once at the top.
  const { lines } = runPass(
    all,
    `b0:
v0:i64 = call helper "bpf_get_current_pid_tgid"()
v1:i64 = call helper "bpf_get_current_uid_gid"()
v2:i64 = const 32
v3:i64 = rsh v0, v2
v4:i32 = truncate v3
v5:i32 = const 42
v6:i32 = compare.32 eq v4, v5
v7:i32 = const 0
branch.32 ne v6, v7 ? b1 : b2
b1:
v8:i64 = call helper "bpf_get_current_pid_tgid"()
v9:i64 = add v8, v1
return v9
b2:
v10:i64 = const 0
return v10`,
  );
  expect(lines.indexOf('v1:i64 = call helper "bpf_get_current_uid_gid"()')).toBeGreaterThan(
    lines.indexOf("b1:"),
  );
  expect(lines.filter((line) => line.includes("pid_tgid"))).toHaveLength(1);
  expect(lines).toContain("branch.32 eq v4, v5 ? b1 : b2");
});
