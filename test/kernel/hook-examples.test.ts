import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import type { AttachSpec, CgroupHook } from "../../src/abi/attach-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { Fd } from "../../src/linux/fd.ts";
import { readIteratorText } from "../../src/linux/iterator.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { inNetns, openNetns } from "../../src/linux/netns.ts";
import { putObject } from "../../src/linux/open.ts";
import { sectionPoints } from "../../src/linux/section-points.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import { exampleObject, variable } from "./example-lab.ts";
import type { FeatureName } from "./features.ts";
import { Cgroup, NetLab, waitFor } from "./linux-lab.ts";
import { needs } from "./needs.ts";
import { ShopProgram } from "./usdt-program.ts";

// Each program of examples/hooks: compiled by clang, loaded, attached as its first lines say, and seen to run.

const backend = openLinux();
const { kernel, target } = backend;
const isGuest = hostname() === "guest";
let lab: NetLab;

beforeAll(() => {
  lab = new NetLab();
});

afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

type Scene = Readonly<{
  loaded: LinuxLoaded;
  seen: (name?: string) => bigint;
  /** What was seen once it is so much: packets may be handed on a moment after they were sent. */
  reached: (least: bigint) => bigint;
  attach: (attach?: AttachSpec | ((program: string) => AttachSpec)) => void;
}>;
type Example = Readonly<{
  file: string;
  needs?: readonly FeatureName[];
  constants?: () => Readonly<Record<string, number>>;
  /** Runs in guests, whose one slow processor must compile it; the host runs all that it can. */
  guest?: true;
  run: (scene: Scene, t: TestContext) => void | Promise<void>;
}>;

const pid = () => ({ pid: process.pid });
const netns = () => lab.near.path;
const index = (i: number) => new Uint8Array(Uint32Array.of(i).buffer);
const send = (to: string) =>
  lab.near.run(`for i in 1 2 3; do echo hi > /dev/udp/${to}; done 2> /dev/null || true`);

function readSome(times: number): void {
  const fd = openSync("/dev/zero", "r");
  for (let i = 0; i < times; i++) readSync(fd, new Uint8Array(1));
  closeSync(fd);
}

/** Runs a shell command in a cgroup of its own, in which the example's program is. */
function inCgroup({ attach }: Scene, hook: CgroupHook, command: string): { status: number; output: string } {
  using cgroup = new Cgroup(hook);
  attach({ kind: "cgroup", cgroup: { path: cgroup.path }, hook });
  return cgroup.run(command, lab.near);
}

const CONNECT = `python3 -c '
import socket
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
socket.socket().connect(server.getsockname())'`;

const CLONE_NEWNET = 0x40000000;

/** Does something with this thread in the near namespace: sockets that it opens belong there. */
async function inNear<T>(work: () => Promise<T>): Promise<T> {
  using home = openNetns(kernel);
  using there = openNetns(kernel, netns());
  kernel.call("setns", there.number, CLONE_NEWNET);
  try {
    return await work();
  } finally {
    kernel.call("setns", home.number, CLONE_NEWNET);
  }
}

// Of include/uapi/asm-generic/socket.h and the like.
const AF_INET = 2;
const SOCK_DGRAM = 2 | 0x800; // not waiting
const SOL_SOCKET = 1;
const SO_REUSEPORT = 15;

/** A socket of the near namespace that receives what is sent to a port. */
function receiver(port: number): Fd {
  return inNetns(kernel, netns(), () => {
    const socket = new Fd(kernel, kernel.call("socket", AF_INET, SOCK_DGRAM, 0));
    kernel.call("setsockopt", socket.number, SOL_SOCKET, SO_REUSEPORT, index(1), 4);
    const address = Uint8Array.of(AF_INET, 0, port >> 8, port & 255, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    expect(kernel.call("bind", socket.number, address, address.length)).toBe(0);
    return socket;
  });
}

const receive = (socket: Fd) => kernel.call("recvfrom", socket.number, new Uint8Array(64), 64, 0, 0, 0);

async function sockmapExample({ loaded, seen, attach }: Scene): Promise<void> {
  attach((program) => ({
    kind: "sockmap",
    map: "sockets",
    hook: program === "on_send" ? "message" : "streamVerdict",
  }));
  const server = createServer();
  await inNear(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const accepted = once(server, "connection") as Promise<[Socket]>;
    const near = connect(address.port, "127.0.0.1");
    const [far] = await accepted;
    if (near.connecting) await once(near, "connect");
    const fdOf = (socket: Socket) => (socket as unknown as { _handle: { fd: number } })._handle.fd;
    putObject(loaded.map("sockets"), index(0), fdOf(near));
    putObject(loaded.map("sockets"), index(1), fdOf(far));
    near.write("hello");
    expect(String((await once(far, "data"))[0])).toBe("hello");
    near.destroy();
    far.destroy();
  });
  server.close();
  expect([seen("sent"), seen()]).toEqual([5n, 5n]);
}

