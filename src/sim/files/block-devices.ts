import type { KernelObject } from "../memory/kernel-object.ts";
import type { StateKey } from "../world/state-key.ts";
import type { World } from "../world/world.ts";

export type BlockDeviceInfo = Readonly<{ number: number; struct: KernelObject }>;

/** Finds the disk or partition that a path such as "/dev/sdb1" names; the block subsystem says how. */
export const BLOCK_DEVICES: StateKey<World, { find(source: string): BlockDeviceInfo | undefined }> = {
  name: "files.block-devices",
  make: () => ({ find: () => undefined }),
};
