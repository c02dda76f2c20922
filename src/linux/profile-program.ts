import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { rawTracepointAttr } from "../abi/attr-link.ts";
import { HELPERS } from "../abi/helpers.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { assemble } from "../isa/assemble.ts";
import { bindNames } from "../isa/bind-names.ts";
import { encodeProgram } from "../isa/encode.ts";
import { bpfFd } from "./bpf.ts";
import { createMap, lookupElem, updateElem } from "./bpf-map.ts";
import { loadProgram, type ProgramLoad } from "./bpf-prog.ts";
import { Fd } from "./fd.ts";
import { enablePerfEvent, openPerfEvent } from "./perf.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** An event to count. Numbers are those of perf_event_open(2). */
export type CountedEvent = Readonly<{ name: string; type: number; config: bigint }>;

/** What was counted while the program ran. `running` below `enabled`: the counter was shared, and this is a part of it. */
export type Count = Readonly<{ runs: bigint; value: bigint; enabled: bigint; running: bigint }>;

// A counter is read as value, enabled, running; kept at the start of a run, and added up at its end.
const READING_BYTES = 24;
const COUNTER_BYTES = 2 * READING_BYTES + 8;

/** Events of each CPU, and where programs put what they read of them. */
export class RunCounters implements Disposable {
  readonly #kernel: Kernel;
  readonly #events: readonly CountedEvent[];
  readonly #stride: number;
  readonly #perf: Fd;
  readonly #counters: Fd;
  readonly #open: Fd[] = [];

