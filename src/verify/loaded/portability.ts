import { helperById } from "../../abi/helpers.ts";
import type { MapSpec } from "../../abi/map-spec.ts";
import { compareReleases } from "../../abi/release.ts";
import type { Insn } from "../../isa/insn.ts";
import type { ProgramSpec } from "../../object/object.ts";
import { attachOf } from "../attach.ts";
import { kfuncEntry } from "../call/kfunc-table.ts";
import type { Fault, Finding } from "../finding/finding.ts";
import { toFinding } from "../finding/to-finding.ts";
import type { KernelProfile } from "../profile/profile.ts";
import type { FaultAt } from "../program/find-subprograms.ts";
import { missingFeatures, missingMapType, missingProgramKind } from "../program/missing-features.ts";

/**
 * What a kernel is too old for: the program's type, its maps, helpers, kernel functions and kinds of instructions. No path
 * is followed, so that a kernel for which nothing is found may still refuse the program.
 */
export function missingInKernel(
  program: ProgramSpec,
  maps: readonly MapSpec[],
  profile: KernelProfile,
): readonly Finding[] {
  const { attachType } = attachOf(program, undefined);
  const sleepable = program.sleepable === true;
  const kind = missingProgramKind({ profile, programType: program.type, attachType, sleepable, capBpf: true });
  const faults: FaultAt[] = [...(kind ? [{ insn: 0, fault: kind }] : []), ...missingFeatures(program, profile)];
  const said = new Set<string>();
  for (const [insn, body] of program.insns.entries()) {
    const fault = mapFault(body, maps, profile) ?? callFault(body, profile);
    if (fault === undefined || said.has(fault.message)) continue;
    said.add(fault.message);
    faults.push({ insn, fault });
  }
  return faults.map(({ insn, fault }) => toFinding(program, insn, fault));
}

function mapFault(insn: Insn, maps: readonly MapSpec[], profile: KernelProfile): Fault | undefined {
  const ref = insn.kind === "loadImm64" ? insn.ref : undefined;
  const map =
    ref?.kind === "map" || ref?.kind === "mapValue" ? maps.find(({ name }) => name === ref.map) : undefined;
  return map && missingMapType({ profile }, map);
}

function callFault(insn: Insn, { release }: KernelProfile): Fault | undefined {
  if (insn.kind !== "call") return undefined;
  const { target } = insn;
  const called =
    target.kind === "helper"
      ? helperById(target.id)
      : target.kind === "ksym"
        ? kfuncEntry(target.name)
        : undefined;
  if (called === undefined || compareReleases(release, called.since) >= 0) return undefined;
  return {
    code: target.kind === "helper" ? "verify/unknown-helper" : "verify/kfunc-unknown",
    message: `${called.name}() is there since Linux ${called.since}, and this is ${release}`,
    values: { kernel: `Linux ${called.since} or later`, name: called.name },
  };
}
