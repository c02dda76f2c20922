import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { MAP_TYPES } from "../abi/map-types.ts";
import { SkepError } from "../base/errors.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { openLinux } from "../linux/backend.ts";
import { deleteElem, lookupElem } from "../linux/bpf-map.ts";
import type { Fd } from "../linux/fd.ts";
import { LinuxLink } from "../linux/link.ts";
import { describeLink } from "../linux/link-info.ts";
import { mapInfoOf } from "../linux/objects.ts";
import type { Kernel } from "../linux/syscall.ts";
import { SystemError } from "../linux/system-error.ts";
import { fromElf } from "../object/from-elf.ts";
import { objectNameOf } from "../object/object-name.ts";
import { kernelTypes } from "./btf-command-source.ts";
import { loadExplained } from "./load-explained.ts";
import { plainValue } from "./map-command-json.ts";
import { mapJson } from "./map-command-show.ts";
import { type ObjectCall, type ObjectVerb, objectCommand } from "./object-command.ts";
import { prettyJson } from "./object-command-output.ts";
import { openAll, openSelected, takeNothing, takeSelection } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

const KEY = new Uint8Array(4);
const PREFIX = "bpf_struct_ops_";

/** `skep struct_ops …`. Gives the exit status. */
export function structOpsCommand(argv: readonly string[]): Promise<number> {
  return objectCommand("struct_ops", argv, VERBS);
}

const VERBS: Readonly<Record<string, ObjectVerb>> = {
  list: show,
  show,
  dump(call) {
    const { kernel, out } = call;
    const shown: unknown[] = [];
    for (const fd of opened(call)) {
      using map = fd;
      const { id, name, valueSize } = mapInfoOf(kernel, map);
      const { btf, type } = valueType(kernel, map);
      const value = new Uint8Array(valueSize);
      if (!lookupElem(kernel, map, KEY, value)) continue;
      const plain = plainValue(btf, type, value);
      if (out.json) shown.push({ bpf_map_info: mapJson(kernel, map), [btf.nameOf(type)]: plain });
      else out.text(`${id}: ${name} ${btf.nameOf(type).slice(PREFIX.length)}\n${prettyJson(plain)}\n`);
    }
    if (out.json) out.value(shown);
  },
  register,
  unregister,
};

function show(call: ObjectCall): void {
  const { kernel, out } = call;
  const rows = [];
  for (const fd of opened(call)) {
    using map = fd;
    const { id, name } = mapInfoOf(kernel, map);
    const { btf, type } = valueType(kernel, map);
    rows.push({ id, name, kernel_struct_ops: btf.nameOf(type).slice(PREFIX.length) });
  }
  if (out.json) return out.value(rows);
  out.table(
    ["ID", "NAME", "KERNEL STRUCT"],
    rows.map((row) => [row.id, row.name, row.kernel_struct_ops]),
  );
}

/** The maps that the words name, or all of the right type. */
function opened({ kernel, words }: ObjectCall): Fd[] {
  const { selection, rest } = words.length > 0 ? takeSelection("map", words) : { rest: [] };
  takeNothing(rest);
  const found: Fd[] = [];
  for (const fd of selection ? openSelected(kernel, "map", selection) : openAll(kernel, "map"))
    if (isStructOps(kernel, fd)) found.push(fd);
    else fd.close();
  if (selection === undefined || found.length > 0) return found;
  throw new SkepError("that map holds no struct of programs", {
    code: "object/none",
    remedy: "list what there is: skep struct_ops list",
  });
}

function isStructOps(kernel: Kernel, fd: Fd): boolean {
  return mapInfoOf(kernel, fd).type === MAP_TYPES.structOps.number;
}

/** The kernel's type of the map's value, which is a module's where a module has the interface. */
function valueType(kernel: Kernel, map: Fd): Readonly<{ btf: Btf; type: BtfId }> {
  const { btfVmlinuxId, btfVmlinuxValueTypeId } = mapInfoOf(kernel, map);
  return { btf: kernelTypes(kernel, btfVmlinuxId), type: btfVmlinuxValueTypeId as BtfId };
}

function register({ kernel, words, out, options }: ObjectCall): void {
  const [file, folder, ...rest] = words;
  if (file === undefined)
    throw new UsageError("which object?", "write skep struct_ops register FILE.o [FOLDER]");
  takeNothing(rest);
  using backend = openLinux({ kernel });
  const object = fromElf(readInput(file), { name: objectNameOf(file) });
  const names = object.maps.filter((map) => map.structOps !== undefined).map((map) => map.name);
  if (names.length === 0)
    throw new SkepError(`${file} has no struct of programs`, {
      code: "object/no-program",
      remedy: "put one into section .struct_ops or .struct_ops.link",
    });
  using loaded = loadExplained(backend, object, {
    path: file,
    ...(options.switches.has("debug") && {
      logLevel: 1,
      onVerifierLog: (name: string, log: string) => process.stderr.write(`${name}:\n${log}\n`),
    }),
  });
  const linked = names.filter((name) => loaded.map(name).structOps?.linked);
  if (linked.length > 0 && folder === undefined)
    throw new UsageError(
      `${linked.join(", ")} is registered by a link, which ends with this command unless it is pinned`,
      "name a folder of a bpf file system for it: skep struct_ops register FILE.o /sys/fs/bpf/FOLDER",
    );
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  for (const name of names) {
    if (folder !== undefined && linked.includes(name)) loaded.linkStructOps(name).pin(join(folder, name));
    else loaded.writeStructOps(name); // without a link the kernel keeps it until it is unregistered
    if (!out.json) out.text(`registered ${name}, map id ${loaded.map(name).id}\n`);
  }
  out.done();
}

function unregister(call: ObjectCall): void {
  const { kernel, words, out } = call;
  if (words.length === 0) throw new UsageError("which one?", "write skep struct_ops unregister MAP");
  for (const fd of opened(call)) {
    using map = fd;
    const { id, name } = mapInfoOf(kernel, map);
    if (!detachLink(kernel, id)) removeValue(kernel, map, name);
    if (!out.json) out.text(`unregistered ${name}, map id ${id}\n`);
  }
  out.done();
}

function removeValue(kernel: Kernel, map: Fd, name: string): void {
  try {
    if (deleteElem(kernel, map, KEY)) return;
  } catch (error) {
    if (!(error instanceof SystemError) || error.errno !== "EOPNOTSUPP") throw error;
  }
  throw new SkepError(`${name} is not registered`, {
    code: "object/no-entry",
    remedy: "list what there is: skep struct_ops list, skep link list",
  });
}

/** Takes away the link that registers the map; whether there is one. */
function detachLink(kernel: Kernel, mapId: number): boolean {
  for (const fd of openAll(kernel, "link")) {
    const { details } = describeLink(kernel, fd);
    if (details.kind !== "structOps" || details.mapId !== mapId) {
      fd.close();
      continue;
    }
    LinuxLink.opened(kernel, fd).detach();
    return true;
  }
  return false;
}
