import type { AttachType } from "../abi/attach-types.ts";
import { PROGRAM_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { parseSection } from "../abi/section-names.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { parseBtf } from "../btf/decode.ts";
import { encodeProgram } from "../isa/encode.ts";
import { explainMissing } from "../object/explain-missing.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { isRelocated, type Relocated, relocate } from "../object/relocate.ts";
import type { RelocationTarget } from "../object/relocation-target.ts";
import type { Feature } from "../plan/target.ts";
import type { LoadOptions } from "../runtime/backend.ts";
import { type AttachTarget, attachTarget, attachTypeNumber } from "./attach-target.ts";
import { loadBtf, loadProgram, type ProgramLoad } from "./bpf-prog.ts";
import { ERRNO, errnoName } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { KernelNames } from "./kernel-names.ts";
import type { BtfWithLines } from "./line-info.ts";
import { addLineStrings, encodeFuncInfo, encodeLineInfo } from "./line-info.ts";
import { type MadeMap, type MapContext, makeMap } from "./load-maps.ts";
import { fillSlots } from "./map-slots.ts";
import type { LinuxMap } from "./maps.ts";
import type { KernelTypes } from "./module-btf.ts";
import { memberOf } from "./struct-ops.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";
import { tooOldForProgram } from "./too-old.ts";
import { VerifierRefused } from "./verifier-refused.ts";

/** What loading must know of the machine. */
export type LoadContext = Readonly<{
  kernel: Kernel;
  kernelVersion: number;
  possibleCpus: () => readonly number[];
  pageSize: number;
  types: KernelTypes;
  has: (feature: Feature) => boolean;
  /** What objects are fitted to that are not yet. */
  relocation: RelocationTarget;
}>;

/**
 * A program in the kernel. `multi`: it attaches to many functions by one link. `attachType`: what it was loaded for,
 * where that was said.
 */
export type LoadedProgram = Readonly<{ spec: ProgramSpec; fd: Fd; multi: boolean; attachType?: AttachType }>;

export type LoadedObject = Readonly<{
  maps: ReadonlyMap<string, LinuxMap>;
  programs: ReadonlyMap<string, LoadedProgram>;
}>;

const BPF_FS = "/sys/fs/bpf";

/** Creates the maps, fills and freezes them, and loads the programs. Throws SkepError and leaves nothing behind then. */
export function loadObject(context: LoadContext, spec: ObjectSpec, options: LoadOptions): LoadedObject {
  checkTargets(spec, options);
  const object = isRelocated(spec) ? spec : relocate(spec, context.relocation);
  const made = new Map<string, MadeMap>();
  const programs = new Map<string, LoadedProgram>();
  const btf = object.btf && openBtf(context.kernel, object.btf, object.programs);
  const scene: Scene = { context, object, options, made, btf };
  try {
    const mapContext = mapContextOf(scene);
    for (const map of object.maps) if (isWanted(map)) made.set(map.name, makeMap(mapContext, map));
    for (const program of object.programs)
      if (isLoaded(program, object.maps)) programs.set(program.name, loadOne(scene, program));
    const maps = new Map([...made].map(([name, { map }]) => [name, map]));
    fillSlots(maps, programs);
    return { maps, programs };
  } catch (error) {
    for (const { map } of made.values()) map.fd.close();
    for (const program of programs.values()) program.fd.close();
    throw error;
  } finally {
    btf?.fd.close(); // programs and maps hold it
  }
}

function checkTargets({ programs }: ObjectSpec, { targets = {} }: LoadOptions): void {
  const names = programs.map((program) => program.name);
  const unknown = Object.keys(targets).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new SkepError(`a target is given for program ${unknown}, which the object has not`, {
    code: "linux/unknown-name",
    remedy: didYouMean(unknown, names) ?? `name one of: ${names.join(", ")}`,
  });
}

function isWanted(map: MapSpec): boolean {
  return !map.structOps?.optional;
}

// A program that is not to be loaded by itself is all the same where a map holds it.
function isLoaded(program: ProgramSpec, maps: readonly MapSpec[]): boolean {
  if (program.autoload !== false) return true;
  return maps.some(
    (map) =>
      isWanted(map) &&
      ((map.type === "progArray" && map.slots?.some((slot) => slot.name === program.name)) ||
        map.structOps?.programs.some((member) => member.program === program.name)),
  );
}

function mapContextOf({ context, object, options, btf }: Scene): MapContext {
  let local: BtfBlob | undefined;
  const offloaded = Object.values(options.targets ?? {}).find((t) => t.kind === "xdp" && t.mode === "offload");
  return {
    ...context,
    objectName: object.name,
    btf: btf?.fd,
    local: () => {
      local ??= object.btf && parseBtf(object.btf);
      return local;
    },
    pinPath: options.pinPath ?? BPF_FS,
    pins: options.pins ?? {},
    given: options.given ?? {},
    note: options.onNote ?? (() => {}),
    ...(offloaded?.kind === "xdp" && { ifindex: offloaded.ifindex }),
  };
}

type OpenBtf = Readonly<{ fd: Fd; lines: BtfWithLines }>;

// An older kernel may not know a kind of type. Programs run without BTF as well; only names are lost.
function openBtf(kernel: Kernel, btf: Uint8Array, programs: ObjectSpec["programs"]): OpenBtf | undefined {
  const lines = addLineStrings(btf, programs);
  try {
    return { fd: loadBtf(kernel, lines.btf), lines };
  } catch (error) {
    if (error instanceof SystemError && error.errno === "EINVAL") return undefined;
    throw error;
  }
}

type Scene = Readonly<{
  context: LoadContext;
  object: Relocated;
  options: LoadOptions;
  made: ReadonlyMap<string, MadeMap>;
  btf: OpenBtf | undefined;
}>;

function loadOne(scene: Scene, spec: ProgramSpec): LoadedProgram {
  const { context, object, options } = scene;
  const attach = options.targets?.[spec.name];
  const target = attachTarget(spec, attach, context);
  const names = new KernelNames(object.relocated.symbols, context.types);
  try {
    const map = (name: string) => mapNumber(scene, name);
    const insns = encodeProgram(spec.insns, {
      names: { map, ksym: (name) => names.variable(name), kfunc: (name) => names.function(name) },
    });
    const result = loadProgram(context.kernel, {
      name: spec.name,
      type: PROGRAM_TYPES[spec.type].number,
      insns,
      ...(names.fdArray && { fdArray: names.fdArray }),
      license: object.license,
      kernelVersion: context.kernelVersion, // kernels before 5.0 compare it for kprobe programs
      flags: flagsOf(spec),
      ...targetFields(scene, spec, target),
      ...debugInfo(scene, spec),
      ...(attach?.kind === "xdp" && attach.mode === "offload" && { ifindex: attach.ifindex }),
      ...(options.logLevel !== undefined && { logLevel: options.logLevel }),
    });
    if (result.log !== "") options.onVerifierLog?.(spec.name, result.log);
    if (result.kind === "loaded") {
      const { multi, attachType } = target;
      return { spec, fd: result.fd, multi, ...(attachType && { attachType }) };
    }
    const isVerdict = result.log.trim() !== "" && result.errno !== ERRNO.EPERM;
    if (isVerdict) {
      const log = explainMissing(spec, result.log);
      throw new VerifierRefused(
        spec.name,
        errnoName(result.errno),
        log,
        options.explainRefusal?.(spec.name, log),
        options.refusedRemedy,
      );
    }
    const old = tooOldForProgram(context.kernelVersion, spec.type, target.attachType);
    throw new SystemError(
      `load program ${spec.name}`,
      "BPF_PROG_LOAD",
      result.errno,
      result.errno === ERRNO.EINVAL ? old : undefined,
    );
  } finally {
    if (target.attachTo?.owned) target.attachTo.fd.close(); // the program holds it
  }
}

function mapNumber({ made }: Scene, name: string): { fd: number } | undefined {
  const found = made.get(name);
  return found && { fd: found.map.fd.number };
}

function flagsOf(spec: ProgramSpec): number {
  const parsed = parseSection(spec.section);
  const sleepable = spec.sleepable ?? parsed?.sleepable ?? false;
  const frags = spec.frags ?? parsed?.frags ?? false;
  const sleeps = sleepable || spec.type === "syscall"; // those cannot be other than sleepable
  return (sleeps ? PROGRAM_FLAGS.sleepable : 0) | (frags ? PROGRAM_FLAGS.xdpHasFrags : 0);
}

type TargetFields = Pick<ProgramLoad, "expectedAttachType" | "attachBtfId" | "attachBtfObjFd">;

function targetFields(scene: Scene, spec: ProgramSpec, target: AttachTarget): TargetFields {
  if (spec.type === "structOps") return structOpsFields(scene, spec);
  return {
    expectedAttachType: attachTypeNumber(target.attachType),
    ...(target.attachBtfId !== undefined && { attachBtfId: target.attachBtfId }),
    ...(target.attachTo && { attachBtfObjFd: target.attachTo.fd.number }),
  };
}

// A program for a struct of functions is loaded for one member of it.
function structOpsFields({ made, object }: Scene, spec: ProgramSpec): TargetFields {
  for (const { structOps: found } of made.values()) {
    const use = found?.ops.programs.find((p) => p.program === spec.name);
    if (found === undefined || use === undefined || object.btf === undefined) continue;
    const { index } = memberOf(found, use.offset, parseBtf(object.btf));
    const { id, module } = found.type;
    return { expectedAttachType: index, attachBtfId: id, ...(module && { attachBtfObjFd: module.number }) };
  }
  throw new SkepError(`program ${spec.name} belongs to no struct of functions`, {
    code: "linux/unknown-section",
    remedy: "name it in a variable of section .struct_ops or .struct_ops.link",
  });
}

function debugInfo({ btf }: Scene, spec: ProgramSpec): Pick<ProgramLoad, "btf" | "funcInfo" | "lineInfo"> {
  if (btf === undefined) return {};
  const funcInfo = encodeFuncInfo(spec);
  const lineInfo = encodeLineInfo(spec, btf.lines.offsetOf);
  return { btf: btf.fd, ...(funcInfo && { funcInfo }), ...(lineInfo && { lineInfo }) };
}
