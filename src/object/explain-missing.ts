import { slotsOf } from "../isa/insn.ts";
import { BAD_RELOCATION, missingRelocation } from "./core-patch.ts";
import type { ProgramSpec } from "./object.ts";

const REACHED = new RegExp(`^(\\d+): \\(85\\) call unknown#${BAD_RELOCATION}.*$`, "gm");

/**
 * A verifier's log in which the calls that stand for what the kernel lacks say what that is. `program` is the
 * relocated one that was refused.
 */
export function explainMissing(program: ProgramSpec, log: string): string {
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
