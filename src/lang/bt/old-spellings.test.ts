import { expect, test } from "vitest";
import { fakeTarget } from "../../../test/support/fake-target.ts";
import { compile } from "../../pipeline.ts";

const at = (address: bigint) => ({ kind: "breakpoint", address, length: 8, access: "readWrite" });

test.each([
  { rule: "a watchpoint's empty part", source: "watchpoint::0x10000000:8:rw { }", attach: at(0x10000000n) },
  { rule: "as it is written now", source: "watchpoint:0x10000000:8:rw { }", attach: at(0x10000000n) },
])("$rule", ({ source, attach }) => {
  const { compiled, report } = compile({ name: "-e", text: source }, fakeTarget());
  expect(report.diagnostics).toEqual([]);
  expect(compiled?.plan.programs.flatMap((program) => program.points)).toMatchObject([{ attach }]);
});

test("a number in an address space is read as at any other address", () => {
  const source = "BEGIN { @a = *uptr(0x1000); @b = *kptr(0x1000); @c = *0x1000; }";
  expect(compile({ name: "-e", text: source }, fakeTarget()).report.diagnostics).toEqual([]);
});
