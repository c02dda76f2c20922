import { disassemble } from "../isa/disassemble.ts";
import type { ObjectSpec } from "../object/object.ts";

/** Per program the disassembly, for `skep -d asm`. */
export function printObject(object: ObjectSpec): string {
  return object.programs.map((p) => `${p.name}:\n${String(disassemble(p.insns))}`).join("\n\n");
}
