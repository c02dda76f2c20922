import type { AttachSpec } from "../abi/attach-spec.ts";
import { SkepError, unreachable } from "../base/errors.ts";
import type { AttachFailure, AttachRequest } from "../runtime/backend.ts";
import { attachToCgroup } from "./attach-cgroup.ts";
import type { AttachScene } from "./attach-context.ts";
import { attachIterator } from "./attach-iter.ts";
import { attachKprobes, type KprobePoint, kprobePoints, syscallFunction } from "./attach-kprobe.ts";
import { attachNetfilter, attachNetkit, attachTc, attachXdp } from "./attach-net.ts";
import { attachToRoute } from "./attach-route.ts";
import { attachSampling } from "./attach-sampling.ts";
import { attachToLirc, attachToNetns, attachToSocket, attachToSockmap } from "./attach-socket.ts";
import { attachText } from "./attach-spec-text.ts";
import { attachStructOps } from "./attach-struct-ops.ts";
import {
  attachLsmCgroup,
  attachRawTracepoint,
  attachReplacement,
  attachToTarget,
  attachTracepoint,
} from "./attach-tracing.ts";
import { attachUprobes, type UprobePoint, uprobePoints } from "./attach-uprobe.ts";
import { usdtPoints } from "./attach-usdt.ts";
import type { Attachment } from "./attachments.ts";
import { detachAll, joinAttachments, noAttachment } from "./attachments.ts";

export type Attached = Readonly<{ attachment: Attachment; failures: AttachFailure[] }>;

/**
 * Attaches the scene's program at all points. What could not be attached is in `failures`; throws the first of them,
 * with nothing left attached, when `strict` or when no point could be attached.
 */
export function attachAll(scene: AttachScene, requests: readonly AttachRequest[], strict: boolean): Attached {
  const attachment = noAttachment();
  const failures: AttachFailure[] = [];
  try {
    const groups = groupPoints(scene, requests, failures);
    if (!scene.program.multi) scene.context.addresses.expect(groups.flatMap(functionsOf));
    for (const group of groups) {
      const made = attachGroup(scene, group);
      joinAttachments(attachment, made.attachment);
      failures.push(...made.failures);
      if (strict && failures.length > 0) break;
    }
    const first = failures[0];
    if (first && (strict || failures.length >= requests.length) && (strict || isEmpty(attachment)))
      throw first.error;
  } catch (error) {
    detachAll(scene.context.kernel, attachment);
    throw error;
  }
  return { attachment, failures };
}

function isEmpty({ links, quickLinks, slowEvents, quickEvents, undo }: Attachment): boolean {
  return links.length + quickLinks.length + slowEvents.length + quickEvents.length + undo.length === 0;
}

/** Points that share a link where the kernel can do that: places in one binary, functions of the kernel. */
type Group =
  | Readonly<{ kind: "one"; point: AttachRequest }>
  | Readonly<{ kind: "uprobes"; points: UprobePoint[] }>
  | Readonly<{ kind: "kprobes"; points: KprobePoint[] }>;

// Those that will be given to the kernel by their names.
function functionsOf(group: Group): string[] {
  if (group.kind !== "kprobes") return [];
  const named = group.points.filter(
    ({ attach }) => attach.module === undefined && attach.address === undefined,
  );
  return named.map(({ attach }) => attach.function);
}

function attachGroup(scene: AttachScene, group: Group): Attached {
  if (group.kind === "uprobes") return attachUprobes(scene, group.points);
  if (group.kind === "kprobes") return attachKprobes(scene, group.points);
  const { point } = group;
  return attempt([point.attach], () => ({ attachment: attachOne(scene, point), failures: [] }));
}

function attempt(points: readonly AttachSpec[], work: () => Attached): Attached {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
    return { attachment: noAttachment(), failures: points.map((attach) => ({ attach, error })) };
  }
}

// What a point stands for may not be there: that is a failure of the point.
function groupPoints(
  scene: AttachScene,
  requests: readonly AttachRequest[],
  failures: AttachFailure[],
): Group[] {
  const groups: Group[] = [];
  const uprobes = new Map<string, UprobePoint[]>();
  const kprobes = new Map<string, KprobePoint[]>();
  for (const request of requests) {
    try {
      addPoint(scene, request, { groups, uprobes, kprobes });
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      failures.push({ attach: request.attach, error });
    }
  }
  return groups;
}

type Grouping = Readonly<{
  groups: Group[];
  uprobes: Map<string, UprobePoint[]>;
  kprobes: Map<string, KprobePoint[]>;
}>;

