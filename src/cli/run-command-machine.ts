import type { MapSpec } from "../abi/map-spec.ts";
import type { Insn } from "../isa/insn.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { plainEnvironment } from "../vm/environment.ts";
import { Machine } from "../vm/machine.ts";
import { MachineError } from "../vm/machine-error.ts";

export type MachineParts = Readonly<{
  engine: "jit" | "interpreter";
  maxSteps: number;
  /** A map that cannot be made is an error even when the program does not use it. */
  needsAllMaps: boolean;
  /** A line that the program printed with bpf_trace_printk. */
  onPrint: (line: string) => void;
  /** Something that the user should know, and that is no error. */
  onNote: (note: string) => void;
}>;

/** A machine with the program, its maps and what those hold from the start. Throws MachineError for what it has not. */
export function openMachine(object: ObjectSpec, program: ProgramSpec, parts: MachineParts): Machine {
  const { engine, maxSteps, onPrint, onNote } = parts;
  const machine = new Machine({ engine, maxSteps, environment: plainEnvironment({ trace: onPrint }) });
  const needed = whatItNeeds(object, program);
  for (const spec of object.maps)
    try {
      machine.createMap(spec);
    } catch (error) {
      if (needed.maps.has(spec.name) || parts.needsAllMaps || !(error instanceof MachineError)) throw error;
      onNote(`map ${spec.name} is left out, and ${program.name} does not use it: ${error.message}`);
    }
  const ids = new Map([...needed.programs].map((one) => [one.name, machine.load(one)]));
  for (const spec of object.maps) if (needed.maps.has(spec.name)) fillSlots(machine, spec, ids);
  return machine;
}

/** What the program may reach: maps by name, programs and maps in those. */
export function whatItNeeds(
  object: ObjectSpec,
  entry: ProgramSpec,
): { programs: ReadonlySet<ProgramSpec>; maps: ReadonlySet<string> } {
  const programs = new Set([entry]);
  const maps = new Set<string>();
  const addMap = (name: string): void => {
    const spec = object.maps.find((map) => map.name === name);
    if (spec === undefined || maps.has(name)) return;
    maps.add(name);
    for (const slot of spec.slots ?? []) {
      const program = spec.type === "progArray" ? object.programs.find((p) => p.name === slot.name) : undefined;
      if (program) programs.add(program);
      else addMap(slot.name);
    }
  };
  for (const program of programs) for (const insn of program.insns) addMap(mapName(insn) ?? "");
  return { programs, maps };
}

function mapName(insn: Insn): string | undefined {
  if (insn.kind !== "loadImm64") return undefined;
  return insn.ref?.kind === "map" || insn.ref?.kind === "mapValue" ? insn.ref.map : undefined;
}

function fillSlots(machine: Machine, spec: MapSpec, programs: ReadonlyMap<string, number>): void {
  for (const { index, name } of spec.slots ?? []) {
    const id = spec.type === "progArray" ? programs.get(name) : machine.map(name).id;
    if (id !== undefined) machine.map(spec.name).update(number32(index), number32(id));
  }
}

function number32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
