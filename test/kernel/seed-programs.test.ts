import { readFileSync } from "node:fs";
import { afterAll, expect, type TestContext, test } from "vitest";
import type { AttachSpec } from "../../src/abi/attach-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { sectionPoints } from "../../src/linux/section-points.ts";
import { type HeldCommand, startHeld } from "../../src/linux/spawn.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { answers, LATE, NetLab, type Netns } from "./linux-lab.ts";
import { needs } from "./needs.ts";
import { type Heard, LibbpfRun, SEED_PROGRAMS, seedLoader, seedObject } from "./seed-lab.ts";

// Programs as the articles teach them, in C and compiled by clang: loaded and run by us they show what the articles
// say, and what libbpf shows of the same process at the same time.

const backend = openLinux();
afterAll(() => backend[Symbol.dispose]());

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "hex"));
const textAt = (bytes: Uint8Array, at: number, length: number) =>
  Buffer.from(bytes.subarray(at, at + length))
    .toString("latin1")
    .replace(/\0.*$/s, "");

/** The object with the process to look at. */
function seed(path: string, pid: number): ObjectSpec {
  const object = fromElf(readFileSync(path), { programType: () => "xdp" });
  const maps = object.maps.map((map) => {
    const target = map.section?.variables.find(({ name }) => name === "target");
    if (target === undefined || map.initial === undefined) return map;
    const initial = map.initial.slice();
    new DataView(initial.buffer).setUint32(target.offset, pid, true);
    return { ...map, initial };
  });
  return { ...object, maps };
}

type Run = Readonly<{ ours: Heard; theirs: Heard | undefined; child: HeldCommand }>;

/** Runs a command that a program looks at, through us and, where it is installed, through libbpf. */
async function watch(name: string, command: readonly string[]): Promise<Run> {
  const path = seedObject(name) ?? "";
  const loader = seedLoader();
  const child = await startHeld(command, { path: process.env["PATH"] ?? "", stdio: "ignore" });
  const object = seed(path, child.pid);
  using loaded = backend.load(object);
  for (const program of object.programs)
    for (const attach of sectionPoints(program, backend.target) ?? [])
      loaded.attach(program.name, [{ attach }]);
  const other = loader === undefined ? undefined : await LibbpfRun.start(loader, path, child.pid);
  const events: string[] = [];
  const ring = loaded.names.maps.includes("events")
    ? loaded.openRing("events", (data, _view, at, length) => events.push(hex(data.subarray(at, at + length))))
    : undefined;
  child.release();
  await child.exited;
  ring?.drain();
  const theirs = await other?.finish();
  return { ours: { events, entries: entriesOf(loaded) }, theirs, child };
}

function entriesOf(loaded: LinuxLoaded): string[] {
  return loaded.names.maps
    .map((name) => loaded.map(name))
    .filter(({ spec }) => spec.section === undefined && /^(hash|array|lruHash)$/.test(spec.type))
    .flatMap((map) => [...map.entries()].map(([key, value]) => `${map.spec.name} ${hex(key)} ${hex(value)}`));
}

/** Guests, which are slow, run what the host's kernel cannot. */
function onHost(t: TestContext): void {
  if (process.env["SKEP_GUEST_KERNEL"] !== undefined) t.skip("runs on the host");
  if (seedObject("open-tracer") === undefined) t.skip("needs clang");
}

/** Records without the bytes that two programs cannot agree on: the time. */
const without = (events: readonly string[], at: number, length: number) =>
  events.map((event) => event.slice(0, at * 2) + event.slice((at + length) * 2));

test("openat: who opens which file, and libbpf says the same", async (t) => {
  needs(t, "tracefs", "btf", "ringbuf");
  onHost(t);
  const { ours, theirs, child } = await watch("open-tracer", ["cat", "/etc/hostname", "/nonexistent/file"]);
  const rows = ours.events.map(bytesOf).map((event) => ({
    pid: new DataView(event.buffer).getUint32(0, true),
    uid: new DataView(event.buffer).getUint32(4, true),
    comm: textAt(event, 16, 16),
    filename: textAt(event, 32, 256),
  }));
  const seen = (filename: string) => ({ pid: child.pid, uid: process.getuid?.(), comm: "cat", filename });
  expect(rows).toContainEqual(seen("/etc/hostname"));
  expect(rows).toContainEqual(seen("/nonexistent/file"));
  const times = ours.events.map((event) => new DataView(bytesOf(event).buffer).getBigUint64(8, true));
  expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
  if (theirs) expect(without(ours.events, 8, 8)).toEqual(without(theirs.events, 8, 8));
});

