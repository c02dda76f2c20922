// Helpers that ask the environment about sockets and routes: what programs see of them, in both engines.
import { expect, test } from "vitest";
import { type Environment, plainEnvironment } from "../environment.ts";
import { Machine } from "../machine.ts";
import type { NetworkWorld, RouteAnswer, SocketInfo, SocketQuery } from "../network.ts";
import { asm, mapSpec, u32, u64 } from "../test-program.ts";

const ENGINES = ["interpreter", "jit"] as const;
const LOCAL = Uint8Array.of(10, 0, 0, 1);
const REMOTE = Uint8Array.of(10, 0, 0, 2);

const listener: SocketInfo = {
  ...{ cookie: 7n, address: 0xffff_8880_0000_7000n, family: 2, type: 1, protocol: 6, state: 10 },
  ...{ source: LOCAL, sourcePort: 80, destination: Uint8Array.of(0, 0, 0, 0), destinationPort: 0 },
  ...{ mark: 3, priority: 4, ifindex: 2, rxQueue: 1, uid: 1000, cgroupId: 55n, isMini: false },
};
const connection: SocketInfo = {
  ...listener,
  ...{
    cookie: 8n,
    address: 0xffff_8880_0000_8000n,
    state: 1,
    destination: REMOTE,
    destinationPort: 4000,
    listener,
  },
  tcp: { snd_cwnd: 10, bytes_acked: 1n << 33n, delivered: 6 },
};
const request: SocketInfo = { ...connection, cookie: 9n, state: 12, isMini: true };

const queries: SocketQuery[] = [];
const options: string[] = [];
const network: NetworkWorld = {
  contextSocket: () => connection,
  findSocket(query) {
    queries.push(query);
    if (query.destinationPort === 81) return query.mini ? request : request;
    return query.destinationPort === 80 && query.protocol === "tcp" ? connection : undefined;
  },
  socketAt: (address) => [listener, connection].find((socket) => socket.address === address),
  socketByCookie: (cookie) => [listener, connection].find((socket) => socket.cookie === cookie),
  getOption: (_socket, level, name, size) => (level === 6 ? u32(name).subarray(0, size) : -92),
  setOption(socket, level, name, value) {
    options.push(`${socket.cookie} ${level} ${name} ${value.join()}`);
    return 0;
  },
  bind: (_socket, address) => (address[2] === 0 ? 0 : -98),
  device: (ifindex) =>
    ifindex === 1 || ifindex === 2 ? { ifindex, mtu: 1500, isUp: true, forwards: true } : undefined,
  route(query) {
    const last = query.destination.at(-1) ?? 0;
    const answers: Readonly<Record<number, RouteAnswer>> = {
      1: { kind: "blackhole" },
      2: { kind: "forwardingOff" },
      3: { kind: "found", ifindex: 2, mtu: 0, metric: 9, gateway: Uint8Array.of(10, 0, 0, 254) },
    };
    const macs = { deviceMac: Uint8Array.of(2, 0, 0, 0, 0, 1), neighbourMac: Uint8Array.of(2, 0, 0, 0, 0, 9) };
    const gateway = Uint8Array.of(10, 0, 0, 253);
    return answers[last] ?? { kind: "found", ifindex: 2, mtu: 1400, metric: 5, gateway, ...macs };
  },
  ancestorCgroup: (id, level) => (level < 2 ? id - BigInt(level + 1) : 0n),
  netnsCookie: () => 4711n,
  classId: (socket) => (socket ? 5 : 6),
};
const environment: Environment = { ...plainEnvironment(), network };

type Case = Readonly<{
  rule: string;
  text: string;
  type?: "schedCls" | "xdp" | "sockOps" | "skMsg" | "skLookup";
  r0: bigint;
}>;

/** An address and a size on the stack, for a connection to `port`. */
const tuple = (port: number) => `
  r6 = r1
  *(u32 *)(r10 - 16) = 0x0200000a
  *(u32 *)(r10 - 12) = 0x0100000a
  *(u16 *)(r10 - 8) = 0xa00f
  *(u16 *)(r10 - 6) = ${((port & 0xff) << 8) | (port >> 8)}
  r2 = r10
  r2 += -16
  r3 = 12
  r4 = -1
  r5 = 0`;
const find = (port: number, helper: string, then: string) =>
  `${tuple(port)}\nr1 = r6\ncall ${helper}\nif r0 == 0 goto none\nr7 = r0\n${then}\nnone: exit`;
