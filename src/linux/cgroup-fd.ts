import { statfsSync } from "node:fs";
import type { CgroupPlace } from "../abi/attach-spec.ts";
import { SkepError } from "../base/errors.ts";
import { cgroup2Mounts } from "./cgroup-paths.ts";
import { type BorrowedFd, borrow, openFolder } from "./open-file.ts";
import type { Kernel } from "./syscall.ts";

const CGROUP2_MAGIC = 0x63677270; // include/uapi/linux/magic.h

/** Opens a cgroup of version 2; closing it leaves a descriptor alone that was given. Throws SkepError. */
export function openCgroup(kernel: Kernel, cgroup: CgroupPlace): BorrowedFd {
  if ("fd" in cgroup) return borrow(cgroup.fd);
  const folder = openFolder(kernel, cgroup.path, {
    code: "linux/no-cgroup",
    remedy: "give the folder of a cgroup, such as /sys/fs/cgroup/user.slice",
  });
  if (statfsSync(cgroup.path).type === CGROUP2_MAGIC) return folder;
  folder.close();
  const [mount] = cgroup2Mounts();
  throw new SkepError(`${cgroup.path} is no cgroup of version 2`, {
    code: "linux/no-cgroup",
    remedy:
      mount === undefined
        ? "mount a cgroup2 file system, and give a folder of it"
        : `give ${mount}, or a folder below it`,
  });
}
