import { existsSync, readdirSync, readlinkSync, statfsSync } from "node:fs";
import { release } from "node:os";
import { progInfo } from "../../abi/attr-object.ts";
import { type Capability, hasCapability } from "../caps.ts";
import { ERRNO } from "../errno.ts";
import { fetchInfo } from "../objects.ts";
import { readHead } from "../process-files.ts";
import { readOptional } from "../procfs.ts";
import { tryMap } from "../trial-map.ts";
import {
  type Check,
  capabilityRemedy,
  limited,
  missing,
  refusedCall,
  type Scene,
  type Verdict,
  works,
} from "./finding.ts";

const linux = (major: number, minor: number) => (major << 16) | (minor << 8);

/** The machine itself: its kernel, the rights of this process, what is mounted. */
// biome-ignore format: one check per line
export const MACHINE_CHECKS: readonly Check[] = [
  { name: "kernel", group: "machine", needs: [], run: kernelVersion },
  { name: "privileges", group: "machine", needs: [], run: privileges },
  { name: "container", group: "machine", needs: [], run: container },
  { name: "loading programs", group: "machine", needs: ["CAP_BPF", "CAP_PERFMON"], essential: true, run: loading },
  { name: "maps", group: "machine", needs: ["CAP_BPF"], essential: true, run: maps },
  { name: "ring buffer", group: "machine", needs: ["CAP_BPF"], run: ringBuffer },
  { name: "unprivileged bpf", group: "machine", needs: [], run: unprivileged },
  { name: "JIT compiler", group: "machine", needs: ["CAP_BPF"], run: jit },
  { name: "locked memory", group: "machine", needs: [], run: memlock },
  { name: "lockdown", group: "machine", needs: [], run: lockdown },
  { name: "kernel types (BTF)", group: "machine", needs: [], essential: true, run: kernelTypes },
  { name: "module types", group: "machine", needs: ["CAP_SYS_ADMIN"], run: moduleTypes },
  { name: "kernel headers", group: "machine", needs: [], run: () => works("not needed: the kernel's BTF has its types") },
  { name: "kernel symbols", group: "machine", needs: ["CAP_SYSLOG"], run: symbols },
  { name: "tracefs", group: "machine", needs: ["CAP_SYS_ADMIN"], run: tracefs },
  { name: "debugfs", group: "machine", needs: [], run: () => works("not needed") },
  { name: "bpf file system", group: "machine", needs: [], run: bpfFs },
  { name: "cgroup hierarchy", group: "machine", needs: [], run: cgroups },
  { name: "other processes", group: "machine", needs: ["CAP_SYS_PTRACE"], run: otherProcesses },
  { name: "build options", group: "machine", needs: [], run: buildOptions },
];

function kernelVersion({ target }: Scene): Verdict {
  const text = `Linux ${release()} on ${target.arch}`;
  if (target.kernelVersion >= linux(5, 8)) return works(text);
  return limited(
    text,
    "kernels before 5.8 lack ring buffers, and more",
    "use a newer kernel: 5.8 at least, 6.1 for all tools",
  );
}

const USEFUL: readonly Capability[] = ["CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN", "CAP_SYS_ADMIN"];

// biome-ignore format: one capability per line
const GIVES: Readonly<Partial<Record<Capability, string>>> = {
  CAP_BPF: "programs and maps",
  CAP_PERFMON: "tracing",
  CAP_NET_ADMIN: "XDP, TC and other network hooks",
  CAP_SYS_ADMIN: "listing what others have loaded, entering network namespaces, private mounts",
};

function privileges({ permissions }: Scene): Verdict {
  const who = permissions.uid === 0 ? "root" : `user ${permissions.uid}`;
  const held = USEFUL.filter((capability) => hasCapability(permissions, capability));
  const lacking = USEFUL.filter((capability) => !held.includes(capability));
  const says = `${who}, with ${held.length === 0 ? "no capability that eBPF asks for" : held.join(", ")}`;
  if (lacking.length === 0 && !permissions.inUserNamespace) return works(says);
  const why = permissions.inUserNamespace
    ? "capabilities of a user namespace do not count for eBPF"
    : lacking.map((capability) => `${capability} gives ${GIVES[capability]}`).join("; ");
  const remedy = capabilityRemedy(permissions, lacking.length > 0 ? lacking : USEFUL);
  return held.includes("CAP_BPF") && held.includes("CAP_PERFMON")
    ? limited(says, why, remedy)
    : missing(says, why, remedy);
}

