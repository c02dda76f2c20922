import type { SoftwareEvent, TracingAttach } from "../../abi/attach-spec.ts";
import { HARDWARE_EVENTS, PERF_TYPES, SOFTWARE_EVENTS } from "../../abi/perf-event.ts";
import { SkepError } from "../../base/errors.ts";
import type { HookProgram } from "../hooks/hook-program.ts";
import { PLACE } from "../hooks/places.ts";
import { PT_REGS_BYTES } from "../hooks/registers.ts";
import type { Cpu } from "../world/cpu.ts";
import type { World } from "../world/world.ts";
import type { AttachWork, Detach } from "./attach-work.ts";

const CONTEXT_BYTES = PT_REGS_BYTES + 16; // struct bpf_perf_event_data: registers, sample period, address
const SECOND_NS = 1_000_000_000;
const DEFAULT_PERIOD = 1_000_000;
const CYCLES_PER_NS = 3;
/** Events that come with computing, per nanosecond: what the simulated CPUs do. */
const PER_NS: Readonly<Record<string, number>> = {
  "cpu-cycles": CYCLES_PER_NS,
  instructions: 4,
  branches: 0.8,
  "cache-references": 0.05,
  "cache-misses": 0.01,
  "branch-misses": 0.01,
  "bus-cycles": 0.1,
  "ref-cycles": CYCLES_PER_NS,
};

type SamplingAttach = Extract<TracingAttach, { kind: "software" | "profile" | "interval" | "perfEvent" }>;

/** Attaches to samples in time, or to every so many events. */
export function attachSampling(work: AttachWork, attach: SamplingAttach): Detach {
  const { world, cookie } = work;
  switch (attach.kind) {
    case "profile": {
      const periodNs = "freqHz" in attach ? SECOND_NS / attach.freqHz : attach.periodNs;
      const program = work.open({ ctxBytes: CONTEXT_BYTES, cookie, pid: attach.pid ?? 0 });
      return everyCpu(world, (cpu) => sampling(world, cpu, program, periodNs, "always"));
    }
    case "interval": {
      const [cpu] = world.cpus;
      if (cpu === undefined) throw new Error("bug: a world without CPUs");
      return sampling(world, cpu, work.open({ ctxBytes: CONTEXT_BYTES, cookie }), attach.periodNs, "always");
    }
    case "software":
      return software(work, attach.event, attach.period || DEFAULT_PERIOD, attach.pid ?? 0);
    case "perfEvent":
      return perfEvent(work, attach);
  }
}

function perfEvent(work: AttachWork, attach: Extract<SamplingAttach, { kind: "perfEvent" }>): Detach {
  const pid = attach.pid ?? 0;
  const config = Number(attach.config);
  const period = "period" in attach ? Number(attach.period) : undefined;
  if (attach.type === PERF_TYPES.software) {
    const event = keyOf(SOFTWARE_EVENTS, config);
    if (event === undefined) throw unsupported(attach.type, config);
    return software(work, event, period ?? DEFAULT_PERIOD, pid);
  }
  const name = attach.type === PERF_TYPES.hardware ? keyOf(HARDWARE_EVENTS, config) : undefined;
  const perNs = name === undefined ? undefined : PER_NS[name];
  if (perNs === undefined) throw unsupported(attach.type, config);
  const periodNs =
    period === undefined ? SECOND_NS / ("freqHz" in attach ? attach.freqHz : 1000) : period / perNs;
  const program = work.open({ ctxBytes: CONTEXT_BYTES, cookie: work.cookie, pid });
  return everyCpu(work.world, (cpu) => sampling(work.world, cpu, program, periodNs, "busy"));
}

function software(work: AttachWork, event: SoftwareEvent, period: number, pid: number): Detach {
  const { world } = work;
  const program = work.open({ ctxBytes: CONTEXT_BYTES, cookie: work.cookie, pid });
  if (event === "cpu-clock" || event === "task-clock") {
    const when = event === "cpu-clock" ? "always" : "busy";
    return everyCpu(world, (cpu) => sampling(world, cpu, program, period, when));
  }
  return world.hooks.list(PLACE.software(event)).add(everyNth(world, program, period));
}

/** Counts on each CPU. */
function everyNth(world: World, program: HookProgram, period: number): HookProgram {
  const counts = new Map<number, number>();
  return {
    pid: program.pid,
    runPacket: (packet, ctx) => program.runPacket(packet, ctx),
    run(ctx) {
      const { index } = world.cpu;
      const count = (counts.get(index) ?? 0) + 1;
      counts.set(index, count >= period ? 0 : count);
      return count >= period ? program.run(ctx) : 0;
    },
  };
}

function everyCpu(world: World, attach: (cpu: Cpu) => Detach): Detach {
  const made = world.cpus.map(attach);
  return () => {
    for (const detach of made) detach();
  };
}

/** Runs a program on a CPU each `periodNs`; "busy": only while a task runs there. */
function sampling(
  world: World,
  cpu: Cpu,
  program: HookProgram,
  periodNs: number,
  when: "always" | "busy",
): Detach {
  const step = Math.max(1000, periodNs); // the kernel throttles what is faster
  let nextNs = world.nowNs + step;
  const plan = () => world.at(Math.round(nextNs), sample);
  const sample = () => {
    nextNs += step;
    event = plan();
    world.onCpu(cpu, () => {
      const { task } = world;
      if (when === "busy" && task.isIdle) return;
      if (program.pid === 0 || program.pid === task.tgid)
        program.run(world.hooks.sampleContext(task, periodNs));
    });
  };
  let event = plan();
  return () => {
    event.run = undefined;
  };
}

function keyOf<K extends string>(table: Readonly<Record<K, number>>, value: number): K | undefined {
  return (Object.keys(table) as K[]).find((key) => table[key] === value);
}

function unsupported(type: number, config: number): SkepError {
  return new SkepError(`the simulated CPUs have no event ${config} of type ${type}`, {
    code: "sim/unsupported-attach",
    remedy: "use a software event, cpu-cycles or instructions",
  });
}
