import { afterAll, beforeAll, expect, test } from "vitest";
import { CliLab } from "./cli-lab.ts";
import { Cgroup, Netns } from "./linux-lab.ts";
import { jsonRows, noneLoaded, programsOf, runSkep, startSkep } from "./skep-command.ts";

// `skep load --attach` for programs whose sections leave open where they go.

let lab: CliLab;
let object: string;
beforeAll(() => {
  lab = new CliLab();
  object = lab.compile("places");
});
afterAll(() => lab[Symbol.dispose]());

const packetsOf = (out: string): unknown => {
  const bss = jsonRows(out).find((row) => row["name"] === ".bss")?.["entries"] as {
    name: string;
    value: unknown;
  }[];
  return bss.find(({ name }) => name === "packets")?.value;
};

/** Starts it with one program at a place, does something, and gives what the program counted. */
async function countAt(program: string, place: string, work: () => void): Promise<unknown> {
  const args = ["--program", program, "--attach", `${program}=${place}`, "--json"];
  const running = await startSkep("load", object, ...args);
  const programs = programsOf(running);
  work();
  running.child.kill("SIGINT");
  const { out, err, status } = await running.done;
  expect(err).toBe("");
  expect(status).toBe(0);
  await noneLoaded(programs);
  return packetsOf(out);
}

// One datagram to nobody: it leaves the sender, and no socket of the cgroup takes it.
const SEND = `python3 -c "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b'x', ('127.0.0.1', 9))"`;

test.each([
  { direction: "egress", counts: 1 },
  { direction: "ingress", counts: 0 },
])('SEC("cgroup/skb") sees what its place says: $direction', async ({ direction, counts }) => {
  using netns = new Netns();
  netns.run("ip link set lo up");
  using cgroup = new Cgroup(`places-${direction}`);
  const seen = await countAt("on_skb", `cgroup:${cgroup.path}:${direction}`, () => cgroup.run(SEND, netns));
  expect(seen).toBe(counts);
});

test("a socket filter sees the packets of an interface", () => {
  using netns = new Netns();
  netns.run(
    "ip link add va type veth peer name vb && ip link set va up && ip link set vb up && ip address add 10.7.0.1/24 dev va",
  );
  const log = lab.path("socket.log");
  const shown = netns.run(`SKEP_READY=ready timeout -s INT 150 ${process.execPath} bin/skep.cjs load ${object} \
    --program on_socket --attach on_socket=socket:va --json > ${log} 2>&1 & PID=$!
    until grep -q ready ${log} || ! kill -0 $PID; do sleep 0.1; done
    busybox ping -c 2 -W 1 10.7.0.2 > /dev/null; kill -INT $PID; wait $PID; cat ${log}`);
  expect(packetsOf(shown)).toBeGreaterThan(0);
});

test("perf_event programs run every so many software events", async () => {
  const seen = await countAt("on_fault", "software:page-faults:1", () => lab.compile("places"));
  expect(seen).toBeGreaterThan(0);
});

// biome-ignore format: one case per line
test.each([
  { program: "on_skb",    place: "cgroup:/sys/fs/cgroup",  help: "cgroup:FOLDER:egress" },
  { program: "on_socket", place: "sockets:lo",             help: "socket" },
  { program: "on_socket", place: "xdp/lo",                 help: "socket:INTERFACE" },
  { program: "on_fault",  place: "software:page-faults",   help: "software:EVENT:COUNT" },
  { program: "on_fault",  place: undefined,                help: "profile:HZ" },
])("$program at $place: the help says what to write", async ({ program, place, help }) => {
  const attach = place === undefined ? [] : ["--attach", `${program}=${place}`];
  const { err, status } = await runSkep("load", object, "--program", program, ...attach, "-d", "1s");
  expect(status).toBe(3);
  expect(err.slice(err.indexOf("help: "))).toContain(help);
});
