import { ATTACH_TYPES, type AttachType } from "../abi/attach-types.ts";
import { progQueryAttr } from "../abi/attr-link.ts";
import { taskFdQueryAttr } from "../abi/attr-object.ts";
import { checkInput, checkOptions, DESCRIPTOR, FLAG, integer, U32, word } from "../base/check-input.ts";
import { bpf } from "./bpf.ts";
import { textOf } from "./bpf-prog.ts";
import { checkKernel } from "./check-arguments.ts";
import { ERRNO } from "./errno.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** A program of a hook, in the order in which they run. `linkId` is 0 for those attached without a link. */
export type QueriedProgram = Readonly<{ programId: number; linkId: number }>;

const QUERY_EFFECTIVE = 1;
const MOST_PROGRAMS = 4096;

/**
 * The programs of a hook of a cgroup, a network namespace, a socket map (descriptors) or an interface (its index; tcx
 * and netkit). `effective`: those that count for a cgroup, inherited ones too. Throws SystemError.
 */
export function queryPrograms(
  kernel: Kernel,
  target: number,
  attachType: AttachType,
  options: { effective?: boolean } = {},
): QueriedProgram[] {
  return queryHook(kernel, target, attachType, options).programs;
}

/** As `queryPrograms`, with the flags that programs were attached with: ATTACH_FLAGS of cgroups. Throws SystemError. */
export function queryHook(
  kernel: Kernel,
  target: number,
  attachType: AttachType,
  options: { effective?: boolean } = {},
): { programs: QueriedProgram[]; attachFlags: number } {
  checkKernel(kernel);
  checkInput("the target of a query", target, U32);
  checkInput("the attach type of a query", attachType, word(...Object.keys(ATTACH_TYPES)));
  checkOptions("the query", options, { effective: FLAG });
  for (let room = 64; ; room *= 4) {
    const programs = new Uint32Array(room);
    const links = new Uint32Array(room);
    const withLinks = LISTS_LINKS.test(attachType);
    const attr = progQueryAttr.encode({
      targetFd: target,
      attachType: ATTACH_TYPES[attachType].number,
      queryFlags: options.effective ? QUERY_EFFECTIVE : 0,
      progIds: kernel.addressOf(new Uint8Array(programs.buffer)),
      progCnt: room,
      ...(withLinks && { linkIds: kernel.addressOf(new Uint8Array(links.buffer)) }),
    });
    const result = bpf(kernel, "BPF_PROG_QUERY", attr);
    if (result === -ERRNO.ENOSPC && room < MOST_PROGRAMS) continue;
    if (result < 0) throw new SystemError(`list the programs of ${attachType}`, "BPF_PROG_QUERY", result);
    const { progCnt, attachFlags } = progQueryAttr.decode(attr);
    const found = Array.from({ length: Math.min(progCnt, room) }, (_, i) => ({
      programId: programs[i] ?? 0,
      linkId: links[i] ?? 0,
    }));
    return { programs: found, attachFlags };
  }
}

const LISTS_LINKS = /^(tcx|netkit)/; // others take no list of links

/** What a perf event of a process runs a program for. `offset` is of probes, `address` of kernel probes. */
export type PerfAttachment = Readonly<{
  programId: number;
  kind: "rawTracepoint" | "tracepoint" | "kprobe" | "kretprobe" | "uprobe" | "uretprobe";
  name: string;
  offset: bigint;
  address: bigint;
}>;

const FD_KINDS = ["rawTracepoint", "tracepoint", "kprobe", "kretprobe", "uprobe", "uretprobe"] as const;

/** Asks what a descriptor of a process is; undefined when it runs no program. Throws SystemError without the right to ask. */
export function queryPerfFd(kernel: Kernel, pid: number, fd: number): PerfAttachment | undefined {
  checkKernel(kernel);
  checkInput("the process of a query", pid, integer(1, 0x7fff_ffff));
  checkInput("the descriptor of a query", fd, DESCRIPTOR);
  const name = new Uint8Array(4096);
  const attr = taskFdQueryAttr.encode({ pid, fd, bufLen: name.length, buf: kernel.addressOf(name) });
  const result = bpf(kernel, "BPF_TASK_FD_QUERY", attr);
  if (result === -ERRNO.EPERM || result === -ERRNO.EACCES)
    throw new SystemError(`ask about the descriptors of process ${pid}`, "BPF_TASK_FD_QUERY", result);
  if (result < 0) return undefined;
  const { progId, fdType, probeOffset, probeAddr } = taskFdQueryAttr.decode(attr);
  const kind = FD_KINDS[fdType];
  return kind && { programId: progId, kind, name: textOf(name), offset: probeOffset, address: probeAddr };
}
