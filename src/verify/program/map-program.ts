import type { ProgramType } from "../../abi/attach-spec.ts";
import type { MapType } from "../../abi/map-spec.ts";
import { MAP_TYPES } from "../../abi/map-types.ts";
import type { Environment } from "../environment.ts";
import type { Fault } from "../finding/finding.ts";
import { typeWord } from "../finding/type-words.ts";
import type { SpecialKind } from "./fields.ts";
import type { MapInfo } from "./map-info.ts";

const WATCHERS: readonly ProgramType[] = [
  "kprobe",
  "tracepoint",
  "perfEvent",
  "rawTracepoint",
  "rawTracepointWritable",
];

// biome-ignore format: a list
const SLEEPABLE_MAPS: readonly MapType[] = [
  "hash", "lruHash", "array", "percpuHash", "percpuArray", "lruPercpuHash", "arrayOfMaps", "hashOfMaps", "ringbuf",
  "userRingbuf", "inodeStorage", "skStorage", "taskStorage", "cgrpStorage", "queue", "stack", "arena",
];

const LISTS: readonly SpecialKind[] = ["listHead", "rbRoot"];
const LOCKS: readonly SpecialKind[] = ["spinLock", "resSpinLock"];
const LATER: readonly SpecialKind[] = ["timer", "workqueue"];

/** Whether a program may use a map at all; why not, if it may not. Source: check_map_prog_compatibility, v6.18. */
export function mapFault(env: Environment, map: MapInfo): Fault | undefined {
  const has = (kinds: readonly SpecialKind[]) => map.fields.some((field) => kinds.includes(field.kind));
  const watches = WATCHERS.includes(env.programType);
  const lock = (what: string): Fault => ({
    code: "verify/lock-unavailable",
    message: `programs of type ${typeWord(env.programType)} cannot use map \`${map.name}\`, whose values hold ${what}`,
  });
  if (has(LISTS) && watches) return lock("a list or tree");
  if (has(LOCKS) && (watches || env.programType === "socketFilter")) return lock("a lock");
  if (has(LATER) && watches) return lock("a timer or work queue");
  if (map.type === "arena" && !env.privileged) {
    const message = `map \`${map.name}\` is an arena, which takes CAP_BPF and CAP_PERFMON`;
    return { code: "verify/privilege", message };
  }
  if (map.type === "structOps")
    return {
      code: "verify/map-type-program",
      message: `programs cannot use map \`${map.name}\`: the kernel calls what is in maps of type struct_ops`,
    };
  if (env.sleepable && !SLEEPABLE_MAPS.includes(map.type))
    return {
      code: "verify/sleepable-map",
      message: `sleepable programs cannot use map \`${map.name}\`, of type ${MAP_TYPES[map.type].kernelName}`,
    };
  return undefined;
}
