import type { AttachType } from "./attach-types.ts";

/** Program types by the field's standard words; numbers are in program-types.ts. */
export type ProgramType =
  | "socketFilter"
  | "kprobe"
  | "schedCls"
  | "schedAct"
  | "tracepoint"
  | "xdp"
  | "perfEvent"
  | "cgroupSkb"
  | "cgroupSock"
  | "lwtIn"
  | "lwtOut"
  | "lwtXmit"
  | "sockOps"
  | "skSkb"
  | "cgroupDevice"
  | "skMsg"
  | "rawTracepoint"
  | "cgroupSockAddr"
  | "lwtSeg6local"
  | "lircMode2"
  | "skReuseport"
  | "flowDissector"
  | "cgroupSysctl"
  | "rawTracepointWritable"
  | "cgroupSockopt"
  | "tracing"
  | "structOps"
  | "ext"
  | "lsm"
  | "skLookup"
  | "syscall"
  | "netfilter";

/** Software events of perf_event_open(2). */
export type SoftwareEvent =
  | "cpu-clock"
  | "task-clock"
  | "page-faults"
  | "context-switches"
  | "cpu-migrations"
  | "minor-faults"
  | "major-faults"
  | "alignment-faults"
  | "emulation-faults"
  | "dummy"
  | "bpf-output"
  | "cgroup-switches";

/** Places of one program type where a cgroup asks it; the names are those of attach-types.ts. */
export type CgroupHook = Extract<AttachType, `cgroup${string}`>;

/** An object that the kernel holds already: by its id, by the file that it is pinned to, or by an open descriptor. */
export type KernelObject = Readonly<{ id: number } | { pinned: string } | { fd: number }>;

/** A folder of a mounted cgroup2 file system, or an open descriptor of one. */
export type CgroupPlace = Readonly<{ path: string } | { fd: number }>;

/** Position among the programs of a hook that runs several in turn. Without `program`: before or after all of them. */
export type ProgramOrder = Readonly<{ place: "before" | "after"; program?: KernelObject }>;

/** How an XDP program is fed. "generic": behind the driver, by the stack; "native": in the driver; "offload": on the card. */
export type XdpMode = "generic" | "native" | "offload";

/** Addresses that a lightweight tunnel's program sees: packets to them leave, arrive or are forwarded. */
export type RouteHook = "in" | "out" | "xmit" | "seg6local";

/** Points of the kernel's code, tracepoints and events. Functions go by their names in /proc/kallsyms. */
export type TracingAttach = Readonly<
  | { kind: "tracepoint"; category: string; name: string; id?: number }
  /** Programs of type rawTracepointWritable, too. */
  | { kind: "rawTracepoint"; name: string }
  /** `offset` in bytes from the function's start; `address` instead of the name where several functions share it. */
  | { kind: "kprobe"; function: string; return: boolean; offset?: number; module?: string; address?: bigint }
  /**
   * Many functions by one link (5.18), else one by one. `cookies` are one per function. `session`: the program runs on
   * entry and on return, and what it returns on entry says whether it wants the return (6.10).
   */
  | {
      kind: "kprobeMulti";
      functions: readonly string[];
      return: boolean;
      session?: boolean;
      cookies?: readonly bigint[];
    }
  /** A system call's function, whatever this architecture calls it: "openat". */
  | { kind: "ksyscall"; name: string; return: boolean }
  /** The function is the one that the program was loaded for; it is named here again for messages and for loading. */
  | {
      kind: "fentry" | "fexit" | "fmodRet";
      function: string;
      module?: string;
      /** Id of the loaded BPF program that the function belongs to. */
      program?: number;
    }
  | { kind: "btfTracepoint"; name: string; module?: string }
  | { kind: "uprobe"; path: string; offset: number; return: boolean; pid?: number; semaphoreOffset?: number }
  /** Many places of one file by one link (6.6), else one by one. Lists are as long as `offsets`. */
  | {
      kind: "uprobeMulti";
      path: string;
      offsets: readonly number[];
      return: boolean;
      pid?: number;
      session?: boolean; // 6.13
      semaphoreOffsets?: readonly number[];
      cookies?: readonly bigint[];
    }
  /** Every place of a USDT probe. */
  | { kind: "usdt"; path: string; provider: string; name: string; pid?: number }
  | { kind: "software"; event: SoftwareEvent; period: number; pid?: number } // every `period` events, on each CPU
  | { kind: "profile"; freqHz: number; pid?: number } // samples per second on each CPU
  | { kind: "profile"; periodNs: number; pid?: number }
  | { kind: "interval"; periodNs: number } // on one CPU
  /**
   * Any event of perf_event_open(2): PERF_TYPES and the event's number (perf-event.ts), or a type and configuration
   * from /sys/bus/event_source/devices. Every `period` events, or `freqHz` times a second, on each CPU.
   */
  | {
      kind: "perfEvent";
      type: number;
      config: bigint;
      config1?: bigint;
      config2?: bigint;
      period: bigint;
      pid?: number;
    }
  | {
      kind: "perfEvent";
      type: number;
      config: bigint;
      config1?: bigint;
      config2?: bigint;
      freqHz: number;
      pid?: number;
    }
  /** A hardware watchpoint on memory (of the process `pid`, or of the kernel), or on an instruction. */
  | {
      kind: "breakpoint";
      address: bigint;
      length: 1 | 2 | 4 | 8;
      access: BreakpointAccess;
      pid?: number;
    }
  /** "bprm_check_security"; the program's return value denies, 0 allows. */
  | { kind: "lsm"; hook: string }
  | { kind: "lsmCgroup"; hook: string; cgroup: CgroupPlace } // 6.0
  /**
   * A stream of what the kernel holds: "task", "bpf_map", "tcp". It is read, not triggered. `map`: one of this object's
   * maps, for map iterators; `task`: only this process, thread or process of a pidfd; `cgroup`: where the walk starts.
   */
  | {
      kind: "iter";
      target: string;
      map?: string;
      task?: IterTask;
      cgroup?: CgroupPlace & { order?: CgroupOrder };
    }