test("execve: what is started, and that it was, as libbpf says", async (t) => {
  needs(t, "tracefs", "btf", "ringbuf");
  onHost(t);
  const { ours, theirs, child } = await watch("exec-watch", ["true"]);
  const rows = ours.events.map(bytesOf).map((event) => ({
    pid: new DataView(event.buffer).getUint32(0, true),
    done: event[4],
    comm: textAt(event, 8, 16),
    filename: textAt(event, 24, 256).replace(/^.*\//, ""),
  }));
  expect(rows).toEqual([
    { pid: child.pid, done: 0, comm: "sh", filename: "true" },
    { pid: child.pid, done: 1, comm: "true", filename: "true" },
  ]);
  if (theirs) expect(ours.events).toEqual(theirs.events);
});

test("maps: system calls by number, process and CPU, as libbpf counts them", async (t) => {
  needs(t, "tracefs", "btf");
  onHost(t);
  const { ours, theirs, child } = await watch("counters", ["cat", "/etc/hostname"]);
  const of = (map: string, list: readonly string[]) =>
    list.map((line) => line.split(" ")).filter(([name, , value]) => name === map && !/^0*$/.test(value ?? ""));
  const counts = of("counts", ours.entries);
  const sum = counts.reduce(
    (all, [, , value = ""]) => all + new DataView(bytesOf(value).buffer).getBigUint64(0, true),
    0n,
  );
  const [stats] = of("pid_stats", ours.entries);
  expect(new DataView(bytesOf(stats?.[1] ?? "").buffer).getInt32(0, true)).toBe(child.pid);
  expect(new DataView(bytesOf(stats?.[2] ?? "").buffer).getBigUint64(0, true)).toBe(sum);
  expect(sum).toBeGreaterThan(20n);
  expect(of("recent", ours.entries).length).toBe(counts.length);
  if (theirs) expect([...ours.entries].sort()).toEqual([...theirs.entries].sort());
});

test("kprobe and kretprobe: the time of reads by name; a buffer that the stack has no room for", async (t) => {
  needs(t, "kprobe", "btf");
  if (seedObject("read-latency") === undefined) return t.skip("needs clang");
  const { ours, theirs } = await watch("read-latency", ["cat", "/etc/hostname"]);
  const latency = (list: readonly string[]) =>
    list
      .map((line) => line.split(" "))
      .filter(([map]) => map === "latency")
      .map(
        ([, key = "", value = ""]) =>
          [textAt(bytesOf(key), 0, 32), new DataView(bytesOf(value).buffer).getBigUint64(0, true)] as const,
      );
  const own = latency(ours.entries);
  expect(own.map(([name]) => name)).toContain("cat");
  expect(own.every(([, ns]) => ns > 0n)).toBe(true);
  expect(ours.entries.filter((line) => line.startsWith("start "))).toEqual([]);
  if (theirs)
    expect(
      latency(theirs.entries)
        .map(([name]) => name)
        .sort(),
    ).toEqual(own.map(([name]) => name).sort());
});

const TALK = `import socket
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
client = socket.socket(); client.connect(server.getsockname()); client.send(b"x" * 100)`;

test("fentry and fexit: connections, and what is sent, with arguments and results", async (t) => {
  needs(t, "fentry", "ringbuf");
  if (seedObject("tcp-calls") === undefined) return t.skip("needs clang");
  const { ours, theirs, child } = await watch("tcp-calls", ["python3", "-c", TALK]);
  const rows = ours.events.map(bytesOf).map((event) => {
    const view = new DataView(event.buffer);
    return [
      view.getUint32(0, true),
      view.getUint32(4, true),
      view.getBigInt64(8, true),
      view.getBigUint64(16, true),
    ];
  });
  expect(rows).toEqual([
    [child.pid, 2, 0n, 0n],
    [child.pid, 2, 100n, 100n],
  ]);
  if (theirs) expect(ours.events).toEqual(theirs.events);
});

type Ask = (from: Netns, seconds: number) => boolean;
type Drop = Readonly<{ file: string; passes: Ask; drops: Ask }>;

// A closed port of TCP is refused at once, of UDP by a message that the next read is told; silence means dropped.
const tcp =
  (port: number): Ask =>
  (from, seconds) =>
    answers(from, "10.9.0.1", seconds, port);
const udp =
  (port: number): Ask =>
  (from, seconds) =>
    from
      .run(
        `python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(${seconds}); s.connect(("10.9.0.1", ${port})); s.send(b"x")
try: s.recv(1)
except ConnectionRefusedError: print("refused")
except TimeoutError: pass'`,
      )
      .includes("refused");

// biome-ignore format: one program per line
test.for<Drop>([
  { file: "drop-port", drops: udp(9999), passes: udp(9998) },
  { file: "drop-web",  drops: tcp(80),   passes: tcp(81) },
])("XDP: $file drops what it says, and nothing else", ({ file, passes, drops }, t) => {
  needs(t, "xdp-link", "btf");
  onHost(t);
  const path = seedObject(file);
  if (path === undefined) return t.skip("needs clang");
  using lab = new NetLab();
  const arrives = (ask: Ask) => ask(lab.far, LATE);
  expect([arrives(passes), arrives(drops)]).toEqual([true, true]);
  const object = seed(path, 0);
  using loaded = backend.load(object);
  const attach: AttachSpec = { kind: "xdp", ifindex: lab.ifindex, netns: lab.near.path };
  const [program] = object.programs;
  loaded.attach(program?.name ?? "", [{ attach }]);
  expect([arrives(passes), drops(lab.far, 1)]).toEqual([true, false]);
  loaded.detach();
  expect(arrives(drops)).toBe(true);
});

test("each program of the folder is run by one of these tests", () => {
  for (const name of SEED_PROGRAMS) seedObject(name); // compiled here, guests find them
  const text = readFileSync(import.meta.filename, "utf8");
  expect(SEED_PROGRAMS.filter((name) => !text.includes(`"${name}"`))).toEqual([]);
});
