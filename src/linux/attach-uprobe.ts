import type { AttachSpec } from "../abi/attach-spec.ts";
import { linkUprobeMulti, MULTI_RETURN } from "../abi/attr-link.ts";
import { SkepError } from "../base/errors.ts";
import type { AttachFailure } from "../runtime/backend.ts";
import { type AttachScene, loadedFor, refused } from "./attach-context.ts";
import { attachText } from "./attach-spec-text.ts";
import type { Attachment } from "./attachments.ts";
import { joinAttachments, noAttachment } from "./attachments.ts";
import { ERRNO } from "./errno.ts";
import { createLink } from "./link-create.ts";
import { linkInHalves } from "./link-halves.ts";
import { openPerfEvent } from "./perf.ts";
import type { Kernel } from "./syscall.ts";
import type { SystemError } from "./system-error.ts";
import { fileOfPath } from "./zip-member.ts";

/** A place in a program or library, and the cookie that the program reads there. */
export type UprobePoint = Readonly<{ attach: Extract<AttachSpec, { kind: "uprobe" }>; cookie?: bigint }>;
type UprobeMulti = Extract<AttachSpec, { kind: "uprobeMulti" }>;
type Made = Readonly<{ attachment: Attachment; failures: AttachFailure[] }>;

/** Attaches to places of one binary, all of one kind and process. Failures are returned, per place. */
export function attachUprobes(scene: AttachScene, points: readonly UprobePoint[]): Made {
  if (scene.program.multi) return attachByLink(scene, points);
  const attachment = noAttachment();
  const failures: AttachFailure[] = [];
  for (const point of points) {
    try {
      joinAttachments(attachment, attachByEvent(scene, point));
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      failures.push({ attach: point.attach, error });
    }
  }
  return { attachment, failures };
}

/** The places of `attach`, one by one. Throws SkepError when its lists differ in length. */
export function uprobePoints(attach: UprobeMulti, cookie: bigint): UprobePoint[] {
  const { path, offsets, return: onReturn, pid, cookies, semaphoreOffsets } = attach;
  for (const list of [cookies, semaphoreOffsets])
    if (list !== undefined && list.length !== offsets.length)
      throw new SkepError(
        `${attachText(attach)} has ${offsets.length} places, but ${list.length} of something else`,
        {
          code: "linux/list-lengths",
          remedy: "give one cookie and one semaphore per place, or none",
        },
      );
  return offsets.map((offset, index) => {
    const semaphoreOffset = semaphoreOffsets?.[index];
    return {
      attach: {
        kind: "uprobe",
        path,
        offset,
        return: onReturn,
        ...(pid !== undefined && { pid }),
        ...(semaphoreOffset && { semaphoreOffset }),
      },
      cookie: cookies?.[index] ?? cookie,
    };
  });
}

function attachByLink(scene: AttachScene, points: readonly UprobePoint[]): Made {
  const { kernel } = scene.context;
  const create = (some: readonly UprobePoint[]) =>
    createLink(kernel, {
      program: scene.program.fd,
      attachType: loadedFor(scene, "traceUprobeMulti"),
      rest: encodePlaces(kernel, some),
    });
  const { links, refused: bad } = linkInHalves(points, create, [-ERRNO.ESRCH, -ERRNO.ENOENT]);
  return {
    attachment: { ...noAttachment(), links },
    failures: bad.map(({ point: { attach }, errno }) => ({
      attach,
      error: refusedHere(scene, attach, "BPF_LINK_CREATE", errno),
    })),
  };
}

function encodePlaces(kernel: Kernel, points: readonly UprobePoint[]): Uint8Array {
  const numbers = (values: bigint[]) => kernel.addressOf(new Uint8Array(BigUint64Array.from(values).buffer));
  const attach = points[0]?.attach;
  const semaphores = points.some((p) => p.attach.semaphoreOffset);
  return linkUprobeMulti.encode({
    path: kernel.addressOf(new TextEncoder().encode(`${fileOfPath(attach?.path ?? "")}\0`)),
    offsets: numbers(points.map((p) => BigInt(p.attach.offset))),
    ...(semaphores && { refCtrOffsets: numbers(points.map((p) => BigInt(p.attach.semaphoreOffset ?? 0))) }),
    cookies: numbers(points.map((p) => p.cookie ?? 0n)),
    cnt: points.length,
    flags: attach?.return ? MULTI_RETURN : 0,
    pid: attach?.pid ?? 0,
  });
}

function attachByEvent(scene: AttachScene, point: UprobePoint): Attachment {
  const { context } = scene;
  const { attach, cookie = 0n } = point;
  const pmu = context.probePmu("uprobe");
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
      path: fileOfPath(attach.path),
      offset: BigInt(attach.offset),
    },
    attach.pid ? { pid: attach.pid, cpu: -1 } : { pid: -1, cpu: context.machine.onlineCpus[0] ?? 0 },
  );
  if (event < 0) throw refusedHere(scene, attach, "perf_event_open", event);
  const link = context.bindToEvent(scene.program, event, cookie, attach);
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

function refusedHere(scene: AttachScene, attach: AttachSpec, call: string, errno: number): SystemError {
  return refused(scene, attach, call, errno, REMEDIES[-errno]);
}
