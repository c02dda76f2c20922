import { expect, test } from "vitest";
import type { AttachSpec, ProgramType } from "../abi/attach-spec.ts";
import { linkCreateAttr, linkKprobeMulti, progAttachAttr } from "../abi/attr-link.ts";
import { perfEventAttr } from "../abi/attr-perf.ts";
import { nlmsgError, nlmsgHeader } from "../abi/netlink.ts";
import { Kallsyms } from "../symbols/kallsyms.ts";
import { attachAll } from "./attach.ts";
import { AttachContext, type AttachScene } from "./attach-context.ts";
import { detachAll } from "./attachments.ts";
import { textOf } from "./bpf-prog.ts";
import { type Answer, FakeKernel } from "./fake-kernel.ts";
import { Fd } from "./fd.ts";
import { LinuxMap } from "./maps.ts";

// What is done where a kernel is older than what is asked of it.

const linux = (major: number, minor: number) => (major << 16) | (minor << 8);
const SYMBOLS = "ffffffff81000000 T __x64_sys_openat\nffffffff81000100 T vfs_read\n";
const PROG_ATTACH = "bpf 8";
const PROG_DETACH = "bpf 9";
const LINK_CREATE = "bpf 28";
const EINVAL = 22;
const EADDRNOTAVAIL = 99;
const ENOENT = 2;

function sceneOf(
  kernelVersion: number,
  type: ProgramType,
  answer: Answer,
  {
    multi = false,
    symbols = SYMBOLS,
    found = {},
  }: { multi?: boolean; symbols?: string; found?: Readonly<Record<string, bigint>> } = {},
) {
  const kernel = new FakeKernel(answer);
  const notAsked = () => {
    throw new Error("the machine is asked");
  };
  const machine = {
    arch: "x86_64",
    kernelVersion,
    onlineCpus: [0],
    tracefs: notAsked,
    kallsyms: () => new Kallsyms(symbols),
    keepIn: undefined,
    usdtProbes: notAsked,
    kernelBtf: () => undefined,
    functionAddress: ({ name }: { name: string }) => found[name],
    kernelFunctions: (pattern: string) =>
      ["vfs_read", "vfs_write"]
        .filter((name) => pattern === "vf*" || pattern === name)
        .map((name) => ({ name })),
  } as const;
  const context = new AttachContext(kernel, machine, () => ({
    type: 6,
    returnBit: 1n,
    refCounterShift: undefined,
  }));
  const notes: string[] = [];
  const map = { name: "m", type: "sockmap", keySize: 4, valueSize: 4, maxEntries: 1, flags: 0 } as const;
  const scene: AttachScene = {
    context,
    program: {
      spec: { name: "p", type, section: type, insns: [], functions: [] },
      fd: new Fd(kernel, 3),
      multi,
    },
    map: () => new LinuxMap(kernel, map, new Fd(kernel, 4), 1),
    programFd: notAsked,
    usdtSpecs: () => undefined,
    note: (text) => notes.push(text),
  };
  return { kernel, scene, notes };
}

const isCommand = (args: readonly unknown[], command: string) => `bpf ${args[0]}` === command;

/** Links are refused as old kernels do; what else there is gives descriptors from 10. */
function withoutLinks(): Answer {
  let next = 10;
  return (name, args) => {
    if (name === "bpf" && isCommand(args, LINK_CREATE)) return -EINVAL;
    if (name === "bpf") return 0;
    return name === "ioctl" ? 0 : next++;
  };
}

const attachOne = (scene: AttachScene, attach: AttachSpec) => attachAll(scene, [{ attach }], true).attachment;

