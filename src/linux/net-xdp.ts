import type { XdpMode } from "../abi/attach-spec.ts";
import { interfaceInfo, LINK_ATTRIBUTES, ROUTE_MESSAGES, XDP_ATTRIBUTES, XDP_FLAGS } from "../abi/netlink.ts";
import { checkInput, checkOptions, FLAG, integer, OBJECT, word } from "../base/check-input.ts";
import { checkKernel, IFINDEX } from "./check-arguments.ts";
import { attributesOf, Netlink } from "./netlink.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

// XDP programs as `ip link` manages them: without a link, so that they stay when the process ends.

export type XdpAttach = Readonly<{
  ifindex: number;
  /** Descriptor of the program; -1 takes the one away that is there. */
  programFd: number;
  mode?: XdpMode;
  /** Only if this program is there now, by descriptor (5.7). */
  expectedFd?: number;
  /** False: fail when a program is there. Default: replace it. */
  replace?: boolean;
}>;

const PROGRAM_OR_NONE = integer(-1, 0x7fff_ffff);
const REQUEST = {
  ifindex: IFINDEX,
  programFd: PROGRAM_OR_NONE,
  mode: word("generic", "native", "offload"),
  expectedFd: PROGRAM_OR_NONE,
  replace: FLAG,
};

/** Attaches, replaces or detaches the XDP program of an interface. Throws SystemError. */
export function setXdp(kernel: Kernel, attach: XdpAttach): void {
  checkKernel(kernel);
  checkInput("setXdp: the request", attach, OBJECT);
  checkOptions("setXdp", attach, REQUEST);
  checkInput("setXdp: ifindex", attach.ifindex, IFINDEX);
  checkInput("setXdp: programFd", attach.programFd, PROGRAM_OR_NONE);
  const { ifindex, programFd, mode, expectedFd, replace = true } = attach;
  const flags =
    (mode === undefined ? 0 : XDP_FLAGS[mode]) |
    (expectedFd === undefined ? 0 : XDP_FLAGS.replace) |
    (replace ? 0 : XDP_FLAGS.ifNoExist);
  using netlink = new Netlink(kernel);
  const { errno, text } = netlink.request({
    type: ROUTE_MESSAGES.setLink,
    head: interfaceInfo.encode({ ifiIndex: ifindex }),
    attributes: [
      [
        LINK_ATTRIBUTES.xdp,
        [
          [XDP_ATTRIBUTES.fd, programFd],
          [XDP_ATTRIBUTES.flags, flags],
          ...(expectedFd === undefined ? [] : [[XDP_ATTRIBUTES.expectedFd, expectedFd] as const]),
        ],
      ],
    ],
  });
  if (errno < 0)
    throw new SystemError(`attach to xdp of interface ${ifindex}`, "RTM_SETLINK", errno, said(text));
}

/** An interface, and the ids of its XDP programs by mode. */
export type NetInterface = Readonly<{
  ifindex: number;
  name: string;
  xdp: Readonly<Partial<Record<XdpMode, number>>>;
}>;

/** The interfaces of this thread's network namespace. Throws SystemError. */
export function listInterfaces(kernel: Kernel): NetInterface[] {
  using netlink = new Netlink(kernel);
  const { answers, errno } = netlink.request({
    type: ROUTE_MESSAGES.getLink,
    flags: 0x300, // all of them
    head: interfaceInfo.encode({}),
  });
  if (errno < 0) throw new SystemError("list the network interfaces", "RTM_GETLINK", errno);
  return answers.filter((a) => a.type === ROUTE_MESSAGES.newLink).map((a) => readInterface(a.body));
}

function readInterface(body: Uint8Array): NetInterface {
  const attributes = attributesOf(body, interfaceInfo.bytes);
  const xdp = attributesOf(attributes.get(LINK_ATTRIBUTES.xdp) ?? new Uint8Array());
  const id = (type: number) => numberOf(xdp.get(type));
  // Where several modes are in use the kernel names each program by its mode, else one program and the mode.
  const single = id(XDP_ATTRIBUTES.progId);
  const mode = ([undefined, "native", "generic", "offload"] as const)[
    xdp.get(XDP_ATTRIBUTES.attached)?.[0] ?? 0
  ];
  const name = new TextDecoder().decode(attributes.get(LINK_ATTRIBUTES.ifname)).replace(/\0.*$/s, "");
  const byMode = {
    ...(mode !== undefined && single !== undefined && { [mode]: single }),
    ...withId("native", id(XDP_ATTRIBUTES.drvProgId)),
    ...withId("generic", id(XDP_ATTRIBUTES.skbProgId)),
    ...withId("offload", id(XDP_ATTRIBUTES.hwProgId)),
  };
  return { ifindex: interfaceInfo.decode(body).ifiIndex, name, xdp: byMode };
}

function withId(mode: XdpMode, id: number | undefined): Partial<Record<XdpMode, number>> {
  return id === undefined ? {} : { [mode]: id };
}

function numberOf(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined || bytes.length < 4) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

/** The kernel's own words as a remedy, where it has some. */
export function said(text: string): string | undefined {
  return text === "" ? undefined : `the kernel says: ${text}`;
}
