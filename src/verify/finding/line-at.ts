import type { SourceLine } from "../../base/source-line.ts";
import type { ProgramSpec } from "../../object/object.ts";

/** The source line of an instruction: its own, or that of the nearest one before it. */
export function lineAt(program: ProgramSpec, insnIndex: number): SourceLine | undefined {
  for (let i = insnIndex; i >= 0; i--) {
    const line = program.insns[i]?.meta?.line;
    if (line && line.line > 0) return line;
  }
  return undefined;
}
