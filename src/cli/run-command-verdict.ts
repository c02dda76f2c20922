import type { ProgramType } from "../abi/attach-spec.ts";

type Verdicts = ReadonlyMap<number, string>;

const numbered = (names: readonly string[]): Verdicts => new Map(names.map((name, value) => [value, name]));

// Source: include/uapi/linux/bpf.h, pkt_cls.h and netfilter.h, v6.18.
const XDP = numbered(["XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX", "XDP_REDIRECT"]);
const TC: Verdicts = new Map([
  [-1, "TC_ACT_UNSPEC"],
  ...numbered([
    "TC_ACT_OK",
    "TC_ACT_RECLASSIFY",
    "TC_ACT_SHOT",
    "TC_ACT_PIPE",
    "TC_ACT_STOLEN",
    "TC_ACT_QUEUED",
    "TC_ACT_REPEAT",
    "TC_ACT_REDIRECT",
    "TC_ACT_TRAP",
  ]),
]);
const SK = numbered(["SK_DROP", "SK_PASS"]);
const CGROUP = numbered(["denied", "allowed"]);
const LWT: Verdicts = new Map([
  [0, "BPF_OK"],
  [2, "BPF_DROP"],
  [7, "BPF_REDIRECT"],
  [128, "BPF_LWT_REROUTE"],
]);
const DISSECTOR: Verdicts = new Map([
  [0, "BPF_OK"],
  [2, "BPF_DROP"],
  [129, "BPF_FLOW_DISSECTOR_CONTINUE"],
]);
const NETFILTER = numbered(["NF_DROP", "NF_ACCEPT"]);

const BY_TYPE: Readonly<Partial<Record<ProgramType, Verdicts>>> = {
  xdp: XDP,
  schedCls: TC,
  schedAct: TC,
  skSkb: SK,
  skMsg: SK,
  skLookup: SK,
  skReuseport: SK,
  cgroupSkb: CGROUP,
  cgroupSock: CGROUP,
  cgroupSockAddr: CGROUP,
  cgroupDevice: CGROUP,
  cgroupSysctl: CGROUP,
  cgroupSockopt: CGROUP,
  lwtIn: LWT,
  lwtOut: LWT,
  lwtXmit: LWT,
  lwtSeg6local: LWT,
  flowDissector: DISSECTOR,
  netfilter: NETFILTER,
};

/** What the kernel does for this result, by its name for it, such as "XDP_DROP"; undefined where r0 means no verdict. */
export function verdictName(type: ProgramType, r0: bigint): string | undefined {
  const value = Number(BigInt.asIntN(32, r0));
  if (type === "socketFilter") return value === 0 ? "dropped" : `keeps ${value >>> 0} bytes`;
  return BY_TYPE[type]?.get(value);
}
