import { checkInput, integer, NAME } from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { Fd } from "./fd.ts";
import { openFile } from "./open-file.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** Who owns a value of a storage map: a process, by its first thread; a file or a cgroup, by its path. */
export type StorageOwner = Readonly<{ pid: number } | { path: string }>;

const PID = integer(1, 0x7fff_ffff);

/** A descriptor of the owner, for the time of one call; the caller closes it. Throws SkepError. */
export function openOwner(kernel: Kernel, owner: StorageOwner): Fd {
  if ("path" in owner) checkInput("the path of the owner", owner.path, NAME);
  else checkInput("the process of the owner", owner.pid, PID);
  if ("path" in owner)
    return openFile(kernel, owner.path, { code: "linux/no-owner", remedy: "give a path that is there" });
  const fd = kernel.call("pidfd_open", owner.pid, 0);
  if (fd >= 0) return new Fd(kernel, fd);
  const cause = new SystemError(`open process ${owner.pid}`, "pidfd_open", fd);
  throw new SkepError(`there is no process ${owner.pid} to look up`, {
    code: "linux/no-owner",
    remedy: "give the id of a running process, not of one of its threads",
    cause,
  });
}
