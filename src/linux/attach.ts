import type { AttachSpec } from "../abi/attach-spec.ts";
import { rawTracepointAttr } from "../abi/attr-link.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { AttachFailure, AttachRequest } from "../runtime/backend.ts";
import type { AttachContext } from "./attach-context.ts";
import { attachSampling } from "./attach-sampling.ts";
import { attachText } from "./attach-spec-text.ts";
import { attachUprobes } from "./attach-uprobe.ts";
import type { Attachment } from "./attachments.ts";
import { detachAll, joinAttachments, noAttachment } from "./attachments.ts";
import { bpf } from "./bpf.ts";
import { ERRNO } from "./errno.ts";
import type { LoadedProgram } from "./load.ts";
import { openPerfEvent } from "./perf.ts";
import { SystemError } from "./system-error.ts";

export type Attached = Readonly<{ attachment: Attachment; failures: AttachFailure[] }>;

/**
 * Attaches `program` at all points. What could not be attached is in `failures`; throws the first of them, with nothing
 * left attached, when `strict` or when no point could be attached.
 */
export function attachAll(
  context: AttachContext,
  program: LoadedProgram,
  requests: readonly AttachRequest[],
  strict: boolean,
): Attached {
  const attachment = noAttachment();
  const failures: AttachFailure[] = [];
  const attempt = (points: readonly AttachRequest[], work: () => Attachment): void => {
    try {
      joinAttachments(attachment, work());
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      failures.push(...points.map(({ attach }) => ({ attach, error })));
    }
  };
  try {
    for (const group of groupPoints(program, requests)) {
      if (group.kind === "one") attempt([group.point], () => attachOne(context, program, group.point));
      else {
        const made = attachUprobes(context, program, group.points);
        joinAttachments(attachment, made.attachment);
        failures.push(...made.failures);
      }
      if (strict && failures.length > 0) break;
    }
    const first = failures[0];
    if (first && (strict || failures.length === requests.length)) throw first.error;
  } catch (error) {
    detachAll(context.kernel, attachment);
    throw error;
  }
  return { attachment, failures };
}

type Uprobe = Extract<AttachSpec, { kind: "uprobe" }>;
type UprobeRequest = AttachRequest & Readonly<{ attach: Uprobe }>;
type Group =
  | Readonly<{ kind: "one"; point: AttachRequest }>
  | Readonly<{ kind: "uprobes"; points: UprobeRequest[] }>;

// Places in one binary share a link where the kernel can do that.
function groupPoints(program: LoadedProgram, requests: readonly AttachRequest[]): Group[] {
  const groups: Group[] = [];
  const uprobes = new Map<string, UprobeRequest[]>();
  for (const point of requests) {
    const { attach } = point;
    if (attach.kind !== "uprobe") {
      groups.push({ kind: "one", point });
      continue;
    }
    const key = program.multi ? `${attach.return} ${attach.pid ?? 0} ${attach.path}` : `${uprobes.size}`;
    const points = uprobes.get(key) ?? [];
    if (points.length === 0) {
      uprobes.set(key, points);
      groups.push({ kind: "uprobes", points });
    }
    points.push({ ...point, attach });
  }
  return groups;
}

function attachOne(context: AttachContext, program: LoadedProgram, request: AttachRequest): Attachment {
  const { attach, cookie = 0n } = request;
  switch (attach.kind) {
    case "manual":
      return noAttachment();
    case "tracepoint":
      return attachTracepoint(context, program, attach, cookie);
    case "rawTracepoint":
      return attachRawTracepoint(context, program, attach.name, cookie);
    case "software":
    case "profile":
    case "interval":
      return attachSampling(context, program, attach, cookie);
    case "uprobe":
      throw new Error("bug: uprobes are attached in groups");
    default:
      throw new Error(`bug: ${attach.kind} is not attached yet`);
  }
}

function attachTracepoint(
  context: AttachContext,
  program: LoadedProgram,
  attach: Extract<AttachSpec, { kind: "tracepoint" }>,
  cookie: bigint,
): Attachment {
  const id = attach.id ?? context.tracefs().id(attach.category, attach.name);
  if (id === undefined) throw noTracepoint(context, attach.category, attach.name);
  // A program of a tracepoint runs on every CPU, whichever one the event belongs to.
  const scope = { pid: -1, cpu: context.onlineCpus[0] ?? 0 };
  const event = openPerfEvent(context.kernel, { kind: "tracepoint", id }, scope);
  if (event < 0)
    throw new SystemError(`attach ${program.spec.name} to ${attachText(attach)}`, "perf_event_open", event);
  const link = context.bindToEvent(program, event, cookie, attach);
  return { ...noAttachment(), links: link === undefined ? [] : [link], slowEvents: [event] };
}

function noTracepoint(context: AttachContext, category: string, name: string): SkepError {
  const names = context
    .tracefs()
    .list("*", "*")
    .map((t) => `${t.category}:${t.name}`);
  return new SkepError(`this kernel has no tracepoint ${category}:${name}`, {
    code: "linux/no-tracepoint",
    remedy: didYouMean(`${category}:${name}`, names) ?? `list the tracepoints: skep list 'tracepoint:*'`,
  });
}

/** Opens a raw tracepoint, or what the program's BTF target names. */
export function attachRawTracepoint(
  context: AttachContext,
  program: LoadedProgram,
  name: string,
  cookie: bigint,
): Attachment {
  const { kernel } = context;
  const named = program.spec.type !== "tracing" && program.spec.type !== "lsm";
  const attr = rawTracepointAttr.encode({
    name: named ? kernel.addressOf(new TextEncoder().encode(`${name}\0`)) : 0n,
    progFd: program.fd.number,
    cookie,
  });
  const link = bpf(kernel, "BPF_RAW_TRACEPOINT_OPEN", attr);
  if (link >= 0) return { ...noAttachment(), quickLinks: [link] };
  const remedy =
    link === -ERRNO.EINVAL && cookie !== 0n
      ? "raw tracepoints take cookies since Linux 6.10; attach without"
      : undefined;
  throw new SystemError(
    `attach ${program.spec.name} to rawtracepoint:${name}`,
    "BPF_RAW_TRACEPOINT_OPEN",
    link,
    remedy,
  );
}