function container({ permissions }: Scene): Verdict {
  const signs: string[] = [];
  if (existsSync("/.dockerenv")) signs.push("/.dockerenv is there");
  if (existsSync("/run/.containerenv")) signs.push("/run/.containerenv is there");
  const hasOwnPids = linkOr("/proc/self/ns/pid") !== FIRST_PID_NAMESPACE;
  if (hasOwnPids) signs.push("a PID namespace of its own");
  if (permissions.inUserNamespace) signs.push("a user namespace of its own");
  if (/^Seccomp:\s+2/m.test(readOptional("/proc/self/status") ?? ""))
    return limited(
      ["a seccomp filter is on", ...signs].join(", "),
      "the filter may hide bpf(2) and perf_event_open(2)",
      "start the container with --security-opt seccomp=unconfined, or allow bpf and perf_event_open in its profile",
    );
  if (hasOwnPids || permissions.inUserNamespace)
    return limited(
      signs.join(", "),
      "processes outside of it have other ids here, and paths differ",
      "for the whole machine run on the host, or start the container with --pid=host --privileged -v /sys:/sys:ro",
    );
  return works(signs.length === 0 ? "none seen" : `${signs.join(", ")}; it sees the machine's processes`);
}

const FIRST_PID_NAMESPACE = "pid:[4026531836]"; // PROC_PID_INIT_INO, include/linux/proc_ns.h, v6.12

function linkOr(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return FIRST_PID_NAMESPACE;
  }
}

function loading({ loader }: Scene): Verdict {
  const tracing = loader.load("rawTracepoint");
  tracing.fd?.close();
  if (tracing.fd !== undefined) return works("bpf(2) loads tracing programs");
  const filter = loader.load("socketFilter");
  filter.fd?.close();
  const verdict = refusedCall("tracing programs are refused", "BPF_PROG_LOAD", tracing.errno);
  return filter.fd === undefined
    ? verdict
    : { ...verdict, status: "limited", says: "socket filters load, tracing programs do not" };
}

function maps({ loader }: Scene): Verdict {
  const errno = tryMap(loader.kernel, "hash");
  return errno === 0 ? works("the kernel makes them") : refusedCall("refused", "BPF_MAP_CREATE", errno);
}

function ringBuffer({ loader }: Scene): Verdict {
  const errno = tryMap(loader.kernel, "ringbuf");
  if (errno === 0) return works("events come in order, through one buffer");
  if (errno !== ERRNO.EINVAL) return refusedCall("refused", "BPF_MAP_CREATE", errno);
  return limited("perf buffers take its place", "ring buffers need Linux 5.8", "use a newer kernel");
}

function unprivileged({ permissions }: Scene): Verdict {
  switch (permissions.unprivilegedBpf) {
    case 0:
      return works("on: any user may load socket filters (kernel.unprivileged_bpf_disabled = 0)");
    case 1:
      return works("off until the next boot, as is wise (kernel.unprivileged_bpf_disabled = 1)");
    case 2:
      return works("off, as is wise (kernel.unprivileged_bpf_disabled = 2)");
    default:
      return works("not told by this kernel");
  }
}

// The sysctl is hidden outside of the first network namespace: a program tells whether it was compiled.
function jit({ loader }: Scene): Verdict {
  const { fd, errno } = loader.load("socketFilter");
  if (fd === undefined) return refusedCall("not known: nothing can be loaded", "BPF_PROG_LOAD", errno);
  using program = fd;
  const bytes = new Uint8Array(progInfo.bytes);
  fetchInfo(loader.kernel, program, bytes);
  if (progInfo.decode(bytes).jitedProgLen > 0) return works("programs are compiled");
  return limited(
    "programs are interpreted",
    "the JIT compiler is off: programs run several times slower",
    "sysctl net.core.bpf_jit_enable=1",
  );
}

