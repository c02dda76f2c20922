import type { ProgramType } from "../abi/attach-spec.ts";
import type { AttachType } from "../abi/attach-types.ts";
import {
  iterCreateAttr,
  linkKprobeMulti,
  linkNetfilter,
  linkUprobeMulti,
  rawTracepointAttr,
} from "../abi/attr-link.ts";
import { LINK_TYPES, type LinkType } from "../abi/link-types.ts";
import { bpf } from "./bpf.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { createLink } from "./link-create.ts";
import { enumerates } from "./probe-features.ts";
import type { TrialLoader } from "./trial-load.ts";

export const LINK_TYPE_NAMES = Object.keys(LINK_TYPES) as LinkType[];

/** What a trial of a link found: whether this process can make such links, and what the kernel said if not. */
export type LinkTrial = Readonly<{ works: boolean; call: string; errno: number }>;

const NOWHERE = 0xffff_ffff; // -1: no descriptor, no interface

/**
 * Tries to make a link of that type where nothing can come of it: to no descriptor, no interface, no function. The kernel
 * refuses it for its place where it knows such links, and as a whole where not.
 */
export function tryLink(loader: TrialLoader, type: LinkType): LinkTrial {
  const trial = TRIALS[type];
  const loaded = loader.load(trial.program, { ...(trial.attach && { attach: trial.attach }) });
  if (loaded.fd === undefined) return { works: false, call: "BPF_PROG_LOAD", errno: loaded.errno };
  using program = loaded.fd;
  const call = type === "rawTracepoint" || type === "tracing" ? "BPF_RAW_TRACEPOINT_OPEN" : "BPF_LINK_CREATE";
  const result = trial.link(loader, program);
  if (result >= 0) loader.kernel.call("close", result);
  const works = result >= 0 || trial.fine.includes(-result);
  return { works, call, errno: works ? 0 : -result };
}

type LinkAttempt = Readonly<{
  program: ProgramType;
  attach?: AttachType;
  /** The descriptor, or -errno. */
  link: (loader: TrialLoader, program: Fd) => number;
  /** Errnos that speak of the place. */
  fine: readonly number[];
}>;

const toNothing =
  (attachType: AttachType, target = NOWHERE) =>
  ({ kernel }: TrialLoader, program: Fd) =>
    createLink(kernel, { program, target, attachType });

const { EBADF, ENODEV, ENOENT, ESRCH, EPROTO } = ERRNO;

/** Links that cannot be told apart by what the kernel says are looked up among its types. */
const byName = (type: LinkType) => (loader: TrialLoader) =>
  enumerates(loader.btf, "bpf_link_type", LINK_TYPES[type].kernelName) === false ? -ERRNO.EINVAL : -EBADF;

// biome-ignore format: one type per line
const TRIALS: Readonly<Record<LinkType, LinkAttempt>> = {
  rawTracepoint: { program: "rawTracepoint", link: openRawTracepoint, fine: [ENOENT] },
  tracing:       { program: "tracing", attach: "traceFentry", link: openTracing, fine: [] },
  cgroup:        { program: "cgroupSkb", link: toNothing("cgroupInetIngress"), fine: [EBADF] },
  iter:          { program: "tracing", attach: "traceIter", link: openIterator, fine: [] },
  netns:         { program: "skLookup", link: toNothing("skLookup"), fine: [EBADF] },
  xdp:           { program: "xdp", attach: "xdp", link: byName("xdp"), fine: [EBADF] },
  perfEvent:     { program: "tracepoint", link: toNothing("perfEvent"), fine: [EBADF] },
  kprobeMulti:   { program: "kprobe", attach: "traceKprobeMulti", link: linkKprobes, fine: [ESRCH, ENOENT] },
  structOps:     { program: "structOps", link: byName("structOps"), fine: [EBADF] },
  netfilter:     { program: "netfilter", link: linkToNoHook, fine: [EPROTO] },
  tcx:           { program: "schedCls", link: toNothing("tcxIngress"), fine: [ENODEV] },
  uprobeMulti:   { program: "kprobe", attach: "traceUprobeMulti", link: linkUprobes, fine: [EBADF, ENOENT] },
  netkit:        { program: "schedCls", link: toNothing("netkitPrimary"), fine: [ENODEV] },
  sockmap:       { program: "skMsg", link: toNothing("skMsgVerdict"), fine: [EBADF] },
};

function openRawTracepoint({ kernel }: TrialLoader, program: Fd): number {
  const name = kernel.addressOf(new TextEncoder().encode("no such tracepoint\0"));
  return bpf(kernel, "BPF_RAW_TRACEPOINT_OPEN", rawTracepointAttr.encode({ name, progFd: program.number }));
}

// Of a function that the kernel keeps for such trials, and calls in test runs only.
function openTracing({ kernel }: TrialLoader, program: Fd): number {
  return bpf(kernel, "BPF_RAW_TRACEPOINT_OPEN", rawTracepointAttr.encode({ progFd: program.number }));
}

// Links of iterators trigger nothing; walking one shows that the whole chain works.
function openIterator({ kernel }: TrialLoader, program: Fd): number {
  const linkFd = createLink(kernel, { program, attachType: "traceIter" });
  if (linkFd < 0) return linkFd;
  const walk = bpf(kernel, "BPF_ITER_CREATE", iterCreateAttr.encode({ linkFd }));
  kernel.call("close", linkFd);
  return walk;
}

function linkKprobes({ kernel }: TrialLoader, program: Fd): number {
  const name = kernel.addressOf(new TextEncoder().encode("no such function\0"));
  const syms = kernel.addressOf(new Uint8Array(BigUint64Array.of(name).buffer));
  const rest = linkKprobeMulti.encode({ cnt: 1, syms });
  return createLink(kernel, { program, attachType: "traceKprobeMulti", rest });
}

function linkUprobes({ kernel }: TrialLoader, program: Fd): number {
  const path = kernel.addressOf(new TextEncoder().encode("/no such file\0"));
  const offsets = kernel.addressOf(new Uint8Array(BigUint64Array.of(0n).buffer));
  const rest = linkUprobeMulti.encode({ path, offsets, cnt: 1 });
  return createLink(kernel, { program, attachType: "traceUprobeMulti", rest });
}

function linkToNoHook({ kernel }: TrialLoader, program: Fd): number {
  const IPV4 = 2;
  const rest = linkNetfilter.encode({ pf: IPV4, hooknum: 99, priority: 1 });
  return createLink(kernel, { program, attachType: "netfilter", rest });
}