// biome-ignore format: one example per line where it fits
const EXAMPLES: readonly Example[] = [
  { file: "kprobe", needs: ["kprobe"], guest: true, constants: pid, run: ({ seen, attach }) => {
    attach();
    readSome(10);
    expect([seen() >= 10n, seen("returned") >= 10n]).toEqual([true, true]);
  } },
  { file: "kprobe_multi", needs: ["kprobe"], guest: true, constants: pid, run: ({ seen, attach }) => {
    attach();
    readSome(10);
    expect(seen()).toBeGreaterThanOrEqual(10n);
  } },
  { file: "kprobe_session", needs: ["kprobe-session"], guest: true, constants: pid, run: ({ seen, attach }) => {
    attach();
    readSome(20);
    expect(seen()).toBeGreaterThanOrEqual(20n);
    expect(Number(seen("returned"))).toBeCloseTo(Number(seen()) / 2, -1);
  } },
  { file: "uprobe_multi", needs: ["uprobe"], constants: pid, run: ({ seen, attach }) => {
    attach();
    for (let i = 0; i < 5; i++) void process.ppid;
    expect(seen()).toBeGreaterThanOrEqual(5n);
  } },
  { file: "uprobe_session", needs: ["uprobe-session"], constants: pid, run: ({ seen, attach }) => {
    attach();
    for (let i = 0; i < 5; i++) void process.ppid;
    expect([seen() >= 5n, seen("returned") === seen()]).toEqual([true, true]);
  } },
  { file: "ksyscall", needs: ["kprobe"], guest: true, constants: pid, run: ({ seen, attach }) => {
    attach();
    for (let i = 0; i < 7; i++) kernel.call("getpid");
    expect(seen()).toBe(7n);
  } },
  { file: "fentry", needs: ["fentry"], guest: true, run: ({ loaded, seen, attach }) => {
    attach();
    loaded.program("on_entry").testRun();
    expect([seen(), seen("returned")]).toEqual([1n, 2n]);
  } },
  { file: "tracepoint", needs: ["tracefs"], constants: pid, run: ({ seen, attach }) => {
    attach();
    const before = seen();
    readSome(1);
    expect(seen()).toBe(before + 1n);
  } },
  { file: "raw_tracepoint", needs: ["raw-tp"], constants: () => ({ ...pid(), number: 39 }), run: ({ seen, attach }) => {
    attach();
    for (let i = 0; i < 7; i++) kernel.call("getpid");
    expect(seen()).toBe(process.arch === "x64" ? 7n : 0n);
  } },
  { file: "raw_tracepoint_writable", needs: ["raw-tp"], constants: pid, run: ({ loaded, seen, attach }, t) => {
    const other = exampleObject("syscall");
    if (other === undefined) return t.skip("needs clang");
    using runnable = backend.load(exampleObject("tc") ?? other);
    attach();
    expect(() => runnable.program("mark").testRun({ data: new Uint8Array(64) })).toThrow(
      expect.objectContaining({ code: "system/E2BIG" }),
    );
    loaded.detach();
    expect(seen()).toBe(1n);
  } },
  { file: "perf_event", run: async ({ seen, attach }) => {
    const child = await startHeld(["sh", "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"], { stdio: "ignore" });
    attach({ kind: "profile", freqHz: 1000, pid: child.pid });
    child.release();
    await child.exited;
    expect(seen()).toBeGreaterThan(2n);
  } },
  { file: "iter", needs: ["iter"], run: ({ loaded, seen }) => {
    using link = loaded.link("list", { kind: "iter", target: "task" });
    expect(readIteratorText(kernel, link)).toMatch(new RegExp(`^${process.pid} \\S`, "m"));
    expect(seen()).toBeGreaterThan(5n);
  } },
  { file: "syscall", needs: ["syscall-program"], run: ({ loaded }) => {
    const { context } = loaded.program("add").testRun({ context: new Uint8Array(BigUint64Array.of(40n, 2n, 0n).buffer) });
    expect(new BigUint64Array(context.buffer)[2]).toBe(42n);
  } },
  { file: "xdp", needs: ["xdp-link"], constants: () => ({ port: 4242 }), run: ({ reached, attach }) => {
    attach({ kind: "xdp", ifindex: lab.ifindex, netns: netns() });
    lab.sendToNear(3, 4242);
    lab.sendToNear(3, 4243);
    expect(reached(3n)).toBe(3n);
  } },
  { file: "xdp_frags", needs: ["xdp-link"], run: ({ seen, reached, attach }) => {
    using large = new NetLab();
    for (const [ns, name] of [[large.near, "va"], [large.far, "vb"]] as const) ns.run(`ip link set dev ${name} mtu 9000`);
    attach({ kind: "xdp", ifindex: large.ifindex, netns: large.near.path, mode: "native" });
    large.far.run(`python3 -c 'import socket; [socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x" * 8000, ("10.9.0.1", 9)) for _ in range(3)]'`);
    expect([reached(3n), seen("longest")]).toEqual([3n, 8042n]); // with the headers of Ethernet, IP and UDP
  } },
  { file: "xdp_devmap", needs: ["xdp-link"], run: ({ loaded, seen, reached }) => {
    lab.near.run("ip link add vc type veth peer name vd && ip link set vc up && ip link set vd up");
    const value = Uint32Array.of(lab.near.ifindex("vc"), loaded.programFd("last_look").number);
    inNetns(kernel, netns(), () => loaded.map("out").update(index(0), new Uint8Array(value.buffer)));
    using _link = loaded.link("forward", { kind: "xdp", ifindex: lab.ifindex, netns: netns(), mode: "generic" });
    lab.sendToNear(3);
    reached(3n);
    waitFor(() => seen("looked") === seen());
  } },
  { file: "tc", run: ({ reached, attach }) => {
    attach({ kind: "tc", ifindex: lab.ifindex, netns: netns(), direction: "egress" });
    send("10.9.0.2/9");
    expect(reached(3n)).toBeGreaterThanOrEqual(3n);
  } },
  { file: "netkit", needs: ["netkit"], guest: true, run: ({ reached, attach }) => {
    attach({ kind: "netkit", ifindex: lab.addNetkit(kernel), netns: netns(), peer: false });
    send("10.8.0.2/9");
    expect(reached(3n)).toBeGreaterThanOrEqual(3n);
  } },
  { file: "netfilter", needs: ["netfilter"], run: ({ reached, attach }) => {
    attach({ kind: "netfilter", family: "ipv4", hook: "localIn", priority: 5, netns: netns() });
    lab.sendToNear(3);
    expect(reached(3n)).toBeGreaterThanOrEqual(3n);
  } },
  { file: "route", run: ({ reached, attach }) => {
    attach({ kind: "route", hook: "xmit", destination: "10.99.0.0/16", ifindex: lab.ifindex, netns: netns() });
    send("10.99.0.7/9");
    expect(reached(3n)).toBeGreaterThanOrEqual(3n);
  } },
  { file: "flow_dissector", run: ({ loaded, seen, attach }) => {
    attach({ kind: "flowDissector", netns: netns() });
    const { data } = loaded.program("dissect").testRun({ data: new Uint8Array(64) });
    expect([seen(), data.length > 0]).toEqual([1n, true]);
  } },
  { file: "sk_lookup", needs: ["sk-lookup"], run: ({ reached, attach }) => {
    attach({ kind: "skLookup", netns: netns() });
    lab.sendToNear(3);
    expect(reached(3n)).toBe(3n);
  } },
  { file: "socket", run: ({ seen, attach }) => {
    using socket = receiver(7101);
    attach({ kind: "socketFilter", socket: socket.number });
    lab.near.run("echo 1234567 > /dev/udp/127.0.0.1/7101");
    expect([receive(socket), seen()]).toEqual([4, 1n]);
  } },
  { file: "sk_reuseport", run: ({ loaded, seen, attach }) => {
    using first = receiver(7102);
    using second = receiver(7102);
    attach({ kind: "skReuseport", socket: first.number });
    putObject(loaded.map("sockets"), index(0), first);
    putObject(loaded.map("sockets"), index(1), second);
    lab.near.run("for i in 1 2 3; do echo hi > /dev/udp/127.0.0.1/7102; done");
    expect([seen(), receive(first) < 0, receive(second)]).toEqual([3n, true, 3]);
  } },
  { file: "sockmap", run: sockmapExample },
  { file: "cgroup_skb", needs: ["cgroup2"], run: (scene) => {
    inCgroup(scene, "cgroupInetEgress", "echo hello > /dev/udp/127.0.0.1/9");
    expect(scene.seen()).toBeGreaterThanOrEqual(34n); // with the headers of IP and UDP
  } },
  { file: "cgroup_sock", needs: ["cgroup2"], run: (scene) => {
    const { output } = inCgroup(scene, "cgroupInetSockCreate", "echo x > /dev/udp/127.0.0.1/9; echo x > /dev/udp/::1/9");
    expect(output).toMatch(/::1.*not permitted/);
    expect(output).not.toContain("127.0.0.1");
    expect(scene.seen()).toBeGreaterThanOrEqual(2n);
  } },
  { file: "cgroup_connect4", needs: ["cgroup2"], constants: () => ({ from: 81, to: 7103 }), run: async (scene) => {
    const server = createServer((socket) => socket.end("here\n"));
    await inNear(() => once(server.listen(7103, "127.0.0.1"), "listening"));
    using cgroup = new Cgroup("connect");
    scene.attach({ kind: "cgroup", cgroup: { path: cgroup.path }, hook: "cgroupInet4Connect" });
    // The command must not stop this thread, which is the server.
    const child = await startHeld(["sh", "-c", `echo $$ > ${cgroup.path}/cgroup.procs; exec nsenter --net=${netns()} bash -c 'head -1 < /dev/tcp/127.0.0.1/81 > /dev/null'`], { stdio: "ignore" });
    child.release();
    expect(await child.exited).toMatchObject({ code: 0 });
    server.close();
    expect(scene.seen()).toBeGreaterThanOrEqual(1n);
  } },
  { file: "cgroup_bind4", needs: ["cgroup2"], constants: () => ({ port: 7104 }), run: (scene) => {
    const bind = (port: number) => `socket.socket().bind(("127.0.0.1", ${port})); print(${port})`;
    const { output } = inCgroup(scene, "cgroupInet4Bind", `python3 -c 'import socket; ${bind(7105)}; ${bind(7104)}'`);
    expect(output).toMatch(/^7105\n[\s\S]*not permitted/);
    expect(scene.seen()).toBe(2n);
  } },
  { file: "cgroup_udp4", needs: ["cgroup2"], constants: () => ({ from: 7106, to: 7107 }), run: ({ attach, seen }) => {
    using cgroup = new Cgroup("udp");
    attach((program) => ({ kind: "cgroup", cgroup: { path: cgroup.path }, hook: program === "on_send" ? "cgroupUdp4Sendmsg" : "cgroupUdp4Recvmsg" }));
    const { output } = cgroup.run(`python3 -c '
import socket
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); server.bind(("127.0.0.1", 7107))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); client.sendto(b"hello", ("127.0.0.1", 7106))
data, sender = server.recvfrom(9); server.sendto(data, sender); print(client.recvfrom(9))'`, lab.near);
    expect(output).toBe("(b'hello', ('127.0.0.1', 7106))\n");
    expect([seen(), seen("answered")]).toEqual([1n, 1n]);
  } },
  { file: "sockops", needs: ["cgroup2"], run: async (scene) => {
    const { output } = inCgroup(scene, "cgroupSockOps", CONNECT);
    expect([output, scene.seen()]).toEqual(["", 1n]);
  } },
  { file: "cgroup_sockopt", needs: ["cgroup2"], run: (scene) => {
    const option = (name: string) => `socket.socket().setsockopt(socket.SOL_SOCKET, socket.${name}, 1)`;
    const { output } = inCgroup(scene, "cgroupSetsockopt", `python3 -c 'import socket; ${option("SO_BROADCAST")}; ${option("SO_KEEPALIVE")}'`);
    expect([output.includes("not permitted"), scene.seen() >= 2n]).toEqual([true, true]);
  } },
  { file: "cgroup_sysctl", needs: ["cgroup2"], run: (scene) => {
    const file = "/proc/sys/net/ipv4/ip_default_ttl";
    const { output } = inCgroup(scene, "cgroupSysctl", `cat ${file}; echo 64 > ${file}`);
    expect(output).toMatch(/^64\n.*not permitted/);
    expect(scene.seen()).toBeGreaterThanOrEqual(2n);
  } },
  { file: "cgroup_device", needs: ["cgroup2"], run: (scene) => {
    const { output } = inCgroup(scene, "cgroupDevice", "cat /dev/null; head -c 1 /dev/zero");
    expect([output.includes("not permitted"), scene.seen() >= 2n]).toEqual([true, true]);
  } },
];

