import type { AttachSpec } from "../abi/attach-spec.ts";
import { linkTracing, rawTracepointAttr } from "../abi/attr-link.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { type AttachScene, loadedFor, refused } from "./attach-context.ts";
import { programFunction } from "./attach-target.ts";
import type { Attachment } from "./attachments.ts";
import { noAttachment } from "./attachments.ts";
import { bpf } from "./bpf.ts";
import { openCgroup } from "./cgroup-fd.ts";
import { ERRNO } from "./errno.ts";
import { createLink } from "./link-create.ts";
import { openKernelObject } from "./open-object.ts";
import { openPerfEvent } from "./perf.ts";

type Of<K extends AttachSpec["kind"]> = Extract<AttachSpec, { kind: K }>;

export function attachTracepoint(scene: AttachScene, attach: Of<"tracepoint">, cookie: bigint): Attachment {
  const { context, program } = scene;
  const id = attach.id ?? context.machine.tracefs().id(attach.category, attach.name);
  if (id === undefined) throw noTracepoint(scene, attach.category, attach.name);
  // A program of a tracepoint runs on every CPU, whichever one the event belongs to.
  const scope = { pid: -1, cpu: context.machine.onlineCpus[0] ?? 0 };
  const event = openPerfEvent(context.kernel, { kind: "tracepoint", id }, scope);
  if (event < 0) throw refused(scene, attach, "perf_event_open", event);
  const link = context.bindToEvent(program, event, cookie, attach);
  return { ...noAttachment(), links: link === undefined ? [] : [link], slowEvents: [event] };
}

function noTracepoint(scene: AttachScene, category: string, name: string): SkepError {
  const names = scene.context.machine
    .tracefs()
    .list("*", "*")
    .map((t) => `${t.category}:${t.name}`);
  return new SkepError(`this kernel has no tracepoint ${category}:${name}`, {
    code: "linux/no-tracepoint",
    remedy: didYouMean(`${category}:${name}`, names) ?? `list the tracepoints: skep list 'tracepoint:*'`,
  });
}

/** Opens a raw tracepoint by name. */
export function attachRawTracepoint(
  scene: AttachScene,
  attach: Of<"rawTracepoint">,
  cookie: bigint,
): Attachment {
  const { kernel } = scene.context;
  const name = kernel.addressOf(new TextEncoder().encode(`${attach.name}\0`));
  const attr = rawTracepointAttr.encode({ name, progFd: scene.program.fd.number, cookie });
  const link = bpf(kernel, "BPF_RAW_TRACEPOINT_OPEN", attr);
  if (link >= 0) return { ...noAttachment(), quickLinks: [link] };
  const remedy =
    link === -ERRNO.EINVAL && cookie !== 0n
      ? "raw tracepoints take cookies since Linux 6.10; attach without"
      : undefined;
  throw refused(scene, attach, "BPF_RAW_TRACEPOINT_OPEN", link, remedy);
}

/**
 * Attaches to what the program was loaded for: a function, an LSM hook, or a tracepoint by its BTF. A cookie takes the
 * newer command; without one the older works everywhere.
 */
export function attachToTarget(
  scene: AttachScene,
  attach: Of<"fentry" | "fexit" | "fmodRet" | "lsm" | "btfTracepoint">,
  cookie: bigint,
): Attachment {
  const { context, program } = scene;
  if (cookie === 0n) {
    const link = bpf(
      context.kernel,
      "BPF_RAW_TRACEPOINT_OPEN",
      rawTracepointAttr.encode({ progFd: program.fd.number }),
    );
    if (link < 0) throw refused(scene, attach, "BPF_RAW_TRACEPOINT_OPEN", link, targetRemedy(link));
    return made(attach, link);
  }
  const attachType = loadedFor(scene, ATTACH_TYPE[attach.kind]);
  const link = createLink(context.kernel, {
    program: program.fd,
    attachType,
    rest: linkTracing.encode({ cookie }),
  });
  if (link >= 0) return made(attach, link);
  const tooOld = link === -ERRNO.EINVAL || link === -ERRNO.E2BIG;
  const remedy = tooOld
    ? `cookies need Linux ${attach.kind === "btfTracepoint" ? "6.10" : "6.0"} here; attach without`
    : targetRemedy(link);
  throw refused(scene, attach, "BPF_LINK_CREATE", link, remedy);
}

const ATTACH_TYPE = {
  fentry: "traceFentry",
  fexit: "traceFexit",
  fmodRet: "modifyReturn",
  lsm: "lsmMac",
  btfTracepoint: "traceRawTp",
} as const;

// Trampolines wait for a grace period when they go; tracepoints do not.
function made(attach: AttachSpec, link: number): Attachment {
  return attach.kind === "btfTracepoint"
    ? { ...noAttachment(), quickLinks: [link] }
    : { ...noAttachment(), links: [link] };
}

function targetRemedy(errno: number): string | undefined {
  if (errno === -ERRNO.EBUSY)
    return "other programs hold the function: at most 38 fentry, fexit and fmod_ret programs each; detach one";
  if (errno === -ERRNO.ENODEV) return "this kernel was built without BPF LSM; boot with lsm=…,bpf";
  if (errno === -ERRNO.EOPNOTSUPP || errno === -ERRNO.ENOTSUPP)
    return "this architecture's kernel has no trampolines yet; use a kprobe";
  return undefined;
}

/** Attaches an LSM program to the tasks of a cgroup (6.0). */
export function attachLsmCgroup(scene: AttachScene, attach: Of<"lsmCgroup">): Attachment {
  const { kernel } = scene.context;
  using cgroup = openCgroup(kernel, attach.cgroup);
  const link = createLink(kernel, {
    program: scene.program.fd,
    target: cgroup.number,
    attachType: "lsmCgroup",
  });
  if (link < 0) throw refused(scene, attach, "BPF_LINK_CREATE", link);
  return { ...noAttachment(), links: [link] };
}

/** Puts a program in the place of another program's function. */
export function attachReplacement(scene: AttachScene, attach: Of<"freplace">, cookie: bigint): Attachment {
  const { kernel } = scene.context;
  const { fd } = scene.program;
  using target = openKernelObject(kernel, "prog", attach.program);
  const rest = linkTracing.encode({ targetBtfId: programFunction(kernel, target, attach.function), cookie });
  // Programs of this type have no attach type: 0.
  let link = createLink(kernel, { program: fd, target: target.number, attachType: "cgroupInetIngress", rest });
  // Before 5.10 the target is the one that the program was loaded for.
  if (link === -ERRNO.EINVAL && cookie === 0n)
    link = bpf(kernel, "BPF_RAW_TRACEPOINT_OPEN", rawTracepointAttr.encode({ progFd: fd.number }));
  if (link >= 0) return { ...noAttachment(), links: [link] };
  const remedy =
    link === -ERRNO.EBUSY ? "another program replaces this function already; detach it first" : undefined;
  throw refused(scene, attach, "BPF_LINK_CREATE", link, remedy);
}