function addPoint(scene: AttachScene, request: AttachRequest, into: Grouping): void {
  const { attach, cookie = 0n } = request;
  const { multi } = scene.program;
  const { groups, uprobes, kprobes } = into;
  const alone = () => `#${groups.length}`;
  const addUprobe = (point: UprobePoint) => {
    const { return: onReturn, pid = 0, path } = point.attach;
    const key = multi ? `${onReturn} ${pid} ${path}` : alone();
    const points = uprobes.get(key) ?? [];
    if (points.length === 0) groups.push({ kind: "uprobes", points });
    uprobes.set(key, points);
    points.push(point);
  };
  const addKprobe = (point: KprobePoint) => {
    const key = multi ? `${point.attach.return} ${point.attach.address === undefined}` : alone();
    const points = kprobes.get(key) ?? [];
    if (points.length === 0) groups.push({ kind: "kprobes", points });
    kprobes.set(key, points);
    points.push(point);
  };
  switch (attach.kind) {
    case "uprobe":
      return addUprobe({ attach, cookie });
    case "uprobeMulti":
      noteLoop(scene, attach.offsets.length, "places of a program by one link (6.6)");
      return uprobePoints(attach, cookie).forEach(addUprobe);
    case "usdt":
      return usdtPoints(scene, attach, cookie).forEach(addUprobe);
    case "kprobe":
      return addKprobe({ attach, cookie });
    case "ksyscall":
      return addKprobe({ attach: syscallFunction(scene, attach), cookie });
    case "kprobeMulti":
      noteLoop(scene, attach.functions.length, "functions by one link (5.18)");
      return kprobePoints(attach, cookie).forEach(addKprobe);
    default:
      groups.push({ kind: "one", point: request });
  }
}

function noteLoop({ program, note }: AttachScene, points: number, what: string): void {
  if (!program.multi && points > 1)
    note(
      `${program.spec.name}: this kernel cannot attach to many ${what}, so ${points} are attached one by one`,
    );
}

const WITH_COOKIES: ReadonlySet<AttachSpec["kind"]> = new Set([
  "tracepoint",
  "rawTracepoint",
  "btfTracepoint",
  "fentry",
  "fexit",
  "fmodRet",
  "lsm",
  "freplace",
  "software",
  "profile",
  "interval",
  "perfEvent",
  "breakpoint",
]);

function attachOne(scene: AttachScene, request: AttachRequest): Attachment {
  const { attach, cookie = 0n } = request;
  if (cookie !== 0n && !WITH_COOKIES.has(attach.kind))
    throw new SkepError(`programs of ${attachText(attach)} cannot read a cookie`, {
      code: "linux/no-cookie",
      remedy: "attach without; tell points apart by loading the program twice",
    });
  switch (attach.kind) {
    case "manual":
      return noAttachment();
    case "tracepoint":
      return attachTracepoint(scene, attach, cookie);
    case "rawTracepoint":
      return attachRawTracepoint(scene, attach, cookie);
    case "fentry":
    case "fexit":
    case "fmodRet":
    case "btfTracepoint":
    case "lsm":
      return attachToTarget(scene, attach, cookie);
    case "lsmCgroup":
      return attachLsmCgroup(scene, attach);
    case "freplace":
      return attachReplacement(scene, attach, cookie);
    case "iter":
      return attachIterator(scene, attach);
    case "software":
    case "profile":
    case "interval":
    case "perfEvent":
    case "breakpoint":
      return attachSampling(scene, attach, cookie);
    case "xdp":
      return attachXdp(scene, attach);
    case "tc":
      return attachTc(scene, attach);
    case "netkit":
      return attachNetkit(scene, attach);
    case "netfilter":
      return attachNetfilter(scene, attach);
    case "cgroup":
      return attachToCgroup(scene, attach);
    case "sockmap":
      return attachToSockmap(scene, attach);
    case "skLookup":
    case "flowDissector":
      return attachToNetns(scene, attach);
    case "socketFilter":
    case "skReuseport":
      return attachToSocket(scene, attach);
    case "route":
      return attachToRoute(scene, attach);
    case "structOps":
      return attachStructOps(scene, attach);
    case "lirc":
      return attachToLirc(scene, attach);
    case "uprobe":
    case "uprobeMulti":
    case "usdt":
    case "kprobe":
    case "kprobeMulti":
    case "ksyscall":
      throw new Error("bug: probes on functions are attached in groups");
    default:
      return unreachable(attach);
  }
}
