import type { Disk, DiskOptions } from "../block/disk.ts";
import { DISKS } from "../block/disks.ts";
import type { Inode } from "../files/inode.ts";
import type { Mount } from "../files/mount.ts";
import { type FileSpec, type MountSpec, VFS } from "../files/vfs.ts";
import type { BinarySpec } from "../hooks/binary.ts";
import { MEMORY, type MemoryOptions } from "../mm/memory.ts";
import { SWAP } from "../mm/swap.ts";
import { NETWORK } from "../net/machine-net.ts";
import type { HostOptions, NetworkOptions } from "../net/network-options.ts";
import type { RemoteHost } from "../net/remote/remote-host.ts";
import type { RemotePeer } from "../net/remote/remote-peer.ts";
import type { Namespaces } from "../process/namespaces.ts";
import type { Process } from "../process/process.ts";
import type { SpawnOptions } from "../process/processes.ts";
import type { ProgramMaker } from "../process/programs.ts";
import { install, plainBinary } from "../programs/program.ts";
import type { Behaviour } from "../thread.ts";
import type { Duration } from "../world/duration.ts";
import type { Random } from "../world/random.ts";
import type { World } from "../world/world.ts";

export type StartOptions = Omit<SpawnOptions, "executable"> &
  Readonly<{
    /** When, from now; default at once. */
    at?: Duration;
    /** How many of them; default 1. */
    count?: number;
  }>;

/** What a scenario builds its machine with. */
export class MachineBuilder {
  readonly world: World;
  /** Random numbers of the scenario's own. */
  readonly random: Random;

  constructor(world: World) {
    this.world = world;
    this.random = world.random.stream("scenario");
  }

  /** Puts a file at a path: its text, its bytes, or its size and owner. */
  file(path: string, file?: FileSpec): Inode {
    return this.world.get(VFS).addFile(path, file);
  }

  /** Makes a directory, with those that lead to it. */
  directory(path: string, options: Readonly<{ uid?: number; mode?: number }> = {}): void {
    this.world.get(VFS).makeDirectory(path, options);
  }

  /** Mounts a file system. */
  mount(spec: MountSpec): Mount {
    return this.world.get(VFS).mount(spec);
  }

  /** Adds a disk, "sda", "nvme0n1"; or says what the machine's own, sda, is like. Before anything is read from it. */
  disk(name: string, options: DiskOptions = {}): Disk {
    return this.world.get(DISKS).add(name, options);
  }

  /** Says what the machine's network is like: its interfaces, hosts around it, its DNS server. */
  network(options: NetworkOptions): void {
    const net = this.world.get(NETWORK);
    for (const card of options.interfaces ?? []) net.addInterface(card);
    net.hosts.configure(options);
  }

  /** Adds a host that the machine can talk to. */
  host(options: HostOptions): RemoteHost {
    return this.world.get(NETWORK).hosts.add(options);
  }

  /** A host that does something to the machine: `machine.remote("203.0.113.66").scan("1-1024")`. */
  remote(address: string): RemotePeer {
    return this.world.get(NETWORK).remote(address);
  }

  /** How much memory the machine has. */
  memory({ totalBytes, swapBytes, swapDevice = "sda1" }: MemoryOptions): void {
    if (totalBytes !== undefined) this.world.get(MEMORY).totalBytes = totalBytes;
    if (swapBytes !== undefined) this.world.get(SWAP).set(this.world.get(DISKS).named(swapDevice), swapBytes);
  }

  /** Limits the memory of a cgroup such as "/system.slice/db.service", with those below it. */
  memoryLimit(cgroup: string, bytes: number): void {
    this.world.get(MEMORY).limit(this.world.cgroups.make(cgroup), bytes);
  }

  /** Namespaces of a container: processes, host name and network of its own. */
  container(hostName: string): Namespaces {
    return this.world.processes.namespaces.container(hostName);
  }

  /** Adds a program that processes can execute; `binary` says which functions and probes it has. */
  program(path: string, make: ProgramMaker, binary?: Omit<BinarySpec, "path">): void {
    this.world.programs.add(path, make);
    install(this.world, binary === undefined ? plainBinary(path) : { path, ...binary });
  }

  /** Adds a program's or library's functions and probes; libraries before the programs that use them. */
  binary(spec: BinarySpec): void {
    install(this.world, { ...spec, fileBytes: 1_048_576 });
  }

  /** Starts a process. `body`: what it does; without it the program at that path must be known. */
  start(path: string, body?: Behaviour, options: StartOptions = {}): void {
    const { at = 0, count = 1, ...spawn } = options;
    const argv = spawn.argv ?? [path];
    const behaviour = body ?? this.world.programs.find(path, argv);
    if (behaviour === undefined) throw new Error(`bug: the scenario starts ${path}, which it did not add`);
    install(this.world, plainBinary(path));
    const go = () => {
      for (let i = 0; i < count; i++) this.spawn(path, behaviour, { ...spawn, argv });
    };
    if (this.world.ns(at) === 0) go();
    else this.world.after(at, go);
  }

  /** Starts a process at once, and gives it. */
  spawn(path: string, body: Behaviour, options: SpawnOptions = {}): Process {
    return this.world.processes.spawn(body, { executable: path, ...options });
  }

  /** Does something later: an event from outside of the machine. */
  at(after: Duration, run: () => void): void {
    this.world.after(after, run);
  }

  /** Does something again and again, at intervals around a mean. */
  every(mean: Duration, run: () => void): void {
    const random = this.world.random.stream(`every ${mean}`);
    const next = () => {
      this.world.after(Math.round(random.exponential(this.world.ns(mean))), () => {
        run();
        next();
      });
    };
    next();
  }
}