// biome-ignore format: one case per line
test.each<{ rule: string; version: number; type: ProgramType; attach: AttachSpec; note: string }>([
  { rule: "cgroups",     version: linux(5, 6), type: "cgroupSkb", attach: { kind: "cgroup", cgroup: { fd: 7 }, hook: "cgroupInetEgress" }, note: "5.7" },
  { rule: "socket maps", version: linux(6, 1), type: "skMsg",     attach: { kind: "sockmap", map: "m", hook: "message" },                  note: "6.10" },
])("without links a program is attached to its target, and detached from it: $rule", ({ version, type, attach, note }) => {
  const { kernel, scene, notes } = sceneOf(version, type, withoutLinks());
  const attachment = attachOne(scene, attach);
  expect(notes).toEqual([expect.stringContaining(note)]);
  expect(kernel.calls.slice(0, 2)).toEqual([LINK_CREATE, PROG_ATTACH]);
  expect(attachment.links).toEqual([]);
  detachAll(kernel, attachment);
  expect(kernel.calls.at(-1)).toBe(PROG_DETACH);
  expect(kernel.closed).toEqual([10]); // the copy of the target's descriptor
});

test("several programs share a cgroup", () => {
  const flags: number[] = [];
  const answer = withoutLinks();
  const { scene } = sceneOf(linux(5, 6), "cgroupSkb", (name, args, kernel) => {
    if (name === "bpf" && isCommand(args, PROG_ATTACH))
      flags.push(progAttachAttr.decode(args[1] as Uint8Array).attachFlags);
    return answer(name, args, kernel);
  });
  attachOne(scene, { kind: "cgroup", cgroup: { fd: 7 }, hook: "cgroupInetEgress" });
  expect(flags).toEqual([2]); // BPF_F_ALLOW_MULTI
});

// biome-ignore format: one case per line
test.each<{ rule: string; version: number; type: ProgramType; attach: AttachSpec }>([
  { rule: "cgroups",    version: linux(5, 8), type: "cgroupSkb", attach: { kind: "cgroup", cgroup: { fd: 7 }, hook: "cgroupInetEgress" } },
  { rule: "netfilter",  version: linux(6, 1), type: "netfilter", attach: { kind: "netfilter", family: "ipv4", hook: "localIn", priority: 0 } },
  { rule: "namespaces", version: linux(5, 7), type: "skLookup",  attach: { kind: "skLookup" } },
])("where there is nothing to fall back to, the reason is given: $rule", ({ version, type, attach }) => {
  const { kernel, scene, notes } = sceneOf(version, type, withoutLinks());
  expect(() => attachOne(scene, attach)).toThrow(expect.objectContaining({ code: "system/EINVAL" }));
  expect(notes).toEqual([]);
  expect(kernel.calls).not.toContain(PROG_ATTACH);
});

test("XDP is attached by netlink before 5.9, and taken away in the same mode", () => {
  const sent: number[] = [];
  const answer: Answer = (name, args) => {
    if (name === "bpf") return -EINVAL;
    if (name === "socket") return 9;
    if (name === "sendto") sent.push(nlmsgHeader.decode(args[1] as Uint8Array).type);
    if (name !== "recvfrom") return 0;
    const head = nlmsgHeader.encode({ len: 36, type: 2, seq: 1 });
    (args[1] as Uint8Array).set(Uint8Array.from([...head, ...nlmsgError.encode({})]));
    return 36;
  };
  const { kernel, scene, notes } = sceneOf(linux(5, 8), "xdp", answer);
  const attachment = attachOne(scene, { kind: "xdp", ifindex: 3, mode: "native" });
  expect(notes).toEqual([expect.stringContaining("5.9")]);
  detachAll(kernel, attachment);
  expect(sent).toEqual([19, 19]); // RTM_SETLINK
});

