import { constants, openSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** A descriptor for the time of one call. `close` closes it only if it was opened here. */
export type BorrowedFd = Disposable & Readonly<{ number: number; close(): void }>;

/** A descriptor that belongs to somebody else. */
export function borrow(number: number): BorrowedFd {
  return { number, close() {}, [Symbol.dispose]() {} };
}

const F_DUPFD_CLOEXEC = 1030; // include/uapi/linux/fcntl.h

/** Another descriptor of what `number` has open. Throws SystemError. */
export function duplicate(kernel: Kernel, number: number): Fd {
  const copy = kernel.call("fcntl", number, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw new SystemError("keep a file open", "fcntl", copy);
  return new Fd(kernel, copy);
}

/** `otherwise`: code and remedy of the SkepError that is thrown when there is nothing of that name. */
type Otherwise = Readonly<{ code: string; remedy: string }>;

/** Opens a folder. Throws SkepError. */
export function openFolder(kernel: Kernel, path: string, otherwise: Otherwise): Fd {
  return open(kernel, path, constants.O_RDONLY | constants.O_DIRECTORY, otherwise);
}

/** Opens a file for reading. Throws SkepError. */
export function openFile(kernel: Kernel, path: string, otherwise: Otherwise): Fd {
  return open(kernel, path, constants.O_RDONLY, otherwise);
}

function open(kernel: Kernel, path: string, flags: number, { code, remedy }: Otherwise): Fd {
  try {
    return new Fd(kernel, openSync(path, flags));
  } catch (cause) {
    throw new SkepError(`cannot open ${path}`, { code, remedy, cause });
  }
}
