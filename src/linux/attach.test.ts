import { expect, test } from "vitest";
import type { AttachSpec, ProgramType } from "../abi/attach-spec.ts";
import { linkCreateAttr, linkUprobeMulti } from "../abi/attr-link.ts";
import { Kallsyms } from "../symbols/kallsyms.ts";
import { attachAll } from "./attach.ts";
import { AttachContext, type AttachScene } from "./attach-context.ts";
import type { Answer } from "./fake-kernel.ts";
import { FakeKernel } from "./fake-kernel.ts";
import { Fd } from "./fd.ts";
import type { LoadedProgram } from "./load.ts";

const SYMBOLS = "ffffffff81000000 T __x64_sys_openat\nffffffff81000100 T vfs_read\n";
const LINK_CREATE = 28;
const EINVAL = 22;
const EPERM = 1;

function contextOf(answer: Answer, kernelVersion = (6 << 16) | (1 << 8)) {
  const kernel = new FakeKernel(answer);
  const notAsked = () => {
    throw new Error("the machine is asked");
  };
  const machine = {
    arch: "x86_64",
    kernelVersion,
    onlineCpus: [0, 2],
    tracefs: notAsked,
    kallsyms: () => new Kallsyms(SYMBOLS),
    keepIn: undefined,
    usdtProbes: notAsked,
    kernelBtf: () => undefined,
    functionAddress: () => undefined,
    kernelFunctions: () => [{ name: "vfs_read" }, { name: "vfs_write" }],
  } as const;
  const pmu = { type: 7, returnBit: 1n, refCounterShift: 32n };
  const context = new AttachContext(kernel, machine, () => pmu);
  const notes: string[] = [];
  const scene = (type: ProgramType, multi = false): AttachScene => ({
    context,
    program: programOf(kernel, type, multi),
    map: notAsked,
    programFd: notAsked,
    usdtSpecs: () => undefined,
    note: (text) => notes.push(text),
  });
  return { kernel, context, scene, notes };
}

function programOf(kernel: FakeKernel, type: ProgramType, multi = false): LoadedProgram {
  return {
    spec: { name: "p", type, section: type, insns: [], functions: [] },
    fd: new Fd(kernel, 3),
    multi,
  };
}

const tracepoint = (id: number): AttachSpec => ({ kind: "tracepoint", category: "a", name: `t${id}`, id });
const uprobe = (offset: number, more: object = {}) =>
  ({ kind: "uprobe", path: "/bin/x", offset, return: false, ...more }) as const;

/** Numbers file descriptors from 10; perf links can be refused. */
function numbering(links: "yes" | "no"): Answer {
  let next = 10;
  return (name, args) => {
    if (name === "ioctl") return 0;
    if (name === "bpf" && args[0] === LINK_CREATE && links === "no") return -EINVAL;
    return next++;
  };
}

test("a tracepoint is an event and a link on it", () => {
  const { scene } = contextOf(numbering("yes"));
  const requests = [{ attach: tracepoint(5) }, { attach: tracepoint(6), cookie: 1n }];
  const { attachment } = attachAll(scene("tracepoint"), requests, true);
  expect(attachment).toEqual({
    links: [11, 13],
    quickLinks: [],
    slowEvents: [10, 12],
    quickEvents: [],
    undo: [],
  });
});

test("before 5.15 the program goes with the event, and links are not tried again", () => {
  const { kernel, scene } = contextOf(numbering("no"));
  const requests = [{ attach: tracepoint(5) }, { attach: tracepoint(6) }];
  const { attachment } = attachAll(scene("tracepoint"), requests, true);
  expect(attachment).toEqual({ links: [], quickLinks: [], slowEvents: [10, 11], quickEvents: [], undo: [] });
  expect(kernel.calls.filter((c) => c === `bpf ${LINK_CREATE}`)).toHaveLength(1);
});

