import { readdirSync } from "node:fs";
import type { AttachSpec } from "../abi/attach-spec.ts";
import { SkepError, unreachable } from "../base/errors.ts";
import type { AttachContext } from "./attach-context.ts";
import { attachText } from "./attach-spec-text.ts";
import type { Attachment } from "./attachments.ts";
import { detachAll, noAttachment } from "./attachments.ts";
import { ERRNO } from "./errno.ts";
import type { LoadedProgram } from "./load.ts";
import type { PerfEvent, PerfScope } from "./perf.ts";
import { enablePerfEvent, openPerfEvent } from "./perf.ts";
import { SystemError } from "./system-error.ts";

type Sampling = Extract<AttachSpec, { kind: "software" | "profile" | "interval" }>;

const INHERIT_THREAD_SINCE = (5 << 16) | (13 << 8);

/** Attaches a program to events that are counted or timed: one event per CPU, or one per thread of a process. */
export function attachSampling(
  context: AttachContext,
  program: LoadedProgram,
  attach: Sampling,
  cookie: bigint,
): Attachment {
  const attachment = noAttachment();
  const event = eventOf(context, attach);
  try {
    for (const scope of scopesOf(context, attach))
      addEvent(context, program, { attach, event, scope, cookie }, attachment);
    if (attachment.quickEvents.length === 0) throw ended(attach);
  } catch (error) {
    detachAll(context.kernel, attachment);
    throw error;
  }
  return attachment;
}

type Wanted = Readonly<{ attach: Sampling; event: PerfEvent; scope: PerfScope; cookie: bigint }>;

function addEvent(context: AttachContext, program: LoadedProgram, wanted: Wanted, into: Attachment): void {
  const { attach, scope, cookie } = wanted;
  const { kernel } = context;
  const fd = openPerfEvent(kernel, wanted.event, scope);
  // A thread may have ended, or a CPU gone offline, since we looked.
  if (fd === -ERRNO.ESRCH || (fd === -ERRNO.ENODEV && scope.pid === -1)) return;
  if (fd < 0) throw refused(program, attach, "perf_event_open", fd);
  const link = context.bindToEvent(program, fd, cookie, attach);
  into.quickEvents.push(fd);
  if (link !== undefined) into.quickLinks.push(link);
  const enabled = enablePerfEvent(kernel, fd);
  if (enabled < 0) throw refused(program, attach, "PERF_EVENT_IOC_ENABLE", enabled);
}

function eventOf(context: AttachContext, attach: Sampling): PerfEvent {
  const pid = "pid" in attach ? attach.pid : undefined;
  const inherit = pid ? (context.kernelVersion >= INHERIT_THREAD_SINCE ? "threads" : "all") : undefined;
  const more = inherit && { inherit: inherit as "threads" | "all" };
  switch (attach.kind) {
    case "software":
      return { kind: "software", event: attach.event, period: BigInt(attach.period), ...more };
    case "profile":
      if ("freqHz" in attach)
        return { kind: "frequency", event: "cpu-clock", hz: BigInt(attach.freqHz), ...more };
      return { kind: "software", event: "cpu-clock", period: BigInt(attach.periodNs), ...more };
    case "interval":
      return { kind: "software", event: "cpu-clock", period: BigInt(attach.periodNs) };
    default:
      return unreachable(attach);
  }
}

function scopesOf(context: AttachContext, attach: Sampling): PerfScope[] {
  if (attach.kind === "interval") return [{ pid: -1, cpu: context.onlineCpus[0] ?? 0 }];
  if (!attach.pid) return context.onlineCpus.map((cpu) => ({ pid: -1, cpu }));
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

function refused(program: LoadedProgram, attach: Sampling, call: string, errno: number): SystemError {
  const tooOften = errno === -ERRNO.EINVAL && attach.kind === "profile";
  const remedy = tooOften
    ? "sample less often, or raise the limit: sysctl kernel.perf_event_max_sample_rate"
    : undefined;
  return new SystemError(`attach ${program.spec.name} to ${attachText(attach)}`, call, errno, remedy);
}