test("functions are attached one by one where the kernel cannot link many", () => {
  const opened: string[] = [];
  let next = 10;
  const { scene, notes } = sceneOf(linux(5, 15), "kprobe", (name, args, kernel) => {
    if (name === "perf_event_open")
      opened.push(textOf(kernel.bytesAt(perfEventAttr.decode(args[0] as Uint8Array).config1)));
    return next++;
  });
  const attachment = attachOne(scene, {
    kind: "kprobeMulti",
    functions: ["vfs_read", "vfs_write"],
    return: false,
  });
  expect(opened).toEqual(["vfs_read", "vfs_write"]);
  expect(attachment).toMatchObject({ links: [11, 13], slowEvents: [10, 12] });
  expect(notes).toEqual([expect.stringContaining("2 are attached one by one")]);
});

test("many functions are opened by their addresses, and by name what the kernel refuses there", () => {
  const names = Array.from({ length: 50 }, (_, i) => `vfs_${i}`);
  const symbols = names.map((name, i) => `ffffffff81000${(i + 256).toString(16)} T ${name}\n`).join("");
  const opened: string[] = [];
  let next = 10;
  const answer: Answer = (name, args, kernel) => {
    if (name === "perf_event_open") {
      const { config1, config2 } = perfEventAttr.decode(args[0] as Uint8Array);
      opened.push(config1 === 0n ? `0x${config2.toString(16)}` : textOf(kernel.bytesAt(config1)));
      if (opened.length === 2) return -EINVAL;
    }
    return next++;
  };
  const { scene } = sceneOf(linux(6, 1), "kprobe", answer, { symbols });
  const requests = names.map((name) => ({
    attach: { kind: "kprobe", function: name, return: false } as const,
  }));
  const { attachment, failures } = attachAll(scene, requests, true);
  expect(failures).toEqual([]);
  expect(attachment.slowEvents).toHaveLength(50);
  expect(opened.slice(0, 4)).toEqual([
    "0xffffffff81000100",
    "0xffffffff81000101",
    "vfs_1",
    "0xffffffff81000102",
  ]);
});

test("of functions that share a name each is attached, where the kernel does not choose", () => {
  const symbols =
    "ffffffff81000100 t load_it\nffffffff81000200 t other\nffffffff81000300 t load_it\nffffffff82000000 d load_it\n";
  const opened: string[] = [];
  let next = 10;
  const answer: Answer = (name, args, kernel) => {
    if (name !== "perf_event_open") return next++;
    const { config1, config2 } = perfEventAttr.decode(args[0] as Uint8Array);
    opened.push(config1 === 0n ? `0x${config2.toString(16)}` : textOf(kernel.bytesAt(config1)));
    return config1 === 0n ? next++ : -EADDRNOTAVAIL;
  };
  const { scene, notes } = sceneOf(linux(6, 12), "kprobe", answer, { symbols });
  const attachment = attachOne(scene, { kind: "kprobe", function: "load_it", return: true });
  expect(opened).toEqual(["load_it", "0xffffffff81000100", "0xffffffff81000300"]);
  expect(attachment.slowEvents).toHaveLength(2);
  expect(notes).toEqual([expect.stringContaining("2 functions have this name")]);
});

