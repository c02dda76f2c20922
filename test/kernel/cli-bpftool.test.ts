import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Collection } from "../../src/collection/collection.ts";
import type { LoadedCollection } from "../../src/collection/loaded-collection.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { lacking } from "./bpftool-lab.ts";
import { CliLab } from "./cli-lab.ts";
import { libraryObject } from "./library-lab.ts";
import { Cgroup, NetLab } from "./linux-lab.ts";
import { runSkep } from "./skep-command.ts";

// Everything that bpftool -j (7.1) prints of objects of ours, skep --json prints too, with the same values and types. What
// differs on purpose:
// - map show without an id: bpftool gives a map without types the `btf_id` of the one before it. Asked for one it is right.
// - map dump: entries of which nothing can be looked up are left out, and maps of only such are an error, where bpftool
//   lists every index with the error's text as its value. Floating-point fields, and texts with quotes, are values here;
//   bpftool's answer is no JSON then. The same of the flow dissector in `net`.
// - link show: kinds that are newer than bpftool have their names instead of numbers.
// - feature: bpftool tries tracing programs without a function to trace, and takes a refusal that it does not know for
//   leave to call a helper: it lists all of them for every type.
// - btf show: the ids of programs and maps rise; bpftool gives them as they lie in a hash table.

type Json = Readonly<Record<string, unknown>>;

const SKEP = fileURLToPath(new URL("../../bin/skep.cjs", import.meta.url));
const backend = openLinux();
const lab = new CliLab();
const net = new NetLab();
const cgroup = new Cgroup("bpftool");
let object: string;
let c: LoadedCollection;

beforeAll(() => {
  object = libraryObject("spread", join(import.meta.dirname, "fixtures/cli/spread.c"));
  c = Collection.read(object, { name: "spread" }).load({ backend });
  fill();
  attachAll();
});
afterAll(() => {
  c?.close();
  backend[Symbol.dispose]();
  cgroup[Symbol.dispose]();
  net[Symbol.dispose]();
  lab[Symbol.dispose]();
});

// biome-ignore format: one value
const VALUE = {
  x: -7, bytes: [1, 0, 255, 65], name: "a b", is_open: true, low: 5, high: -3, wide: -(2n ** 63n),
  number: 0x01020304, pointer: 0xffff_8880_0000_1000n, inner: [{ deep: -1 }, { deep: 2 }], state: "OPEN",
};

function fill(): void {
  for (const key of [1, 2, 0xffff_ffff]) c.map("spr_hash").update(key, VALUE);
  c.map("spr_hash").update(9, { ...VALUE, state: 99, name: "", is_open: false });
  c.map("spr_lru").update(2n ** 64n - 1n, -1n);
  c.map("spr_array").update(1, VALUE);
  c.map("spr_pcpu").fill(0, VALUE);
  c.map("spr_pcpuhash").fill(3, 2n ** 63n);
  c.map("spr_queue").push(4);
  c.map("spr_plain").update(Uint8Array.of(1, 2, 3, 4, 5, 6), new Uint8Array(10).fill(171));
  c.map("spr_plainpcpu").fill(7, new Uint8Array(12).fill(5));
  c.map("spr_trie").update("10.1.0.0/16", 443);
  c.map("spr_progs").update(1, c.program("spr_tc"));
}

function attachAll(): void {
  const { near } = net;
  const netns = near.path;
  for (const name of ["spr_raw", "spr_typed", "spr_point", "spr_tasks"]) c.program(name).attach();
  c.program("spr_sample").attach({
    kind: "software",
    event: "cpu-clock",
    period: 1_000_000_000,
    pid: process.pid,
  });
  c.program("spr_user").attach({ kind: "uprobe", path: "libc", function: "getdate", pid: process.pid });
  c.program("spr_xdp").attach({ kind: "xdp", interface: "va", netns });
  c.program("spr_tc").attach({ kind: "tc", interface: "va", netns, direction: "ingress" });
  c.program("spr_tc").attach({ kind: "tc", interface: "va", netns, direction: "egress", via: "clsact" });
  c.program("spr_egress").attach({ kind: "cgroup", cgroup: cgroup.path });
  c.program("spr_connect").attach({ kind: "cgroup", cgroup: cgroup.path });
  c.program("spr_sockops").attach({ kind: "cgroup", cgroup: cgroup.path });
  c.program("spr_lookup").attach({ kind: "skLookup", netns });
  c.program("spr_verdict").attach({ kind: "sockmap", map: "spr_sock", hook: "streamVerdict" });
  c.program("spr_elements").attach({ kind: "iter", target: "bpf_map_elem", map: "spr_hash" });
}

