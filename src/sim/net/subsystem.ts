import { VFS } from "../files/vfs.ts";
import type { Subsystem } from "../subsystem.ts";
import { NETNS, NETWORK } from "./machine-net.ts";
import { networkCalls } from "./syscalls/network-calls.ts";

const HOSTS = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n";
const RESOLVER = "nameserver 10.0.0.2\noptions timeout:5 attempts:2\n";
const FILES: Readonly<Record<string, string>> = {
  "/etc/hosts": HOSTS,
  "/etc/resolv.conf": RESOLVER,
  "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
  "/etc/host.conf": "multi on\n",
};

/** The network: interfaces, sockets, and what is around the machine. */
export const netSubsystem: Subsystem = {
  name: "net",
  calls: networkCalls,
  start(world) {
    world.get(NETWORK);
    const vfs = world.get(VFS);
    for (const [path, text] of Object.entries(FILES)) if (vfs.find(path) === undefined) vfs.addFile(path, text);
  },
  newTask(task) {
    task.process.namespaces.get(NETNS); // what its nsproxy leads to
  },
};