function memlock({ target }: Scene): Verdict {
  if (target.kernelVersion >= linux(5, 11)) return works("does not matter since Linux 5.11");
  const limit = /^Max locked memory\s+(\S+)/m.exec(readOptional("/proc/self/limits") ?? "")?.[1];
  if (limit === "unlimited") return works("unlimited");
  return limited(
    `${limit ?? "unknown"} bytes`,
    "before Linux 5.11 maps and programs count as locked memory",
    "ulimit -l unlimited (skep lifts it by itself where it may)",
  );
}

function lockdown({ permissions }: Scene): Verdict {
  if (permissions.lockdown === "none") return works("none");
  return limited(
    permissions.lockdown,
    "a locked-down kernel refuses programs that read kernel memory",
    "boot with lockdown=none, or without Secure Boot",
  );
}

function kernelTypes({ target }: Scene): Verdict {
  const btf = target.kernelBtf();
  if (btf !== undefined) return works(`${btf.count} types in /sys/kernel/btf/vmlinux`);
  return missing(
    "this kernel tells no types",
    "it was built without CONFIG_DEBUG_INFO_BTF, or /sys is not mounted",
    "use a distribution's kernel (Debian 12, Ubuntu 20.10, Fedora 33 and later have it), or mount -t sysfs sys /sys",
  );
}

function moduleTypes({ target }: Scene): Verdict {
  const folder = listOr("/sys/kernel/btf").filter((name) => name !== "vmlinux");
  if (folder.length === 0) return works("no module with types is loaded");
  const readable = target.kernelTypes().modules().length;
  return works(`${readable} of ${folder.length} modules`);
}

function symbols(): Verdict {
  const head = kallsymsHead();
  if (head === "")
    return missing(
      "not there",
      "the kernel was built without CONFIG_KALLSYMS, or /proc hides them",
      "use a kernel with CONFIG_KALLSYMS",
    );
  if (/^(?!0+ )[0-9a-f]+ /m.test(head)) return works("addresses have names");
  return {
    ...limited(
      "names without addresses",
      "kernel.kptr_restrict hides the addresses: stacks have no names",
      "run as root, or sysctl kernel.kptr_restrict=0",
    ),
    denied: true,
  };
}

function tracefs({ target }: Scene): Verdict {
  const root = target.tracefs().root();
  if (!root.startsWith("/proc/")) return works(`mounted on ${root}`);
  return works("not mounted, and need not be: skep mounts it for itself alone");
}

const BPF_FS_MAGIC = 0xcafe4a11; // include/uapi/linux/magic.h, v6.12

function bpfFs(): Verdict {
  const folder = "/sys/fs/bpf";
  if (magicOf(folder) === BPF_FS_MAGIC) return works(`mounted on ${folder}`);
  return limited(
    "not mounted",
    "programs, maps and links cannot be pinned by path; tracing does not need it",
    `mount -t bpf bpf ${folder}`,
  );
}

function cgroups(): Verdict {
  const mounts = (readOptional("/proc/self/mounts") ?? "").split("\n").map((line) => line.split(" "));
  const path = mounts.find(([, , type]) => type === "cgroup2")?.[1];
  if (path !== undefined) return works(`version 2 on ${path}`);
  return limited(
    "no cgroup2 mount",
    "programs of cgroups have no folder to be attached to",
    "mount -t cgroup2 none /mnt/cgroup, or boot with systemd.unified_cgroup_hierarchy=1",
  );
}

function otherProcesses({ permissions }: Scene): Verdict {
  if (readOptional("/proc/1/environ") !== undefined || hasCapability(permissions, "CAP_SYS_PTRACE"))
    return works("their maps can be read: user stacks and probes have names");
  return {
    ...limited(
      "only this user's",
      "maps and programs of other users' processes cannot be read",
      "run as root, or grant CAP_SYS_PTRACE",
    ),
    denied: true,
  };
}

function buildOptions({ target }: Scene): Verdict {
  const config = target.kconfig();
  if (config !== undefined) return works("known: programs may ask for CONFIG_… by __kconfig");
  return limited(
    "not known",
    "neither /proc/config.gz nor /boot has the configuration",
    "modprobe configs, or install the kernel package's config file",
  );
}

function magicOf(path: string): number | undefined {
  try {
    return statfsSync(path).type;
  } catch {
    return undefined;
  }
}

function listOr(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function kallsymsHead(): string {
  try {
    return new TextDecoder().decode(readHead("/proc/kallsyms", 1 << 16));
  } catch {
    return "";
  }
}
