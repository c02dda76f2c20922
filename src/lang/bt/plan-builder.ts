import type { MapSpec } from "../../abi/map-spec.ts";
import type { Action, FailurePlace, MapPlan, MapValuePlan, Plan, ProgramPlan } from "../../plan/plan.ts";
import {
  CONTROL_ONLY_OFFSET,
  CONTROL_PID_OFFSET,
  CONTROL_RESULT_OFFSET,
  CONTROL_START_OFFSET,
  CONTROL_STOPPED_OFFSET,
  LOSS_COUNTERS,
} from "../../plan/plan.ts";
import {
  UNWIND_CHUNK,
  UNWIND_FILE_KEY_BYTES,
  UNWIND_FILES,
  UNWIND_REGION,
  UNWIND_SEEN,
} from "../../plan/unwind-tables.ts";
import type { Env, MapInfo } from "./env.ts";
import { FAMILY_MAP } from "./follow-family.ts";
import { histBuckets, lhistBuckets, mapLayout } from "./map-layout.ts";
import { toValueType } from "./plan-types.ts";
import type { Settings } from "./settings.ts";
import type { Type } from "./types.ts";

export const EVENTS_MAP = ".events";
export const CONTROL_MAP = ".control";
export const LOSSES_MAP = ".losses";
export const PACKETS_MAP = ".packets";
export const STACKS_MAP = ".stacks";
export const MORE_STACKS_MAP = ".more_stacks";
export const THIN_MAP = ".thin";
export const TOLD_MAP = ".told";
export const ZEROS_MAP = ".zeros";
export const UNWIND_FILES_MAP = ".unwind";
export const UNWIND_REGIONS_MAP = ".regions";
export const UNWIND_SEEN_MAP = ".seen";
export const UNWIND_ASKED_MAP = ".asked";
export const SYSCALLS_MAP = ".syscalls";

/** Offsets in the value of the control map (Plan.rings.control). */
export const CONTROL = {
  noWakeup: 0,
  exited: 8,
  startNs: CONTROL_START_OFFSET,
  result: CONTROL_RESULT_OFFSET,
  pid: CONTROL_PID_OFFSET,
  stopped: CONTROL_STOPPED_OFFSET,
  only: CONTROL_ONLY_OFFSET,
  bytes: 56,
} as const;

/** Frames that a stack can have at most. Source: PERF_MAX_STACK_DEPTH, include/uapi/linux/perf_event.h, v6.12. */
export const MAX_FRAMES = 127;
// All allocated at once: a burst of new stacks would find no memory where the probe may not wait for it.
const STACK_ENTRIES = 8192;
// For long runs in which stacks are ever new: takes memory as it grows, at most 130 MiB.
const MORE_STACK_ENTRIES = 131_072;

/** Collects what programs hand to user space, and the maps that they need. */
export class PlanBuilder {
  private readonly env: Env;
  private readonly actions: Action[] = [];
  private readonly programs: ProgramPlan[] = [];
  private readonly unsafe = new Set<string>();
  private readonly extraMaps = new Map<string, MapSpec>();
  private stacks = false;
  private unwinds = false;
  private thinned = 0;
  private readonly told: FailurePlace[] = [];
  private zeros = 0;

  constructor(env: Env) {
    this.env = env;
  }

  /** Adds an action and gives its index, which events carry. */
  action(action: Action): number {
    return this.actions.push(action) - 1;
  }

  /** Reserves an index for an action whose layout is known later; `set` must follow. */
  reserve(): { index: number; set(action: Action): void } {
    const index = this.actions.push({ kind: "time", format: "" }) - 1;
    return {
      index,
      set: (action) => {
        this.actions[index] = action;
      },
    };
  }

  program(program: ProgramPlan): void {
    this.programs.push(program);
  }

  useUnsafe(name: string): void {
    this.unsafe.add(name);
  }

  useStacks(): void {
    this.stacks = true;
  }

  /** Programs walk user stacks by tables. */
  useUnwind(): void {
    this.unwinds = true;
  }

