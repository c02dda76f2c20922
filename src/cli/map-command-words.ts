import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import { openCgroup } from "../linux/cgroup-fd.ts";
import type { LinuxMap } from "../linux/maps.ts";
import { bytesOfWords, type Slot } from "./map-command-bytes.ts";
import type { ObjectCall } from "./object-command.ts";
import { openOne, takeNothing, takeSelection } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";

/** Reads `key KEY` at the head of the words, up to the word `value`. Throws UsageError or SkepError. */
export function takeKey(
  map: LinuxMap,
  words: readonly string[],
): Readonly<{ key: Uint8Array; rest: readonly string[] }> {
  const [first, ...more] = words;
  if (first !== "key")
    throw new UsageError("the word key is missing", "write key and its bytes, a number, or JSON");
  const at = more.indexOf("value");
  const key = bytesOfWords(at === -1 ? more : more.slice(0, at), slotOf(map, "key"));
  return { key, rest: at === -1 ? [] : more.slice(at) };
}

/** A value to write; where it is an object's descriptor, that stays open until this is closed. */
export type TakenValue = Disposable & Readonly<{ value: Uint8Array }>;

const HOLDS: Readonly<Record<string, "map" | "prog">> = {
  arrayOfMaps: "map",
  hashOfMaps: "map",
  progArray: "prog",
};

/** Reads `value VALUE`: bytes, a number or JSON; for maps that hold maps or programs, which one. Throws UsageError. */
export function takeValue({ kernel }: ObjectCall, map: LinuxMap, words: readonly string[]): TakenValue {
  const [first, ...more] = words;
  if (first !== "value")
    throw new UsageError("the word value is missing", "write value and its bytes, a number, or JSON");
  const holds = HOLDS[map.spec.type];
  if (holds === undefined && (map.spec.type !== "cgroupArray" || !more[0]?.startsWith("/")))
    return { value: bytesOfWords(more, slotOf(map, "value")), [Symbol.dispose]() {} };
  if (holds === undefined) {
    takeNothing(more.slice(1));
    const cgroup = openCgroup(kernel, { path: more[0] ?? "" });
    return { value: fdValue(map, cgroup.number), [Symbol.dispose]: () => cgroup.close() };
  }
  const { selection, rest } = takeSelection(holds, more);
  takeNothing(rest);
  const fd = openOne(kernel, holds, selection);
  return { value: fdValue(map, fd.number), [Symbol.dispose]: () => fd.close() };
}

function fdValue(map: LinuxMap, fd: number): Uint8Array {
  const value = new Uint8Array(map.valueBytes);
  new DataView(value.buffer).setUint32(0, fd, true);
  return value;
}

/** What is known of a map's keys or values. */
export function slotOf(map: LinuxMap, what: "key" | "value"): Slot {
  const { keySize, valueSize, btfKey, btfValue } = map.spec;
  const type = what === "key" ? btfKey : btfValue;
  const size = what === "key" ? keySize : MAP_TYPES[map.spec.type].perCpu ? valueSize : map.valueBytes;
  return { what, size, btf: map.btf(), ...(type !== undefined && { type }) };
}

/** The same value for every CPU, where each has its own. */
export function spread(map: LinuxMap, value: Uint8Array): Uint8Array {
  if (!MAP_TYPES[map.spec.type].perCpu) return value;
  const whole = new Uint8Array(map.valueBytes);
  for (let at = 0; at < whole.length; at += Math.ceil(value.length / 8) * 8) whole.set(value, at);
  return whole;
}

export function noEntry(map: LinuxMap): SkepError {
  return new SkepError(`map ${map.spec.name} has no such key`, {
    code: "object/no-entry",
    remedy: `look at its keys: skep map dump id ${map.id}`,
  });
}
