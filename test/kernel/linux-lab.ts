import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, rmdirSync } from "node:fs";
import type { ProgramType } from "../../src/abi/attach-spec.ts";
import { HELPERS } from "../../src/abi/helpers.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { interfaceInfo, LINK_ATTRIBUTES, NETLINK_FLAGS, ROUTE_MESSAGES } from "../../src/abi/netlink.ts";
import { renderDiagnostic } from "../../src/base/diagnostic.ts";
import { BtfBuilder } from "../../src/btf/encode.ts";
import { assemble } from "../../src/isa/assemble.ts";
import type { Insn } from "../../src/isa/insn.ts";
import { Fd } from "../../src/linux/fd.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { type Attribute, encodeAttributes, Netlink } from "../../src/linux/netlink.ts";
import { inNetns } from "../../src/linux/netns.ts";
import { mountPrivately } from "../../src/linux/private-mount.ts";
import type { Kernel } from "../../src/linux/syscall.ts";
import type { ObjectSpec, ProgramSpec } from "../../src/object/object.ts";
import { COUNTS, readCounts } from "./linux-programs.ts";

// Places of a test's own to attach to: network namespaces, cgroups, a bpf file system. All go when they are closed.

const IDS = new Map<string, number>(HELPERS.map((h) => [h.name, h.id]));

