import { i32, struct, u8, u16, u32 } from "../base/struct.ts";

// Messages of rtnetlink(7) that attaching programs takes. Sources: include/uapi/linux/netlink.h, rtnetlink.h, if_link.h,
// pkt_sched.h, pkt_cls.h, lwtunnel.h, bpf.h, v6.18.

export const nlmsgHeader = struct("nlmsghdr", 16, { len: u32, type: u16, flags: u16, seq: u32, pid: u32 });

/** What follows an NLMSG_ERROR header; `error` is -errno, or 0 for "done". */
export const nlmsgError = struct("nlmsgerr", 20, {
  error: i32,
  len: u32, // of the header that caused it, as the next four
  type: u16,
  flags: u16,
  seq: u32,
  pid: u32,
});

/** An attribute's header; its value follows, and lengths are rounded up to 4. `type` may carry NLA_NESTED. */
export const netlinkAttribute = struct("nlattr", 4, { nlaLen: u16, nlaType: u16 });

export const interfaceInfo = struct("ifinfomsg", 16, {
  ifiFamily: u8,
  unused: u8, // padding
  ifiType: u16,
  ifiIndex: i32,
  ifiFlags: u32,
  ifiChange: u32,
});

export const trafficControl = struct("tcmsg", 20, {
  tcmFamily: u8,
  unused: u8, // padding
  unused2: u16,
  tcmIfindex: i32,
  tcmHandle: u32,
  tcmParent: u32,
  tcmInfo: u32, // of filters: priority << 16 | protocol in network order
});

export const routeInfo = struct("rtmsg", 12, {
  rtmFamily: u8,
  rtmDstLen: u8,
  rtmSrcLen: u8,
  rtmTos: u8,
  rtmTable: u8,
  rtmProtocol: u8,
  rtmScope: u8,
  rtmType: u8,
  rtmFlags: u32,
});

export const NETLINK_MESSAGES = { error: 2, done: 3 } as const;

export const NETLINK_FLAGS = {
  request: 1,
  multi: 2,
  ack: 4,
  ackAttributes: 0x200, // an answer with attributes behind the error
  root: 0x100,
  match: 0x200,
  dump: 0x300,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
} as const;

export const NLA_NESTED = 1 << 15;
export const NLMSGERR_ATTR_MSG = 1; // a text for people

export const ROUTE_MESSAGES = {
  newLink: 16,
  delLink: 17,
  getLink: 18,
  setLink: 19,
  newRoute: 24,
  delRoute: 25,
  newQdisc: 36,
  delQdisc: 37,
  getQdisc: 38,
  newFilter: 44,
  delFilter: 45,
  getFilter: 46,
} as const;

export const LINK_ATTRIBUTES = { ifname: 3, linkinfo: 18, xdp: 43 } as const;
export const XDP_ATTRIBUTES = {
  fd: 1,
  attached: 2,
  flags: 3,
  progId: 4,
  drvProgId: 5,
  skbProgId: 6,
  hwProgId: 7,
  expectedFd: 8,
} as const;

/** Flags of XDP attachment, by link and by netlink. Source: include/uapi/linux/if_link.h, v6.18. */
export const XDP_FLAGS = { ifNoExist: 1, generic: 2, native: 4, offload: 8, replace: 16 } as const;

export const TC_ATTRIBUTES = { kind: 1, options: 2 } as const;
export const BPF_FILTER_ATTRIBUTES = { fd: 6, name: 7, flags: 8, flagsGen: 9, tag: 10, id: 11 } as const;
export const BPF_FILTER_DIRECT = 1; // the program's result is the verdict

/** Handles of the clsact qdisc and of its two hooks. */
export const CLSACT = {
  handle: 0xffff0000,
  parent: 0xfffffff1,
  ingress: 0xfffffff2,
  egress: 0xfffffff3,
} as const;

export const ROUTE_ATTRIBUTES = { dst: 1, oif: 4, gateway: 5, table: 15, encapType: 21, encap: 22 } as const;
export const ENCAP_TYPES = { seg6local: 7, bpf: 6 } as const;
export const LWT_BPF_ATTRIBUTES = { in: 1, out: 2, xmit: 3, xmitHeadroom: 4 } as const;
export const LWT_BPF_PROG = { fd: 1, name: 2 } as const;
export const SEG6_LOCAL_ATTRIBUTES = { action: 1, bpf: 8 } as const;
export const SEG6_LOCAL_ACTION_BPF = 15; // End.BPF