/** Loads an example; undefined (and the test is skipped) without clang. */
function load(file: string, constants: Readonly<Record<string, number>>, t: TestContext): LinuxLoaded {
  const object = exampleObject(file, constants);
  if (object === undefined) return t.skip("needs clang");
  return backend.load(object);
}

test.for(EXAMPLES)(
  "examples/hooks: $file",
  async ({ file, needs: features = [], constants, guest, run }, t) => {
    needs(t, ...features);
    if (isGuest && !guest) t.skip("runs on the host");
    using loaded = load(file, constants?.() ?? {}, t);
    const attach: Scene["attach"] = (given) => {
      for (const program of loaded.names.programs) attachOne(loaded, program, given);
    };
    const seen = (name = "seen") => variable(loaded, name);
    const reached = (least: bigint) => {
      waitFor(() => seen() >= least);
      return seen();
    };
    await run({ loaded, seen, reached, attach }, t);
  },
);

function attachOne(loaded: LinuxLoaded, program: string, given: Parameters<Scene["attach"]>[0]): void {
  const point = typeof given === "function" ? given(program) : given;
  const { spec } = loaded.loadedProgram(program);
  const points = point === undefined ? sectionPoints(spec, target) : [point];
  if (points === undefined) throw new Error(`section ${spec.section} does not say where to attach`);
  loaded.attach(
    program,
    points.map((attach) => ({ attach })),
  );
}

