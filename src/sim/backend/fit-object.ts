import type { MapSpec } from "../../abi/map-spec.ts";
import { MISSING_KFUNC } from "../../isa/bind-names.ts";
import type { Insn } from "../../isa/insn.ts";
import type { ObjectSpec, ProgramSpec } from "../../object/object.ts";
import { isRelocated, type Relocated, relocate } from "../../object/relocate.ts";
import type { World } from "../world/world.ts";
import { KERNEL_CONFIG, KERNEL_VERSION } from "./target.ts";

/** An object as the simulated kernel takes it: relocated, without what is not to be loaded. Throws ObjectError. */
export function fitObject(object: ObjectSpec, world: World): ObjectSpec {
  const fitted = isRelocated(object)
    ? object
    : relocate(object, {
        kernelVersion: KERNEL_VERSION,
        kernelBtf: () => world.tables.btf,
        kernelSymbol: (name) => world.hooks.symbols.address(name),
        kconfig: () => KERNEL_CONFIG,
      });
  const programs = withoutMissing(fitted).filter((program) => isLoaded(program, fitted));
  return { ...fitted, programs, maps: fitted.maps.map((map) => fitMap(map, world.cpus.length)) };
}

const SMALLEST_RING = 4096;

/** Sizes that a declaration leaves to whoever loads it: as libbpf, and the linux backend, fill them in. */
function fitMap(map: MapSpec, cpus: number): MapSpec {
  switch (map.type) {
    case "perfEventArray":
      return { ...map, keySize: 4, valueSize: 4, maxEntries: map.maxEntries || cpus };
    case "ringbuf":
    case "userRingbuf":
      return { ...map, keySize: 0, valueSize: 0, maxEntries: Math.max(map.maxEntries, SMALLEST_RING) };
    default:
      return map;
  }
}

/** A program that is not to be loaded by itself is loaded all the same where a map holds it. */
function isLoaded(program: ProgramSpec, { maps }: ObjectSpec): boolean {
  if (program.autoload !== false) return true;
  return maps.some(
    ({ type, slots, structOps }) =>
      (type === "progArray" && slots?.some(({ name }) => name === program.name)) ||
      structOps?.programs.some((member) => member.program === program.name),
  );
}

/** What reads a field that this kernel lacks must not be reached; loaded it can be all the same. */
function withoutMissing({ programs, relocated }: Relocated): readonly ProgramSpec[] {
  const missing = new Set(relocated.missing.map(({ program, insnIndex }) => `${program} ${insnIndex}`));
  if (missing.size === 0) return programs;
  const bad = { kind: "call", target: { kind: "helper", id: MISSING_KFUNC } } as const;
  return programs.map((program) => ({
    ...program,
    insns: program.insns.map((insn, index): Insn => {
      if (!missing.has(`${program.name} ${index}`)) return insn;
      return insn.meta === undefined ? bad : { ...bad, meta: insn.meta };
    }),
  }));
}
