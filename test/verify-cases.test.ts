// Each file in verify-cases/ is a program that is refused, its explanation as it is printed, and the program as it is
// accepted. UPDATE=1 rewrites the explanations: read the difference as somebody who sees eBPF for the first time. The C
// programs are in the kernel lane (test/kernel/verify-cases.test.ts), which also asks the real verifier.

import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CODES } from "../src/verify/public.ts";
import { printCase } from "./support/case-file.ts";
import { codesOf, judgeCase, verifyCases } from "./support/verify-case.ts";

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

function bytesOf(text = ""): Uint8Array {
  return new TextEncoder().encode(`${text}\n`);
}
