import { isIP } from "node:net";
import type { AttachSpec, RouteHook } from "../abi/attach-spec.ts";
import {
  ENCAP_TYPES,
  LWT_BPF_ATTRIBUTES,
  LWT_BPF_PROG,
  NETLINK_FLAGS,
  ROUTE_ATTRIBUTES,
  ROUTE_MESSAGES,
  routeInfo,
  SEG6_LOCAL_ACTION_BPF,
  SEG6_LOCAL_ATTRIBUTES,
} from "../abi/netlink.ts";
import { SkepError } from "../base/errors.ts";
import { type AttachScene, refused } from "./attach-context.ts";
import { missingInterface } from "./attach-net.ts";
import { attachText } from "./attach-spec-text.ts";
import { type Attachment, noAttachment } from "./attachments.ts";
import { ERRNO } from "./errno.ts";
import { parseAddress } from "./ip-address.ts";
import { said } from "./net-xdp.ts";
import { type Attribute, Netlink } from "./netlink.ts";
import { inNetns } from "./netns.ts";

type Route = Extract<AttachSpec, { kind: "route" }>;

const MAIN_TABLE = 254;
const PROTOCOL_STATIC = 4;
const SCOPE_LINK = 253;
const SCOPE_UNIVERSE = 0;
const UNICAST = 1;
const AF_INET = 2;
const AF_INET6 = 10;

/** Adds a route whose packets the program sees: no link holds such programs, the route does. */
export function attachToRoute(scene: AttachScene, attach: Route): Attachment {
  const { kernel } = scene.context;
  const { head, target } = routeOf(attach);
  const { fd, spec } = scene.program;
  const attributes: Attribute[] = [...target, ...encapsulation(attach, fd.number, spec.name)];
  const request = {
    type: ROUTE_MESSAGES.newRoute,
    flags: NETLINK_FLAGS.create | NETLINK_FLAGS.exclusive,
    head,
    attributes,
  };
  inNetns(kernel, attach.netns, () => {
    using netlink = new Netlink(kernel);
    const { errno, text } = netlink.request(request);
    if (errno < 0)
      throw (
        missingInterface(scene, attach) ??
        refused(scene, attach, "RTM_NEWROUTE", errno, REMEDIES[-errno] ?? said(text))
      );
  });
  const undo = () => {
    try {
      inNetns(kernel, attach.netns, () => {
        using netlink = new Netlink(kernel);
        netlink.request({ type: ROUTE_MESSAGES.delRoute, head, attributes: target });
      });
    } catch (error) {
      if (!(error instanceof SkepError)) throw error; // the namespace is gone, and the route with it
    }
  };
  return { ...noAttachment(), undo: [undo] };
}

// biome-ignore format: one remedy per line
const REMEDIES: Readonly<Record<number, string>> = {
  [ERRNO.EEXIST]: "there is a route to this destination already; remove it: ip route del …",
  [ERRNO.ENETDOWN]: "switch the interface on: ip link set NAME up",
  [ERRNO.EPERM]: "run as root, or grant this process CAP_NET_ADMIN",
};

function routeOf(attach: Route): { head: Uint8Array; target: Attribute[] } {
  const [text = "", bits] = attach.destination.split("/");
  const family = isIP(text);
  const address = family === 0 ? undefined : parseAddress(text);
  const length = bits === undefined ? (family === 4 ? 32 : 128) : Number(bits);
  if (address === undefined || !Number.isInteger(length) || length < 0 || length > address.length * 8)
    throw new SkepError(`${attachText(attach)}: \`${attach.destination}\` is no network`, {
      code: "linux/bad-destination",
      remedy: "write it as an address and the length of its prefix: 10.1.0.0/16 or fd00::/64",
    });
  const head = routeInfo.encode({
    rtmFamily: family === 4 ? AF_INET : AF_INET6,
    rtmDstLen: length,
    rtmTable: MAIN_TABLE,
    rtmProtocol: PROTOCOL_STATIC,
    rtmScope: family === 4 ? SCOPE_LINK : SCOPE_UNIVERSE,
    rtmType: UNICAST,
  });
  return {
    head,
    target: [
      [ROUTE_ATTRIBUTES.dst, address],
      [ROUTE_ATTRIBUTES.oif, attach.ifindex],
    ],
  };
}

function encapsulation(attach: Route, programFd: number, name: string): Attribute[] {
  const program: Attribute[] = [
    [LWT_BPF_PROG.fd, programFd],
    [LWT_BPF_PROG.name, name],
  ];
  if (attach.hook === "seg6local")
    return [
      [
        ROUTE_ATTRIBUTES.encap,
        [
          [SEG6_LOCAL_ATTRIBUTES.action, SEG6_LOCAL_ACTION_BPF],
          [SEG6_LOCAL_ATTRIBUTES.bpf, program],
        ],
      ],
      [ROUTE_ATTRIBUTES.encapType, new Uint8Array(Uint16Array.of(ENCAP_TYPES.seg6local).buffer)],
    ];
  const hook: Exclude<RouteHook, "seg6local"> = attach.hook;
  const headroom: Attribute[] =
    attach.headroom === undefined ? [] : [[LWT_BPF_ATTRIBUTES.xmitHeadroom, attach.headroom]];
  return [
    [ROUTE_ATTRIBUTES.encap, [[LWT_BPF_ATTRIBUTES[hook], program], ...headroom]],
    [ROUTE_ATTRIBUTES.encapType, new Uint8Array(Uint16Array.of(ENCAP_TYPES.bpf).buffer)],
  ];
}
