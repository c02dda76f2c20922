import type { ProgramType } from "../../abi/attach-spec.ts";
import { ATTACH_TYPES } from "../../abi/attach-types.ts";
import { MAP_TYPES } from "../../abi/map-types.ts";
import { PROGRAM_TYPES } from "../../abi/program-types.ts";
import { compareReleases } from "../../abi/release.ts";
import type { Insn } from "../../isa/insn.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { Environment } from "../environment.ts";
import type { Fault } from "../finding/finding.ts";
import { typeWord } from "../finding/type-words.ts";
import { FEATURES, type KernelProfile, type VerifierFeature } from "../profile/profile.ts";
import type { FaultAt } from "./find-subprograms.ts";
import type { MapInfo } from "./map-info.ts";

/** Where a program first uses each kind of instruction that the kernel is too old for. */
export function missingFeatures({ insns }: ProgramSpec, profile: KernelProfile): readonly FaultAt[] {
  const faults: FaultAt[] = [];
  const seen = new Set<VerifierFeature>();
  for (const [insn, body] of insns.entries()) {
    const feature = featureOf(body);
    if (feature === undefined || seen.has(feature) || profile.has(feature)) continue;
    seen.add(feature);
    const { since, what } = FEATURES[feature];
    faults.push({ insn, fault: tooOld(profile, since, what) });
  }
  return faults;
}

/** Why the kernel takes no programs of this kind: it is too old, or not from this user; undefined where it does. */
export function missingProgramKind(env: ProgramKind): Fault | undefined {
  const { profile, programType, attachType, sleepable } = env;
  if (!env.capBpf && !FOR_EVERYBODY.includes(programType))
    return {
      code: "verify/privilege",
      message: `users without CAP_BPF load programs of type socket_filter and cgroup_skb only, not ${typeWord(programType)}`,
    };
  const { since } = PROGRAM_TYPES[programType];
  const word = programType === "tracing" ? programType : typeWord(programType); // it has many sections
  if (isOlder(profile, since)) return tooOld(profile, since, `programs of type ${word}`);
  const attach = attachType && LOADED_FOR.test(attachType) ? ATTACH_TYPES[attachType] : undefined;
  if (attach && isOlder(profile, attach.since))
    return tooOld(profile, attach.since, `attaching with ${attach.kernelName}`);
  if (!sleepable || programType === "syscall" || profile.has("sleepable")) return undefined;
  return tooOld(profile, FEATURES.sleepable.since, FEATURES.sleepable.what);
}

type ProgramKind = Pick<Environment, "profile" | "programType" | "attachType" | "sleepable" | "capBpf">;

/** Source: bpf_prog_load, kernel/bpf/syscall.c, v6.18. */
const FOR_EVERYBODY: readonly ProgramType[] = ["socketFilter", "cgroupSkb"];

/** Attach types that a program is loaded for: with others the kernel does not look at load time. */
const LOADED_FOR = /^(?:trace|modifyReturn|lsm|cgroup|skLookup)/;

/** Why the kernel is too old for a map; undefined where it has maps of its type. */
export function missingMapType(
  { profile }: Pick<Environment, "profile">,
  { name, type }: Pick<MapInfo, "name" | "type">,
): Fault | undefined {
  const { since, kernelName } = MAP_TYPES[type];
  if (!isOlder(profile, since)) return undefined;
  const which = name.startsWith(".") ? "" : `, which \`${name.replace(/^AT_/, "@")}\` is of,`; // the compiler's own begin so
  return tooOld(profile, since, `maps of type ${kernelName}${which}`);
}

function isOlder({ release }: KernelProfile, since: string): boolean {
  return compareReleases(release, since) < 0;
}

function tooOld({ release }: KernelProfile, since: string, what: string): Fault {
  const message = `${what} came with Linux ${since}, and this is ${release}`;
  const feature = what.replace(/,.*/, "");
  return { code: "verify/feature-missing", message, values: { since, feature } };
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
      return insn.off === 0 ? "mayGotoNowhere" : "mayGoto";
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
