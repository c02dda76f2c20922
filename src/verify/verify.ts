import type { MapSpec } from "../abi/map-spec.ts";
import { parseBtf } from "../btf/decode.ts";
import { BtfError } from "../btf/error.ts";
import type { Btf } from "../btf/types.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { attachOf, attachTargetFault } from "./attach.ts";
import { exceptionCallback } from "./call/exception-callback.ts";
import { kfuncOf } from "./call/kfunc.ts";
import type { Environment } from "./environment.ts";
import type { Finding } from "./finding/finding.ts";
import { toFinding, toFindings } from "./finding/to-finding.ts";
import { isGplCompatible } from "./license.ts";
import type { KernelProfile } from "./profile/profile.ts";
import { kernelProfile, NEWEST_RELEASE } from "./profile/profile.ts";
import type { FaultAt } from "./program/find-subprograms.ts";
import { mapInfo } from "./program/map-info.ts";
import { mapFault } from "./program/map-program.ts";
import { missingMapType, missingProgramKind } from "./program/missing-features.ts";
import { prepare } from "./program/prepare.ts";
import type { State } from "./state/state.ts";
import { unattachable } from "./unattachable.ts";
import { Analysis } from "./walk/analysis.ts";
import { checkStackDepth } from "./walk/stack-depth.ts";
import { turnsAround } from "./walk/turning-points.ts";
import { walkProgram } from "./walk/walk.ts";

export type VerifyOptions = Readonly<{
  /** The kernel whose verdict is asked for; the newest that the tables know when left out. */
  profile?: KernelProfile;
  /** That kernel's types, which kernel functions and typed pointers need. */
  kernelBtf?: Btf;
  /** With CAP_BPF and CAP_PERFMON; true when left out. */
  privileged?: boolean;
  /** With CAP_BPF, where `privileged` is false; false when left out. */
  capBpf?: boolean;
  strictAlignment?: boolean;
  /** CPUs that the machine can have; 512 when left out. */
  possibleCpus?: number;
  /** Told of each instruction after it was followed, with what is known then; must not change it. */
  observe?: (insnIndex: number, state: State) => void;
  /** Told of each access to the context's fields, allowed or not. */
  observeContext?: (insnIndex: number) => void;
}>;

/** What a program needs besides its instructions. */
export type Surroundings = Readonly<{ maps: readonly MapSpec[]; btf?: Uint8Array; license: string }>;

export type VerifyStats = Readonly<{
  /** Instructions followed, over all paths: what the limit of 1 million counts. */
  insnsProcessed: number;
  /** States remembered at the end, and at most at once. */
  states: number;
  peakStates: number;
  /** Bytes of stack, by function. */
  stackBytes: readonly number[];
}>;

export type ProgramVerdict = Readonly<{
  program: string;
  ok: boolean;
  findings: readonly Finding[];
  stats: VerifyStats;
}>;

export type Verdict = Readonly<{ ok: boolean; programs: readonly ProgramVerdict[] }>;

const NO_STATS: VerifyStats = { insnsProcessed: 0, states: 0, peakStates: 0, stackBytes: [] };

/** What the kernel would say of each program of an object. Never throws for what the object holds. */
export function verify(object: ObjectSpec, options: VerifyOptions = {}): Verdict {
  const programs = object.programs.map((program) => verifyProgram(program, object, options));
  return { ok: programs.every(({ ok }) => ok), programs };
}

/** The same for one program. */
export function verifyProgram(
  program: ProgramSpec,
  surroundings: Surroundings,
  options: VerifyOptions = {},
): ProgramVerdict {
  const env = environment(program, surroundings, options);
  const refused = (faults: readonly FaultAt[]): ProgramVerdict => ({
    program: program.name,
    ok: false,
    findings: faults.map((found) => toFinding(program, found.insn, found.fault)),
    stats: NO_STATS,
  });
  const kind = missingProgramKind(env) ?? attachTargetFault(program, env) ?? unattachable(env);
  if (kind) return refused([{ insn: 0, fault: kind }]);
  const preparation = prepare(program, {
    profile: env.profile,
    capBpf: env.capBpf,
    turnsAround: (insn) => turnsAround(env, insn),
    kfuncSleeps: (insn) => kfuncOf(env, insn)?.sleeps === true,
    thrownTo: (subprograms) => subprograms[exceptionCallback(env, subprograms).index ?? -1]?.start,
    kfuncArguments: (insn) => kfuncOf(env, insn)?.params.length ?? 5,
  });
  if (preparation.kind === "refused") return refused(preparation.faults);
  const maps = checkMaps(program, env);
  if (maps.length > 0) return refused(maps);
  const analysis = new Analysis(env, preparation.program);
  analysis.observe = options.observe;
  analysis.observeContext = options.observeContext;
  walkProgram(analysis);
  const findings = toFindings(program, analysis);
  const depth = findings.length > 0 ? [] : checkStackDepth(env, preparation.program, analysis.stackUsed);
  const { insnsProcessed, states, peakStates } = analysis.stats;
  const { fault, index } = analysis.exceptionCallback;
  const thrownTo = preparation.program.subprograms[index ?? 0]?.start ?? 0;
  const atEnd = fault ? [...depth, { insn: thrownTo, fault }] : depth;
  const all = [...findings, ...atEnd.map((found) => toFinding(program, found.insn, found.fault))];
  const stats = { insnsProcessed, states, peakStates, stackBytes: [...analysis.stackUsed] };
  return { program: program.name, ok: all.length === 0, findings: all, stats };
}

function environment(program: ProgramSpec, surroundings: Surroundings, options: VerifyOptions): Environment {
  const profile = options.profile ?? kernelProfile(NEWEST_RELEASE);
  const privileged = options.privileged ?? true;
  const btf = surroundings.btf && readBtf(surroundings.btf);
  const { attachType, attachPlace } = attachOf(program, options.kernelBtf, { maps: surroundings.maps, btf });
  return {
    profile,
    programName: program.name,
    programType: program.type,
    attachType,
    attachPlace,
    sleepable: program.sleepable === true || program.type === "syscall",
    gpl: isGplCompatible(surroundings.license),
    maps: new Map(surroundings.maps.map((spec) => [spec.name, mapInfo(spec, btf)])),
    btf,
    kernel: options.kernelBtf,
    privileged,
    capBpf: privileged || options.capBpf === true,
    readsUnwrittenStack: privileged && profile.has("uninitStackReads"),
    strictAlignment: options.strictAlignment ?? false,
    kfuncs: new Map(),
    possibleCpus: options.possibleCpus ?? 512,
  };
}

/** A damaged blob is as good as none: what needs it says so. */
function readBtf(bytes: Uint8Array): Btf | undefined {
  try {
    return parseBtf(bytes);
  } catch (error) {
    if (error instanceof BtfError) return undefined;
    throw error;
  }
}

/** Faults of maps that the program must not use, where it first names them. */
function checkMaps(program: ProgramSpec, env: Environment): readonly FaultAt[] {
  const faults: FaultAt[] = [];
  const seen = new Set<string>();
  for (const [insn, { kind, ...rest }] of program.insns.entries()) {
    const ref = kind === "loadImm64" && "ref" in rest ? rest.ref : undefined;
    if ((ref?.kind !== "map" && ref?.kind !== "mapValue") || seen.has(ref.map)) continue;
    seen.add(ref.map);
    const map = env.maps.get(ref.map);
    const fault = map && (missingMapType(env, map) ?? mapFault(env, map));
    if (fault) faults.push({ insn, fault });
  }
  return faults;
}
