import { type BtfDescription, btfInfoOf, mapInfoOf, programInfo } from "../linux/objects.ts";
import type { Kernel } from "../linux/syscall.ts";
import type { ObjectCall } from "./object-command.ts";
import { type Holding, holderText, holdings } from "./object-command-context.ts";
import { openAll, openSelected, takeNothing, takeSelection } from "./object-command-select.ts";

/** `btf list` and `btf show [id N]`. */
export function listBtf(call: ObjectCall): void {
  const { kernel, words, out } = call;
  const { selection, rest } = words.length > 0 ? takeSelection("btf", words) : { rest: [] };
  takeNothing(rest);
  const users = usersOfTypes(kernel);
  const holding = holdings(call, "btf");
  const rows = [];
  for (const fd of selection ? openSelected(kernel, "btf", selection) : openAll(kernel, "btf")) {
    using types = fd;
    const info = btfInfoOf(kernel, types);
    rows.push(rowOf(info, users.get(info.id), holding(info.id)));
  }
  if (out.json) return out.value(selection ? rows[0] : rows);
  out.table(
    ["ID", "NAME", "BYTES", "PROGRAMS", "MAPS", "HELD BY"],
    rows.map((row) => [
      row.id,
      row.name ?? (row.kernel ? "(kernel)" : undefined),
      row.size,
      row.prog_ids.join(","),
      row.map_ids.join(","),
      holderText(row),
    ]),
  );
}

type Users = Readonly<{ programs: number[]; maps: number[] }>;

function rowOf({ id, bytes, name, ofKernel }: BtfDescription, users: Users | undefined, holding: Holding) {
  return {
    id,
    size: bytes,
    prog_ids: users?.programs ?? [],
    map_ids: users?.maps ?? [],
    kernel: ofKernel,
    name: name === "" ? undefined : name,
    ...holding,
  };
}

/** Which programs and maps were loaded with which types. */
function usersOfTypes(kernel: Kernel): ReadonlyMap<number, Users> {
  const found = new Map<number, Users>();
  const of = (id: number): Users => {
    const known = found.get(id) ?? { programs: [], maps: [] };
    found.set(id, known);
    return known;
  };
  for (const fd of openAll(kernel, "prog")) {
    using program = fd;
    const { id, btfId } = programInfo(kernel, program);
    if (btfId !== 0) of(btfId).programs.push(id);
  }
  for (const fd of openAll(kernel, "map")) {
    using map = fd;
    const { id, btfId } = mapInfoOf(kernel, map);
    if (btfId !== 0) of(btfId).maps.push(id);
  }
  return found;
}