function bpftool(...args: string[]): unknown {
  return JSON.parse(execFileSync("bpftool", ["-j", ...args], { encoding: "utf8", maxBuffer: 1 << 28 }));
}

async function skep(...args: string[]): Promise<unknown> {
  const { out, err, status } = await runSkep(...args, "--json");
  expect([err, status]).toEqual(["", 0]);
  return JSON.parse(out);
}

/** Rows of a list that are ours, by their ids. */
function own(rows: unknown, ids: ReadonlySet<number>): readonly Json[] {
  return (rows as Json[]).filter((row) => ids.has(Number(row["id"])));
}

const programIds = () => new Set(Object.values(c.programs).map((program) => (program as { id: number }).id));
const mapIds = () => new Set(Object.values(c.maps).map((map) => (map as { id: number }).id));

test("prog show: every key of every type", async () => {
  const theirs = own(bpftool("prog", "show"), programIds());
  const ours = own(await skep("prog", "show"), programIds());
  expect(theirs.length).toBe(programIds().size);
  // Seconds since 1970, from two clocks that are read one after the other.
  const steady = (rows: readonly Json[]) =>
    rows.map((row) => ({ ...row, loaded_at: Math.round(Number(row["loaded_at"]) / 4) * 0 }));
  expect(lacking(steady(theirs), steady(ours))).toEqual([]);
});

test("map show: every key of every type", async () => {
  const theirs = [...mapIds()].sort((a, b) => a - b).map((id) => bpftool("map", "show", "id", String(id)));
  expect(theirs.length).toBeGreaterThan(20);
  expect(lacking(theirs, own(await skep("map", "show"), mapIds()))).toEqual([]);
});

test("map dump: every key and value of every type", async () => {
  const differing: Record<string, readonly string[]> = {};
  for (const name of Object.keys(c.maps)) {
    const { id } = c.map(name);
    const theirs = tried(() => bpftool("map", "dump", "id", String(id)));
    const { out } = await runSkep("map", "dump", "id", String(id), "--json");
    const missing = lacking(sorted(withoutErrors(theirs)), sorted(withoutErrors(JSON.parse(out))));
    if (missing.length > 0) differing[name] = missing;
  }
  expect(differing).toEqual({});
});

test("what bpftool writes no JSON for is JSON here", async () => {
  c.map("spr_hash").update(77, { ...VALUE, name: 'a"b\\' });
  const dump = (await skep("map", "dump", "id", String(c.map("spr_hash").id))) as {
    formatted: { key: number; value: Json };
  }[];
  c.map("spr_hash").delete(77);
  expect(dump.find(({ formatted }) => formatted.key === 77)?.formatted.value["name"]).toBe('a"b\\');
});

test("link show: every key of every kind", async () => {
  const isOwn = (row: Json) => programIds().has(Number(row["prog_id"]));
  const theirs = (bpftool("link", "show") as Json[]).filter(isOwn);
  const ours = ((await skep("link", "show")) as Json[]).filter(isOwn);
  expect(theirs.length).toBeGreaterThan(10);
  const named = theirs.map(({ type, ...row }) => (typeof type === "number" ? row : { ...row, type }));
  expect(lacking(named, ours)).toEqual([]);
  for (const { type } of ours) expect(type).toEqual(expect.stringMatching(/^[a-z_]+$/));
});

test("btf list and dump", async () => {
  const [first] = Object.values(c.programs) as { info(): { btfId: number } }[];
  const id = first?.info().btfId ?? 0;
  const ids = new Set([id]);
  const rising = (rows: readonly Json[]) =>
    rows.map((row) => ({ ...row, prog_ids: up(row["prog_ids"]), map_ids: up(row["map_ids"]) }));
  expect(
    lacking(rising(own(bpftool("btf", "show"), ids)), rising(own(await skep("btf", "show"), ids))),
  ).toEqual([]);
  expect(
    lacking(bpftool("btf", "dump", "id", String(id)), await skep("btf", "dump", "id", String(id))),
  ).toEqual([]);
  expect(lacking(bpftool("btf", "dump", "file", object), await skep("btf", "dump", "file", object))).toEqual(
    [],
  );
});

test("cgroup show and tree", async () => {
  for (const words of [
    ["show", cgroup.path],
    ["tree", cgroup.path],
    ["show", cgroup.path, "effective"],
  ])
    expect(lacking(bpftool("cgroup", ...words), await skep("cgroup", ...words)), words.join(" ")).toEqual([]);
});

