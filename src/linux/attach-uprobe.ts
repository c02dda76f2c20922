import type { AttachSpec } from "../abi/attach-spec.ts";
import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { linkCreateAttr, linkUprobeMulti } from "../abi/attr-link.ts";
import { SkepError } from "../base/errors.ts";
import type { AttachFailure, AttachRequest } from "../runtime/backend.ts";
import type { AttachContext } from "./attach-context.ts";
import { attachText } from "./attach-spec-text.ts";
import type { Attachment } from "./attachments.ts";
import { joinAttachments, noAttachment } from "./attachments.ts";
import { bpf } from "./bpf.ts";
import { ERRNO } from "./errno.ts";
import type { LoadedProgram } from "./load.ts";
import { openPerfEvent } from "./perf.ts";
import { SystemError } from "./system-error.ts";

type UprobeRequest = AttachRequest & Readonly<{ attach: Extract<AttachSpec, { kind: "uprobe" }> }>;
type Made = Readonly<{ attachment: Attachment; failures: AttachFailure[] }>;

const RETURN = 1; // BPF_F_UPROBE_MULTI_RETURN

/** Attaches to places of one binary, all of one kind and process. Failures are returned, per place. */
export function attachUprobes(
  context: AttachContext,
  program: LoadedProgram,
  points: readonly UprobeRequest[],
): Made {
  const attachment = noAttachment();
  const failures: AttachFailure[] = [];
  if (program.multi) attachByLink(context, program, points, { attachment, failures });
  else
    for (const point of points) {
      try {
        joinAttachments(attachment, attachByEvent(context, program, point));
      } catch (error) {
        if (!(error instanceof SkepError)) throw error;
        failures.push({ attach: point.attach, error });
      }
    }
  return { attachment, failures };
}

// One bad place makes the kernel refuse the whole link: halves are tried then, until the bad ones are alone.
function attachByLink(
  context: AttachContext,
  program: LoadedProgram,
  points: readonly UprobeRequest[],
  made: Made,
): void {
  const [first] = points;
  if (first === undefined) return;
  const link = createLink(context, program, points, first);
  if (link >= 0) {
    made.attachment.links.push(link);
    return;
  }
  const hopeless =
    link === -ERRNO.EPERM || link === -ERRNO.EACCES || link === -ERRNO.ESRCH || link === -ERRNO.ENOENT;
  if (points.length > 1 && !hopeless) {
    const half = points.length >>> 1;
    attachByLink(context, program, points.slice(0, half), made);
    attachByLink(context, program, points.slice(half), made);
    return;
  }
  for (const { attach } of points)
    made.failures.push({ attach, error: refused(program, attach, "BPF_LINK_CREATE", link) });
}

function createLink(
  context: AttachContext,
  program: LoadedProgram,
  points: readonly UprobeRequest[],
  { attach }: UprobeRequest,
): number {
  const { kernel } = context;
  const numbers = (values: bigint[]) => kernel.addressOf(new Uint8Array(BigUint64Array.from(values).buffer));
  const semaphores = points.some((p) => p.attach.semaphoreOffset);
  const attr = linkCreateAttr.encode({
    progFd: program.fd.number,
    attachType: ATTACH_TYPES.traceUprobeMulti.number,
    rest: linkUprobeMulti.encode({
      path: kernel.addressOf(new TextEncoder().encode(`${attach.path}\0`)),
      offsets: numbers(points.map((p) => BigInt(p.attach.offset))),
      ...(semaphores && { refCtrOffsets: numbers(points.map((p) => BigInt(p.attach.semaphoreOffset ?? 0))) }),
      cookies: numbers(points.map((p) => p.cookie ?? 0n)),
      cnt: points.length,
      flags: attach.return ? RETURN : 0,
      pid: attach.pid ?? 0,
    }),
  });
  return bpf(kernel, "BPF_LINK_CREATE", attr);
}

function attachByEvent(context: AttachContext, program: LoadedProgram, point: UprobeRequest): Attachment {
  const { attach, cookie = 0n } = point;
  const pmu = context.uprobePmu();
  if (attach.semaphoreOffset && pmu.refCounterShift === undefined)
    throw new SkepError(`this kernel cannot switch on ${attachText(attach)}, which has a semaphore`, {
      code: "linux/no-usdt-semaphores",
      remedy: "use Linux 4.20 or newer",
    });
  const counter = BigInt(attach.semaphoreOffset ?? 0) << (pmu.refCounterShift ?? 0n);
  const event = openPerfEvent(
    context.kernel,
    {
      kind: "uprobe",
      pmuType: pmu.type,
      config: (attach.return ? pmu.returnBit : 0n) | counter,
      path: attach.path,
      offset: BigInt(attach.offset),
    },
    attach.pid ? { pid: attach.pid, cpu: -1 } : { pid: -1, cpu: context.onlineCpus[0] ?? 0 },
  );
  if (event < 0) throw refused(program, attach, "perf_event_open", event);
  const link = context.bindToEvent(program, event, cookie, attach);
  return { ...noAttachment(), links: link === undefined ? [] : [link], slowEvents: [event] };
}

// biome-ignore format: one remedy per line
const REMEDIES: Readonly<Record<number, string>> = {
  [ERRNO.ENOENT]: "check the path of the program or library",
  [ERRNO.EINVAL]: "check that the place is the start of an instruction in the file's code, and that the file is a program or library",
  [ERRNO.EOPNOTSUPP]: "the instruction at this place cannot be probed; choose another place of the function",
  [ERRNO.ENOTSUPP]: "the instruction at this place cannot be probed; choose another place of the function",
  [ERRNO.ESRCH]: "the process has ended; give the id of a running one",
};

function refused(program: LoadedProgram, attach: AttachSpec, call: string, errno: number): SystemError {
  return new SystemError(`attach ${program.spec.name} to ${attachText(attach)}`, call, errno, REMEDIES[-errno]);
}