const fib = (last: number, more = "") => `
  r6 = r1
  *(u64 *)(r10 - 64) = 0
  *(u64 *)(r10 - 56) = 0
  *(u64 *)(r10 - 48) = 0
  *(u64 *)(r10 - 40) = 0
  *(u64 *)(r10 - 32) = 0
  *(u64 *)(r10 - 24) = 0
  *(u64 *)(r10 - 16) = 0
  *(u64 *)(r10 - 8) = 0
  *(u8 *)(r10 - 64) = 2
  *(u32 *)(r10 - 56) = 1
  *(u32 *)(r10 - 32) = ${0x0a | (last << 24)}
  ${more}
  r1 = r6
  r2 = r10
  r2 += -64
  r3 = 64
  r4 = 0
  call bpf_fib_lookup`;
/** r0, and a word of the struct in the upper half. */
const fibField = (offset: number) => `r1 = *(u32 *)(r10 - ${64 - offset})\nr1 <<= 32\nr0 |= r1\nexit`;

// biome-ignore format: one case per line
const CASES: readonly Case[] = [
  { rule: "a socket that is found",        text: find(80, "bpf_sk_lookup_tcp", "r0 = *(u32 *)(r7 + 72)"), r0: 1n },
  { rule: "its ports, addresses, mark",    text: find(80, "bpf_sk_lookup_tcp", "r0 = *(u32 *)(r7 + 44)\nr1 = *(u16 *)(r7 + 48)\nr0 += r1\nr1 = *(u8 *)(r7 + 27)\nr0 += r1\nr1 = *(u32 *)(r7 + 16)\nr0 += r1"), r0: BigInt(80 + 0xa00f + 1 + 3) },
  { rule: "one that is not there",         text: find(79, "bpf_sk_lookup_tcp", ""), r0: 0n },
  { rule: "none by UDP",                   text: find(80, "bpf_sk_lookup_udp", ""), r0: 0n },
  { rule: "a request stands for its listener", text: find(81, "bpf_sk_lookup_tcp", "r0 = *(u32 *)(r7 + 72)"), r0: 10n },
  { rule: "a request itself",              text: find(81, "bpf_skc_lookup_tcp", "r0 = *(u32 *)(r7 + 72)"), r0: 12n },
  { rule: "a request is no full socket",   text: find(81, "bpf_skc_lookup_tcp", "r1 = r7\ncall bpf_sk_fullsock"), r0: 0n },
  { rule: "a TCP socket's window",         text: find(80, "bpf_sk_lookup_tcp", "r1 = r7\ncall bpf_tcp_sock\nr1 = *(u64 *)(r0 + 88)\nr0 = *(u32 *)(r0 + 0)\nr0 |= r1"), r0: (1n << 33n) | 10n },
  { rule: "the listener of a connection",  text: find(80, "bpf_sk_lookup_tcp", "r1 = r7\ncall bpf_get_listener_sock\nr0 = *(u32 *)(r0 + 72)"), r0: 10n },
  { rule: "as the kernel's struct",        text: find(80, "bpf_sk_lookup_tcp", "r1 = r7\ncall bpf_skc_to_tcp_sock"), r0: connection.address },
  { rule: "as another kind",               text: find(80, "bpf_sk_lookup_tcp", "r1 = r7\ncall bpf_skc_to_udp6_sock"), r0: 0n },
  { rule: "by the kernel's struct",        text: `r1 = ${listener.address} ll\ncall bpf_sk_cgroup_id\nexit`, r0: 55n },
  { rule: "with flags, none is found",     text: `${tuple(80)}\nr5 = 1\nr1 = r6\ncall bpf_sk_lookup_tcp\nexit`, r0: 0n },
  { rule: "with a wrong size, none",       text: `${tuple(80)}\nr3 = 13\nr1 = r6\ncall bpf_sk_lookup_tcp\nexit`, r0: 0n },
  { rule: "the context's socket",          text: "r0 = *(u64 *)(r1 + 168)\nr0 = *(u32 *)(r0 + 12)\nexit", r0: 6n },
  { rule: "its cookie",                    text: "call bpf_get_socket_cookie\nexit", r0: 8n },
  { rule: "its user",                      text: "call bpf_get_socket_uid\nexit", r0: 1000n },
  { rule: "its cgroup's ancestor",         text: "r2 = 1\ncall bpf_skb_ancestor_cgroup_id\nexit", r0: 53n },
  { rule: "its class",                     text: "call bpf_skb_cgroup_classid\nexit", r0: 5n },
  { rule: "the namespace",                 text: "call bpf_get_netns_cookie\nexit", r0: 4711n },
  { rule: "an option",                     text: "r6 = r1\nr2 = 6\nr3 = 13\nr4 = r10\nr4 += -8\nr5 = 4\ncall bpf_getsockopt\nr1 = *(u32 *)(r10 - 8)\nr0 += r1\nexit", r0: 13n },
  { rule: "an option that is not there",   text: "r2 = 7\nr3 = 13\nr4 = r10\nr4 += -8\nr5 = 4\ncall bpf_getsockopt\nr0 = -r0\nexit", r0: 92n },
  { rule: "an option is set",              text: "*(u32 *)(r10 - 8) = 77\nr2 = 6\nr3 = 13\nr4 = r10\nr4 += -8\nr5 = 4\ncall bpf_setsockopt\nexit", r0: 0n },
  { rule: "bound",                         text: "*(u64 *)(r10 - 16) = 2\n*(u64 *)(r10 - 8) = 0\nr2 = r10\nr2 += -16\nr3 = 16\ncall bpf_bind\nexit", r0: 0n },
  { rule: "bound to a short address",      text: "*(u64 *)(r10 - 16) = 2\nr2 = r10\nr2 += -16\nr3 = 8\ncall bpf_bind\nr0 = -r0\nexit", r0: 22n },
  { rule: "bound to no known family",      text: "*(u64 *)(r10 - 16) = 99\nr2 = r10\nr2 += -16\nr3 = 8\ncall bpf_bind\nr0 = -r0\nexit", r0: 97n },
  { rule: "a route and its neighbour",     text: `${fib(9)}\n${fibField(32)}`, r0: 0xfd00000an << 32n },
  { rule: "the route's device",            text: `${fib(9)}\n${fibField(8)}`, r0: 2n << 32n },
  { rule: "the neighbour's address",       text: `${fib(9)}\nr1 = *(u8 *)(r10 - 1)\nr0 += r1\nexit`, r0: 9n },
  { rule: "no neighbour",                  text: `${fib(3)}\nexit`, r0: 7n },
  { rule: "a black hole",                  text: `${fib(1)}\nexit`, r0: 1n },
  { rule: "forwarding is off",             text: `${fib(2)}\nexit`, r0: 5n },
  { rule: "too long for the route",        text: `${fib(9, "*(u16 *)(r10 - 58) = 1450")}\nr1 = *(u16 *)(r10 - 58)\nr1 <<= 32\nr0 |= r1\nexit`, r0: (1400n << 32n) | 8n },
  { rule: "from no device",                text: `${fib(9, "*(u32 *)(r10 - 56) = 5")}\nr0 = -r0\nexit`, r0: 19n },
  { rule: "of no known family",            text: `${fib(9, "*(u8 *)(r10 - 64) = 5")}\nr0 = -r0\nexit`, r0: 97n },
  { rule: "mtu, checked",                  text: "r6 = r1\n*(u32 *)(r10 - 4) = 1600\nr2 = 2\nr3 = r10\nr3 += -4\nr4 = 0\nr5 = 0\ncall bpf_check_mtu\nr1 = *(u32 *)(r10 - 4)\nr1 <<= 32\nr0 |= r1\nexit", r0: (1500n << 32n) | 1n },
];