test("net, perf", async () => {
  const inside = (...args: string[]) =>
    JSON.parse(execFileSync("nsenter", [`--net=${net.near.path}`, ...args], { encoding: "utf8" }));
  using dissector = c.program("spr_dissect").attach({ kind: "flowDissector", netns: net.near.path });
  const ours = inside(process.execPath, SKEP, "net", "--json") as Json[];
  dissector.close(); // bpftool's answer is no JSON as long as it is there
  const { flow_dissector, ...rest } = ours[0] ?? {};
  expect(flow_dissector).toEqual([{ id: c.program("spr_dissect").id }]);
  const [theirs] = inside("bpftool", "-j", "net") as Json[];
  const tc = (rest["tc"] as Json[]).filter(({ kind }) => !String(kind).startsWith("tcx")); // newer than bpftool
  expect(tc).toHaveLength(1);
  expect(lacking({ ...theirs, flow_dissector: [] }, { ...rest, tc, flow_dissector: [] })).toEqual([]);
  const isOwn = (row: Json) => Number(row["pid"]) === process.pid;
  const perf = (bpftool("perf") as Json[]).filter(isOwn);
  expect(perf.length).toBeGreaterThan(0);
  const fds = new Set(perf.map(({ fd }) => fd)); // ours has sampled events, too
  const mine = ((await skep("perf", "show")) as Json[]).filter((row) => isOwn(row) && fds.has(row["fd"]));
  expect(lacking(byFd(perf), byFd(mine))).toEqual([]);
});

test("struct_ops and feature", async () => {
  expect(lacking(bpftool("struct_ops", "show"), await skep("struct_ops", "show"))).toEqual([]);
  const { helpers, program_types, ...theirs } = bpftool("feature", "probe", "kernel") as Record<string, Json>;
  const ours = (await skep("feature", "probe", "kernel")) as Record<string, Json>;
  expect(lacking(theirs, ours)).toEqual([]);
  expect(Object.keys(ours["helpers"] ?? {})).toEqual(expect.arrayContaining(Object.keys(helpers ?? {})));
  const refused = Object.entries(program_types ?? {}).filter(
    ([name, has]) => has !== ours["program_types"]?.[name],
  );
  expect(refused).toEqual([["have_tracing_prog_type", false]]);
});

test("pinned objects, with -f", () => {
  const folder = join(lab.dir, "bpf");
  const [program, map] = [c.program("spr_xdp").id, c.map("spr_hash").id];
  // In a mount namespace of its own, so that nobody else sees the file system.
  const script = `mkdir ${folder} && mount -t bpf bpf ${folder}
    bpftool prog pin id ${program} ${folder}/prog && bpftool map pin id ${map} ${folder}/map
    for tool in "bpftool -j -f" "${process.execPath} ${SKEP} --json -f"; do
      set -- $tool
      if [ "$1" = bpftool ]; then run() { bpftool -j -f "$@"; }; else run() { ${process.execPath} ${SKEP} "$@" --json -f; }; fi
      run prog show id ${program}; run map show id ${map}; run prog show pinned ${folder}/prog
    done; umount ${folder}`;
  const out = execFileSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" });
  const documents = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Json);
  const steady = (row: Json | undefined) => ({ ...row, loaded_at: 0 });
  expect(documents).toHaveLength(6);
  for (const i of [0, 1, 2]) {
    expect(documents[i]?.["pinned"]).toHaveLength(1);
    expect(lacking(steady(documents[i]), steady(documents[i + 3]))).toEqual([]);
  }
});

function tried(run: () => unknown): unknown {
  try {
    return run();
  } catch {
    return []; // bpftool refuses maps that cannot be walked
  }
}

/** Entries that hold something; no others are in our lists. */
function withoutErrors(dump: unknown): unknown {
  const isError = (entry: Json) => typeof entry["value"] === "object" && "error" in (entry["value"] as object);
  return Array.isArray(dump) ? dump.filter((entry) => !isError(entry as Json)) : [];
}

function sorted(dump: unknown): unknown {
  if (!Array.isArray(dump)) return dump;
  return dump
    .map((entry) => [JSON.stringify((entry as Json)["key"]), entry] as const)
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

const up = (ids: unknown) => [...(ids as number[])].sort((a, b) => a - b);

function byFd(rows: readonly Json[]): readonly Json[] {
  return [...rows].sort((a, b) => Number(a["fd"]) - Number(b["fd"]));
}
