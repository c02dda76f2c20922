// A case in test/verify-cases: a program that is refused, its explanation, and the same program as it is accepted.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fitted, givenFrom } from "../../src/cli/verify-command-input.ts";
import { askedKernels } from "../../src/cli/verify-command-kernel.ts";
import { type VerifySettings, verifySettings } from "../../src/cli/verify-command-options.ts";
import type { ObjectSpec, ProgramSpec } from "../../src/object/object.ts";
import type { Target } from "../../src/plan/target.ts";
import { type Finding, renderFinding, verifyProgram } from "../../src/verify/public.ts";
import { type CaseFile, parseCase } from "./case-file.ts";

export const VERIFY_CASES = join(import.meta.dirname, "../verify-cases");

/** `code`: what the program is refused for, such as "verify/null-dereference". */
export type VerifyCase = Readonly<{
  path: string;
  name: string;
  language: "asm" | "hex" | "bt" | "c";
  code: string;
  text: string;
  file: CaseFile;
}>;

/** The cases in a language; files are called CODE.LANGUAGE.case, or CODE-VARIANT.… */
export function verifyCases(codes: readonly string[], ...languages: VerifyCase["language"][]): VerifyCase[] {
  return readdirSync(VERIFY_CASES)
    .filter((name) => name.endsWith(".case"))
    .map((name): VerifyCase => {
      const path = join(VERIFY_CASES, name);
      const [stem = "", language] = name.split(".");
      const text = readFileSync(path, "utf8");
      const longest = codes
        .filter((code) => `verify/${stem}`.startsWith(code))
        .sort((a, b) => b.length - a.length);
      return {
        path,
        name: stem,
        language: language as VerifyCase["language"],
        code: longest[0] ?? "",
        text,
        file: parseCase(text),
      };
    })
    .filter(({ language }) => languages.includes(language));
}

export function settingsOf({ file }: VerifyCase): VerifySettings {
  const args = (file.sections.get("args") ?? "").split(/\s+/).filter((word) => word !== "");
  const settings = verifySettings([...args, "-"]);
  if (settings === undefined) throw new Error("a case that asks for help");
  return settings;
}

export type CaseAnswer = Readonly<{
  object: ObjectSpec;
  programs: readonly ProgramSpec[];
  findings: readonly Finding[];
  explanation: string;
}>;

/** What our verifier says of a section's program. */
export function judgeCase(one: VerifyCase, bytes: Uint8Array, target?: Target): CaseAnswer {
  const settings = settingsOf(one);
  const given = givenFrom(`${one.name}.${one.language === "c" ? "o" : one.language}`, bytes, settings);
  const [kernel] = askedKernels(settings, undefined);
  if (kernel === undefined) throw new Error("no kernel");
  const types = target?.kernelBtf();
  const object = fitted(
    given,
    types ? { ...kernel, types, relocation: { ...kernel.relocation, kernelBtf: () => types } } : kernel,
    target,
  );
  const { privileged } = settings;
  const findings: Finding[] = [];
  const texts: string[] = [];
  for (const program of object.programs) {
    const verdict = verifyProgram(program, object, {
      profile: kernel.profile,
      privileged,
      ...(types && { kernelBtf: types }),
    });
    findings.push(...verdict.findings);
    texts.push(...verdict.findings.map((finding) => renderFinding(program, finding, { fileName })));
  }
  return { object, programs: object.programs, findings, explanation: texts.join("\n\n") };
}

/** Whether all findings of an answer are of the case's code; what it is called for must be there, and nothing else. */
export function codesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ code }) => code))];
}

/** Where the file was compiled does not matter. */
function fileName(file: string): string {
  return file.split("/").at(-1) ?? file;
}
