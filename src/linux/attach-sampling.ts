import { readdirSync } from "node:fs";
import type { AttachSpec } from "../abi/attach-spec.ts";
import { SkepError, unreachable } from "../base/errors.ts";
import { type AttachScene, refused } from "./attach-context.ts";
import { attachText } from "./attach-spec-text.ts";
import type { Attachment } from "./attachments.ts";
import { detachAll, noAttachment } from "./attachments.ts";
import { ERRNO } from "./errno.ts";
import type { PerfEvent, PerfScope } from "./perf.ts";
import { enablePerfEvent, openPerfEvent } from "./perf.ts";
import type { SystemError } from "./system-error.ts";

type Sampling = Extract<AttachSpec, { kind: "software" | "profile" | "interval" | "perfEvent" | "breakpoint" }>;

const INHERIT_THREAD_SINCE = (5 << 16) | (13 << 8);

/** Attaches a program to events that are counted or timed: one event per CPU, or one per thread of a process. */
export function attachSampling(scene: AttachScene, attach: Sampling, cookie: bigint): Attachment {
  const attachment = noAttachment();
  const event = eventOf(scene, attach);
  try {
    for (const scope of scopesOf(scene, attach)) addEvent(scene, { attach, event, scope, cookie }, attachment);
    if (attachment.quickEvents.length === 0) throw ended(attach);
  } catch (error) {
    detachAll(scene.context.kernel, attachment);
    throw error;
  }
  return attachment;
}

type Wanted = Readonly<{ attach: Sampling; event: PerfEvent; scope: PerfScope; cookie: bigint }>;

function addEvent(scene: AttachScene, wanted: Wanted, into: Attachment): void {
  const { attach, scope, cookie } = wanted;
  const { context, program } = scene;
  const fd = openPerfEvent(context.kernel, wanted.event, scope);
  // A thread may have ended, or a CPU gone offline, since we looked.
  if (fd === -ERRNO.ESRCH || (fd === -ERRNO.ENODEV && scope.pid === -1)) return;
  if (fd < 0) throw refusedHere(scene, attach, "perf_event_open", fd);
  const link = context.bindToEvent(program, fd, cookie, attach);
  into.quickEvents.push(fd);
  if (link !== undefined) into.quickLinks.push(link);
  const enabled = enablePerfEvent(context.kernel, fd);
  if (enabled < 0) throw refusedHere(scene, attach, "PERF_EVENT_IOC_ENABLE", enabled);
}

function eventOf(scene: AttachScene, attach: Sampling): PerfEvent {
  const pid = "pid" in attach ? attach.pid : undefined;
  const recent = scene.context.machine.kernelVersion >= INHERIT_THREAD_SINCE;
  const more: { inherit?: "threads" | "all" } = pid ? { inherit: recent ? "threads" : "all" } : {};
  switch (attach.kind) {
    case "software":
      return { kind: "software", event: attach.event, period: BigInt(attach.period), ...more };
    case "profile":
      if ("freqHz" in attach)
        return { kind: "frequency", event: "cpu-clock", hz: BigInt(attach.freqHz), ...more };
      return { kind: "software", event: "cpu-clock", period: BigInt(attach.periodNs), ...more };
    case "interval":
      return { kind: "software", event: "cpu-clock", period: BigInt(attach.periodNs) };
    case "perfEvent": {
      const { type, config, config1 = 0n, config2 = 0n } = attach;
      const rate = "freqHz" in attach ? { hz: BigInt(attach.freqHz) } : { period: attach.period };
      return { kind: "any", type, config, config1, config2, ...rate, ...more };
    }
    case "breakpoint": {
      const { address, length, access } = attach;
      return { kind: "breakpoint", address, length, access, ...more };
    }
    default:
      return unreachable(attach);
  }
}

function scopesOf({ context: { machine } }: AttachScene, attach: Sampling): PerfScope[] {
  if (attach.kind === "interval") return [{ pid: -1, cpu: machine.onlineCpus[0] ?? 0 }];
  if (!attach.pid) return machine.onlineCpus.map((cpu) => ({ pid: -1, cpu }));
  return threadsOf(attach.pid).map((pid) => ({ pid, cpu: -1 }));
}

// Inheritance covers threads that start later; those that run already have an event each.
function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number);
  } catch {
    return [];
  }
}

function ended(attach: Sampling): SkepError {
  return new SkepError(`cannot attach to ${attachText(attach)}: there is no such process`, {
    code: "linux/no-process",
    remedy: "give the id of a running process",
  });
}

function refusedHere(scene: AttachScene, attach: Sampling, call: string, errno: number): SystemError {
  return refused(scene, attach, call, errno, remedyFor(attach, errno));
}

function remedyFor(attach: Sampling, errno: number): string | undefined {
  const invalid = errno === -ERRNO.EINVAL;
  if (invalid && attach.kind === "profile")
    return "sample less often, or raise the limit: sysctl kernel.perf_event_max_sample_rate";
  if (attach.kind !== "breakpoint") return undefined;
  if (errno === -ERRNO.ENOSPC)
    return "the processor's watchpoints (four on most) are all in use; end another tool that watches memory";
  if (invalid)
    return "watch 1, 2, 4 or 8 bytes at a multiple of their number; instructions take 8, and x86 cannot watch reads alone";
  return undefined;
}