  /** A map of zeros, at least `bytes` long: what large new map values are made from. */
  useZeros(bytes: number): void {
    this.zeros = Math.max(this.zeros, bytes);
  }

  /** A word that can be told how many events the next program looks at; its offset in THIN_MAP's value. */
  useThin(): number {
    return 8 * this.thinned++;
  }

  /** A word, zero at first, in which a program notes the error number of what failed; its offset in TOLD_MAP's value. */
  useTold(place: FailurePlace): number {
    return 8 * (this.told.push(place) - 1);
  }

  addMap(spec: MapSpec): void {
    this.extraMaps.set(spec.name, spec);
  }

  finish(probeNames: readonly string[], ownTexts: readonly string[]): { plan: Plan; maps: MapSpec[] } {
    const layouts = [...this.env.maps.values()].flatMap((info) => this.describe(info) ?? []);
    const maps: MapSpec[] = [...this.ownMaps(), ...layouts.map((l) => l.spec), ...this.extraMaps.values()];
    const plan: Plan = {
      programs: attachOrder(this.programs),
      actions: this.actions,
      maps: layouts.map((l) => l.plan).filter(({ name }) => name !== `@${FAMILY_MAP}`),
      probeNames,
      rings: {
        events: EVENTS_MAP,
        control: CONTROL_MAP,
        losses: LOSSES_MAP,
        ...(this.extraMaps.has(PACKETS_MAP) && { packets: PACKETS_MAP }),
        ...(this.stacks && { stacks: STACKS_MAP }),
        ...(this.stacks && hasMoreStacks(this.env) && { moreStacks: MORE_STACKS_MAP }),
        ...(this.unwinds && {
          unwind: { files: UNWIND_FILES_MAP, regions: UNWIND_REGIONS_MAP, seen: UNWIND_SEEN_MAP },
        }),
        ...(this.thinned > 0 && { thin: THIN_MAP }),
        ...(this.told.length > 0 && { failures: { map: TOLD_MAP, places: this.told } }),
      },
      unsafe: [...this.unsafe],
      ...settingsOf(this.env.settings, ownTexts),
    };
    return { plan, maps };
  }

  private ownMaps(): MapSpec[] {
    const one = { keySize: 4, maxEntries: 1, flags: 0 };
    const maps: MapSpec[] = [
      {
        name: EVENTS_MAP,
        type: "ringbuf",
        keySize: 0,
        valueSize: 0,
        maxEntries: this.env.options.ringBytes,
        flags: 0,
      },
      { ...one, name: CONTROL_MAP, type: "array", valueSize: CONTROL.bytes, flags: BPF_F_MMAPABLE },
      { ...one, name: LOSSES_MAP, type: "percpuArray", valueSize: LOSS_COUNTERS.length * 8 },
    ];
    const stacks = { type: "hash", keySize: 8, valueSize: MAX_FRAMES * 8 } as const;
    if (this.stacks) maps.push({ ...stacks, name: STACKS_MAP, maxEntries: STACK_ENTRIES, flags: 0 });
    if (this.stacks && hasMoreStacks(this.env))
      maps.push({
        ...stacks,
        name: MORE_STACKS_MAP,
        maxEntries: MORE_STACK_ENTRIES,
        flags: BPF_F_NO_PREALLOC,
      });
    if (this.unwinds) maps.push(...unwindMaps());
    if (this.thinned > 0) maps.push({ ...one, name: THIN_MAP, type: "array", valueSize: 8 * this.thinned });
    const { length } = this.told;
    if (length > 0) maps.push({ ...one, name: TOLD_MAP, type: "array", valueSize: 8 * length });
    if (this.zeros > 0) maps.push({ ...one, name: ZEROS_MAP, type: "array", valueSize: this.zeros });
    return maps;
  }

