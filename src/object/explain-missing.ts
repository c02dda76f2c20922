import { checkInput, listOf, OBJECT, TEXT } from "../base/check-input.ts";
import { slotsOf } from "../isa/insn.ts";
import { BAD_RELOCATION, missingRelocation } from "./core-patch.ts";
import type { ProgramSpec } from "./object.ts";

const REACHED = new RegExp(`^(\\d+): \\(85\\) call unknown#${BAD_RELOCATION}.*$`, "gm");

const INSNS = listOf(OBJECT, "instructions");

/**
 * A verifier's log in which the calls that stand for what the kernel lacks say what that is. `program` is the
 * relocated one that was refused.
 */
export function explainMissing(program: ProgramSpec, log: string): string {
  checkInput("explainMissing: the program", program, OBJECT);
  checkInput("explainMissing: its instructions", program.insns, INSNS);
  checkInput("explainMissing: the log", log, TEXT);
  if (!log.includes(`#${BAD_RELOCATION}`)) return log;
  const what = new Map<number, string>();
  let slot = 0;
  for (const insn of program.insns) {
    const missing = missingRelocation(insn);
    if (missing) what.set(slot, missing.what);
    slot += slotsOf(insn);
  }
  const said = log.replace(REACHED, (line, at) => {
    const found = what.get(Number(at));
    return found === undefined ? line : `${at}: <${found}>`;
  });
  return said.replaceAll(
    `invalid func unknown#${BAD_RELOCATION}`,
    "the program reads there what this kernel has not: test for it with bpf_core_field_exists() and the like",
  );
}