function machine(engine: "interpreter" | "jit"): Machine {
  return new Machine({ engine, environment });
}

for (const engine of ENGINES) {
  test.each(CASES)(`${engine}: $rule`, ({ text, type = "schedCls", r0 }) => {
    const vm = machine(engine);
    vm.load({ name: "p", type, insns: asm(text) });
    expect(vm.run("p", { packet: new Uint8Array(64) }).r0).toBe(r0);
  });

  test(`${engine}: storage of a socket, however it is named`, () => {
    const vm = machine(engine);
    const map = vm.createMap(mapSpec({ type: "skStorage", name: "s", flags: 1 }));
    const get = (socket: string) =>
      `r6 = r1\n${socket}\nr1 = map[s]\nr3 = 0\nr4 = 1\ncall bpf_sk_storage_get\nr1 = *(u64 *)(r0 + 0)\nr1 += 1\n*(u64 *)(r0 + 0) = r1\nr0 = r1\nexit`;
    vm.load({ name: "ctx", type: "schedCls", insns: asm(get("r2 = *(u64 *)(r1 + 168)")) });
    vm.load({ name: "btf", type: "schedCls", insns: asm(get(`r2 = ${connection.address} ll`)) });
    expect(["ctx", "btf", "ctx"].map((name) => vm.run(name, { packet: new Uint8Array(20) }).r0)).toEqual([
      1n,
      2n,
      3n,
    ]);
    vm.forgetOwner(connection.address);
    expect(vm.run("btf", { packet: new Uint8Array(20) }).r0).toBe(1n);
    expect(map.spec.name).toBe("s");
  });

  test(`${engine}: messages and maps of sockets`, () => {
    const vm = machine(engine);
    vm.createMap(mapSpec({ type: "sockhash", name: "h", valueSize: 8 }));
    const update =
      "*(u32 *)(r10 - 4) = 5\nr2 = map[h]\nr3 = r10\nr3 += -4\nr4 = 0\ncall bpf_sock_hash_update\nexit";
    vm.load({ name: "ops", type: "sockOps", insns: asm(update) });
    expect(vm.run("ops", { ctx: new Uint8Array(224) }).r0).toBe(0n);
    expect(vm.map("h").lookup(u32(5))).toEqual(u64(8n));
    const send = `
      r6 = r1
      r2 = 4
      r3 = 2
      r4 = 0
      call bpf_msg_push_data
      r1 = r6
      r2 = 2
      r3 = 8
      r4 = 0
      call bpf_msg_pull_data
      r1 = *(u64 *)(r6 + 0)
      *(u8 *)(r1 + 3) = 9
      r1 = r6
      r2 = 100
      call bpf_msg_apply_bytes
      r1 = r6
      *(u32 *)(r10 - 4) = 5
      r2 = map[h]
      r3 = r10
      r3 += -4
      r4 = 0
      call bpf_msg_redirect_hash
      exit`;
    vm.load({ name: "msg", type: "skMsg", insns: asm(send) });
    const result = vm.run("msg", { packet: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect(result).toMatchObject({ r0: 1n, redirectedTo: 8, applyBytes: 100 });
    expect(result.packet).toEqual(Uint8Array.of(1, 2, 3, 4, 0, 9, 5, 6));
  });

  test(`${engine}: SYN cookies are valid where they were made`, () => {
    const vm = machine(engine);
    const raw = `
      r6 = r1
      r1 = *(u32 *)(r6 + 0)
      r2 = r1
      r2 += 20
      r3 = 24
      call bpf_tcp_raw_gen_syncookie_ipv4
      exit`;
    vm.load({ name: "make", type: "xdp", insns: asm(raw) });
    const check =
      "r6 = r1\nr1 = *(u32 *)(r6 + 0)\nr2 = r1\nr2 += 20\ncall bpf_tcp_raw_check_syncookie_ipv4\nexit";
    vm.load({ name: "check", type: "xdp", insns: asm(check) });
    const packet = new Uint8Array(44);
    packet.set([0x45, 0, 0, 44, 0, 0, 0, 0, 64, 6, 0, 0, ...REMOTE, ...LOCAL, 0x0f, 0xa0, 0, 80, 1, 2, 3, 4]);
    packet.set([0x60, 2, 0, 0, 0, 0, 0, 0, 2, 4, 5, 0xb4], 32);
    const made = vm.run("make", { packet }).r0;
    expect(made >> 32n).toBe(1460n);
    const answer = packet.slice();
    const view = new DataView(answer.buffer);
    view.setUint32(24, view.getUint32(24) + 1);
    view.setUint32(28, Number(made & 0xffff_ffffn) + 1);
    expect(vm.run("check", { packet: answer }).r0).toBe(0n);
    view.setUint32(28, Number(made & 0xffff_ffffn) + 8);
    expect(BigInt.asIntN(64, vm.run("check", { packet: answer }).r0)).toBe(-13n);
  });

  test(`${engine}: TCP options`, () => {
    const vm = machine(engine);
    const load =
      "*(u64 *)(r10 - 8) = 2\nr2 = r10\nr2 += -8\nr3 = 4\nr4 = 0\ncall bpf_load_hdr_opt\nr1 = *(u16 *)(r10 - 6)\nr0 <<= 16\nr0 |= r1\nexit";
    vm.load({ name: "load", type: "sockOps", insns: asm(load) });
    const header = new Uint8Array(24);
    header.set([0x60], 12);
    header.set([2, 4, 5, 0xb4], 20);
    expect(vm.run("load", { packet: header, ctx: new Uint8Array(224) }).r0).toBe((4n << 16n) | 0xb405n);
    const store =
      "*(u64 *)(r10 - 8) = 0x04fd\nr2 = r10\nr2 += -8\nr3 = 4\nr4 = 0\ncall bpf_store_hdr_opt\nexit";
    vm.load({ name: "store", type: "sockOps", insns: asm(store) });
    const ctx = new Uint8Array(224);
    expect(BigInt.asIntN(64, vm.run("store", { ctx }).r0)).toBe(-1n);
    ctx[0] = 15;
    expect(vm.run("store", { ctx }).headerOptions).toEqual(Uint8Array.of(0xfd, 4, 0, 0));
  });
}

test("what was asked of the world", () => {
  queries.length = 0;
  options.length = 0;
  const vm = machine("jit");
  vm.load({ name: "p", type: "schedCls", insns: asm(find(80, "bpf_sk_lookup_tcp", "r0 = 0")) });
  vm.run("p", { packet: new Uint8Array(20) });
  expect(queries).toEqual([
    {
      protocol: "tcp",
      source: REMOTE,
      destination: LOCAL,
      sourcePort: 4000,
      destinationPort: 80,
      netns: undefined,
      mini: false,
    },
  ]);
});