test("functions share a link; the bad ones are found by halves, and the first is answered with what is near", () => {
  const seen: string[][] = [];
  let next = 10;
  const { scene } = sceneOf(
    linux(6, 12),
    "kprobe",
    (_name, args, kernel) => {
      const multi = linkKprobeMulti.decode(linkCreateAttr.decode(args[1] as Uint8Array).rest);
      const names = [...new BigUint64Array(kernel.bytesAt(multi.syms).slice().buffer)].map((at) =>
        textOf(kernel.bytesAt(at)),
      );
      seen.push(names);
      return names.includes("vfs_reed") ? -ENOENT : next++;
    },
    { multi: true },
  );
  const requests = ["vfs_read", "vfs_reed", "vfs_write"].map((name) => ({
    attach: { kind: "kprobe", function: name, return: false } as const,
  }));
  const { attachment, failures } = attachAll(scene, requests, false);
  expect(seen).toEqual([
    ["vfs_read", "vfs_reed", "vfs_write"],
    ["vfs_read"],
    ["vfs_reed", "vfs_write"],
    ["vfs_reed"],
    ["vfs_write"],
  ]);
  expect(attachment.links).toEqual([10, 11]);
  expect(failures).toMatchObject([
    { attach: { function: "vfs_reed" }, error: { remedy: expect.stringContaining("vfs_read") } },
  ]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; attach: AttachSpec; code: string; multi?: boolean }>([
  { rule: "no such system call",          attach: { kind: "ksyscall", name: "opennat", return: false },                                           code: "linux/no-target" },
  { rule: "a cookie too few",             attach: { kind: "kprobeMulti", functions: ["a", "b"], cookies: [1n], return: false },                   code: "linux/list-lengths" },
  { rule: "a semaphore too many",         attach: { kind: "uprobeMulti", path: "/x", offsets: [1], semaphoreOffsets: [1, 2], return: false },     code: "linux/list-lengths" },
  { rule: "inside of a function, linked", attach: { kind: "kprobe", function: "vfs_read", offset: 4, return: false }, multi: true,                code: "linux/probe-offset" },
])("points that cannot be are refused before the kernel is asked: $rule", ({ attach, code, multi = false }) => {
  const { kernel, scene } = sceneOf(linux(6, 12), "kprobe", () => 10, { multi });
  expect(() => attachOne(scene, attach)).toThrow(expect.objectContaining({ code }));
  expect(kernel.calls).toEqual([]);
});

test("a system call's function is spelled as this architecture does", () => {
  const opened: string[] = [];
  const { scene } = sceneOf(linux(6, 1), "kprobe", (name, args, kernel) => {
    if (name === "perf_event_open")
      opened.push(textOf(kernel.bytesAt(perfEventAttr.decode(args[0] as Uint8Array).config1)));
    return 10;
  });
  attachOne(scene, { kind: "ksyscall", name: "openat", return: true });
  expect(opened).toEqual(["__x64_sys_openat"]);
});

// biome-ignore format: one case per line
test.each<{ rule: string; found: Record<string, bigint>; refused?: "addrs"; kinds: string[] }>([
  { rule: "by their addresses, where those are known", found: { vfs_read: 16n, vfs_write: 32n }, kinds: ["addrs"] },
  { rule: "by name, where one is not known",           found: { vfs_read: 16n },                 kinds: ["syms"] },
  { rule: "by name, where the kernel refuses these",   found: { vfs_read: 16n, vfs_write: 32n }, refused: "addrs", kinds: ["addrs", "syms"] },
])("functions share a link $rule", ({ found, refused, kinds }) => {
  const seen: { kind: string; places: bigint[]; cookies: bigint[] }[] = [];
  const answer: Answer = (_name, args, kernel) => {
    const multi = linkKprobeMulti.decode(linkCreateAttr.decode(args[1] as Uint8Array).rest);
    const words = (at: bigint) => [...new BigUint64Array(kernel.bytesAt(at).slice().buffer)];
    const kind = multi.addrs === 0n ? "syms" : "addrs";
    seen.push({ kind, places: words(multi.addrs || multi.syms), cookies: words(multi.cookies) });
    return kind === refused ? -ENOENT : 10;
  };
  const { scene } = sceneOf(linux(6, 12), "kprobe", answer, { multi: true, found });
  const requests = ["vfs_read", "vfs_write"].map((name, index) => ({
    attach: { kind: "kprobe", function: name, return: false } as const,
    cookie: BigInt(index + 5),
  }));
  const { attachment, failures } = attachAll(scene, requests, true);
  expect(failures).toEqual([]);
  expect(attachment.links).toEqual([10]);
  expect(seen.map(({ kind }) => kind)).toEqual(kinds);
  for (const { kind, places, cookies } of seen) {
    if (kind === "addrs") expect(places).toEqual([16n, 32n]);
    expect(cookies).toEqual([5n, 6n]);
  }
});
