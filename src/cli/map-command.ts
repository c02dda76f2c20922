import { MAP_TYPES, mapTypeOf } from "../abi/map-types.ts";
import { programTypeOf } from "../abi/program-types.ts";
import { SkepError } from "../base/errors.ts";
import type { BtfId } from "../btf/types.ts";
import type { Fd } from "../linux/fd.ts";
import type { LinuxMap } from "../linux/maps.ts";
import { mapInfoOf } from "../linux/objects.ts";
import { mapOf } from "../linux/open.ts";
import { type Kernel, openKernel } from "../linux/syscall.ts";
import { formatTable } from "../output/table.ts";
import { EXIT } from "./exit-status.ts";
import { bytesOfWords, type Slot } from "./map-command-bytes.ts";
import { hexBytes, plainValue } from "./map-command-json.ts";
import { fdFacts, programTypeName } from "./object-command-facts.ts";
import { objectHelp } from "./object-command-help.ts";
import { jsonOf, openAll, openOne, openSelected, printJson, takeSelection } from "./object-command-select.ts";
import { parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { UsageError } from "./report-error.ts";

const OPTIONS = [
  { name: "json", short: "j", help: "JSON, as bpftool -j writes it" },
  { name: "help", short: "h", help: "print this help" },
] as const;

type Call = Readonly<{ kernel: Kernel; words: readonly string[]; json: boolean }>;

/** `skep map …`. Gives the exit status. */
export function mapCommand(argv: readonly string[]): number {
  const options = parseOptions(argv, OPTIONS, true);
  const [verb, ...words] = options.rest;
  if (options.switches.has("help") || verb === undefined) {
    new FdSink(1).write(objectHelp("map"));
    return EXIT.ok;
  }
  const run = VERBS[verb];
  if (run === undefined)
    throw new UsageError(`\`skep map ${verb}\` is not known`, `write one of: ${Object.keys(VERBS).join(", ")}`);
  run({ kernel: openKernel(), words, json: options.switches.has("json") });
  return EXIT.ok;
}

const VERBS: Readonly<Record<string, (call: Call) => void>> = {
  list: show,
  show,
  dump,
  lookup(call) {
    withMap(call, (map, words) => {
      const key = bytesOfWords(afterWord(words, "key"), slotOf(map, "key"));
      const value = map.lookup(key);
      if (value === undefined) throw noEntry(map);
      if (call.json) return printJson(entryJson(map, key, value));
      new FdSink(1).write(`${entryText(map, key, value)}\n`);
    });
  },
  update(call) {
    withMap(call, (map, words) => {
      const at = words.indexOf("value");
      const flag = words.at(-1);
      const mode = flag === "noexist" || flag === "exist" || flag === "any" ? flag : undefined;
      const value = bytesOfWords(words.slice(at + 1, mode && -1), slotOf(map, "value"));
      if (map.spec.keySize === 0) map.push(value);
      else
        map.update(
          bytesOfWords(afterWord(words.slice(0, at), "key"), slotOf(map, "key")),
          spread(map, value),
          mode,
        );
      if (call.json) printJson(null);
    });
  },
  delete(call) {
    withMap(call, (map, words) => {
      if (!map.delete(bytesOfWords(afterWord(words, "key"), slotOf(map, "key")))) throw noEntry(map);
      if (call.json) printJson(null);
    });
  },
};

function withMap(call: Call, use: (map: LinuxMap, words: readonly string[]) => void): void {
  const { selection, rest } = takeSelection("map", call.words);
  using map = mapOf(call.kernel, openOne(call.kernel, "map", selection));
  use(map, rest);
}

function afterWord(words: readonly string[], word: string): readonly string[] {
  if (words[0] === word) return words.slice(1);
  throw new UsageError(`the word ${word} is missing`, `write ${word} and its bytes, a number, or JSON`);
}

function noEntry(map: LinuxMap): SkepError {
  return new SkepError(`map ${map.spec.name} has no such key`, {
    code: "object/no-entry",
    remedy: `look at its keys: skep map dump id ${map.id}`,
  });
}

/** What is known of a map's keys or values. */
function slotOf(map: LinuxMap, what: "key" | "value"): Slot {
  const { keySize, valueSize, btfKey, btfValue } = map.spec;
  const type = what === "key" ? btfKey : btfValue;
  const size = what === "key" ? keySize : MAP_TYPES[map.spec.type].perCpu ? valueSize : map.valueBytes;
  return { what, size, btf: map.btf(), ...(type !== undefined && { type }) };
}

/** The same value for every CPU, where each has its own. */
function spread(map: LinuxMap, value: Uint8Array): Uint8Array {
  if (!MAP_TYPES[map.spec.type].perCpu) return value;
  const whole = new Uint8Array(map.valueBytes);
  for (let at = 0; at < whole.length; at += Math.ceil(value.length / 8) * 8) whole.set(value, at);
  return whole;
}

function show({ kernel, words, json }: Call): void {
  const one = words.length > 0 ? takeSelection("map", words).selection : undefined;
  const rows: MapRow[] = [];
  for (const fd of one ? openSelected(kernel, "map", one) : openAll(kernel, "map")) {
    using map = fd;
    rows.push(mapRow(kernel, map));
  }
  // bpftool gives an object for a map that is asked for by its id or file, and a list otherwise.
  if (json) return printJson(one && rows.length === 1 ? rows[0] : rows);
  const columns = ["ID", "TYPE", "NAME", "KEY", "VALUE", "ENTRIES", "FLAGS", "MEMORY", "BTF"];
  const table = rows.map((row) => [
    row.id,
    row.type,
    row.name ?? null,
    row.bytes_key,
    row.bytes_value,
    row.max_entries,
    `0x${row.flags.toString(16)}${row.frozen ? " frozen" : ""}`,
    row.bytes_memlock ?? null,
    row.btf_id ?? null,
  ]);
  new FdSink(1).write(formatTable({ columns: columns.map((name) => ({ name })) }, table));
}

type MapRow = ReturnType<typeof mapRow>;

function mapRow(kernel: Kernel, fd: Fd) {
  const info = mapInfoOf(kernel, fd);
  const type = mapTypeOf(info.type);
  const facts = fdFacts(fd);
  const number = (name: string) => (facts.has(name) ? Number(facts.get(name)) : undefined);
  const owner = number("owner_prog_type");
  const ownerType = owner === undefined ? undefined : programTypeOf(owner);
  return {
    id: info.id,
    type:
      type === undefined
        ? String(info.type)
        : MAP_TYPES[type].kernelName.slice("BPF_MAP_TYPE_".length).toLowerCase(),
    name: info.name === "" ? undefined : info.name,
    flags: info.mapFlags,
    bytes_key: info.keySize,
    bytes_value: info.valueSize,
    max_entries: info.maxEntries,
    bytes_memlock: number("memlock"),
    owner_prog_type: ownerType && programTypeName(ownerType),
    owner_jited: number("owner_jited") === undefined ? undefined : number("owner_jited") === 1,
    frozen: number("frozen"),
    btf_id: info.btfId === 0 ? undefined : info.btfId,
  };
}

function dump({ kernel, words, json }: Call): void {
  const { selection } = takeSelection("map", words);
  using map = mapOf(kernel, openOne(kernel, "map", selection));
  const out = new FdSink(1);
  let text = "";
  let count = 0;
  const add = (piece: string) => {
    text += piece;
    if (text.length < 1 << 16) return;
    out.write(text);
    text = "";
  };
  if (map.spec.keySize > 0) {
    const show = entryShower(map, json);
    for (const [key, value] of map.entries())
      add(`${json ? (count++ === 0 ? "[" : ",") : ""}${show(key, value)}${json ? "" : "\n"}`);
  }
  if (json) add(count === 0 ? "[]\n" : "]\n");
  out.write(text);
}

/** The types are read once for all entries. */
function entryShower(map: LinuxMap, json: boolean): (key: Uint8Array, value: Uint8Array) => string {
  const btf = map.btf();
  if (!json) return (key, value) => entryText(map, key, value, btf);
  return (key, value) => jsonOf(entryJson(map, key, value, btf));
}

function entryJson(
  map: LinuxMap,
  key: Uint8Array,
  value: Uint8Array,
  btf = map.btf(),
): Readonly<Record<string, unknown>> {
  const { btfKey, btfValue, valueSize, type } = map.spec;
  const formatted = (id: number | undefined, bytes: Uint8Array) =>
    btf && id ? plainValue(btf, id as BtfId, bytes) : undefined;
  const isTyped = btf !== undefined && btfValue !== undefined;
  if (!MAP_TYPES[type].perCpu)
    return {
      key: hexBytes(key),
      value: hexBytes(value),
      ...(isTyped && { formatted: { key: formatted(btfKey, key), value: formatted(btfValue, value) } }),
    };
  const step = Math.ceil(valueSize / 8) * 8;
  const cpus = Array.from({ length: value.length / step }, (_, cpu) => ({
    cpu,
    bytes: value.subarray(cpu * step, cpu * step + valueSize),
  }));
  return {
    key: hexBytes(key),
    values: cpus.map(({ cpu, bytes }) => ({ cpu, value: hexBytes(bytes) })),
    ...(isTyped && {
      formatted: {
        key: formatted(btfKey, key),
        values: cpus.map(({ cpu, bytes }) => ({ cpu, value: formatted(btfValue, bytes) })),
      },
    }),
  };
}

function entryText(map: LinuxMap, key: Uint8Array, value: Uint8Array, btf = map.btf()): string {
  const entry = entryJson(map, key, value, btf);
  const formatted = entry["formatted"] as Readonly<Record<string, unknown>> | undefined;
  if (formatted !== undefined) {
    const shownKey = formatted["key"] === undefined ? "" : `[${jsonOf(formatted["key"])}] = `;
    const values = formatted["values"] as { cpu: number; value: unknown }[] | undefined;
    return shownKey + jsonOf(values === undefined ? formatted["value"] : values.map((v) => v.value));
  }
  return `[${plainHex(key)}] = ${plainHex(value)}`;
}

function plainHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
