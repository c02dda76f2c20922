import { helperById } from "../abi/helpers.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { disassemble } from "../isa/disassemble.ts";
import type { ImmRef, Insn } from "../isa/insn.ts";
import { slotsOf } from "../isa/insn.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";

/** The object as text, for people: its maps, then each program's instructions with the source lines they came from. */
export function printObject(object: ObjectSpec): string {
  const parts = object.maps.map(mapLine);
  if (parts.length > 0) parts.push("");
  for (const program of object.programs) parts.push(printProgram(program), "");
  return parts.join("\n");
}

/** One program: what it is, how large, and its instructions numbered by slot. */
export function printProgram(program: ProgramSpec): string {
  const slots = program.insns.reduce((sum: number, insn: Insn) => sum + slotsOf(insn), 0);
  const kind = program.sleepable ? `${program.type}, sleepable` : program.type;
  const listing = disassemble(program.insns, { numbers: true, lines: true, helperName, reference });
  return `program ${program.name} (${kind}) at ${program.section}: ${slots} slots\n${listing.trimEnd()}`;
}

function mapLine({ name, type, keySize, valueSize, maxEntries }: MapSpec): string {
  return `map ${name}: ${type}, key ${keySize} bytes, value ${valueSize} bytes, ${maxEntries} entries`;
}

function helperName(id: number): string | undefined {
  return helperById(id)?.name;
}

function reference(ref: ImmRef): string | undefined {
  if (ref.kind === "map") return `map ${ref.map}`;
  return ref.kind === "mapValue" ? `value of map ${ref.map} + ${ref.off}` : undefined;
}
