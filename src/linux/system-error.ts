import { SkepError } from "../base/errors.ts";
import type { Capability, Permissions } from "./caps.ts";
import { missingCapabilities, readPermissions } from "./caps.ts";
import { errnoName } from "./errno.ts";

/** The machine refused a request. `call` is the kernel's own name for it, such as "BPF_PROG_LOAD". */
export class SystemError extends SkepError {
  /** Name of the errno, such as "EPERM". */
  readonly errno: string;
  /** The same as the kernel gave it, positive. */
  readonly errnoNumber: number;
  readonly call: string;

  /**
   * `doing` says what was attempted, such as "create map events"; `errno` as the kernel gave it, negative or positive.
   * The remedy is looked up unless one is given.
   */
  constructor(doing: string, call: string, errno: number, remedy?: string) {
    const name = errnoName(Math.abs(errno));
    super(`${doing}: ${call} failed with ${name}`, {
      code: `system/${name.replace(" ", "-")}`,
      remedy: remedy ?? remedyFor(call, name, readPermissions),
    });
    this.name = "SystemError";
    this.errno = name;
    this.errnoNumber = Math.abs(errno);
    this.call = call;
  }
}

/** What to do when `call` fails with `errno`. Asks for the permissions only where they matter. */
export function remedyFor(call: string, errno: string, permissions: () => Permissions): string {
  const known = REMEDIES[`${call} ${errno}`] ?? REMEDIES[errno];
  if (known !== undefined) return known;
  if (errno === "EPERM" || errno === "EACCES") return permissionRemedy(call, permissions());
  return "run `skep doctor` and include what it prints in your report";
}

// biome-ignore format: one remedy per line
const REMEDIES: Readonly<Record<string, string>> = {
  "BPF_PROG_LOAD E2BIG": "the verifier ran out of steps; give the loop a smaller bound or split the program",
  "BPF_PROG_LOAD EINVAL": "this kernel is too old for the program, or the program type is not built in; run `skep doctor`",
  "BPF_MAP_CREATE E2BIG": "the map is larger than the kernel allows; lower its number of entries",
  "BPF_MAP_CREATE EINVAL": "this kernel does not know the map type or one of its flags; run `skep doctor`",
  "BPF_MAP_CREATE ENOMEM": "lower the number of entries of the map; or, before Linux 5.11, lift the limit: ulimit -l unlimited",
  "BPF_MAP_DELETE_ELEM EINVAL": "entries of arrays cannot be deleted; write zeros instead",
  "BPF_MAP_FREEZE EBUSY": "the map is mapped for writing: close what mmap() gave, and use `globals` afterwards",
  "BPF_MAP_UPDATE_ELEM E2BIG": "the map is full, or the index is behind its last entry; give it more entries",
  "BPF_MAP_UPDATE_ELEM EEXIST": "the key is there already; write with mode \"any\" to replace its value",
  "BPF_MAP_UPDATE_ELEM ENOENT": "the key is not there; write with mode \"any\" to create it",
  "BPF_MAP_UPDATE_ELEM EPERM": "the map is frozen; write its first value before it is loaded",
  "BPF_RAW_TRACEPOINT_OPEN ENOENT": "list the tracepoints of this kernel: skep list 'rawtracepoint:*'",
  "BPF_PROG_TEST_RUN EOPNOTSUPP": "this kernel cannot run programs of this type by itself; it needs Linux 5.10 for raw tracepoints",
  "BPF_PROG_TEST_RUN ENOTSUPP": "this kernel cannot run programs of this type by itself; it needs Linux 5.10 for raw tracepoints",
  "perf_event_open ENOENT": "this machine does not offer the event; virtual machines often have no hardware counters",
  "perf_event_open EOPNOTSUPP": "this machine does not offer the event; virtual machines often have no hardware counters",
  "perf_event_open ESRCH": "the process has ended; give the id of a running one",
  "perf_event_open ENODEV": "the CPU went offline or cannot count the event; try again",
  "perf_event_open EBUSY": "another tool holds the counter; stop it first",
  "mmap EPERM": "lift the limit for locked memory: ulimit -l unlimited",
  "ENOSYS": "this kernel was built without eBPF or perf events, or a seccomp filter hides the call (container runtimes do); run outside of the container",
  "ENOMEM": "free some memory, or ask for less",
  "EMFILE": "raise the limit of open files: ulimit -n 65536",
  "ENFILE": "raise the system's limit of open files: sysctl fs.file-max",
  "ESRCH": "the process has ended; give the id of a running one",
  "ENOSPC": "the kernel has no room left for more of these; trace fewer points at once",
};

// Source: kernel/bpf/syscall.c, v6.12.
const WANTED: Readonly<Record<string, readonly Capability[]>> = {
  perf_event_open: ["CAP_PERFMON"],
  BPF_MAP_CREATE: ["CAP_BPF"],
  BPF_BTF_LOAD: ["CAP_BPF"],
  BPF_PROG_LOAD: ["CAP_BPF", "CAP_PERFMON"],
  BPF_LINK_CREATE: ["CAP_BPF", "CAP_PERFMON"],
  BPF_RAW_TRACEPOINT_OPEN: ["CAP_BPF", "CAP_PERFMON"],
  BPF_ENABLE_STATS: ["CAP_SYS_ADMIN"],
  BPF_MAP_GET_NEXT_ID: ["CAP_SYS_ADMIN"],
  BPF_PROG_GET_NEXT_ID: ["CAP_SYS_ADMIN"],
  BPF_LINK_GET_NEXT_ID: ["CAP_SYS_ADMIN"],
  BPF_BTF_GET_NEXT_ID: ["CAP_SYS_ADMIN"],
  BPF_PROG_GET_FD_BY_ID: ["CAP_SYS_ADMIN"],
  BPF_MAP_GET_FD_BY_ID: ["CAP_SYS_ADMIN"],
  BPF_LINK_GET_FD_BY_ID: ["CAP_SYS_ADMIN"],
  BPF_BTF_GET_FD_BY_ID: ["CAP_SYS_ADMIN"],
  BPF_TASK_FD_QUERY: ["CAP_SYS_ADMIN"],
  BPF_PROG_QUERY: ["CAP_NET_ADMIN"],
};

/** Names what is missing: capabilities first, then what holds even root back. */
export function permissionRemedy(call: string, permissions: Permissions): string {
  const missing = missingCapabilities(permissions, WANTED[call] ?? ["CAP_BPF", "CAP_PERFMON"]);
  if (missing.length > 0) {
    if (permissions.inUserNamespace)
      return "this container has a user namespace of its own, where the kernel allows no tracing; run on the host with sudo";
    const older = missing.some((one) => one === "CAP_BPF" || one === "CAP_PERFMON");
    return `run as root (sudo), or grant this process ${missing.join(" and ")}${older ? " (before Linux 5.8: CAP_SYS_ADMIN)" : ""}`;
  }
  if (permissions.inUserNamespace)
    return "capabilities of a user namespace do not count here; run in the machine's first user namespace";
  if (permissions.lockdown !== "none")
    return `the kernel is locked down (${permissions.lockdown}) and refuses this even to root; boot with lockdown=none or without Secure Boot`;
  return "a security module or the kernel's build refuses this even to root; see `dmesg | tail` and `skep doctor`";
}