>;

/** x86 cannot watch reads alone. */
export type BreakpointAccess = "read" | "write" | "readWrite" | "execute";
export type IterTask = Readonly<{ pid: number } | { tid: number } | { pidFd: number }>;
export type CgroupOrder = "self" | "descendantsPre" | "descendantsPost" | "ancestors";

/**
 * Points of the network, of cgroups and of the kernel's replaceable parts. `netns` is the file of a network namespace,
 * such as /proc/123/ns/net; absent: this process's. Interfaces go by their index in it.
 */
export type NetworkAttach = Readonly<
  /** `mode` absent: native where the driver can, else generic. */
  | { kind: "xdp"; ifindex: number; netns?: string; mode?: XdpMode }
  /** By tcx (6.6), else by a filter of the clsact qdisc, which `priority` and `handle` place; `order` needs tcx. */
  | {
      kind: "tc";
      ifindex: number;
      netns?: string;
      direction: "ingress" | "egress";
      order?: ProgramOrder;
      via?: "tcx" | "clsact"; // absent: the first that works
      priority?: number;
      handle?: number;
    }
  | { kind: "netkit"; ifindex: number; netns?: string; peer: boolean; order?: ProgramOrder } // 6.7
  /** Lower priorities run first; `defrag`: whole datagrams only. 6.4 */
  | {
      kind: "netfilter";
      family: "ipv4" | "ipv6";
      hook: NetfilterHook;
      priority: number;
      defrag?: boolean;
      netns?: string;
    }
  | { kind: "cgroup"; cgroup: CgroupPlace; hook: CgroupHook }
  /**
   * The map, one of this object's, holds the sockets; those that it holds when the program is detached keep it until
   * they leave the map. Programs of type skMsg ("message") and skSkb (the others).
   */
  | { kind: "sockmap"; map: string; hook: SockmapHook }
  | { kind: "skLookup" | "flowDissector"; netns?: string }
  /** A descriptor of an open socket. */
  | { kind: "socketFilter" | "skReuseport"; socket: number }
  /** Packets routed to `destination` ("10.1.0.0/16") through the interface; a route of its own is made. */
  | { kind: "route"; hook: RouteHook; destination: string; ifindex: number; headroom?: number; netns?: string }
  /** One of this object's maps of type structOps, such as a TCP congestion control. */
  | { kind: "structOps"; map: string }
  /** Replaces a global function of a loaded program. */
  | { kind: "freplace"; program: KernelObject; function: string }
  | { kind: "lirc"; device: string } // "/dev/lirc0"
>;

export type NetfilterHook = "preRouting" | "localIn" | "forward" | "localOut" | "postRouting";
export type SockmapHook = "message" | "streamParser" | "streamVerdict" | "verdict";

/**
 * Where a program is attached. `path` is a file in this mount namespace, `offset` a file offset in bytes, `pid` limits
 * the probe to one process (0 or absent: every process). Each kind's section name, program type, context and first
 * kernel are in program-kinds.ts.
 */
export type AttachSpec = Readonly<{ kind: "manual" }> | TracingAttach | NetworkAttach; // manual: run by hand