// biome-ignore format: one example per line
test.for([
  { file: "lsm",      needed: "lsm" },
  { file: "fmod_ret", needed: "fentry" },
] as const)("examples/hooks: $file denies", async ({ file, needed }, t) => {
  needs(t, needed);
  const folder = mkdtempSync(join(tmpdir(), "skep-hooks-"));
  const child = await startHeld(["mkdir", join(folder, "new")], { stdio: "ignore" });
  using loaded = load(file, { pid: child.pid }, t);
  attachOne(loaded, "no_mkdir", undefined);
  child.release();
  expect(await child.exited).toMatchObject({ code: 1 });
  expect(variable(loaded, "seen")).toBe(1n);
  rmSync(folder, { recursive: true });
});

test("examples/hooks/lsm_cgroup.bpf.c denies in its cgroup", (t) => {
  needs(t, "lsm", "lsm-cgroup", "cgroup2");
  using loaded = load("lsm_cgroup", {}, t);
  using cgroup = new Cgroup("lsm");
  attachOne(loaded, "no_sockets", { kind: "lsmCgroup", hook: "socket_create", cgroup: { path: cgroup.path } });
  expect(cgroup.run("echo x > /dev/udp/127.0.0.1/9").output).toContain("not permitted");
  expect(variable(loaded, "seen")).toBeGreaterThanOrEqual(1n);
});

