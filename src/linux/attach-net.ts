import type { AttachSpec, KernelObject, NetfilterHook, ProgramOrder } from "../abi/attach-spec.ts";
import { linkNetfilter, linkTcx, PROGRAM_ORDER_FLAGS } from "../abi/attr-link.ts";
import { XDP_FLAGS } from "../abi/netlink.ts";
import { SkepError } from "../base/errors.ts";
import { type AttachScene, refused } from "./attach-context.ts";
import { attachText } from "./attach-spec-text.ts";
import { type Attachment, noAttachment } from "./attachments.ts";
import { ERRNO } from "./errno.ts";
import { createLink } from "./link-create.ts";
import { addClsact, addFilter, hasFilters, removeClsact, removeFilter, type TcHook } from "./net-tc.ts";
import { listInterfaces, setXdp } from "./net-xdp.ts";
import { inNetns } from "./netns.ts";
import { openKernelObject } from "./open-object.ts";
import type { Kernel } from "./syscall.ts";

type Of<K extends AttachSpec["kind"]> = Extract<AttachSpec, { kind: K }>;

const XDP_LINKS_SINCE = (5 << 16) | (9 << 8);

export function attachXdp(scene: AttachScene, attach: Of<"xdp">): Attachment {
  const { kernel, machine } = scene.context;
  const { ifindex, mode, netns } = attach;
  const program = scene.program.fd;
  const link = inNetns(kernel, netns, () =>
    createLink(kernel, { program, target: ifindex, attachType: "xdp", flags: mode ? XDP_FLAGS[mode] : 0 }),
  );
  if (link >= 0) return { ...noAttachment(), links: [link] };
  if (link !== -ERRNO.EINVAL || machine.kernelVersion >= XDP_LINKS_SINCE)
    throw missingInterface(scene, attach) ?? refused(scene, attach, "BPF_LINK_CREATE", link, xdpRemedy(link));
  scene.note("this kernel has no links for XDP (5.9), so the program is attached by netlink");
  const common = { ifindex, ...(mode && { mode }) };
  inNetns(kernel, netns, () => setXdp(kernel, { ...common, programFd: program.number, replace: false }));
  const undo = quietly(() => inNetns(kernel, netns, () => setXdp(kernel, { ...common, programFd: -1 })));
  return { ...noAttachment(), undo: [undo] };
}

// biome-ignore format: one remedy per line
function xdpRemedy(errno: number): string | undefined {
  switch (-errno) {
    case ERRNO.EBUSY: return "the interface has an XDP program already; detach it: skep xdp detach, or ip link set dev NAME xdp off";
    case ERRNO.EOPNOTSUPP: return "the driver has no XDP of this mode; attach with mode generic";
    case ERRNO.EINVAL: return "the program or the interface's settings do not fit: programs for devmap and cpumap cannot be attached, and large MTUs need programs of section xdp.frags";
    default: return undefined;
  }
}

/** By tcx where the kernel has it, else by a filter of the clsact qdisc. */
export function attachTc(scene: AttachScene, attach: Of<"tc">): Attachment {
  if (attach.via !== "clsact") {
    const link = tcxLink(scene, attach);
    if (link >= 0) return { ...noAttachment(), links: [link] };
    const fallback = link === -ERRNO.EINVAL && attach.via === undefined && attach.order === undefined;
    if (!fallback)
      throw refused(scene, attach, "BPF_LINK_CREATE", link, tcxRemedy(link, "tcx needs Linux 6.6"));
    scene.note("this kernel has no tcx (6.6), so the program is attached as a filter of the clsact qdisc");
  }
  return attachFilter(scene, attach);
}

function tcxLink(scene: AttachScene, attach: Of<"tc">): number {
  return orderedLink(scene, attach, attach.direction === "ingress" ? "tcxIngress" : "tcxEgress");
}

/** On one end of a netkit pair (6.7). */
export function attachNetkit(scene: AttachScene, attach: Of<"netkit">): Attachment {
  const link = orderedLink(scene, attach, attach.peer ? "netkitPeer" : "netkitPrimary");
  if (link >= 0) return { ...noAttachment(), links: [link] };
  const remedy = tcxRemedy(link, "netkit needs Linux 6.7");
  throw missingInterface(scene, attach) ?? refused(scene, attach, "BPF_LINK_CREATE", link, remedy);
}

function tcxRemedy(errno: number, tooOld: string): string | undefined {
  if (errno === -ERRNO.EINVAL) return `${tooOld}, and an interface of the right kind`;
  if (errno === -ERRNO.ERANGE || errno === -ERRNO.ENOENT)
    return "the program to go before or after is not attached here; list them: skep net list";
  if (errno === -ERRNO.EPERM) return "run as root, or grant this process CAP_NET_ADMIN and CAP_BPF";
  return undefined;
}

type TcxType = "tcxIngress" | "tcxEgress" | "netkitPrimary" | "netkitPeer";

