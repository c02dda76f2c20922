import type { MapType } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { didYouMean } from "../base/suggest.ts";
import { createMap } from "../linux/bpf-map.ts";
import { pinObject } from "../linux/open-object.ts";
import { interfaceIndex } from "./interface-name.ts";
import type { ObjectCall } from "./object-command.ts";
import { mapTypeName } from "./object-command-facts.ts";
import { openOne, takeSelection } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";

const USAGE =
  "write skep map create PATH type TYPE key BYTES value BYTES entries N name NAME [flags FLAGS] [inner_map MAP] [dev NAME]";
const WORDS = ["type", "key", "value", "entries", "name", "flags", "inner_map", "dev", "map_extra"];

type Given = ReadonlyMap<string, string>;

/** `map create PATH type TYPE …`: a new map, which lives under the file that it is pinned to. */
export function createMapCommand({ kernel, words, out }: ObjectCall): void {
  const [path, ...rest] = words;
  if (path === undefined) throw new UsageError("where is the map to be pinned?", USAGE);
  const { given, inner } = wordsOf(rest);
  const type = typeOf(given.get("type"));
  const isSelfSized = type === "ringbuf" || type === "userRingbuf" || type === "arena";
  const innerFd = inner && openOne(kernel, "map", takeSelection("map", inner).selection);
  using _inner = innerFd;
  const device = given.get("dev");
  using map = createMap(kernel, {
    name: given.get("name") ?? "",
    type: MAP_TYPES[type].number,
    keySize: number(given, "key", isSelfSized || MAP_TYPES[type].keys === "none"),
    valueSize: number(given, "value", isSelfSized),
    maxEntries: number(given, "entries"),
    flags: number(given, "flags", true),
    mapExtra: BigInt(number(given, "map_extra", true)),
    ...(innerFd && { innerMap: innerFd }),
    ...(device !== undefined && { ifindex: interfaceIndex(device, kernel) }),
  });
  pinObject(kernel, map, path);
  out.done();
}

function wordsOf(words: readonly string[]): { given: Given; inner?: readonly string[] } {
  const given = new Map<string, string>();
  let inner: readonly string[] | undefined;
  let at = words;
  while (at.length > 0) {
    const [word = "", value, ...more] = at;
    if (!WORDS.includes(word) || value === undefined)
      throw new UsageError(
        `\`${word}\` ${WORDS.includes(word) ? "lacks its value" : "does not fit here"}`,
        didYouMean(word, WORDS) ?? USAGE,
      );
    if (word === "inner_map") {
      inner = at.slice(1);
      at = takeSelection("map", inner).rest;
      continue;
    }
    given.set(word, value);
    at = more;
  }
  return { given, ...(inner && { inner }) };
}

function typeOf(word: string | undefined): MapType {
  const types = Object.keys(MAP_TYPES) as MapType[];
  const found = types.find((type) => mapTypeName(type) === word || type === word);
  if (found !== undefined) return found;
  const names = types.map(mapTypeName);
  throw new UsageError(
    word === undefined ? "of which type is the map to be?" : `there is no map type ${word}`,
    (word && didYouMean(word, names)) || `types are ${names.join(", ")}`,
  );
}

/** Decimal, or hexadecimal behind 0x. */
function number(given: Given, word: string, optional = false): number {
  const text = given.get(word);
  if (text === undefined && optional) return 0;
  const value = Number(text);
  if (text !== undefined && /^(0x[\da-f]+|\d+)$/i.test(text) && value < 2 ** 32) return value;
  throw new UsageError(text === undefined ? `the word ${word} is missing` : `\`${text}\` is no ${word}`, USAGE);
}
