import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import type { LinuxMap } from "../linux/maps.ts";
import { mapOf } from "../linux/open.ts";
import { createMapCommand } from "./map-command-create.ts";
import { dumpMap } from "./map-command-dump.ts";
import { entryJson, entryText, keyText, singleJson, singleText, viewOf } from "./map-command-entry.ts";
import { eventPipe } from "./map-command-events.ts";
import { showMaps } from "./map-command-show.ts";
import { noEntry, spread, takeKey, takeValue } from "./map-command-words.ts";
import { type ObjectCall, type ObjectVerb, objectCommand } from "./object-command.ts";
import { openOne, takeNothing, takePath, takeSelection } from "./object-command-select.ts";

/** `skep map …`. Gives the exit status. */
export function mapCommand(argv: readonly string[]): Promise<number> {
  return objectCommand("map", argv, VERBS);
}

const VERBS: Readonly<Record<string, ObjectVerb>> = {
  list: showMaps,
  show: showMaps,
  create: createMapCommand,
  dump: dumpMap,
  lookup: (call) => withMap(call, lookup),
  update: (call) => withMap(call, update),
  getnext: (call) => withMap(call, nextOf),
  delete: (call) =>
    withMap(call, ({ out }, map, words) => {
      if (!map.delete(onlyKey(map, words))) throw noEntry(map);
      out.done();
    }),
  pin: (call) =>
    withMap(call, ({ out }, map, words) => {
      map.pin(takePath(words, "skep map pin MAP PATH"));
      out.done();
    }),
  event_pipe: (call) => withMap(call, eventPipe),
  peek: (call) => withMap(call, (c, map, words) => showNext(c, map, words, "peek")),
  push: (call) => withMap(call, push),
  pop: (call) => withMap(call, (c, map, words) => showNext(c, map, words, "pop")),
  enqueue: (call) => withMap(call, push),
  dequeue: (call) => withMap(call, (c, map, words) => showNext(c, map, words, "pop")),
  freeze: (call) =>
    withMap(call, ({ out }, map, words) => {
      takeNothing(words);
      map.freeze();
      out.done();
    }),
};

type MapVerb = (call: ObjectCall, map: LinuxMap, words: readonly string[]) => void | Promise<void>;

async function withMap(call: ObjectCall, use: MapVerb): Promise<void> {
  const { selection, rest } = takeSelection("map", call.words);
  using map = mapOf(call.kernel, openOne(call.kernel, "map", selection));
  await use(call, map, rest);
}

function onlyKey(map: LinuxMap, words: readonly string[]): Uint8Array {
  const { key, rest } = takeKey(map, words);
  takeNothing(rest);
  return key;
}

function lookup(call: ObjectCall, map: LinuxMap, words: readonly string[]): void {
  const { out } = call;
  const view = viewOf(map);
  if (map.spec.type === "bloomFilter") {
    const { value } = takeValue(call, map, words);
    const mayHold = map.mayHold(value);
    if (out.json) return out.value({ value: singleJson(view, value).value, found: mayHold });
    return out.text(mayHold ? "perhaps: the filter may hold it\n" : "no: the filter does not hold it\n");
  }
  const key = onlyKey(map, words);
  const value = map.lookup(key);
  if (value === undefined) throw noEntry(map);
  if (out.json) return out.value(entryJson(view, key, value));
  out.text(`${entryText(view, key, value)}\n`);
}

function update(call: ObjectCall, map: LinuxMap, words: readonly string[]): void {
  const flag = words.at(-1);
  const mode = flag === "noexist" || flag === "exist" || flag === "any" ? flag : undefined;
  const given = mode === undefined ? words : words.slice(0, -1);
  const hasKey = map.spec.keySize > 0;
  const { key, rest } = hasKey ? takeKey(map, given) : { key: undefined, rest: given };
  using taken = takeValue(call, map, rest);
  if (key === undefined) map.push(taken.value);
  else map.update(key, spread(map, taken.value), mode);
  call.out.done();
}

function nextOf({ out }: ObjectCall, map: LinuxMap, words: readonly string[]): void {
  const key = words.length === 0 ? undefined : onlyKey(map, words);
  const next = map.nextKey(key);
  if (next === undefined)
    throw new SkepError(`map ${map.spec.name} has no ${key === undefined ? "key" : "key behind that one"}`, {
      code: "object/no-entry",
      remedy: "this is the end of the map; without a key the walk starts anew",
    });
  const view = viewOf(map);
  if (out.json)
    return out.value({ key: key ? keyText(view, key).json : null, next_key: keyText(view, next).json });
  out.text(`${key ? `${keyText(view, key).text} -> ` : ""}${keyText(view, next).text}\n`);
}

function showNext({ out }: ObjectCall, map: LinuxMap, words: readonly string[], how: "peek" | "pop"): void {
  takeNothing(words);
  if (MAP_TYPES[map.spec.type].keys !== "none" || map.spec.type === "bloomFilter") {
    const { name, type } = map.spec;
    throw new SkepError(`map ${name} of type ${type} is no queue and no stack`, {
      code: "linux/map-has-keys",
      remedy: "use skep map lookup and skep map delete with a key",
    });
  }
  const value = how === "peek" ? map.peek() : map.pop();
  if (value === undefined) {
    if (out.json) out.value(null);
    throw new SkepError(`map ${map.spec.name} is empty`, {
      code: "object/no-entry",
      remedy: `put something into it: skep map push id ${map.id} value VALUE`,
    });
  }
  const view = viewOf(map);
  if (out.json) return out.value(singleJson(view, value));
  out.text(`${singleText(view, value)}\n`);
}

function push(call: ObjectCall, map: LinuxMap, words: readonly string[]): void {
  using taken = takeValue(call, map, words);
  map.push(taken.value);
  call.out.done();
}
