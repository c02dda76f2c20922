// Each file in verify-cases/ is a program that is refused, its explanation as it is printed, and the program as it is
// accepted. UPDATE=1 rewrites the explanations: read the difference as somebody who sees eBPF for the first time. The C
// programs are in the kernel lane (test/kernel/verify-cases.test.ts), which also asks the real verifier.

import { writeFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { SimBackend } from "../src/sim/backend/sim-backend.ts";
import { simKernelTables } from "../src/sim/btf/types.ts";
import { createWorld } from "../src/sim/create-world.ts";
import { CODES } from "../src/verify/public.ts";
import { printCase } from "./support/case-file.ts";
import { codesOf, judgeCase, verifyCases } from "./support/verify-case.ts";

vi.setConfig({ testTimeout: 600_000 }); // following a million instructions takes as long as the machine is busy

const update = process.env["UPDATE"] === "1";
const cases = verifyCases(Object.keys(CODES), "asm", "hex");

test.each(cases)("$name: refused, and explained", (one) => {
  const { findings, explanation } = judgeCase(one, bytesOf(one.file.sections.get("source")));
  expect(codesOf(findings)).toEqual([one.code]);
  const sections = new Map(one.file.sections).set("explanation", explanation);
  const now = printCase({ ...one.file, sections });
  if (update) writeFileSync(one.path, now);
  else expect(now).toBe(one.text);
});

test.each(cases)("$name: accepted as it is fixed", (one) => {
  const { explanation } = judgeCase(one, bytesOf(one.file.sections.get("fixed")));
  expect(explanation).toBe("");
});

// Scripts are compiled on the simulated machine.
const scripts = verifyCases(Object.keys(CODES), "bt");
const target = new SimBackend(createWorld(simKernelTables())).target;

test.each(scripts)("$name in a script: refused, and explained", (one) => {
  const { findings, explanation } = judgeCase(one, bytesOf(one.file.sections.get("source")), target);
  expect(codesOf(findings)).toEqual([one.code]);
  expect(findings.map(({ line }) => line?.file)).toEqual(findings.map(() => `${one.name}.bt`));
  const sections = new Map(one.file.sections).set("explanation", explanation);
  const now = printCase({ ...one.file, sections });
  if (update) writeFileSync(one.path, now);
  else expect(now).toBe(one.text);
});

test.each(scripts)("$name in a script: accepted as it is fixed", (one) => {
  expect(judgeCase(one, bytesOf(one.file.sections.get("fixed")), target).explanation).toBe("");
});

test("each code has a case that triggers it", () => {
  const codes = Object.keys(CODES);
  const triggered = new Set(verifyCases(codes, "asm", "hex", "bt", "c").map(({ code }) => code));
  expect(codes.filter((code) => !triggered.has(code))).toEqual([]);
});

test("independent faults are found in one run, each once, and nothing that follows from them", () => {
  const [like] = verifyCases(["verify/null-dereference"], "asm");
  if (like === undefined) throw new Error("no case");
  const text = `r6 = r1
*(u32 *)(r10 -4) = 1
r2 = r10
r2 += -4
r1 = map[counts] ll
call bpf_map_lookup_elem
r7 = *(u64 *)(r0 +0)
r7 += 1
*(u64 *)(r0 +0) = r7
r2 = *(u32 *)(r6 +0)
r3 = *(u8 *)(r2 +4)
r4 = *(u8 *)(r2 +9)
r3 += r4
r5 = r9
r5 += r3
*(u64 *)(r10 -520) = r5
r0 = r5
exit`;
  const { findings } = judgeCase(like, bytesOf(text));
  expect(
    findings.map(({ code, line, also }) => [code, line?.line, also.map((place) => place.line?.line)]),
  ).toEqual([
    ["verify/null-dereference", 7, [9]],
    ["verify/packet-bounds", 11, [12]],
    ["verify/uninit-register", 14, []],
    ["verify/stack-bounds", 16, []],
  ]);
  expect(findings[1]?.fix).toContain("r4 += 10"); // for the farther of the two
});

function bytesOf(text = ""): Uint8Array {
  return new TextEncoder().encode(`${text}\n`);
}
