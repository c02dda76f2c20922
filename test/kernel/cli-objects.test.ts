import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import { CliLab } from "./cli-lab.ts";
import { runSkep } from "./skep-command.ts";

type Json = Readonly<Record<string, unknown>>;

const backend = openLinux();
let lab: CliLab;
let object: string;
let loaded: LinuxLoaded;
beforeAll(() => {
  lab = new CliLab();
  object = lab.compile("values");
  loaded = backend.load(fromElf(readFileSync(object), { name: "values" }));
  const value = new Uint8Array(loaded.map("skt_hash").valueBytes);
  const view = new DataView(value.buffer);
  view.setBigInt64(0, -1n, true);
  view.setBigInt64(8, -5n, true);
  view.setInt32(16, -7, true);
  value.set(new TextEncoder().encode("AB"), 20);
  view.setUint32(28, 7, true);
  value.set([200, 0, 1, 2, 255, 65, 1], 32);
  view.setBigUint64(40, 3n, true);
  value.set([1, 2, 3, 4, 0x0d], 48);
  view.setInt32(56, -2, true);
  view.setBigUint64(64, 2n ** 64n - 1n, true);
  for (const key of [1, 2]) loaded.map("skt_hash").update(Uint8Array.of(key, 0, 0, 0), value);
  loaded.map("skt_plain").update(Uint8Array.of(1, 0, 0, 0), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  loaded.program("skt_filter").testRun({ data: new Uint8Array(64) });
});
afterAll(() => {
  backend[Symbol.dispose]();
  lab[Symbol.dispose]();
});

function bpftool(...args: string[]): unknown {
  return JSON.parse(execFileSync("bpftool", ["-j", ...args], { encoding: "utf8" }));
}

async function skep(...args: string[]): Promise<unknown> {
  const { out, err, status } = await runSkep(...args, "--json");
  expect(err).toBe("");
  expect(status).toBe(0);
  return JSON.parse(out);
}

/** The fields that both have, of ours and of theirs. */
function common(ours: unknown, theirs: unknown): readonly [Json, Json] {
  const [mine, other] = [ours as Json, theirs as Json];
  const names = Object.keys(mine).filter((name) => name in other);
  const pick = (from: Json) => Object.fromEntries(names.map((name) => [name, from[name]]));
  return [pick(mine), pick(other)];
}

const mapId = (name: string) => String(loaded.map(name).id);
const programId = (name: string) => String(loaded.program(name).id);

test.each(["skt_filter", "skt_enter"])("prog show and list of %s are bpftool's", async (name) => {
  const id = programId(name);
  const theirs = bpftool("prog", "show", "id", id) as Json & { loaded_at: number };
  const ours = (await skep("prog", "show", "id", id)) as Json & { loaded_at: number };
  expect(Math.abs(ours.loaded_at - theirs.loaded_at)).toBeLessThanOrEqual(1);
  const [mine, other] = common({ ...ours, loaded_at: 0 }, { ...theirs, loaded_at: 0 });
  expect(mine).toEqual(other);
  expect(Object.keys(mine)).toEqual(
    expect.arrayContaining(Object.keys(theirs).filter((key) => key !== "pids")),
  );
  const list = (await skep("prog", "list")) as Json[];
  expect(list.find((row) => row["id"] === Number(id))).toEqual(ours);
});

test.each(["skt_hash", "skt_pcpu", ".rodata"])("map show of %s is bpftool's", async (name) => {
  const theirs = bpftool("map", "show", "id", mapId(name)) as Json;
  const [mine, other] = common(await skep("map", "show", mapId(name)), theirs);
  expect(mine).toEqual(other);
  expect(Object.keys(mine)).toEqual(
    expect.arrayContaining(Object.keys(theirs).filter((key) => key !== "pids")),
  );
});

test.each(["skt_hash", "skt_pcpu", "skt_plain", ".rodata", ".bss"])(
  "map dump of %s is bpftool's",
  async (name) => {
    const text = (dump: unknown) => (dump as Json[]).map((entry) => JSON.stringify(entry)).sort();
    const theirs = text(bpftool("map", "dump", "id", mapId(name)));
    expect(text(await skep("map", "dump", "id", mapId(name)))).toEqual(theirs);
    expect(theirs.length).toBeGreaterThan(0);
  },
);

test("map lookup, update and delete, by bytes, by number and by JSON", async () => {
  const hash = mapId("skt_hash");
  expect(await skep("map", "lookup", hash, "key", "1", "0", "0", "0")).toEqual(
    bpftool("map", "lookup", "id", hash, "key", "1", "0", "0", "0"),
  );
  const value =
    '{"n": 5, "name": "zest", "col": "GREEN", "in": {"h": 513, "f": true}, "big": 18446744073709551615}';
  expect(await skep("map", "update", hash, "key", "77", "value", value, "noexist")).toBe(null);
  const written = (await skep("map", "lookup", hash, "key", "77")) as { formatted: { value: Json } };
  expect(written.formatted.value).toMatchObject({ n: 5, name: "zest", col: "GREEN", in: { h: 513, f: true } });
  expect(bpftool("map", "lookup", "id", hash, "key", "77", "0", "0", "0")).toMatchObject({
    formatted: { key: 77, value: { n: 5, name: "zest" } },
  });
  expect(await skep("map", "delete", hash, "key", "hex", "4d", "00", "00", "00")).toBe(null);
  const gone = await runSkep("map", "lookup", hash, "key", "77");
  expect(gone.err).toContain("error[object/no-entry]");
  expect(gone.status).toBe(3);
  const plain = mapId("skt_plain");
  expect(await skep("map", "update", plain, "key", "2", "value", "258")).toBe(null);
  expect(bpftool("map", "lookup", "id", plain, "key", "2", "0", "0", "0")).toMatchObject({
    value: ["0x02", "0x01", "0x00", "0x00", "0x00", "0x00", "0x00", "0x00"],
  });
  const percpu = await runSkep("map", "dump", mapId("skt_pcpu"));
  expect(percpu.out).toMatch(/^\[1\] = \[[\d,]+\]$/m);
});

test("prog dump xlated is bpftool's", async () => {
  // bpftool 7.1 shows a move that makes a per-CPU address (6.10) as a plain one.
  const plain = (lines: unknown) =>
    (lines as { disasm: string }[]).map((line) => ({
      ...line,
      disasm: line.disasm.replace("&(void __percpu *)(r0)", "r0"),
    }));
  for (const name of ["skt_filter", "skt_enter"]) {
    const ours = await skep("prog", "dump", "xlated", "id", programId(name));
    expect(plain(ours)).toEqual(bpftool("prog", "dump", "xlated", "id", programId(name)));
  }
});

test("prog run", async () => {
  const file = lab.path("packet");
  writeFileSync(
    file,
    Uint8Array.from({ length: 64 }, (_, i) => i),
  );
  const args = ["id", programId("skt_filter"), "data_in", file, "data_out", "-", "repeat", "3"];
  const ours = (await skep("prog", "run", ...args)) as Json;
  const theirs = bpftool("prog", "run", ...args) as Json;
  expect({ ...ours, duration: 0 }).toEqual({ ...theirs, duration: 0 });
  expect(ours["retval"]).toBe(3);
});

test("link list and detach", async () => {
  using link = loaded.link("skt_enter", { kind: "rawTracepoint", name: "sys_enter" });
  const { id } = link.info();
  const theirs = (bpftool("link", "list") as Json[]).find((row) => row["id"] === id);
  const [mine, other] = common(await skep("link", "show", String(id)), theirs);
  expect(mine).toEqual(other);
  expect(mine).toMatchObject({ type: "raw_tracepoint", tp_name: "sys_enter" });
  expect(((await skep("link", "list")) as Json[]).map((row) => row["id"])).toContain(id);
});

test("load, pin and what is pinned", () => {
  const skepCommand = `${process.execPath} bin/skep.cjs`;
  const script = `set -e; mount -t bpf bpf /sys/fs/bpf
    ${skepCommand} prog loadall ${object} /sys/fs/bpf/p pinmaps /sys/fs/bpf/m
    ${skepCommand} prog load ${object} /sys/fs/bpf/one
    ${skepCommand} prog pin pinned /sys/fs/bpf/one /sys/fs/bpf/two
    ${skepCommand} map dump pinned /sys/fs/bpf/m/values_rodata 2> /dev/null || ${skepCommand} map dump pinned /sys/fs/bpf/m/_rodata
    find /sys/fs/bpf -type f | sort; bpftool -j prog show pinned /sys/fs/bpf/two`;
  const out = execFileSync("unshare", ["-m", "sh", "-c", script], { encoding: "utf8" });
  for (const path of ["p/skt_enter", "p/skt_filter", "m/skt_hash", "one", "two"])
    expect(out).toContain(`/sys/fs/bpf/${path}\n`);
  expect(out).toContain('{".rodata":[{"step":5}]}');
  expect(out).toContain('"name":"skt_filter"');
});

// biome-ignore format: one case per line
test.each([
  { rule: "no such program", args: ["prog", "show", "4294967290"],              code: "linux/no-object", status: 3 },
  { rule: "no such name",    args: ["map", "show", "name", "skt_nothing_at"],   code: "object/none",     status: 3 },
  { rule: "unknown verb",    args: ["prog", "shw"],                             code: "prog shw",        status: 2 },
  { rule: "no program",      args: ["prog", "dump", "xlated"],                  code: "which prog",      status: 2 },
])("$rule is refused", async ({ args, code, status }) => {
  const said = await runSkep(...args);
  expect(said.err).toContain(code);
  expect(said.err).toContain("help: ");
  expect(said.status).toBe(status);
});

test("with --json an error is JSON, too, under bpftool's name", async () => {
  for (const args of [
    ["prog", "show", "id", "4294967290"],
    ["map", "dump", "id", "4294967290"],
    ["link", "show", "id", "4294967290"],
  ]) {
    const { out, err, status } = await runSkep(...args, "-j");
    expect([status, err]).toEqual([3, expect.stringContaining("error[linux/no-object]")]);
    expect(JSON.parse(out)).toEqual({
      error: expect.any(String),
      code: "linux/no-object",
      remedy: expect.any(String),
    });
    const theirs = spawnSync("bpftool", ["-j", ...args], { encoding: "utf8" }).stdout;
    expect(JSON.parse(theirs)).toEqual({ error: expect.any(String) });
  }
  const { out } = await runSkep("xdp", "attach", "lo", "/nowhere.o", "--json");
  expect(JSON.parse(out)).toMatchObject({ code: "run/unreadable" });
});

test.each([
  { rule: "a key of another size", words: ["key", "1", "2"] },
  { rule: "a number too large", words: ["key", "4294967296"] },
  { rule: "a text for a number", words: ["key", "zest"] },
])("$rule is refused", async ({ words }) => {
  const said = await runSkep("map", "lookup", mapId("skt_hash"), ...words);
  expect(said.err).toContain("error[object/bad-value]");
  expect(said.status).toBe(3);
});
