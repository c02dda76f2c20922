import { helperById } from "../../abi/helpers.ts";
import { formatInsn } from "../../isa/disassemble.ts";
import type { Insn } from "../../isa/insn.ts";

/** An instruction as text, helpers and maps by their names alone. */
export function codeOf(insn: Insn | undefined): string {
  if (insn === undefined) return "the end";
  return formatInsn(insn, { helperName: (id) => helperById(id)?.name })
    .replace(/^(call \w+)#\d+$/, "$1")
    .replace(/^call ksym\[([^\]]+)\]/, "call $1")
    .replace(/map\[name:([^\]]+)\](\[0\]\+0(?!\d))?/, "map[$1]");
}
