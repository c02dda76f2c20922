import type { ProgramType } from "../abi/attach-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { encodeProgram } from "../isa/encode.ts";
import type { Insn } from "../isa/insn.ts";
import type { Feature } from "../plan/target.ts";
import { createMap } from "./bpf-map.ts";
import { loadProgram } from "./bpf-prog.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** How a kernel older than `since` may have a feature all the same: distributions carry changes back. */
type Probe = Readonly<
  | { kind: "version" } // cannot be asked for
  | { kind: "helper"; id: number; program: ProgramType }
  | { kind: "loads"; program: ProgramType; insns: readonly Insn[] }
  | { kind: "noPrealloc" }
>;

/** A feature of the kernel: the version that brought it, as LINUX_VERSION_CODE, and how it is asked for. */
export type FeatureInfo = Readonly<{ since: number; probe: Probe }>;

const linux = (major: number, minor: number) => (major << 16) | (minor << 8);
const helper = (id: number, program: ProgramType = "kprobe"): Probe => ({ kind: "helper", id, program });
const EXIT: readonly Insn[] = [
  { kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm: 0 } },
  { kind: "exit" },
];
const FETCH_ADD: readonly Insn[] = [
  { kind: "store", size: 8, base: 10, off: -8, src: { kind: "imm", imm: 0 } },
  { kind: "alu", op: "mov", bits: 64, dst: 1, src: { kind: "imm", imm: 1 } },
  { kind: "atomic", op: "add", fetch: true, size: 8, base: 10, off: -8, src: 1 },
  ...EXIT,
];
const SIGN_EXTEND: readonly Insn[] = [
  { kind: "alu", op: "mov", bits: 64, dst: 1, src: { kind: "imm", imm: 1 } },
  { kind: "movsx", bits: 64, from: 8, dst: 0, src: 1 },
  { kind: "exit" },
];

/** Helper ids are those of include/uapi/linux/bpf.h; versions are those of the commits that brought them. */
// biome-ignore format: one feature per line
export const FEATURES: Readonly<Record<Feature, FeatureInfo>> = {
  attachCookie:        { since: linux(5, 15), probe: helper(174) },
  currentTaskBtf:      { since: linux(5, 11), probe: helper(158) },
  atomicFetch:         { since: linux(5, 12), probe: { kind: "loads", program: "kprobe", insns: FETCH_ADD } },
  percpuLookup:        { since: linux(5, 19), probe: helper(195) },
  noPreallocTracing:   { since: linux(6, 1),  probe: { kind: "noPrealloc" } },
  commPadded:          { since: linux(5, 17), probe: { kind: "version" } },
  snprintf:            { since: linux(5, 13), probe: helper(165) },
  strncmp:             { since: linux(5, 17), probe: helper(182) },
  bpfLoop:             { since: linux(5, 17), probe: helper(181) },
  forEachMapElem:      { since: linux(5, 13), probe: helper(164) },
  ktimeBoot:           { since: linux(5, 7),  probe: helper(125) },
  ktimeTai:            { since: linux(6, 1),  probe: helper(208) },
  cpuV4:               { since: linux(6, 6),  probe: { kind: "loads", program: "kprobe", insns: SIGN_EXTEND } },
  rawTracepointCookie: { since: linux(6, 10), probe: helper(174, "rawTracepoint") },
};

/** Answers what a kernel can do: by its version where that says yes, else by asking the kernel, once per feature. */
export class Features {
  readonly #kernel: () => Kernel;
  readonly #version: number;
  readonly #known = new Map<Feature, boolean>();

  constructor(kernel: () => Kernel, kernelVersion: number) {
    this.#kernel = kernel;
    this.#version = kernelVersion;
  }

  has(feature: Feature): boolean {
    const known = this.#known.get(feature);
    if (known !== undefined) return known;
    const { since, probe } = FEATURES[feature];
    const answer = this.#version >= since || this.#ask(probe);
    this.#known.set(feature, answer);
    return answer;
  }

  #ask(probe: Probe): boolean {
    switch (probe.kind) {
      case "version":
        return false;
      case "helper":
        return this.#knowsHelper(probe.id, probe.program);
      case "loads":
        return this.#load(probe.program, probe.insns).loaded;
      case "noPrealloc":
        return this.#allowsNoPrealloc();
    }
  }

  // The call is refused for its arguments where the kernel knows the helper, and for the helper where not.
  #knowsHelper(id: number, program: ProgramType): boolean {
    const call: readonly Insn[] = [{ kind: "call", target: { kind: "helper", id } }, { kind: "exit" }];
    const { loaded, log } = this.#load(program, call);
    if (loaded) return true;
    return log !== "" && !/invalid func |unknown func |cannot use helper/.test(log);
  }

  // Such maps were refused for perf event programs until the kernel could allocate in any context.
  #allowsNoPrealloc(): boolean {
    const kernel = this.#kernel();
    const shape = { type: MAP_TYPES.hash.number, keySize: 4, valueSize: 4, maxEntries: 1, flags: 1 };
    try {
      using map = createMap(kernel, { name: "probe", ...shape });
      const load: Insn = {
        kind: "loadImm64",
        dst: 1,
        imm: 0n,
        ref: { kind: "mapFd", fd: map.number },
      };
      return this.#load("perfEvent", [load, ...EXIT]).loaded;
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
  }

  #load(program: ProgramType, insns: readonly Insn[]): { loaded: boolean; log: string } {
    const result = loadProgram(this.#kernel(), {
      name: "probe",
      type: PROGRAM_TYPES[program].number,
      insns: encodeProgram(insns),
      license: "GPL",
      kernelVersion: this.#version,
    });
    if (result.kind === "refused") return { loaded: false, log: result.log };
    result.fd.close();
    return { loaded: true, log: result.log };
  }
}
