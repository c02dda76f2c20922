import type { ProgramType } from "./attach-spec.ts";
import type { AttachType } from "./attach-types.ts";
import { CGROUP_CALLS, LWT, PROBES, TC } from "./helper-programs.ts";

/** Before release `by` these program types could not call these helpers, though the helpers were there. */
export type HelperWidening = Readonly<{
  by: string;
  helpers: readonly string[];
  programs: readonly ProgramType[];
  /** Only with these attach types. */
  attach?: readonly AttachType[];
}>;

const PACKET_PROGRAMS: readonly ProgramType[] = [
  "socketFilter",
  ...TC,
  "xdp",
  "cgroupSkb",
  ...LWT,
  "sockOps",
  "skSkb",
  "skReuseport",
  "flowDissector",
  "structOps",
  "skLookup",
];

/**
 * How the rights of program types grew. Measured on 6.1, 6.12 and 6.18: where it is not known which release in between
 * brought the change, `by` is the first one that was measured to have it, so that a "yes" is always true. Rights that
 * grew before 6.1 are not listed.
 */
export const HELPER_WIDENINGS: readonly HelperWidening[] = [
  {
    by: "6.10",
    helpers: ["bpf_get_current_pid_tgid", "bpf_get_ns_current_pid_tgid"],
    programs: PACKET_PROGRAMS,
  },
  { by: "6.10", helpers: ["bpf_get_ns_current_pid_tgid"], programs: [...CGROUP_CALLS, "skMsg"] },
  { by: "6.10", helpers: ["bpf_get_attach_cookie"], programs: ["rawTracepoint", "rawTracepointWritable"] },
  { by: "6.10", helpers: ["bpf_get_attach_cookie"], programs: ["tracing"], attach: ["traceRawTp"] },
  {
    by: "6.12",
    helpers: ["bpf_get_current_cgroup_id", "bpf_get_current_ancestor_cgroup_id"],
    programs: PACKET_PROGRAMS,
  },
  { by: "6.12", helpers: ["bpf_current_task_under_cgroup"], programs: CGROUP_CALLS },
  {
    by: "6.16",
    helpers: ["bpf_get_current_uid_gid", "bpf_get_current_comm", "bpf_current_task_under_cgroup"],
    programs: [...PACKET_PROGRAMS, "netfilter"],
  },
  { by: "6.16", helpers: ["bpf_get_current_comm", "bpf_current_task_under_cgroup"], programs: ["skMsg"] },
  {
    by: "6.16",
    helpers: [
      "bpf_perf_event_read",
      "bpf_perf_event_read_value",
      "bpf_send_signal",
      "bpf_send_signal_thread",
      "bpf_get_task_stack",
      "bpf_copy_from_user",
      "bpf_task_storage_get",
      "bpf_task_storage_delete",
      "bpf_get_branch_snapshot",
      "bpf_find_vma",
      "bpf_copy_from_user_task",
    ],
    programs: [...PACKET_PROGRAMS, ...CGROUP_CALLS, "skMsg", "netfilter"],
  },
  {
    by: "6.18",
    helpers: ["bpf_get_cgroup_classid"],
    programs: [
      ...PROBES,
      "socketFilter",
      "xdp",
      "cgroupSkb",
      "sockOps",
      "skSkb",
      "skReuseport",
      "flowDissector",
      "structOps",
      "skLookup",
      "syscall",
      "netfilter",
    ],
  },
  { by: "6.18", helpers: ["bpf_skb_pull_data"], programs: ["lwtSeg6local"] },
  { by: "6.18", helpers: ["bpf_get_netns_cookie"], programs: ["socketFilter", ...TC, "cgroupSkb"] },
];
