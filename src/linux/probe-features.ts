import type { ProgramType } from "../abi/attach-spec.ts";
import { ATTACH_TYPES, type AttachType } from "../abi/attach-types.ts";
import { HELPERS } from "../abi/helpers.ts";
import type { MapType } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { resolve } from "../btf/layout.ts";
import type { Btf } from "../btf/types.ts";
import { encodeProgram } from "../isa/encode.ts";
import type { Insn } from "../isa/insn.ts";
import type { TrialLoader } from "./trial-load.ts";
import { tryMap } from "./trial-map.ts";

// What the kernel knows, found by asking it: programs and maps are made and dropped, nothing is attached.

export const PROGRAM_TYPE_NAMES = Object.keys(PROGRAM_TYPES) as ProgramType[];
export const MAP_TYPE_NAMES = Object.keys(MAP_TYPES) as MapType[];
export const ATTACH_TYPE_NAMES = Object.keys(ATTACH_TYPES) as AttachType[];

/** Helpers whose mere presence in a program makes the kernel write a warning to its log. */
const WARNS: ReadonlySet<string> = new Set(["bpf_trace_printk", "bpf_trace_vprintk", "bpf_probe_write_user"]);

/** What only some program types have: another attach type lets more types of tracing programs load. */
const WAYS: Readonly<Partial<Record<ProgramType, readonly AttachType[]>>> = {
  tracing: ["traceFentry", "traceRawTp", "traceIter"],
};

/** Whether the kernel accepts programs of that type from this process. */
export function hasProgramType(loader: TrialLoader, type: ProgramType, ifindex = 0): boolean {
  return loadableAs(loader, type, ifindex).loaded;
}

/** How a program of that type can be loaded here: with which attach type, where its type has several. */
function loadableAs(
  loader: TrialLoader,
  type: ProgramType,
  ifindex = 0,
): { loaded: boolean; attach?: AttachType } {
  for (const attach of WAYS[type] ?? [undefined]) {
    const { fd, log } = loader.load(type, { ...(attach && { attach }), ...(ifindex !== 0 && { ifindex }) });
    fd?.close();
    if (fd !== undefined || (type === "ext" && /Cannot replace kernel functions/.test(log)))
      return { loaded: true, ...(attach && { attach }) };
  }
  return { loaded: false };
}

/** Whether the kernel makes maps of that type for this process. */
export function hasMapType(loader: TrialLoader, type: MapType, ifindex = 0): boolean {
  return tryMap(loader.kernel, type, ifindex) === 0;
}

// What the kernel says of a helper that it has not, or not for programs of that type; wordings of 4.4 to 6.18.
const REFUSES_HELPER = /invalid func |unknown func |cannot use helper|not supported for program type/;

/**
 * Names of the helpers that programs of that type may call; undefined where no such program can be loaded. The kernel
 * is offered a call of each. `full`: those too whose trial leaves a warning in the kernel's log.
 */
export function helpersOf(
  loader: TrialLoader,
  type: ProgramType,
  options: { full?: boolean; ifindex?: number } = {},
): string[] | undefined {
  const { full = false, ifindex = 0 } = options;
  const { loaded, attach } = loadableAs(loader, type, ifindex);
  if (!loaded || type === "ext") return undefined; // programs that replace others have the rights of those
  const call = new DataView(CALL.buffer.slice(0));
  const hasTarget = type === "tracing" || type === "lsm"; // some helpers are for some functions only
  return HELPERS.filter(({ name, id }) => {
    if (!full && WARNS.has(name)) return false;
    call.setInt32(4, id, true);
    const { fd, log } = loader.loadBytes(type, new Uint8Array(call.buffer), {
      ...(attach && { attach }),
      ...(ifindex !== 0 && { ifindex }),
    });
    fd?.close();
    const refused = REFUSES_HELPER.test(log) || (!hasTarget && /helper call is not allowed/.test(log));
    return fd !== undefined || (log !== "" && !refused);
  }).map(({ name }) => name);
}

const CALL = encodeProgram([{ kind: "call", target: { kind: "helper", id: 1 } }, { kind: "exit" }]);

/** The program type that is loaded for an attach type. */
export function programOf(attach: AttachType): ProgramType | undefined {
  return PROGRAM_TYPE_NAMES.find((type) => PROGRAM_TYPES[type].attach.includes(attach));
}

/** Whether the kernel knows the attach type, and accepts a program for it from this process. */
export function hasAttachType(loader: TrialLoader, attach: AttachType): boolean {
  if (enumerates(loader.btf, "bpf_attach_type", ATTACH_TYPES[attach].kernelName) === false) return false;
  const type = programOf(attach);
  if (type === undefined) return false;
  // Maps of programs and struct_ops are not looked at when their programs are loaded.
  return loader.loads(type, { attach });
}

/** Whether an enum of the kernel has a member; undefined where its BTF does not tell. */
export function enumerates(btf: Btf | undefined, name: string, member: string): boolean | undefined {
  const id = btf?.find(name, "enum")[0];
  if (btf === undefined || id === undefined) return undefined;
  const type = resolve(btf, id);
  return type.kind === "enum" && type.members.some((m) => m.name === member);
}

/** Abilities of the machine that are no type and no helper. */
export type MiscFeature = "largeInsnLimit" | "boundedLoops" | "v2Isa" | "v3Isa" | "v4Isa";

const R0 = { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 1 } } as const;
const EXIT = { kind: "exit" } as const;
const MOST_SMALL = 4096; // BPF_MAXINSNS, include/uapi/linux/bpf_common.h

// biome-ignore format: one program per line
const MISC: Readonly<Record<MiscFeature, readonly Insn[]>> = {
  largeInsnLimit: [...Array<Insn>(MOST_SMALL).fill(R0), EXIT], // 5.2
  boundedLoops: [{ ...R0, src: { kind: "imm", imm: 10 } }, { kind: "alu", op: "sub", bits: 64, dst: 0, src: { kind: "imm", imm: 1 } }, { kind: "jump", op: "ne", bits: 64, dst: 0, src: { kind: "imm", imm: 0 }, off: -2 }, EXIT], // 5.3
  v2Isa: [R0, { kind: "jump", op: "lt", bits: 64, dst: 0, src: { kind: "imm", imm: 0 }, off: 1 }, R0, EXIT], // 4.14
  v3Isa: [R0, { kind: "jump", op: "lt", bits: 32, dst: 0, src: { kind: "imm", imm: 0 }, off: 1 }, R0, EXIT], // 5.1
  v4Isa: [R0, { kind: "movsx", bits: 64, from: 8, dst: 0, src: 0 }, EXIT], // 6.6
};

export const MISC_FEATURES = Object.keys(MISC) as MiscFeature[];

/** Whether the kernel accepts a program that needs the ability. */
export function hasMisc(loader: TrialLoader, feature: MiscFeature, ifindex = 0): boolean {
  const type: ProgramType = ifindex === 0 ? "socketFilter" : "xdp";
  const { fd } = loader.loadInsns(type, MISC[feature], { silent: true, ...(ifindex !== 0 && { ifindex }) });
  fd?.close();
  return fd !== undefined;
}