test("examples/hooks/tp_btf.bpf.c reads a struct's field", async (t) => {
  needs(t, "tp-btf");
  if (isGuest) t.skip("runs on the host");
  const child = await startHeld(["true"], { stdio: "ignore" });
  using loaded = load("tp_btf", { pid: child.pid }, t);
  attachOne(loaded, "on_exec", undefined);
  child.release();
  await child.exited;
  expect(variable(loaded, "seen")).toBe(1n);
});

test("examples/hooks/uprobe.bpf.c counts calls and returns", async (t) => {
  needs(t, "uprobe");
  if (isGuest) t.skip("runs on the host");
  using loaded = load("uprobe", {}, t);
  const child = await startHeld(["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=50", "status=none"], {
    stdio: "ignore",
  });
  for (const program of loaded.names.programs)
    for (const attach of sectionPoints(loaded.loadedProgram(program).spec, target) ?? [])
      if (attach.kind === "uprobe") loaded.attach(program, [{ attach: { ...attach, pid: child.pid } }]);
  child.release();
  await child.exited;
  expect([variable(loaded, "seen"), variable(loaded, "returned")]).toEqual([50n, 50n]);
});

test("examples/hooks/usdt.bpf.c reads a probe's argument by libbpf's macros", async (t) => {
  needs(t, "uprobe", "cookie");
  if (isGuest) t.skip("runs on the host");
  using shop = new ShopProgram();
  if (shop.path === undefined) return t.skip("needs a C compiler");
  using loaded = load("usdt", {}, t);
  const child = await startHeld([shop.path], { stdio: "ignore" });
  attachOne(loaded, "on_sold", {
    kind: "usdt",
    path: shop.path,
    provider: "shop",
    name: "sold",
    pid: child.pid,
  });
  child.release();
  await child.exited;
  expect(variable(loaded, "seen")).toBe(700n); // 100 times 7
});

