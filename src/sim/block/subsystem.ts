import { VFS } from "../files/vfs.ts";
import type { Subsystem } from "../subsystem.ts";
import { blockCalls } from "./calls.ts";
import { DISKS, startDisks } from "./disks.ts";

/** Disks: every machine has sda, and its root file system is on sda1. */
export const blockSubsystem: Subsystem = {
  name: "block",
  calls: blockCalls,
  start(world) {
    startDisks(world);
    const disk = world.get(DISKS).add("sda");
    world.get(VFS).root.mount.sb.struct.set("s_bdev", disk.partitions[0]?.struct ?? null);
  },
};
