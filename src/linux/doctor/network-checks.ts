import { readFileSync } from "node:fs";
import type { ProgramType } from "../../abi/attach-spec.ts";
import type { AttachType } from "../../abi/attach-types.ts";
import { linkNetfilter } from "../../abi/attr-link.ts";
import { XDP_FLAGS } from "../../abi/netlink.ts";
import { hasCapability } from "../caps.ts";
import { Fd } from "../fd.ts";
import { createLink, type LinkCreate } from "../link-create.ts";
import { addClsact, addFilter } from "../net-tc.ts";
import { setXdp } from "../net-xdp.ts";
import { inNewNetns, openNetns } from "../netns.ts";
import { mountPrivately } from "../private-mount.ts";
import { enumerates } from "../probe-features.ts";
import { tryLink } from "../probe-links.ts";
import { type Check, limited, missing, refusedCall, type Scene, type Verdict, works } from "./finding.ts";
import { linkVerdict, loadVerdict } from "./tracing-checks.ts";

/** Hooks of the network, tried in a namespace that only this process sees, and what else programs can take part in. */
// biome-ignore format: one check per line
export const NETWORK_CHECKS: readonly Check[] = [
  { name: "XDP", group: "network", needs: ["CAP_BPF", "CAP_NET_ADMIN"], run: xdp },
  { name: "TC by tcx", group: "network", needs: ["CAP_BPF", "CAP_NET_ADMIN"], run: tcx },
  { name: "TC by clsact", group: "network", needs: ["CAP_BPF", "CAP_NET_ADMIN"], run: clsact },
  { name: "netfilter", group: "network", needs: ["CAP_BPF", "CAP_NET_ADMIN"], run: netfilter },
  { name: "netkit", group: "network", needs: ["CAP_BPF", "CAP_NET_ADMIN"], run: netkit },
  { name: "socket lookup", group: "network", needs: ["CAP_BPF", "CAP_NET_ADMIN"], run: (scene) => ofNetns(scene, "skLookup", "sockets can be chosen for connections", "it needs Linux 5.9") },
  { name: "flow dissector", group: "network", needs: ["CAP_BPF", "CAP_NET_ADMIN"], run: (scene) => ofNetns(scene, "flowDissector", "headers can be parsed by a program", "it needs Linux 5.8") },
  { name: "socket maps", group: "network", needs: ["CAP_BPF", "CAP_NET_ADMIN"], run: socketMaps },
  { name: "socket filters", group: "network", needs: ["CAP_BPF"], run: socketFilters },
  { name: "cgroup hooks", group: "network", needs: ["CAP_BPF", "CAP_NET_ADMIN"], run: (scene) => linkVerdict(scene, "cgroup", "sockets, addresses, devices, settings", "links need Linux 5.7 and CONFIG_CGROUP_BPF") },
  { name: "LSM", group: "rest", needs: ["CAP_BPF", "CAP_PERFMON"], run: lsm },
  { name: "struct_ops", group: "rest", needs: ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"], run: structOps },
  { name: "schedulers (sched_ext)", group: "rest", needs: [], run: schedExt },
];

const LOOPBACK = 1;

/** Loads the shortest program of a type, and does `work` with it. */
function withProgram(
  scene: Scene,
  type: ProgramType,
  attach: AttachType | undefined,
  work: (program: Fd) => Verdict,
): Verdict {
  const { fd, errno } = scene.loader.load(type, { ...(attach && { attach }) });
  if (fd === undefined) return refusedCall("programs are refused", "BPF_PROG_LOAD", errno);
  using program = fd;
  return work(program);
}

/** In a network namespace of our own where we may make one; else only what loading tells. */
function inOwnNetns(scene: Scene, work: () => Verdict): Verdict {
  if (!hasCapability(scene.permissions, "CAP_SYS_ADMIN"))
    return works("programs load (not tried further: a namespace to try it in takes CAP_SYS_ADMIN)");
  return inNewNetns(scene.loader.kernel, work);
}

/** Makes a link and closes it; -errno when it is refused. */
function linked({ loader }: Scene, link: LinkCreate): number {
  const fd = createLink(loader.kernel, link);
  if (fd >= 0) loader.kernel.call("close", fd);
  return Math.min(fd, 0);
}

function xdp(scene: Scene): Verdict {
  return withProgram(scene, "xdp", "xdp", (program) =>
    inOwnNetns(scene, () => {
      const link = { program, target: LOOPBACK, attachType: "xdp", flags: XDP_FLAGS.generic } as const;
      const errno = linked(scene, link);
      if (errno === 0) return works("attaches by link; native mode depends on the driver of each interface");
      const { kernel } = scene.loader;
      setXdp(kernel, { ifindex: LOOPBACK, programFd: program.number, mode: "generic" });
      setXdp(kernel, { ifindex: LOOPBACK, programFd: -1, mode: "generic" });
      return limited("attaches by netlink", "links for XDP need Linux 5.9", "use a newer kernel");
    }),
  );
}

function tcx(scene: Scene): Verdict {
  return withProgram(scene, "schedCls", "tcxIngress", (program) =>
    inOwnNetns(scene, () => {
      const errno = linked(scene, { program, target: LOOPBACK, attachType: "tcxIngress" });
      if (errno === 0) return works("attaches by link, in an order");
      return limited(
        "skep uses clsact instead",
        "tcx needs Linux 6.6 and CONFIG_NET_XGRESS",
        "use a newer kernel for links and order",
      );
    }),
  );
}

function clsact(scene: Scene): Verdict {
  return withProgram(scene, "schedCls", undefined, (program) =>
    inOwnNetns(scene, () => {
      const { kernel } = scene.loader;
      addClsact(kernel, LOOPBACK);
      const filter = { programFd: program.number, name: "probe" };
      addFilter(kernel, { ifindex: LOOPBACK, direction: "ingress" }, filter);
      return works("filters of the clsact qdisc run programs");
    }),
  );
}

const NFPROTO_IPV4 = 2;
const LOCAL_IN = 1;

function netfilter(scene: Scene): Verdict {
  const tooOld = "netfilter programs need Linux 6.4 and CONFIG_NETFILTER_BPF_LINK";
  const { fd, errno } = scene.loader.load("netfilter");
  if (fd === undefined) return refusedCall("programs are refused", "BPF_PROG_LOAD", errno, { EINVAL: tooOld });
  using program = fd;
  return inOwnNetns(scene, () => {
    const rest = linkNetfilter.encode({ pf: NFPROTO_IPV4, hooknum: LOCAL_IN, priority: 1 });
    const result = linked(scene, { program, attachType: "netfilter", rest });
    return result === 0
      ? works("attaches by link")
      : refusedCall("refused", "BPF_LINK_CREATE", result, { EINVAL: tooOld });
  });
}

function netkit({ loader }: Scene): Verdict {
  const { works: here, call, errno } = tryLink(loader, "netkit");
  const tooOld = "netkit devices need Linux 6.7 and CONFIG_NETKIT: use veth pairs instead";
  return here
    ? works("programs of netkit devices attach by link")
    : refusedCall("not there", call, errno, { EINVAL: tooOld });
}

function ofNetns(scene: Scene, type: "skLookup" | "flowDissector", says: string, tooOld: string): Verdict {
  return withProgram(scene, type, type, (program) =>
    inOwnNetns(scene, () => {
      using here = openNetns(scene.loader.kernel);
      const errno = linked(scene, { program, target: here.number, attachType: type });
      return errno === 0 ? works(says) : refusedCall("refused", "BPF_LINK_CREATE", errno, { EINVAL: tooOld });
    }),
  );
}

function socketMaps({ loader }: Scene): Verdict {
  for (const type of ["skMsg", "skSkb"] as const) {
    const { fd, errno } = loader.load(type);
    fd?.close();
    const tooOld = "use Linux 4.17 or later with CONFIG_BPF_STREAM_PARSER";
    if (fd === undefined)
      return refusedCall("programs are refused", "BPF_PROG_LOAD", errno, { EINVAL: tooOld });
  }
  return works("messages can be redirected between sockets");
}

function socketFilters({ loader }: Scene): Verdict {
  const { fd, errno } = loader.load("socketFilter");
  fd?.close();
  return fd === undefined
    ? refusedCall("refused", "BPF_PROG_LOAD", errno)
    : works("sockets of this user can be filtered");
}

/** The security modules that are active, as securityfs lists them; undefined where it cannot be read. */
function activeModules({ loader }: Scene): string[] | undefined {
  const read = (folder: string) => {
    try {
      return readFileSync(`${folder}/lsm`, "utf8").trim().split(",");
    } catch {
      return undefined;
    }
  };
  const mounted = read("/sys/kernel/security");
  if (mounted !== undefined) return mounted;
  const mount = mountPrivately(loader.kernel, "securityfs");
  if (!(mount instanceof Fd)) return undefined;
  using folder = mount;
  return read(`/proc/self/fd/${folder.number}`);
}

function lsm(scene: Scene): Verdict {
  const verdict = loadVerdict(
    scene.loader,
    "lsmMac",
    "hooks can be watched, and deny",
    "it needs Linux 5.7, BTF and CONFIG_BPF_LSM",
  );
  const modules = activeModules(scene);
  if (verdict.status !== "works" || modules === undefined || modules.includes("bpf")) return verdict;
  const list = [...modules, "bpf"].join(",");
  return missing(
    "programs load, but never run",
    "the security module bpf is not active",
    `boot with lsm=${list} on the kernel's command line (GRUB_CMDLINE_LINUX, then update-grub)`,
  );
}

function structOps({ loader }: Scene): Verdict {
  const { fd, errno } = loader.load("structOps");
  fd?.close();
  if (fd !== undefined) return works("congestion controls and other structs of functions");
  return refusedCall("programs are refused", "BPF_PROG_LOAD", errno, {
    EINVAL: "use Linux 5.6 or later with BTF and the JIT compiler",
  });
}

function schedExt({ loader }: Scene): Verdict {
  const has = loader.btf?.find("sched_ext_ops", "struct")[0] !== undefined;
  if (has && enumerates(loader.btf, "scx_ops_state", "SCX_OPS_ENABLED") !== false)
    return works("schedulers can be written");
  return missing(
    "not built in",
    "sched_ext needs Linux 6.12 and CONFIG_SCHED_CLASS_EXT",
    "use a kernel with CONFIG_SCHED_CLASS_EXT",
  );
}