function orderedLink(scene: AttachScene, attach: Of<"tc" | "netkit">, attachType: TcxType): number {
  const { kernel } = scene.context;
  const order = attach.order && encodeOrder(kernel, attach.order);
  try {
    return inNetns(kernel, attach.netns, () =>
      createLink(kernel, {
        program: scene.program.fd,
        target: attach.ifindex,
        attachType,
        flags: order?.flags ?? 0,
        rest: linkTcx.encode({ relativeFd: order?.relative ?? 0 }),
      }),
    );
  } finally {
    order?.close();
  }
}

function encodeOrder(
  kernel: Kernel,
  { place, program }: ProgramOrder,
): { flags: number; relative: number; close(): void } {
  const flags = PROGRAM_ORDER_FLAGS[place];
  if (program === undefined) return { flags, relative: 0, close() {} };
  if ("id" in program) return { flags: flags | PROGRAM_ORDER_FLAGS.id, relative: program.id, close() {} };
  const fd = openKernelObject(kernel, "prog", program as KernelObject);
  return { flags, relative: fd.number, close: () => fd.close() };
}

function attachFilter(scene: AttachScene, attach: Of<"tc">): Attachment {
  const { kernel } = scene.context;
  const { ifindex, direction, netns, priority, handle } = attach;
  const hook: TcHook = { ifindex, direction };
  const { fd, spec } = scene.program;
  const missing = missingInterface(scene, attach);
  if (missing !== undefined) throw missing;
  return inNetns(kernel, netns, () => {
    const made = addClsact(kernel, ifindex);
    const removeQdisc = () => {
      if (made && isEmpty(kernel, ifindex)) removeClsact(kernel, ifindex);
    };
    try {
      const place = addFilter(kernel, hook, {
        programFd: fd.number,
        name: spec.name,
        ...(priority !== undefined && { priority }),
        ...(handle !== undefined && { handle }),
      });
      const undo = () => {
        removeFilter(kernel, hook, place);
        removeQdisc();
      };
      return { ...noAttachment(), undo: [quietly(() => inNetns(kernel, netns, undo))] };
    } catch (error) {
      removeQdisc();
      throw error;
    }
  });
}

/** The kernel says "invalid" for several things: what is wrong when the interface is not there. */
export function missingInterface(
  { context: { kernel } }: AttachScene,
  attach: Of<"xdp" | "tc" | "netkit" | "route">,
): SkepError | undefined {
  const there = inNetns(kernel, attach.netns, () => listInterfaces(kernel));
  if (there.some(({ ifindex }) => ifindex === attach.ifindex)) return undefined;
  return new SkepError(`cannot attach to ${attachText(attach)}: there is no such interface`, {
    code: "linux/no-interface",
    remedy: `give the index of one in this network namespace: ${there.map((i) => `${i.ifindex} (${i.name})`).join(", ")}`,
  });
}

// Others may have put filters on the qdisc that we made.
function isEmpty(kernel: Kernel, ifindex: number): boolean {
  return (["ingress", "egress"] as const).every((direction) => !hasFilters(kernel, { ifindex, direction }));
}

/** An interface or namespace that is gone took the program with it. */
function quietly(work: () => void): () => void {
  return () => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
    }
  };
}

const HOOKS: readonly NetfilterHook[] = ["preRouting", "localIn", "forward", "localOut", "postRouting"];
const FAMILIES = { ipv4: 2, ipv6: 10 } as const; // NFPROTO_IPV4 and NFPROTO_IPV6, include/uapi/linux/netfilter.h
const DEFRAG = 1; // BPF_F_NETFILTER_IP_DEFRAG

/** On the way of packets through the stack (6.4). */
export function attachNetfilter(scene: AttachScene, attach: Of<"netfilter">): Attachment {
  const { kernel } = scene.context;
  const rest = linkNetfilter.encode({
    pf: FAMILIES[attach.family],
    hooknum: HOOKS.indexOf(attach.hook),
    priority: attach.priority,
    flags: attach.defrag ? DEFRAG : 0,
  });
  const link = inNetns(kernel, attach.netns, () =>
    createLink(kernel, { program: scene.program.fd, attachType: "netfilter", rest }),
  );
  if (link >= 0) return { ...noAttachment(), links: [link] };
  throw refused(scene, attach, "BPF_LINK_CREATE", link, netfilterRemedy(link));
}

// biome-ignore format: one remedy per line
function netfilterRemedy(errno: number): string | undefined {
  switch (-errno) {
    case ERRNO.EBUSY: return "another program has this hook and priority; choose another priority";
    case ERRNO.ERANGE: return "the kernel keeps the first and the last priority for itself; choose another (with defrag: above -400)";
    case ERRNO.EINVAL: return "netfilter programs need Linux 6.4 with CONFIG_NETFILTER_BPF_LINK";
    default: return undefined;
  }
}
