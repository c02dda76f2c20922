/**
 * Build options of the kernel that matter to eBPF. The first ones are those that `bpftool feature probe` shows, in its
 * order.
 */
export const KERNEL_OPTIONS: readonly string[] = [
  "CONFIG_BPF",
  "CONFIG_BPF_SYSCALL",
  "CONFIG_HAVE_EBPF_JIT",
  "CONFIG_BPF_JIT",
  "CONFIG_BPF_JIT_ALWAYS_ON",
  "CONFIG_DEBUG_INFO_BTF",
  "CONFIG_DEBUG_INFO_BTF_MODULES",
  "CONFIG_CGROUPS",
  "CONFIG_CGROUP_BPF",
  "CONFIG_CGROUP_NET_CLASSID",
  "CONFIG_SOCK_CGROUP_DATA",
  "CONFIG_BPF_EVENTS",
  "CONFIG_KPROBE_EVENTS",
  "CONFIG_UPROBE_EVENTS",
  "CONFIG_TRACING",
  "CONFIG_FTRACE_SYSCALLS",
  "CONFIG_FUNCTION_ERROR_INJECTION",
  "CONFIG_BPF_KPROBE_OVERRIDE",
  "CONFIG_NET",
  "CONFIG_XDP_SOCKETS",
  "CONFIG_LWTUNNEL_BPF",
  "CONFIG_NET_ACT_BPF",
  "CONFIG_NET_CLS_BPF",
  "CONFIG_NET_CLS_ACT",
  "CONFIG_NET_SCH_INGRESS",
  "CONFIG_XFRM",
  "CONFIG_IP_ROUTE_CLASSID",
  "CONFIG_IPV6_SEG6_BPF",
  "CONFIG_BPF_LIRC_MODE2",
  "CONFIG_BPF_STREAM_PARSER",
  "CONFIG_NETFILTER_XT_MATCH_BPF",
  "CONFIG_BPFILTER",
  "CONFIG_BPFILTER_UMH",
  "CONFIG_TEST_BPF",
  "CONFIG_HZ",
  "CONFIG_BPF_LSM",
  "CONFIG_BPF_UNPRIV_DEFAULT_OFF",
  "CONFIG_KPROBES",
  "CONFIG_UPROBES",
  "CONFIG_FPROBE",
  "CONFIG_PERF_EVENTS",
  "CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS",
  "CONFIG_NET_XGRESS",
  "CONFIG_NETKIT",
  "CONFIG_NETFILTER_BPF_LINK",
  "CONFIG_SCHED_CLASS_EXT",
];

/** What the configuration's text says of each option: "y", "m", a number or a text; absent: not set. */
export function kernelOptions(config: string): ReadonlyMap<string, string> {
  const wanted = new Set(KERNEL_OPTIONS);
  const found = new Map<string, string>();
  for (const [, name = "", value = ""] of config.matchAll(/^(CONFIG_\w+)=(.*)$/gm))
    if (wanted.has(name)) found.set(name, value);
  return found;
}