test("a cookie that the kernel cannot keep is refused, and nothing stays open", () => {
  const { kernel, scene } = contextOf(numbering("no"));
  const requests = [{ attach: tracepoint(5), cookie: 9n }];
  expect(() => attachAll(scene("tracepoint"), requests, true)).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining("5.15") }),
  );
  expect(kernel.closed).toEqual([10]);
});

test("strictly, the first failure closes what was opened; loosely, the others stay", () => {
  let next = 10;
  const answer: Answer = (name) => {
    const fd = next++;
    return name === "perf_event_open" && fd === 12 ? -EPERM : fd;
  };
  const requests = [1, 2, 3].map((id) => ({ attach: tracepoint(id) }));
  const strict = contextOf(answer);
  expect(() => attachAll(strict.scene("tracepoint"), requests, true)).toThrow(/EPERM/);
  expect(strict.kernel.closed.sort()).toEqual([10, 11]);
  next = 10;
  const loose = contextOf(answer);
  const { attachment, failures } = attachAll(loose.scene("tracepoint"), requests, false);
  expect(failures.map((f) => f.attach)).toEqual([tracepoint(2)]);
  expect(attachment.slowEvents).toHaveLength(2);
});

/** Accepts links for many places unless one of `bad` is among them. */
function multiAnswer(bad: readonly number[], seen: number[][], errno = EINVAL): Answer {
  let next = 10;
  return (_name, args, kernel) => {
    const create = linkCreateAttr.decode(args[1] as Uint8Array);
    const multi = linkUprobeMulti.decode(create.rest);
    const offsets = [...new BigUint64Array(kernel.bytesAt(multi.offsets).slice().buffer)].map(Number);
    seen.push(offsets);
    return offsets.some((offset) => bad.includes(offset)) ? -errno : next++;
  };
}

test("places in one file share a link; the bad ones are found by halves", () => {
  const seen: number[][] = [];
  const { scene } = contextOf(multiAnswer([30], seen));
  const requests = [10, 20, 30, 40].map((offset) => ({ attach: uprobe(offset) }));
  const { attachment, failures } = attachAll(scene("kprobe", true), requests, false);
  expect(seen).toEqual([[10, 20, 30, 40], [10, 20], [30, 40], [30], [40]]);
  expect(attachment.links).toEqual([10, 11]);
  expect(failures.map((f) => f.attach)).toEqual([uprobe(30)]);
});

test("without permission halves are not tried", () => {
  const seen: number[][] = [];
  const { scene } = contextOf(multiAnswer([30], seen, EPERM));
  const requests = [10, 20, 30, 40].map((offset) => ({ attach: uprobe(offset) }));
  expect(() => attachAll(scene("kprobe", true), requests, false)).toThrow(/EPERM/);
  expect(seen).toHaveLength(1);
});

test("returns, processes and files have links of their own", () => {
  const seen: number[][] = [];
  const { scene } = contextOf(multiAnswer([], seen));
  const attach = [
    uprobe(1),
    uprobe(2, { return: true }),
    uprobe(3, { pid: 7 }),
    uprobe(4, { path: "/y" }),
    uprobe(5),
  ];
  attachAll(
    scene("kprobe", true),
    attach.map((a) => ({ attach: a })),
    true,
  );
  expect(seen).toEqual([[1, 5], [2], [3], [4]]);
});

test("samples are taken on each CPU that is online", () => {
  const { kernel, scene } = contextOf(numbering("yes"));
  const attach = { kind: "profile", freqHz: 99 } as const;
  const { attachment } = attachAll(scene("perfEvent"), [{ attach }], true);
  expect(attachment.quickEvents).toHaveLength(2);
  expect(kernel.calls.filter((c) => c === "ioctl")).toHaveLength(2); // each is started
});

test("a process that has ended is told", () => {
  const { scene } = contextOf(numbering("yes"));
  const attach = { kind: "profile", freqHz: 99, pid: 0x7fff_fff0 } as const;
  expect(() => attachAll(scene("perfEvent"), [{ attach }], true)).toThrow(
    expect.objectContaining({ code: "linux/no-process" }),
  );
});
