// The cases of test/verify-cases before the running kernel's own verifier: it refuses the one program and takes the other.

import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, expect, test, vi } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { VerifierRefused } from "../../src/linux/verifier-refused.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { CODES, explainLog } from "../../src/verify/public.ts";
import { printCase } from "../support/case-file.ts";
import { codesOf, judgeCase, settingsOf, type VerifyCase, verifyCases } from "../support/verify-case.ts";
import { ObjectLab } from "./clang-object.ts";
import { askCase } from "./verify-case-oracle.ts";
import { refusalLines } from "./verify-oracle.ts";

vi.setConfig({ testTimeout: 600_000 }); // following a million instructions takes as long as the machine is busy

const update = process.env["UPDATE"] === "1";
const backend = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

// C goes through clang, and is fitted to this kernel.
const objects = verifyCases(Object.keys(CODES), "c");

test.each(objects)("$name in C: refused, and explained", (one) => {
  const { findings, explanation } = judgeCase(one, compiled(one, "source"), backend.target);
  expect(codesOf(findings)).toEqual([one.code]);
  const sections = new Map(one.file.sections).set("explanation", explanation);
  const now = printCase({ ...one.file, sections });
  if (update) writeFileSync(one.path, now);
  else expect(now).toBe(one.text);
});

test.each(objects)("$name in C: accepted as it is fixed", (one) => {
  expect(judgeCase(one, compiled(one, "fixed"), backend.target).explanation).toBe("");
});

const here = objects.filter(isAboutThisKernel);

test.each(here)("$name in C: this kernel refuses it, too", (one) => {
  const refusal = isFoundByTheLoader(one)
    ? /names no target in the kernel|this kernel has no/
    : VerifierRefused;
  expect(() => backend.load(fromElf(compiled(one, "source")))).toThrow(refusal);
});

/** A loader looks the target up; without one it does not ask the kernel. */
function isFoundByTheLoader({ code }: VerifyCase): boolean {
  return code === "verify/attach-target";
}

const logged = here.filter((one) => !isFoundByTheLoader(one));

test.each(logged)("$name in C: the kernel's log is explained by the same code", (one) => {
  const log = refusalOf(() =>
    backend.load(fromElf(compiled(one, "source")), { logLevel: one.code === "verify/too-complex" ? 4 : 1 }),
  );
  const [found] = explainLog(log);
  expect([found?.code, found?.complaint]).toEqual([one.code, expect.anything()]);
});

function refusalOf(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (error instanceof VerifierRefused) return error.log;
    throw error;
  }
  throw new Error("the kernel took it");
}

test.each(here)("$name in C: this kernel accepts the fixed one", (one) => {
  backend.load(fromElf(compiled(one, "fixed"))).close();
});

const UAPI = ["-I", `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`];
const made = new Map<string, Uint8Array>();

function compiled(one: VerifyCase, section: "source" | "fixed"): Uint8Array {
  const name = `${section === "source" ? "" : "fixed-"}${one.name}.c`;
  const text = one.file.sections.get(section) ?? "";
  const bytes = made.get(name) ?? readFileSync(lab.compile(name, { text, flags: UAPI }));
  made.set(name, bytes);
  return bytes;
}

// About other kernels and users than the one that the test runs as.
const raw = verifyCases(Object.keys(CODES), "asm", "hex").filter(isAboutThisKernel);

function isAboutThisKernel(one: VerifyCase): boolean {
  const { privileged, kernels } = settingsOf(one);
  return privileged && kernels.length === 0;
}

test.each(raw)("$name: this kernel refuses it, too", (one) => {
  const { accepted } = askCase(judgeCase(one, bytesOf(one.file.sections.get("source"))));
  expect(accepted).toBe(false);
});

test.each(raw)("$name: this kernel accepts the fixed one", (one) => {
  const { accepted, log } = askCase(judgeCase(one, bytesOf(one.file.sections.get("fixed"))));
  expect([accepted, ...(accepted ? [] : refusalLines(log))]).toEqual([true]);
});

function bytesOf(text = ""): Uint8Array {
  return new TextEncoder().encode(`${text}\n`);
}
