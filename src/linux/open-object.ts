import type { KernelObject } from "../abi/attach-spec.ts";
import { objPathAttr } from "../abi/attr-object.ts";
import { SkepError } from "../base/errors.ts";
import { bpf, bpfFd } from "./bpf.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { type ObjectKind, openObject } from "./objects.ts";
import { duplicate } from "./open-file.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const WORDS: Readonly<Record<ObjectKind, string>> = { prog: "program", map: "map", link: "link", btf: "BTF" };

/** A descriptor of our own for an object that the kernel holds. Throws SkepError when there is none. */
export function openKernelObject(kernel: Kernel, kind: ObjectKind, object: KernelObject): Fd {
  if ("fd" in object) return duplicate(kernel, object.fd);
  if ("pinned" in object) return openPinned(kernel, object.pinned);
  const found = openObject(kernel, kind, object.id);
  if (found !== undefined) return found;
  throw new SkepError(`the kernel holds no ${WORDS[kind]} with id ${object.id}`, {
    code: "linux/no-object",
    remedy: `list what there is: skep ${kind} list`,
  });
}

/** Opens what is pinned to a file of a bpf file system. Throws SystemError. */
export function openPinned(kernel: Kernel, path: string): Fd {
  const pathname = kernel.addressOf(new TextEncoder().encode(`${path}\0`));
  return bpfFd(kernel, "BPF_OBJ_GET", objPathAttr.encode({ pathname }), `open ${path}`);
}

/** Pins an object to a new file of a bpf file system, which keeps it when this process ends. Throws SystemError. */
export function pinObject(kernel: Kernel, object: Fd, path: string): void {
  const pathname = kernel.addressOf(new TextEncoder().encode(`${path}\0`));
  const result = bpf(kernel, "BPF_OBJ_PIN", objPathAttr.encode({ pathname, bpfFd: object.number }));
  if (result < 0) throw new SystemError(`pin to ${path}`, "BPF_OBJ_PIN", result, PIN_REMEDIES[-result]);
}

// biome-ignore format: one remedy per line
const PIN_REMEDIES: Readonly<Record<number, string>> = {
  [ERRNO.EPERM]: "the folder must be on a bpf file system: mount -t bpf bpf /sys/fs/bpf",
  [ERRNO.EINVAL]: "the folder must be on a bpf file system: mount -t bpf bpf /sys/fs/bpf",
  [ERRNO.EEXIST]: "a file of this name is there; remove it, or choose another name",
  [ERRNO.ENOENT]: "make the folder first; it must be on a bpf file system: mount -t bpf bpf /sys/fs/bpf",
};
