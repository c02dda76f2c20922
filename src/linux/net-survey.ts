import type { XdpMode } from "../abi/attach-spec.ts";
import type { AttachType } from "../abi/attach-types.ts";
import { SkepError } from "../base/errors.ts";
import { describeLink } from "./link-info.ts";
import { listFilters, listQdiscs, type TcFilter } from "./net-tc.ts";
import { listInterfaces, type NetInterface } from "./net-xdp.ts";
import { openNetns } from "./netns.ts";
import { objectIds, openObject, programInfo } from "./objects.ts";
import { type QueriedProgram, queryPrograms } from "./prog-query.ts";
import type { Kernel } from "./syscall.ts";

/** A program on an interface's XDP hook. */
export type XdpProgram = Readonly<{ device: string; ifindex: number; mode: XdpMode; programId: number }>;

/**
 * A program in the traffic control of an interface, in the order in which they run. `place`: "tcx/ingress",
 * "netkit/primary", "clsact/egress" or the kind of a queueing discipline. `linkId` is 0 without a link.
 */
export type TcProgram = Readonly<{
  device: string;
  ifindex: number;
  place: string;
  programId: number;
  name: string;
  linkId: number;
  filter?: Pick<TcFilter, "priority" | "handle">;
}>;

/** A netfilter program, of any network namespace: the kernel does not tell which. */
export type NetfilterProgram = Readonly<{
  linkId: number;
  programId: number;
  family: number;
  hook: number;
  priority: number;
  flags: number;
}>;

export type NetSurvey = Readonly<{
  xdp: readonly XdpProgram[];
  tc: readonly TcProgram[];
  flowDissector: readonly number[];
  skLookup: readonly number[];
  netfilter: readonly NetfilterProgram[];
}>;

/** What runs in this thread's network namespace; `ifindex`: on that interface alone. Throws SkepError. */
export function surveyNetwork(kernel: Kernel, ifindex?: number): NetSurvey {
  const interfaces = listInterfaces(kernel).filter((i) => ifindex === undefined || i.ifindex === ifindex);
  return {
    xdp: interfaces.flatMap(xdpPrograms),
    tc: interfaces.flatMap((i) => tcPrograms(kernel, i)),
    flowDissector: ifindex === undefined ? ofNetns(kernel, "flowDissector") : [],
    skLookup: ifindex === undefined ? ofNetns(kernel, "skLookup") : [],
    netfilter: ifindex === undefined ? netfilterLinks(kernel) : [],
  };
}

function xdpPrograms({ name, ifindex, xdp }: NetInterface): XdpProgram[] {
  return Object.entries(xdp).map(([mode, programId]) => ({
    device: name,
    ifindex,
    mode: mode as XdpMode,
    programId,
  }));
}

const ORDERED: readonly (readonly [place: string, type: AttachType])[] = [
  ["tcx/ingress", "tcxIngress"],
  ["tcx/egress", "tcxEgress"],
  ["netkit/primary", "netkitPrimary"],
  ["netkit/peer", "netkitPeer"],
];

function tcPrograms(kernel: Kernel, { name: device, ifindex }: NetInterface): TcProgram[] {
  const found: TcProgram[] = [];
  for (const [place, type] of ORDERED)
    for (const { programId, linkId } of queryOr(kernel, ifindex, type))
      found.push({ device, ifindex, place, programId, linkId, name: programName(kernel, programId) });
  const add = (place: string, { name, programId, priority, handle }: TcFilter) =>
    found.push({ device, ifindex, place, programId, linkId: 0, name, filter: { priority, handle } });
  for (const { kind, handle } of listQdiscs(kernel, ifindex)) {
    if (kind === "clsact" || kind === "ingress")
      for (const direction of ["ingress", "egress"] as const) {
        if (kind === "ingress" && direction === "egress") continue;
        for (const filter of listFilters(kernel, { ifindex, direction })) add(`${kind}/${direction}`, filter);
      }
    else if (handle !== 0)
      for (const filter of listFilters(kernel, { ifindex, parent: handle })) add(kind, filter);
  }
  return found;
}

// Kernels without tcx or netkit, and interfaces that are no netkit devices, have no such hook.
function queryOr(kernel: Kernel, target: number, type: AttachType): QueriedProgram[] {
  try {
    return queryPrograms(kernel, target, type);
  } catch (error) {
    if (error instanceof SkepError && error.code !== "system/EPERM") return [];
    throw error;
  }
}

function ofNetns(kernel: Kernel, type: AttachType): number[] {
  using here = openNetns(kernel);
  return queryOr(kernel, here.number, type).map(({ programId }) => programId);
}

function netfilterLinks(kernel: Kernel): NetfilterProgram[] {
  const found: NetfilterProgram[] = [];
  for (const id of objectIds(kernel, "link")) {
    using link = openObject(kernel, "link", id);
    if (link === undefined) continue;
    const { programId, details } = describeLink(kernel, link);
    if (details.kind !== "netfilter") continue;
    const { family, hook, priority, flags } = details;
    found.push({ linkId: id, programId, family, hook, priority, flags });
  }
  return found;
}

/** The kernel's name of a loaded program; empty when it has gone. */
export function programName(kernel: Kernel, id: number): string {
  using program = openObject(kernel, "prog", id);
  return program === undefined ? "" : programInfo(kernel, program).name;
}
