import { MAP_FLAGS } from "../abi/map-flags.ts";
import { mapTypeOf } from "../abi/map-types.ts";
import { programTypeOf } from "../abi/program-types.ts";
import type { Fd } from "../linux/fd.ts";
import { mapInfoOf, programInfo, programMapIds } from "../linux/objects.ts";
import type { Kernel } from "../linux/syscall.ts";
import type { ObjectCall } from "./object-command.ts";
import { type Holding, holderText, holdings } from "./object-command-context.ts";
import { fdFacts, mapTypeName, programTypeName } from "./object-command-facts.ts";
import { openAll, openSelected, takeNothing, takeSelection } from "./object-command-select.ts";

type MapRow = ReturnType<typeof mapJson> & Holding;

/** `map list` and `map show [MAP]`. */
export function showMaps(call: ObjectCall): void {
  const { kernel, words, out } = call;
  const { selection, rest } = words.length > 0 ? takeSelection("map", words) : { rest: [] };
  takeNothing(rest);
  const holding = holdings(call, "map");
  const rows: MapRow[] = [];
  for (const fd of selection ? openSelected(kernel, "map", selection) : openAll(kernel, "map")) {
    using map = fd;
    const row = mapJson(kernel, map);
    rows.push({ ...row, ...holding(row.id) });
  }
  // bpftool gives an object for a map that is asked for by its id or file, and a list otherwise.
  const [only, ...others] = rows;
  if (out.json) return out.value(selection && others.length === 0 ? only : rows);
  const programs = programsOfMaps(kernel);
  out.table(
    [
      "ID",
      "TYPE",
      "NAME",
      "KEY",
      "VALUE",
      "ENTRIES",
      "FLAGS",
      "MEMORY",
      "BTF",
      "PROGRAMS",
      "HELD BY",
      "PINNED",
    ],
    rows.map((row) => [
      row.id,
      row.type,
      row.name,
      row.bytes_key,
      row.bytes_value,
      row.max_entries,
      flagsText(row),
      row.bytes_memlock,
      row.btf_id,
      programs.get(row.id)?.join(","),
      holderText(row),
      row.pinned?.join(" "),
    ]),
  );
}

/** Ids of the programs that use a map, by its id. */
function programsOfMaps(kernel: Kernel): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const fd of openAll(kernel, "prog")) {
    using program = fd;
    const { id } = programInfo(kernel, program);
    for (const map of programMapIds(kernel, program)) found.set(map, [...(found.get(map) ?? []), id]);
  }
  return found;
}

function flagsText({ flags, frozen }: MapRow): string {
  const names = Object.entries(MAP_FLAGS).flatMap(([name, bit]) => ((flags & bit) !== 0 ? [name] : []));
  return [...names, ...(frozen === 1 ? ["frozen"] : [])].join(" ");
}

/** A map as `bpftool -j map show` writes it. */
export function mapJson(kernel: Kernel, fd: Fd) {
  const info = mapInfoOf(kernel, fd);
  const type = mapTypeOf(info.type);
  const facts = fdFacts(fd);
  const number = (name: string) => (facts.has(name) ? Number(facts.get(name)) : undefined);
  const owner = number("owner_prog_type");
  const ownerType = owner === undefined ? undefined : programTypeOf(owner);
  return {
    id: info.id,
    type: type === undefined ? String(info.type) : mapTypeName(type),
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
