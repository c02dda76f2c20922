import type { ProgramType } from "../abi/attach-spec.ts";
import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { linkKprobeMulti, rawTracepointAttr } from "../abi/attr-link.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { PERF_TYPES } from "../abi/perf-event.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import type { Btf } from "../btf/types.ts";
import { encodeProgram } from "../isa/encode.ts";
import type { Insn } from "../isa/insn.ts";
import type { Feature } from "../plan/target.ts";
import { bpf } from "./bpf.ts";
import { createMap } from "./bpf-map.ts";
import { loadProgram, type ProgramLoad } from "./bpf-prog.ts";
import { ERRNO } from "./errno.ts";
import { createLink } from "./link-create.ts";
import { openPerfEvent } from "./perf.ts";
import { hasProbePmu } from "./probe-pmu.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** How a kernel older than `since` may have a feature all the same: distributions carry changes back. */
type Probe = Readonly<
  | { kind: "version" } // cannot be asked for
  | { kind: "helper"; id: number; program: ProgramType }
  | { kind: "loads"; program: ProgramType; insns: readonly Insn[] }
  | { kind: "noPrealloc" }
  // These depend on more than the version, and are asked for on every kernel.
  | { kind: "kprobe" }
  | { kind: "kprobeMulti" }
  | { kind: "fentry" }
  | { kind: "counters" }
>;

const NO_MEMORY = 1n; // an address in the first page, which no process has
const TRACED_FUNCTION = "bpf_fentry_test1"; // the kernel keeps it for such trials, and calls it in test runs only

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
  findVma:             { since: linux(5, 17), probe: helper(180) },
  forEachMapElem:      { since: linux(5, 13), probe: helper(164) },
  ktimeBoot:           { since: linux(5, 7),  probe: helper(125) },
  ktimeTai:            { since: linux(6, 1),  probe: helper(208) },
  cpuV4:               { since: linux(6, 6),  probe: { kind: "loads", program: "kprobe", insns: SIGN_EXTEND } },
  kprobe:              { since: linux(4, 1),  probe: { kind: "kprobe" } },
  // 6.6 has it, but its pid filter told threads, not processes.
  uprobeMulti:         { since: linux(6, 10), probe: { kind: "version" } },
  kprobeMulti:         { since: linux(5, 18), probe: { kind: "kprobeMulti" } },
  fentry:              { since: linux(5, 5),  probe: { kind: "fentry" } },
  hardwareCounters:    { since: linux(2, 6),  probe: { kind: "counters" } },
  rawTracepointCookie: { since: linux(6, 10), probe: helper(174, "rawTracepoint") },
};

const ALWAYS_ASKED: ReadonlySet<string> = new Set(["kprobe", "kprobeMulti", "fentry", "counters"]);

/** Answers what a kernel can do: by its version where that says yes, else by asking the kernel, once per feature. */
export class Features {
  readonly #kernel: () => Kernel;
  readonly #btf: () => Btf | undefined;
  readonly #version: number;
  readonly #known = new Map<Feature, boolean>();

  /** `btf`: the kernel's types, for what is asked by attaching to one of its functions. */
  constructor(kernel: () => Kernel, kernelVersion: number, btf: () => Btf | undefined = () => undefined) {
    this.#kernel = kernel;
    this.#btf = btf;
    this.#version = kernelVersion;
  }

  has(feature: Feature): boolean {
    const known = this.#known.get(feature);
    if (known !== undefined) return known;
    const { since, probe } = FEATURES[feature];
    const answer = (!ALWAYS_ASKED.has(probe.kind) && this.#version >= since) || this.#ask(probe);
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
      case "kprobe":
        return hasProbePmu("kprobe");
      case "kprobeMulti":
        return this.#linksManyKprobes();
      case "fentry":
        return this.#tracesFunctions();
      case "counters":
        return this.#countsCycles();
    }
  }

  #countsCycles(): boolean {
    const kernel = this.#kernel();
    const event = { kind: "any", type: PERF_TYPES.hardware, config: 0n, period: 1_000_000_000n } as const;
    const fd = openPerfEvent(kernel, event, { pid: 0, cpu: -1 });
    if (fd >= 0) kernel.call("close", fd);
    return fd >= 0;
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

  // A link to functions listed where no memory is: refused for that where the kernel has such links. It would search all
  // of its symbols for a name.
  #linksManyKprobes(): boolean {
    const kernel = this.#kernel();
    const type = ATTACH_TYPES.traceKprobeMulti.number;
    const result = loadProgram(kernel, { ...this.#probe("kprobe", EXIT), expectedAttachType: type });
    if (result.kind === "refused") return false;
    using program = result.fd;
    const rest = linkKprobeMulti.encode({ cnt: 1, addrs: NO_MEMORY });
    const link = createLink(kernel, { program, attachType: "traceKprobeMulti", rest });
    if (link >= 0) kernel.call("close", link);
    return link === -ERRNO.EFAULT;
  }

  #tracesFunctions(): boolean {
    const [attachBtfId] = this.#btf()?.find(TRACED_FUNCTION, "func") ?? [];
    if (attachBtfId === undefined) return false;
    const kernel = this.#kernel();
    const expectedAttachType = ATTACH_TYPES.traceFentry.number;
    const result = loadProgram(kernel, { ...this.#probe("tracing", EXIT), expectedAttachType, attachBtfId });
    if (result.kind === "refused") return false;
    using program = result.fd;
    const link = bpf(kernel, "BPF_RAW_TRACEPOINT_OPEN", rawTracepointAttr.encode({ progFd: program.number }));
    if (link >= 0) kernel.call("close", link);
    return link >= 0;
  }

  #probe(program: ProgramType, insns: readonly Insn[]): ProgramLoad {
    const type = PROGRAM_TYPES[program].number;
    return { name: "probe", type, insns: encodeProgram(insns), license: "GPL", kernelVersion: this.#version };
  }

  #load(program: ProgramType, insns: readonly Insn[]): { loaded: boolean; log: string } {
    const result = loadProgram(this.#kernel(), this.#probe(program, insns));
    if (result.kind === "refused") return { loaded: false, log: result.log };
    result.fd.close();
    return { loaded: true, log: result.log };
  }
}