  private describe(info: MapInfo): { spec: MapSpec; plan: MapPlan } | undefined {
    if (!info.value) return undefined;
    const layout = mapLayout(info, this.env);
    const plan: MapPlan = {
      name: `@${info.name}`,
      map: layout.spec.name,
      ...(info.keyed && info.key && { key: toValueType(info.key) }),
      value: valuePlan(info.value),
      perCpu: layout.perCpu,
      ...(layout.presentOffset !== undefined && { presentOffset: layout.presentOffset }),
      printAtEnd: this.env.settings.printMapsAtEnd,
    };
    return { spec: layout.spec, plan };
  }
}

/** Maps by which programs that walk user stacks and user space tell each other what they need. */
function unwindMaps(): MapSpec[] {
  const { keyBytes, valueBytes, entries } = UNWIND_REGION;
  const chunks: MapSpec = {
    name: `${UNWIND_FILES_MAP}.rows`,
    type: "array",
    keySize: 4,
    valueSize: UNWIND_CHUNK.bytes,
    maxEntries: 1,
    flags: BPF_F_INNER_MAP,
  };
  return [
    {
      name: UNWIND_FILES_MAP,
      type: "hashOfMaps",
      keySize: UNWIND_FILE_KEY_BYTES,
      valueSize: 4,
      maxEntries: UNWIND_FILES,
      flags: 0,
      inner: chunks,
    },
    {
      name: UNWIND_REGIONS_MAP,
      type: "lpmTrie",
      keySize: keyBytes,
      valueSize: valueBytes,
      maxEntries: entries,
      flags: BPF_F_NO_PREALLOC,
    },
    {
      name: UNWIND_SEEN_MAP,
      type: "lruHash",
      keySize: UNWIND_SEEN.keyBytes,
      valueSize: UNWIND_SEEN.valueBytes,
      maxEntries: UNWIND_SEEN.entries,
      flags: 0,
    },
  ];
}

/** Whether there is a map for stacks beyond those of the first map. */
export function hasMoreStacks({ target }: Env): boolean {
  return target.has("noPreallocTracing");
}

function settingsOf(settings: Settings, ownTexts: readonly string[]): Pick<Plan, "settings"> {
  const { cutMark, maxCatBytes, demangle, showSources } = settings;
  const own = {
    ...(ownTexts.length > 0 && { ownTexts }),
    ...(cutMark !== undefined && { cutMark }),
    ...(maxCatBytes !== undefined && { maxCatBytes }),
    ...(!demangle && { demangle }),
    ...(!showSources && { showSources }),
  };
  return Object.keys(own).length === 0 ? {} : { settings: own };
}

/**
 * Programs in one place run in the order of the script. The kernel runs those of user functions and of perf events in
 * the reverse of the order in which they were attached, all others in that order.
 */
function attachOrder(programs: readonly ProgramPlan[]): ProgramPlan[] {
  const isReversed = ({ points }: ProgramPlan) => points.some(({ attach: { kind } }) => REVERSED.has(kind));
  return [...programs.filter((p) => !isReversed(p)), ...programs.filter(isReversed).reverse()];
}

const REVERSED: ReadonlySet<string> = new Set(["uprobe", "software", "profile", "perfEvent", "breakpoint"]);
const BPF_F_NO_PREALLOC = 1; // include/uapi/linux/bpf.h, v6.12
const BPF_F_INNER_MAP = 1 << 12;
const BPF_F_MMAPABLE = 1 << 10; // include/uapi/linux/bpf.h, v6.12

function valuePlan(type: Type): MapValuePlan {
  switch (type.kind) {
    case "count":
      return { kind: "count" };
    case "sum":
    case "min":
    case "max":
    case "avg":
    case "stats":
      return { kind: type.kind, signed: type.signed };
    case "hist":
      return { kind: "hist", bits: type.bits, buckets: histBuckets(type.bits) };
    case "lhist":
      return { kind: "lhist", min: type.min, max: type.max, step: type.step, buckets: lhistBuckets(type) };
    case "tseries":
      return type;
    default:
      return { kind: "value", type: toValueType(type) };
  }
}
