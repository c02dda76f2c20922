import type { MapSpec } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import type { Btf } from "../btf/types.ts";
import { encodeProgram } from "../isa/encode.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import type { LoadOptions } from "../runtime/backend.ts";
import { attachTarget, isUserProbe } from "./attach-target.ts";
import { createMap, freezeMap } from "./bpf-map.ts";
import { loadBtf, loadProgram } from "./bpf-prog.ts";
import { ERRNO, errnoName } from "./errno.ts";
import type { Fd } from "./fd.ts";
import type { BtfWithLines } from "./line-info.ts";
import { addLineStrings, encodeFuncInfo, encodeLineInfo } from "./line-info.ts";
import { LinuxMap } from "./maps.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";
import { VerifierRefused } from "./verifier-refused.ts";

/** What loading must know of the machine. */
export type LoadContext = Readonly<{
  kernel: Kernel;
  kernelVersion: number;
  possibleCpus: readonly number[];
  pageSize: number;
  kernelBtf: () => Btf | undefined;
}>;

/** A program in the kernel. `multi`: it attaches to user-space functions by one link for many of them. */
export type LoadedProgram = Readonly<{ spec: ProgramSpec; fd: Fd; multi: boolean }>;

export type LoadedObject = Readonly<{
  maps: ReadonlyMap<string, LinuxMap>;
  programs: ReadonlyMap<string, LoadedProgram>;
}>;

const UPROBE_MULTI_SINCE = (6 << 16) | (10 << 8); // 6.6 has it, but its pid filter told threads, not processes
const SLEEPABLE = 1 << 4; // BPF_F_SLEEPABLE

/** Creates the maps, fills and freezes them, and loads the programs. Throws SkepError and leaves nothing behind then. */
export function loadObject(context: LoadContext, object: ObjectSpec, options: LoadOptions): LoadedObject {
  const maps = new Map<string, LinuxMap>();
  const programs = new Map<string, LoadedProgram>();
  const btf = object.btf && openBtf(context.kernel, object.btf, object.programs);
  try {
    for (const spec of object.maps) maps.set(spec.name, makeMap(context, spec, btf?.fd));
    for (const spec of object.programs)
      programs.set(spec.name, loadOne({ context, object, options, maps, btf }, spec));
    return { maps, programs };
  } catch (error) {
    for (const map of maps.values()) map.fd.close();
    for (const program of programs.values()) program.fd.close();
    throw error;
  } finally {
    btf?.fd.close(); // programs and maps hold it
  }
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

function makeMap(context: LoadContext, spec: MapSpec, btf: Fd | undefined): LinuxMap {
  const { kernel, possibleCpus } = context;
  const inner = spec.inner && create(context, spec.inner, btf);
  try {
    const fd = create(context, spec, btf, inner);
    const map = new LinuxMap(kernel, spec, fd, possibleCpus.length);
    try {
      if (spec.initial !== undefined) map.setFirst(spec.initial);
      if (spec.readOnly) freezeMap(kernel, fd);
    } catch (error) {
      fd.close();
      throw error;
    }
    return map;
  } finally {
    inner?.close();
  }
}

function create(context: LoadContext, spec: MapSpec, btf: Fd | undefined, innerMap?: Fd): Fd {
  const plain = {
    name: spec.name,
    type: MAP_TYPES[spec.type].number,
    keySize: spec.keySize,
    valueSize: spec.valueSize,
    maxEntries: entriesOf(context, spec),
    flags: spec.flags,
    ...(innerMap && { innerMap }),
    ...(spec.mapExtra !== undefined && { mapExtra: spec.mapExtra }),
  };
  if (btf === undefined || (!spec.btfKey && !spec.btfValue)) return createMap(context.kernel, plain);
  const typed = { ...plain, btf, btfKey: spec.btfKey ?? 0, btfValue: spec.btfValue ?? 0 };
  try {
    return createMap(context.kernel, typed);
  } catch (error) {
    // Several map types take no BTF, and which ones do depends on the kernel.
    if (!(error instanceof SystemError) || error.errno === "EPERM") throw error;
    return createMap(context.kernel, plain);
  }
}

function entriesOf({ pageSize, possibleCpus }: LoadContext, spec: MapSpec): number {
  if (spec.type === "ringbuf" || spec.type === "userRingbuf") return Math.max(spec.maxEntries, pageSize);
  if (spec.type === "perfEventArray" && spec.maxEntries === 0) return (possibleCpus.at(-1) ?? 0) + 1;
  return spec.maxEntries;
}

type Scene = Readonly<{
  context: LoadContext;
  object: ObjectSpec;
  options: LoadOptions;
  maps: ReadonlyMap<string, LinuxMap>;
  btf: OpenBtf | undefined;
}>;

function loadOne(scene: Scene, spec: ProgramSpec): LoadedProgram {
  const { context, object, options, maps, btf } = scene;
  const multi = isUserProbe(spec) && context.kernelVersion >= UPROBE_MULTI_SINCE;
  const map = (name: string) => {
    const found = maps.get(name);
    return found && { fd: found.fd.number };
  };
  const functions = btf && encodeFuncInfo(spec);
  const lines = btf && encodeLineInfo(spec, btf.lines.offsetOf);
  const result = loadProgram(context.kernel, {
    name: spec.name,
    type: PROGRAM_TYPES[spec.type].number,
    insns: encodeProgram(spec.insns, { names: { map } }),
    license: object.license,
    kernelVersion: context.kernelVersion, // kernels before 5.0 compare it for kprobe programs
    flags: spec.sleepable ? SLEEPABLE : 0,
    ...attachTarget(spec, context.kernelBtf, multi),
    ...(btf && { btf: btf.fd }),
    ...(functions && { funcInfo: functions }),
    ...(lines && { lineInfo: lines }),
    ...(options.logLevel !== undefined && { logLevel: options.logLevel }),
  });
  if (result.log !== "") options.onVerifierLog?.(spec.name, result.log);
  if (result.kind === "loaded") return { spec, fd: result.fd, multi };
  const isVerdict = result.log.trim() !== "" && result.errno !== ERRNO.EPERM;
  if (isVerdict) throw new VerifierRefused(spec.name, errnoName(result.errno), result.log);
  throw new SystemError(`load program ${spec.name}`, "BPF_PROG_LOAD", result.errno);
}
