import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CliLab } from "./cli-lab.ts";
import { Netns } from "./linux-lab.ts";
import { needs } from "./needs.ts";
import { jsonRows, runSkep } from "./skep-command.ts";

// `skep load --attach` in a network namespace of the test's own, and over one map.

let lab: CliLab;
let object: string;
let iterator: string;
beforeAll(() => {
  lab = new CliLab();
  object = lab.compile("places-net");
  iterator = lab.compile("map-iterator");
});
afterAll(() => lab[Symbol.dispose]());
beforeEach((context) => needs(context, "btf"));

const PING = (address: string) => `timeout 30 busybox ping -c 1 -W 1 ${address} > /dev/null`;
const CONNECT = "timeout 30 bash -c 'exec 3<>/dev/tcp/127.0.0.1/9' 2> /dev/null";
// Sockets that share packets by their flow ask what the flow is.
const FANOUT = `python3 -c "
import socket
all = [socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) for _ in range(2)]
for s in all: s.setsockopt(263, 18, 7)
out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
out.sendto(b'x', ('127.0.0.1', 9))"`;

// biome-ignore format: one case per line
test.each([
  { program: "on_xmit",   place: "route:va:10.20.0.0/16",   work: PING("10.20.0.5") },
  { program: "on_out",    place: "route:va:10.20.0.0/16",   work: PING("10.20.0.5") },
  { program: "on_in",     place: "route:lo:10.20.0.1/32",   work: PING("10.20.0.1") },
  { program: "on_lookup", place: "netns:/proc/self/ns/net", work: CONNECT },
  { program: "on_flow",   place: "netns:/proc/self/ns/net", work: FANOUT },
])("$program at $place is seen to run, and leaves nothing", ({ program, place, work }) => {
  using netns = new Netns();
  netns.run(
    "ip link add va type veth peer name vb && ip link set va up && ip link set vb up && ip address add 10.9.0.1/24 dev va",
  );
  const before = netns.run("ip -4 route show table all");
  const log = lab.path(program); // of its own: the file is emptied only when the command starts
  const shown = netns.run(`SKEP_READY=ready timeout -s INT 150 ${process.execPath} bin/skep.cjs load ${object} \
    --program ${program} --attach ${program}=${place} --json > ${log} 2>&1 & PID=$!
    until grep -q ready ${log} || ! kill -0 $PID; do sleep 0.1; done
    { ${work}; } 2>&1; kill -INT $PID; wait $PID; cat ${log}`);
  const [bss] = jsonRows(shown).filter((row) => row["name"] === ".bss") as { entries: { name: string; value: number }[] }[];
  expect(bss?.entries.find(({ name }) => name === "packets")?.value, shown).toBeGreaterThan(0);
  expect(netns.run("ip -4 route show table all")).toBe(before);
});

// biome-ignore format: one case per line
test.each([
  { rule: "no such interface",         program: "on_xmit",   place: "route:nosuch:10.20.0.0/16", code: "load/no-interface", help: "name one of" },
  { rule: "no network",                program: "on_xmit",   place: "route:lo:nonsense",         code: "linux/bad-destination", help: "10.1.0.0/16" },
  { rule: "no such namespace",         program: "on_lookup", place: "netns:/nonexistent",        code: "linux/no-netns", help: "/proc/PID/ns/net" },
  { rule: "sockets of another program", program: "on_reuse", place: "socket:lo",                 code: "load/bad-place", help: "skReuseport" },
  { rule: "nothing said of sockets",   program: "on_reuse",  place: undefined,                   code: "load/nothing-attached", help: "skReuseport" },
])("a place that there is not: $rule", async ({ program, place, code, help }) => {
  const attach = place === undefined ? [] : ["--attach", `${program}=${place}`];
  const { out, status } = await runSkep("load", object, "--program", program, ...attach, "-d", "1s", "--json");
  expect(JSON.parse(out)).toMatchObject({ code, remedy: expect.stringContaining(help) });
  expect(status).toBe(3);
});

test("an iterator over one map", async () => {
  const args = ["load", iterator, "--program", "elems", "--attach"];
  const plain = await runSkep(...args, "elems=iter:counts");
  expect([plain.err, plain.status]).toEqual(["", 0]);
  expect(plain.out).toMatch(/^bd\.\n/);
  const json = await runSkep(...args, "elems=iter:counts", "--json");
  const [first, ...maps] = json.out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(first).toEqual({ iterator: "elems", text: "bd." });
  expect(maps.length).toBeGreaterThan(0);
  const wrong = await runSkep(...args, "elems=iter:count", "--json");
  expect(JSON.parse(wrong.out)).toMatchObject({ code: "linux/unknown-name", remedy: "did you mean `counts`?" });
});

test("hardware events: those that the machine lacks, and names that there are not", async () => {
  const load = (place: string) =>
    runSkep(
      "load",
      iterator,
      "--program",
      "on_event",
      "--attach",
      `on_event=${place}`,
      "-d",
      "100ms",
      "--json",
    );
  const unknown = await load("hardware:cycels:1000000");
  expect(JSON.parse(unknown.out)).toMatchObject({
    code: "load/bad-place",
    remedy: "did you mean `cycles`?",
  });
  const { out, status } = await load("hardware:cycles:1000000");
  if (status === 0) return; // the machine has counters
  expect(JSON.parse(out)).toMatchObject({
    error: expect.stringContaining("hardware:cpu-cycles"),
    remedy: expect.stringContaining("virtual machines often have no hardware counters"),
  });
});