/** Instructions of assembly text. Throws with the diagnostics of what is wrong with it. */
export function asm(text: string): readonly Insn[] {
  const source = { name: "test.s", text };
  const { insns, report } = assemble(source, {
    helperId: (name) => IDS.get(name),
    helperNames: () => IDS.keys(),
  });
  if (insns === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  return insns;
}

/** Adds one to counter `index` of map `counts`. Uses r1 and r2. */
export const count = (index: number) => `
  r1 = map[counts][0]+${index * 8} ll
  r2 = 1
  lock *(u64 *)(r1 + 0) += r2`;

/** Stores r`reg` in counter `index`. Uses r1. */
export const keep = (index: number, reg: number) => `
  r1 = map[counts][0]+${index * 8} ll
  *(u64 *)(r1 + 0) = r${reg}`;

/** The program of that text: it counts in counter 0, then returns `result`. */
export const countAndReturn = (result: number) => `${count(0)}\n  r0 = ${result}\n  exit`;

type Program = Readonly<{ type: ProgramType; section: string; text: string; name?: string }> &
  Partial<Pick<ProgramSpec, "sleepable" | "functions" | "attachType">>;

/** An object of programs, the first named `first`. */
export function programs(
  first: string,
  list: readonly Program[],
  maps: readonly MapSpec[] = [COUNTS],
): ObjectSpec {
  return {
    programs: list.map(({ text, name, ...rest }, i) => ({
      name: name ?? (i === 0 ? first : `${first}${i}`),
      insns: asm(text),
      functions: [],
      ...rest,
    })),
    maps,
    license: "GPL",
  };
}

/** BTF of functions that take a context and return an int, and their infos: for programs whose functions have names. */
export function functionBtf(
  names: readonly string[],
  starts: readonly number[],
  linkage: "global" | "static" = "global",
) {
  const builder = new BtfBuilder();
  const int = builder.addInt(4, true);
  const struct = builder.add({
    kind: "struct",
    name: "__sk_buff",
    bytes: 4,
    members: [{ name: "len", type: int, bitOffset: 0 }],
  });
  const pointer = builder.add({ kind: "pointer", to: struct });
  const proto = builder.add({
    kind: "funcProto",
    returns: int,
    params: [{ name: "ctx", type: pointer }],
    variadic: false,
  });
  const functions = names.map((name, i) => ({
    name,
    insnIndex: starts[i] ?? 0,
    btfId: builder.add({ kind: "func", name, proto, linkage: i === 0 ? "global" : linkage }),
  }));
  return { btf: builder.finish(), functions };
}

/** A network namespace that lives as long as a process of ours does. */
export class Netns implements Disposable {
  readonly pid: number;
  readonly path: string;
  readonly #end: () => void;

  constructor() {
    const holder = spawn("unshare", ["-n", "sleep", "1000"], { stdio: "ignore" });
    if (holder.pid === undefined) throw new Error("unshare did not start");
    this.pid = holder.pid;
    this.path = `/proc/${this.pid}/ns/net`;
    this.#end = () => holder.kill("SIGKILL");
    waitFor(() => this.#isOther());
    this.run("ip link set lo up");
    this.run("echo 1 > /proc/sys/net/ipv6/conf/default/accept_dad || true");
  }

  /** Runs a shell command in the namespace; what it prints. */
  run(command: string): string {
    // Only bash has files for connections; the plain shell starts in half of its time, which counts in a guest.
    const shell = /\/dev\/(?:tcp|udp)\//.test(command) ? "bash" : "sh";
    const script = [`--net=${this.path}`, shell, "-c", command];
    return execFileSync("nsenter", script, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  ifindex(name: string): number {
    return Number(this.run(`ip -o link show dev ${name}`).split(":")[0]);
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  #isOther(): boolean {
    const read = (path: string) => execFileSync("readlink", [path], { encoding: "utf8" }).trim();
    return read(this.path) !== read("/proc/self/ns/net") && read(`/proc/${this.pid}/exe`).endsWith("/sleep");
  }
}

/** Waits, busily, until something is so; at most a minute. */
export function waitFor(what: () => boolean): void {
  for (const start = performance.now(); !what(); )
    if (performance.now() - start > 60_000) throw new Error("it never happened");
}

/** Seconds for an answer that comes, on a machine that has other work. */
export const LATE = 15;

/** Whether a closed port answers, as it does when packets come there and back. */
export function answers(from: Netns, address: string, seconds: number, port = 9): boolean {
  return from
    .run(`timeout ${seconds} bash -c "exec 3<>/dev/tcp/${address}/${port}" 2>&1 || true`)
    .includes("refused");
}

/** Expects counter 0 to become so high, and gives it: packets may be handed on a moment after they were sent. */
export function expectCounted(loaded: LinuxLoaded, least: bigint): bigint {
  const counter = () => readCounts(loaded.map("counts"))[0] ?? 0n;
  waitFor(() => counter() >= least);
  return counter();
}

/** Two namespaces joined by a pair of interfaces: `near` has va (10.9.0.1, fd09::1), `far` vb (10.9.0.2, fd09::2). */
export class NetLab implements Disposable {
  readonly near = new Netns();
  readonly far = new Netns();
  readonly ifindex: number;

  constructor() {
    this.near.run(`ip link add va type veth peer name vb netns ${this.far.pid}`);
    for (const [ns, name, host] of [
      [this.near, "va", 1],
      [this.far, "vb", 2],
    ] as const)
      ns.run(
        `ip addr add 10.9.0.${host}/24 dev ${name}; ip addr add fd09::${host}/64 dev ${name} nodad; ip link set ${name} up`,
      );
    this.ifindex = this.near.ifindex("va");
  }

  /**
   * Makes a netkit pair in the near namespace, nk0 (10.8.0.1) and nk1; index of nk0. ip(8) of Debian 12 cannot make one.
   * Source: include/uapi/linux/if_link.h, v6.18.
   */
  addNetkit(kernel: Kernel): number {
    const [IFLA_INFO_KIND, IFLA_INFO_DATA, IFLA_NETKIT_PEER_INFO] = [1, 2, 1];
    const name = encodeAttributes([[LINK_ATTRIBUTES.ifname, "nk1"]]);
    const peer = Uint8Array.of(...interfaceInfo.encode({}), ...name);
    const kind: readonly Attribute[] = [
      [IFLA_INFO_KIND, "netkit"],
      [IFLA_INFO_DATA, [[IFLA_NETKIT_PEER_INFO, peer]]],
    ];
    inNetns(kernel, this.near.path, () => {
      using netlink = new Netlink(kernel);
      const { errno, text } = netlink.request({
        type: ROUTE_MESSAGES.newLink,
        flags: NETLINK_FLAGS.create | NETLINK_FLAGS.exclusive,
        head: interfaceInfo.encode({}),
        attributes: [
          [LINK_ATTRIBUTES.ifname, "nk0"],
          [LINK_ATTRIBUTES.linkinfo, kind],
        ],
      });
      if (errno < 0) throw new Error(`no netkit: ${errno} ${text}`);
    });
    this.near.run("ip link set nk0 up; ip link set nk1 up; ip addr add 10.8.0.1/24 dev nk0");
    return this.near.ifindex("nk0");
  }

  /** Sends `count` datagrams from far to near. */
  sendToNear(count = 1, port = 9999): void {
    this.far.run(`for i in $(seq ${count}); do echo hi > /dev/udp/10.9.0.1/${port}; done 2> /dev/null`);
  }

  [Symbol.dispose](): void {
    this.near[Symbol.dispose]();
    this.far[Symbol.dispose]();
  }
}

/** Waits until the kernel holds no program of that name any more: some go a little later than what they hang on. */
export function expectGone(name: string): void {
  waitFor(() => !execFileSync("bpftool", ["prog", "list"], { encoding: "utf8" }).includes(` name ${name}`));
}

/** A cgroup (version 2) of our own, empty. */
export class Cgroup implements Disposable {
  readonly path: string;

  constructor(name: string) {
    this.path = `${cgroup2Root()}/skep-t-${process.pid}-${name}`;
    mkdirSync(this.path);
  }

  /** Runs a shell command inside the cgroup: its exit status and what it prints. */
  run(command: string, netns?: Netns): { status: number; output: string } {
    const enter = netns === undefined ? "" : `nsenter --net=${netns.path} `;
    const script = `echo $$ > ${this.path}/cgroup.procs && ${enter}bash -c '${command.replaceAll("'", "'\\''")}'`;
    try {
      const output = execFileSync("bash", ["-c", script], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
      return { status: 0, output };
    } catch (error) {
      const {
        status = -1,
        stdout = "",
        stderr = "",
      } = error as { status?: number; stdout?: string; stderr?: string };
      return { status, output: stdout + stderr };
    }
  }

  [Symbol.dispose](): void {
    for (let tries = 0; ; tries++)
      try {
        return rmdirSync(this.path);
      } catch (error) {
        if (tries > 1000) throw error; // the last process may be on its way out
        execFileSync("sleep", ["0.05"]);
      }
  }
}

function cgroup2Root(): string {
  return (
    execFileSync("findmnt", ["-rno", "TARGET", "-t", "cgroup2"], { encoding: "utf8" }).split("\n")[0] ?? ""
  );
}

/** A bpf file system that nobody else sees; the folder to pin in. */
export class BpfFs implements Disposable {
  readonly path: string;
  readonly #mount: Fd;

  constructor(kernel: Kernel) {
    const mount = mountPrivately(kernel, "bpf");
    if (!(mount instanceof Fd)) throw new Error(`${mount.call} failed: ${mount.errno}`);
    this.#mount = mount;
    this.path = `/proc/self/fd/${mount.number}`;
  }

  [Symbol.dispose](): void {
    this.#mount.close();
  }
}
