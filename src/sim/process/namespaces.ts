import type { KernelObject } from "../memory/kernel-object.ts";
import { XArray } from "../memory/xarray.ts";
import { type StateKey, StateTable } from "../world/state-key.ts";
import type { World } from "../world/world.ts";

const FIRST_INUM = 0xf000_0000; // PROC_DYNAMIC_FIRST, include/linux/proc_ns.h, v6.12: namespaces' inode numbers

/** Inode numbers of the namespaces that a machine starts with. Source: include/linux/proc_ns.h, v6.12. */
const INITIAL_INUM = { uts: 0xefff_fffe, pid: 0xefff_fffc, cgroup: 0xefff_fffb } as const;

/** A PID namespace: its tasks have numbers of their own in it. */
export class PidNamespace {
  readonly parent: PidNamespace | undefined;
  /** 0 for the machine's own. */
  readonly level: number;
  /** Its struct pid_namespace. */
  readonly struct: KernelObject;
  /** Its struct pids by their number here: alloc_pid() and free_pid() of kernel/pid.c, v6.12. */
  readonly pids: XArray;
  #nextPid: number;

  constructor(world: World, parent: PidNamespace | undefined, inum: number) {
    this.parent = parent;
    this.level = parent === undefined ? 0 : parent.level + 1;
    this.#nextPid = 1;
    this.struct = world.memory.make("pid_namespace", {
      level: this.level,
      parent: parent?.struct ?? null,
      "ns.inum": inum,
      "ns.count.refs.counter": 1,
    });
    this.struct.owner = this;
    this.pids = new XArray(this.struct, "idr.idr_rt");
  }

  /** Numbers are given in order and not reused. */
  takePid(): number {
    return this.#nextPid++;
  }

  /** The next number is at least this. */
  skipTo(pid: number): void {
    this.#nextPid = Math.max(this.#nextPid, pid);
  }
}

/** The namespaces of a process: what its nsproxy leads to. Subsystems keep theirs (net, mnt) with `get`. */
export class Namespaces {
  readonly world: World;
  readonly pid: PidNamespace;
  readonly hostName: string;
  /** Its struct nsproxy. */
  readonly struct: KernelObject;
  /** Its struct uts_namespace. */
  readonly uts: KernelObject;
  readonly #states = new StateTable<Namespaces>(this);

  constructor(world: World, pid: PidNamespace, hostName: string, inum: number) {
    this.world = world;
    this.pid = pid;
    this.hostName = hostName;
    const { memory } = world;
    this.uts = memory.make("uts_namespace", {
      "name.sysname": "Linux",
      "name.nodename": hostName,
      "name.release": "6.12.0",
      "name.version": "#1 SMP PREEMPT_DYNAMIC",
      "name.machine": "x86_64",
      "name.domainname": "(none)",
      "ns.inum": inum,
    });
    const cgroup = memory.make("cgroup_namespace", { "ns.inum": INITIAL_INUM.cgroup });
    this.struct = memory.make("nsproxy", {
      uts_ns: this.uts,
      pid_ns_for_children: pid.struct,
      cgroup_ns: cgroup,
    });
    this.struct.owner = this;
  }

  /** What a subsystem keeps for these namespaces, such as the network. */
  get<T>(key: StateKey<Namespaces, T>): T {
    return this.#states.get(key);
  }
}

/** Makes the machine's own namespaces, and those of containers. */
export class NamespaceMaker {
  readonly initial: Namespaces;
  readonly #world: World;
  #inum = FIRST_INUM;

  constructor(world: World) {
    this.#world = world;
    const pid = new PidNamespace(world, undefined, INITIAL_INUM.pid);
    this.initial = new Namespaces(world, pid, world.hostName, INITIAL_INUM.uts);
  }

  /** The inode number of one more namespace. */
  takeInum(): number {
    return this.#inum++;
  }

  /** Namespaces of a container: PIDs and host name of its own. */
  container(hostName: string): Namespaces {
    const pid = new PidNamespace(this.#world, this.initial.pid, this.takeInum());
    return new Namespaces(this.#world, pid, hostName, this.takeInum());
  }
}
