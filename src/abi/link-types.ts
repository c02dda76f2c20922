export type LinkTypeInfo = Readonly<{ number: number; kernelName: string; since: string }>;

/** Kinds of BPF link. Source: include/uapi/linux/bpf.h, `enum bpf_link_type`, v6.18. */
// biome-ignore format: one type per line
export const LINK_TYPES = {
  rawTracepoint: { number: 1,  kernelName: "BPF_LINK_TYPE_RAW_TRACEPOINT", since: "5.7"  },
  tracing:       { number: 2,  kernelName: "BPF_LINK_TYPE_TRACING",        since: "5.7"  },
  cgroup:        { number: 3,  kernelName: "BPF_LINK_TYPE_CGROUP",         since: "5.7"  },
  iter:          { number: 4,  kernelName: "BPF_LINK_TYPE_ITER",           since: "5.8"  },
  netns:         { number: 5,  kernelName: "BPF_LINK_TYPE_NETNS",          since: "5.8"  },
  xdp:           { number: 6,  kernelName: "BPF_LINK_TYPE_XDP",            since: "5.9"  },
  perfEvent:     { number: 7,  kernelName: "BPF_LINK_TYPE_PERF_EVENT",     since: "5.15" },
  kprobeMulti:   { number: 8,  kernelName: "BPF_LINK_TYPE_KPROBE_MULTI",   since: "5.18" },
  structOps:     { number: 9,  kernelName: "BPF_LINK_TYPE_STRUCT_OPS",     since: "5.18" },
  netfilter:     { number: 10, kernelName: "BPF_LINK_TYPE_NETFILTER",      since: "6.4"  },
  tcx:           { number: 11, kernelName: "BPF_LINK_TYPE_TCX",            since: "6.6"  },
  uprobeMulti:   { number: 12, kernelName: "BPF_LINK_TYPE_UPROBE_MULTI",   since: "6.6"  },
  netkit:        { number: 13, kernelName: "BPF_LINK_TYPE_NETKIT",         since: "6.7"  },
  sockmap:       { number: 14, kernelName: "BPF_LINK_TYPE_SOCKMAP",        since: "6.10" },
} as const satisfies Readonly<Record<string, LinkTypeInfo>>;

export type LinkType = keyof typeof LINK_TYPES;

const BY_NUMBER: ReadonlyMap<number, LinkType> = new Map(
  (Object.keys(LINK_TYPES) as LinkType[]).map((type) => [LINK_TYPES[type].number, type]),
);

/** The link type that the kernel knows by `number`, or undefined for one that is newer than this table. */
export function linkTypeOf(number: number): LinkType | undefined {
  return BY_NUMBER.get(number);
}