test("examples/hooks/freplace.bpf.c replaces a function", (t) => {
  needs(t, "fentry"); // the same policy
  using whole = load("freplace_target", {}, t);
  const object = exampleObject("freplace");
  if (object === undefined) return t.skip("needs clang");
  const attach = { kind: "freplace", program: { id: whole.program("whole").id }, function: "part" } as const;
  using loaded = backend.load(object, { targets: { other_part: attach } });
  const run = () => whole.program("whole").testRun({ data: new Uint8Array(64) }).returned;
  expect(run()).toBe(1);
  attachOne(loaded, "other_part", attach);
  expect([run(), variable(loaded, "seen")]).toEqual([2, 1n]);
});

test("examples/hooks/struct_ops.bpf.c is a congestion control", (t) => {
  if (!isGuest) t.skip("registers a congestion control with the machine: in guests only");
  needs(t, "struct-ops");
  using loaded = load("struct_ops", {}, t);
  using _link = loaded.linkStructOps("steady");
  lab.near.run(`python3 - <<'END'
import socket
server = socket.socket(); server.bind(("127.0.0.1", 0)); server.listen()
client = socket.socket(); client.setsockopt(socket.IPPROTO_TCP, 13, b"skep_steady")
client.connect(server.getsockname()); peer, _ = server.accept()
for i in range(50): client.sendall(b"x" * 1000); peer.recv(1000)
END`);
  expect(variable(loaded, "seen")).toBeGreaterThan(0n);
});

test("every example is run, and compiles", (t) => {
  if (isGuest) t.skip("runs on the host");
  const text = readFileSync(import.meta.filename, "utf8");
  for (const file of readdirSync(join(import.meta.dirname, "../../examples/hooks"))) {
    const name = file.replace(".bpf.c", "");
    expect(text, file).toMatch(new RegExp(`"${name}"|hooks/${name}\\.bpf`));
    if (exampleObject(name) === undefined) t.skip("needs clang");
  }
  waitFor(() => !execFileSync("bpftool", ["prog", "list"], { encoding: "utf8" }).includes(" name no_mkdir"));
});
