import type { ProgramType } from "../../abi/attach-spec.ts";
import { SECTION_RULES } from "../../abi/section-names.ts";

/** A program type as authors write it: "tc", "xdp", "cgroup/connect4". */
export function typeWord(type: ProgramType): string {
  const names = SECTION_RULES.filter((rule) => rule.program === type).map(({ name }) => name);
  return names.find((name) => !/[/.]/.test(name)) ?? names[0] ?? type;
}

export function typeWords(types: readonly ProgramType[]): string {
  return [...new Set(types.map(typeWord))].join(", ");
}
