import type { AttachType } from "../abi/attach-types.ts";
import { SkepError } from "../base/errors.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { LinuxLink } from "./link.ts";
import { detachProgram } from "./link-create.ts";
import { surveyNetwork, type TcProgram } from "./net-survey.ts";
import { addClsact, addFilter, hasFilters, removeClsact, removeFilter } from "./net-tc.ts";
import { openObject } from "./objects.ts";
import { attachInOrder, type Placement } from "./program-attach.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

// Programs of traffic control that stay when the process ends: without a link on tcx, or as filters of clsact.

type Device = Readonly<{ name: string; ifindex: number }>;
export type Direction = "ingress" | "egress";

export type KeepTc = Readonly<{
  device: Device;
  direction: Direction;
  program: Fd;
  name: string;
  /** Absent: tcx where the kernel has it, else clsact. */
  via?: "tcx" | "clsact" | undefined;
  placement?: Placement | undefined;
  /** Of filters of clsact. */
  priority?: number | undefined;
  handle?: number | undefined;
  /** A filter of that priority and handle is replaced. */
  replace?: boolean;
  onNote?: (note: string) => void;
}>;

/** Attaches a program for good; where it is then, such as "tcx/ingress". Throws SkepError with nothing changed. */
export function keepTc(kernel: Kernel, wanted: KeepTc): string {
  const { direction, via, placement, onNote = () => {} } = wanted;
  const needsFilter = wanted.priority !== undefined || wanted.handle !== undefined;
  if (via === "clsact" || (via === undefined && needsFilter)) return keepFilter(kernel, wanted);
  const target = { target: wanted.device.ifindex, attachType: hookOf(direction) };
  const result = attachInOrder(kernel, target, wanted.program, placement);
  if (result >= 0) return `tcx/${direction}`;
  const isTooOld = result === -ERRNO.EINVAL && via === undefined && placement === undefined;
  if (!isTooOld) throw refused(wanted, result);
  onNote("this kernel has no tcx (6.6), so the program is attached as a filter of the clsact qdisc");
  return keepFilter(kernel, wanted);
}

function hookOf(direction: Direction): AttachType {
  return direction === "ingress" ? "tcxIngress" : "tcxEgress";
}

function keepFilter(kernel: Kernel, wanted: KeepTc): string {
  const { device, direction, program, name, priority, handle, replace = false, placement } = wanted;
  if (placement !== undefined)
    throw new SkepError("filters of clsact have no such order", {
      code: "attach/no-order",
      remedy: "place them with --priority (lower ones run first), or attach with --via tcx (Linux 6.6)",
    });
  const { ifindex } = device;
  const made = addClsact(kernel, ifindex);
  try {
    addFilter(
      kernel,
      { ifindex, direction },
      {
        programFd: program.number,
        name: name === "" ? "skep" : name,
        replace,
        ...(priority !== undefined && { priority }),
        ...(handle !== undefined && { handle }),
      },
    );
  } catch (error) {
    if (made) dropEmptyClsact(kernel, ifindex);
    throw error;
  }
  return `clsact/${direction}`;
}

function dropEmptyClsact(kernel: Kernel, ifindex: number): void {
  const isUsed = (["ingress", "egress"] as const).some((d) => hasFilters(kernel, { ifindex, direction: d }));
  if (!isUsed) removeClsact(kernel, ifindex);
}

/** Which programs of a hook are meant. */
export type TcChoice = Readonly<{
  device: Device;
  direction: Direction;
  programId?: number | undefined;
  priority?: number | undefined;
  handle?: number | undefined;
  all?: boolean;
}>;

/** Detaches programs of a hook, by whatever they are held. What was detached. Throws SkepError when there is none, or several are meant. */
export function dropTc(kernel: Kernel, choice: TcChoice): readonly TcProgram[] {
  const { device, direction } = choice;
  const hook = surveyNetwork(kernel, device.ifindex).tc.filter((p) => p.place.endsWith(`/${direction}`));
  const meant = hook.filter((p) => matches(p, choice));
  if (meant.length === 0)
    throw new SkepError(`${device.name} has no such program on ${direction}`, {
      code: "attach/none",
      remedy: "list what there is: skep tc list",
    });
  if (meant.length > 1 && !choice.all)
    throw new SkepError(`${meant.length} programs of ${device.name} could be meant on ${direction}`, {
      code: "attach/several-programs",
      remedy: `name one (skep tc detach ${device.name} ${direction} id ${meant[0]?.programId}), or write --all`,
    });
  for (const program of meant) detachOne(kernel, direction, program);
  if (meant.some((p) => p.place.startsWith("clsact/"))) dropEmptyClsact(kernel, device.ifindex);
  return meant;
}

function matches(p: TcProgram, { programId, priority, handle }: TcChoice): boolean {
  return (
    (programId === undefined || p.programId === programId) &&
    (priority === undefined || p.filter?.priority === priority) &&
    (handle === undefined || p.filter?.handle === handle)
  );
}

function detachOne(
  kernel: Kernel,
  direction: Direction,
  { ifindex, filter, linkId, programId }: TcProgram,
): void {
  if (filter !== undefined) {
    removeFilter(kernel, { ifindex, direction }, filter);
    return;
  }
  if (linkId !== 0) {
    const fd = openObject(kernel, "link", linkId);
    if (fd === undefined) return; // gone by itself
    using link = LinuxLink.opened(kernel, fd);
    link.detach();
    return;
  }
  using program = openObject(kernel, "prog", programId);
  if (program === undefined) return;
  const result = detachProgram(kernel, { program, target: ifindex, attachType: hookOf(direction) });
  if (result < 0 && result !== -ERRNO.ENOENT)
    throw new SystemError(`detach program ${programId} from tcx ${direction}`, "BPF_PROG_DETACH", result);
}

// biome-ignore format: one remedy per line
function refused({ device, direction }: KeepTc, errno: number): SystemError {
  const remedies: Readonly<Record<number, string>> = {
    [ERRNO.EINVAL]: "tcx needs Linux 6.6: leave --via and the order out, and a filter of clsact is used",
    [ERRNO.ENOENT]: "the program to go before or after, or to be replaced, is not attached here: skep tc list",
    [ERRNO.ERANGE]: "the program to go before or after is not attached here: skep tc list",
    [ERRNO.EEXIST]: "this program is attached here already: skep tc list",
    [ERRNO.ENODEV]: "there is no such interface: ip link",
    [ERRNO.EPERM]: "run as root, or grant this process CAP_NET_ADMIN and CAP_BPF",
    [ERRNO.EBUSY]: "a link holds the program to be replaced: skep link list",
  };
  return new SystemError(`attach to tcx ${direction} of ${device.name}`, "BPF_PROG_ATTACH", errno, remedies[-errno]);
}

/** The only program of a hook, which another is to replace; undefined when there is none. Throws SkepError for several. */
export function onlyProgram(kernel: Kernel, { device, direction }: TcChoice): TcProgram | undefined {
  const hook = surveyNetwork(kernel, device.ifindex).tc.filter((p) => p.place.endsWith(`/${direction}`));
  if (hook.length <= 1) return hook[0];
  throw new SkepError(`${hook.length} programs of ${device.name} could be replaced on ${direction}`, {
    code: "attach/several-programs",
    remedy: `say which: --replace=${hook[0]?.programId}`,
  });
}
