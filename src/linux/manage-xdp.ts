import type { XdpMode } from "../abi/attach-spec.ts";
import { SkepError } from "../base/errors.ts";
import type { Fd } from "./fd.ts";
import { LinuxLink } from "./link.ts";
import { describeLink } from "./link-info.ts";
import { listInterfaces, setXdp } from "./net-xdp.ts";
import { objectIds, openObject } from "./objects.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

// XDP programs that stay when the process ends, as `ip link set dev NAME xdp …` manages them.

/** An interface by its name and index. */
type Device = Readonly<{ name: string; ifindex: number }>;

export type KeepXdp = Readonly<{
  device: Device;
  program: Fd;
  /** Absent: native where the driver can, else generic. */
  mode?: XdpMode | undefined;
  /** Takes the place of the program that is there. */
  replace?: boolean;
  onNote?: (note: string) => void;
}>;

const MODE_OF_REPLACED: readonly XdpMode[] = ["native", "generic", "offload"];

/** Attaches an XDP program for good; the mode that it runs in. Throws SkepError with nothing changed. */
export function keepXdp(kernel: Kernel, wanted: KeepXdp): XdpMode {
  const { device, program, mode, replace = false, onNote = () => {} } = wanted;
  const there = attachedXdp(kernel, device);
  const [present] = MODE_OF_REPLACED.filter((m) => there[m] !== undefined);
  if (present !== undefined && !replace) throw taken(device, present, there[present] ?? 0);
  if (present !== undefined && mode !== undefined && mode !== present) throw otherMode(device, present, mode);
  const old = present === undefined ? undefined : openObject(kernel, "prog", there[present] ?? 0);
  using _old = old;
  const set = (how: XdpMode) =>
    setXdp(kernel, {
      ifindex: device.ifindex,
      programFd: program.number,
      mode: how,
      ...(old === undefined ? { replace: false } : { expectedFd: old.number }),
    });
  const first = mode ?? present ?? "native";
  try {
    set(first);
    return first;
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    if (mode !== undefined || present !== undefined || !NO_NATIVE.has(error.errno))
      throw explain(error, device, first);
    onNote(
      `the driver of ${device.name} has no native XDP for this program (${error.errno}), so the stack runs it (generic)`,
    );
  }
  set("generic");
  return "generic";
}

/** What drivers say that have no XDP, or not for this interface's settings. */
const NO_NATIVE: ReadonlySet<string> = new Set([
  "EOPNOTSUPP",
  "ENOTSUPP",
  "EINVAL",
  "ENODEV",
  "ERANGE",
  "ENOSPC",
  "EBUSY",
]);

/** Detaches the XDP program of an interface, by whatever it is held; its id and mode. Throws SkepError when there is none. */
export function dropXdp(kernel: Kernel, device: Device, mode?: XdpMode): { programId: number; mode: XdpMode } {
  const there = attachedXdp(kernel, device);
  const present = MODE_OF_REPLACED.find((m) => there[m] !== undefined && (mode === undefined || m === mode));
  if (present === undefined)
    throw new SkepError(`${device.name} has no ${mode === undefined ? "" : `${mode} `}XDP program`, {
      code: "attach/none",
      remedy: "list what there is: skep xdp list",
    });
  const programId = there[present] ?? 0;
  try {
    setXdp(kernel, { ifindex: device.ifindex, programFd: -1, mode: present });
  } catch (error) {
    if (!(error instanceof SystemError) || !detachLink(kernel, device.ifindex)) throw error;
  }
  return { programId, mode: present };
}

function attachedXdp(kernel: Kernel, { ifindex, name }: Device): Partial<Record<XdpMode, number>> {
  const found = listInterfaces(kernel).find((i) => i.ifindex === ifindex);
  if (found !== undefined) return found.xdp;
  throw new SkepError(`there is no network interface ${name}`, {
    code: "linux/no-interface",
    remedy: "name one of those that `ip link` lists",
  });
}

/** Detaches the link that holds an interface's XDP program; whether there was one. */
function detachLink(kernel: Kernel, ifindex: number): boolean {
  for (const id of objectIds(kernel, "link")) {
    const fd = openObject(kernel, "link", id);
    if (fd === undefined) continue;
    const { details } = describeLink(kernel, fd);
    using link = LinuxLink.opened(kernel, fd);
    if (details.kind !== "xdp" || details.ifindex !== ifindex) continue;
    link.detach();
    return true;
  }
  return false;
}

function taken({ name }: Device, mode: XdpMode, programId: number): SkepError {
  return new SkepError(`${name} has an XDP program already: ${programId}, ${mode}`, {
    code: "attach/taken",
    remedy: `put this one in its place with --replace, or take it away: skep xdp detach ${name}`,
  });
}

function otherMode({ name }: Device, present: XdpMode, mode: XdpMode): SkepError {
  return new SkepError(
    `${name} runs its XDP program in mode ${present}, and cannot change to ${mode} with it`,
    {
      code: "attach/other-mode",
      remedy: `leave --mode out, or take the program away first: skep xdp detach ${name}`,
    },
  );
}

// biome-ignore format: one remedy per line
const REMEDIES: Readonly<Record<string, string>> = {
  EOPNOTSUPP: "the driver has no XDP of this mode: leave --mode out, or write --mode generic",
  EINVAL: "the program does not fit the interface: large MTUs need programs of section xdp.frags, and programs for devmap and cpumap cannot be attached",
  EBUSY: "a link holds the interface's XDP program: find it with `skep link list`, then skep link detach id N",
  EEXIST: "another program came in meanwhile; look with skep xdp list and try again",
  EPERM: "run as root, or grant this process CAP_NET_ADMIN",
};

function explain(error: SystemError, { name }: Device, mode: XdpMode): SystemError {
  const doing = `attach to XDP of ${name}, ${mode}`;
  return new SystemError(doing, error.call, error.errnoNumber, REMEDIES[error.errno] ?? error.remedy);
}