  /** `possibleCpus` counts those that there may ever be. Throws SystemError, ENOENT for events that the machine lacks. */
  constructor(kernel: Kernel, events: readonly CountedEvent[], cpus: readonly number[], possibleCpus: number) {
    this.#kernel = kernel;
    this.#events = events;
    this.#stride = possibleCpus;
    const perf = { name: "skep_perf", type: MAP_TYPES.perfEventArray.number, keySize: 4, valueSize: 4 };
    const kept = { name: "skep_counters", type: MAP_TYPES.percpuArray.number, keySize: 4 };
    this.#perf = createMap(kernel, { ...perf, maxEntries: events.length * possibleCpus });
    this.#counters = createMap(kernel, { ...kept, valueSize: COUNTER_BYTES, maxEntries: events.length });
    try {
      for (const [index, event] of events.entries())
        for (const cpu of cpus) this.#openOn(cpu, event, index * possibleCpus + cpu);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** A program that reads the counters at the start or at the end of a run. Throws SystemError. */
  load(half: "start" | "end", where: Omit<ProgramLoad, "name" | "insns" | "license">): Fd {
    const source = { name: "counters", text: readingProgram(half, this.#events.length, this.#stride) };
    const ids = new Map(HELPERS.map((helper) => [helper.name, helper.id]));
    const { insns, report } = assemble(source, { helperId: (name) => ids.get(name) });
    if (insns === undefined) throw new Error(`bug: ${report.diagnostics.map((d) => d.message).join("; ")}`);
    const fds: Readonly<Record<string, Fd>> = { events: this.#perf, counters: this.#counters };
    const map = (name: string) => ({ fd: fds[name]?.number ?? -1 });
    const loaded = loadProgram(this.#kernel, {
      ...where,
      name: `skep_${half}`,
      insns: encodeProgram(bindNames(insns, { map })),
      license: "GPL",
    });
    if (loaded.kind === "loaded") return loaded.fd;
    throw new SystemError("load what counts", "BPF_PROG_LOAD", loaded.errno, REMEDY);
  }

  /** Counts the runs of a loaded program from now on: `function` is the id of its main function in its own types. */
  attach(program: Fd, functionId: number): void {
    for (const [half, type] of [
      ["end", "traceFexit"],
      ["start", "traceFentry"],
    ] as const) {
      const fd = this.load(half, {
        type: PROGRAM_TYPES.tracing.number,
        expectedAttachType: ATTACH_TYPES[type].number,
        attachBtfId: functionId,
        attachBtfObjFd: program.number,
      });
      this.#open.push(fd);
      const attr = rawTracepointAttr.encode({ progFd: fd.number });
      this.#open.push(bpfFd(this.#kernel, "BPF_RAW_TRACEPOINT_OPEN", attr, "count the program's runs"));
    }
  }

  /** What was counted so far, an entry per event. */
  read(): Count[] {
    const bytes = COUNTER_BYTES; // a multiple of 8, as values of CPUs are
    return this.#events.map((_, index) => {
      const value = new Uint8Array(bytes * this.#stride);
      lookupElem(this.#kernel, this.#counters, word(index), value);
      const words = new BigUint64Array(value.buffer);
      const sum = (at: number): bigint => {
        let all = 0n;
        for (let cpu = 0; cpu < this.#stride; cpu++) all += words[(cpu * bytes) / 8 + at] ?? 0n;
        return all;
      };
      return { value: sum(3), enabled: sum(4), running: sum(5), runs: sum(6) };
    });
  }

  [Symbol.dispose](): void {
    for (const fd of this.#open.splice(0).reverse()) fd.close();
    this.#perf.close();
    this.#counters.close();
  }

  #openOn(cpu: number, { name, type, config }: CountedEvent, slot: number): void {
    const event = openPerfEvent(this.#kernel, { kind: "any", type, config, period: 0n }, { pid: -1, cpu });
    if (event < 0) throw new SystemError(`count ${name} on CPU ${cpu}`, "perf_event_open", event);
    this.#open.push(new Fd(this.#kernel, event));
    const enabled = enablePerfEvent(this.#kernel, event);
    if (enabled < 0) throw new SystemError(`count ${name} on CPU ${cpu}`, "ioctl", enabled);
    updateElem(this.#kernel, this.#perf, word(slot), word(event));
  }
}

const REMEDY =
  "programs that watch other programs (fentry) need Linux 5.5, CAP_SYS_ADMIN and a policy that allows them; skep prog top counts time without them";

function word(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

/** Assembly that goes through the events in turn. `stride`: slots of one event in the map of events. */
function readingProgram(half: "start" | "end", events: number, stride: number): string {
  const lines = ["call bpf_get_smp_processor_id", "r6 = r0"];
  for (let event = 0; event < events; event++)
    lines.push(
      "r2 = r6",
      `r2 += ${event * stride}`,
      "r1 = map[events]",
      "r3 = r10",
      `r3 += -${READING_BYTES}`,
      `r4 = ${READING_BYTES}`,
      "call bpf_perf_event_read_value",
      `if r0 != 0 goto next_${event}`,
      `*(u32 *)(r10 - 28) = ${event}`,
      "r2 = r10",
      "r2 += -28",
      "r1 = map[counters]",
      "call bpf_map_lookup_elem",
      `if r0 == 0 goto next_${event}`,
      ...(half === "start" ? keepReading() : addReading(`next_${event}`)),
      `next_${event}:`,
    );
  return [...lines, "r0 = 0", "exit", ""].join("\n");
}

const PARTS = [0, 8, 16];

function keepReading(): string[] {
  return PARTS.flatMap((at) => [`r1 = *(u64 *)(r10 - ${READING_BYTES - at})`, `*(u64 *)(r0 + ${at}) = r1`]);
}

/** What began before we did has no start: its time is 0. */
function addReading(otherwise: string): string[] {
  return [
    "r1 = *(u64 *)(r0 + 8)",
    `if r1 == 0 goto ${otherwise}`,
    ...PARTS.flatMap((at) => [
      `r1 = *(u64 *)(r10 - ${READING_BYTES - at})`,
      `r2 = *(u64 *)(r0 + ${at})`,
      "r1 -= r2",
      `r2 = *(u64 *)(r0 + ${READING_BYTES + at})`,
      "r2 += r1",
      `*(u64 *)(r0 + ${READING_BYTES + at}) = r2`,
    ]),
    "r1 = *(u64 *)(r0 + 48)",
    "r1 += 1",
    "*(u64 *)(r0 + 48) = r1",
    "*(u64 *)(r0 + 8) = 0",
  ];
}
