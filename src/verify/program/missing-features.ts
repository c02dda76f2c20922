import type { Insn } from "../../isa/insn.ts";
import type { ProgramSpec } from "../../object/object.ts";
import { FEATURES, type KernelProfile, type VerifierFeature } from "../profile/profile.ts";
import type { FaultAt } from "./find-subprograms.ts";

/** Where a program first uses each kind of instruction that the kernel is too old for. */
export function missingFeatures({ insns }: ProgramSpec, profile: KernelProfile): readonly FaultAt[] {
  const faults: FaultAt[] = [];
  const seen = new Set<VerifierFeature>();
  for (const [insn, body] of insns.entries()) {
    const feature = featureOf(body);
    if (feature === undefined || seen.has(feature) || profile.has(feature)) continue;
    seen.add(feature);
    const { since, what } = FEATURES[feature];
    const message = `${what} came with Linux ${since}, and this is ${profile.release}`;
    faults.push({ insn, fault: { code: "verify/feature-missing", message, values: { since, feature: what } } });
  }
  return faults;
}

/** What an instruction needs; undefined for what every kernel has. */
function featureOf(insn: Insn): VerifierFeature | undefined {
  switch (insn.kind) {
    case "atomic":
      return insn.op === "add" && !insn.fetch ? undefined : "atomicFetch";
    case "movsx":
      return "cpuV4";
    case "alu":
      return insn.op === "sdiv" || insn.op === "smod" ? "cpuV4" : undefined;
    case "endian":
      return insn.op === "bswap" ? "cpuV4" : undefined;
    case "load":
      return insn.signed ? "cpuV4" : undefined;
    case "ja":
      return insn.wide ? "cpuV4" : undefined;
    case "jump":
      return insn.bits === 32 ? "jump32" : undefined;
    case "mayGoto":
      return "mayGoto";
    case "addrSpaceCast":
      return "arena";
    case "loadAcquire":
    case "storeRelease":
      return "acquireRelease";
    case "call":
      return insn.target.kind === "kfunc" || insn.target.kind === "ksym" ? "kfuncs" : undefined;
    case "loadImm64":
      return insn.ref?.kind === "func" || insn.ref?.kind === "funcOff" ? "callbacks" : undefined;
    default:
      return undefined;
  }
}
