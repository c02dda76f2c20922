// What the running kernel's verifier writes when it refuses the cases of test/verify-cases, explained: at each level of
// detail the log names the code that our own verifier finds.

import { readFileSync } from "node:fs";
import { afterAll, expect, test, vi } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { VerifierRefused } from "../../src/linux/verifier-refused.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { CODES, explainLog } from "../../src/verify/public.ts";
import { judgeCase, settingsOf, type VerifyCase, verifyCases } from "../support/verify-case.ts";
import { ObjectLab } from "./clang-object.ts";
import { askCase } from "./verify-case-oracle.ts";

vi.setConfig({ testTimeout: 300_000 });

const backend = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});
const UAPI = ["-I", `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`];

const LEVELS = [1, 2, 4] as const; // the way to the refusal; with all that was known; the refusal alone
type Level = (typeof LEVELS)[number];

/** Cases about this kernel. Logs of a program at the limit of complexity have gigabytes; loaders name targets. */
function isHere(one: VerifyCase): boolean {
  const { privileged, kernels } = settingsOf(one);
  return (
    privileged && kernels.length === 0 && !["verify/attach-target", "verify/too-complex"].includes(one.code)
  );
}

const inC = verifyCases(Object.keys(CODES), "c").filter(isHere);
const inAssembly = verifyCases(Object.keys(CODES), "asm", "hex").filter(isHere);

function logOfObject(one: VerifyCase, level: Level): string {
  const text = one.file.sections.get("source") ?? "";
  const bytes = readFileSync(lab.compile(`${one.name}.c`, { text, flags: UAPI }));
  try {
    backend.load(fromElf(bytes), { logLevel: level }).close();
  } catch (error) {
    if (error instanceof VerifierRefused) return error.log;
    throw error;
  }
  throw new Error("the kernel took it");
}

function logOfAssembly(one: VerifyCase, level: Level): string {
  const answer = judgeCase(one, new TextEncoder().encode(`${one.file.sections.get("source")}\n`));
  return askCase(answer, level).log;
}

test.each(LEVELS)("logs of objects at level %i", (level) => {
  const wrong = inC.flatMap((one) => disagreement(one, logOfObject(one, level)));
  expect(wrong).toEqual([]);
});

// Without the way to it, a register that a call left empty looks like one that was never written; and of too many calls
// within each other the kernel does not say that they are all of one function.
test.each(LEVELS)("logs of assembly at level %i", (level) => {
  const logs = inAssembly
    .map((one) => ({ one, log: logOfAssembly(one, level) }))
    .filter(({ log }) => log !== "");
  const wrong = logs.flatMap(({ one, log }) => disagreement(one, log));
  expect(logs.length).toBeGreaterThan(50);
  expect(wrong.map(([name]) => name)).toEqual(
    level === 4 ? ["lost-register", "no-result", "recursion"] : ["recursion"],
  );
});

function disagreement(one: VerifyCase, log: string): readonly (string | undefined)[][] {
  const [found] = explainLog(log);
  return found?.code === one.code ? [] : [[one.name, found?.code, found?.complaint]];
}
