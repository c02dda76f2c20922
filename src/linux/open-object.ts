import type { KernelObject } from "../abi/attach-spec.ts";
import { KERNEL_OBJECT } from "../abi/attach-spec-fields.ts";
import { objPathAttr } from "../abi/attr-object.ts";
import { checkInput, NAME } from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { bpf, bpfFd } from "./bpf.ts";
import { checkKernel } from "./check-arguments.ts";
import { ERRNO } from "./errno.ts";
import { FD, type Fd } from "./fd.ts";
import { type ObjectKind, openObject } from "./objects.ts";
import { duplicate } from "./open-file.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const WORDS: Readonly<Record<ObjectKind, string>> = { prog: "program", map: "map", link: "link", btf: "BTF" };

/** A descriptor of our own for an object that the kernel holds. Throws SkepError when there is none. */
export function openKernelObject(kernel: Kernel, kind: ObjectKind, object: KernelObject): Fd {
  checkKernel(kernel);
  checkInput(`the ${WORDS[kind]}`, object, KERNEL_OBJECT);
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
  checkInput("the path of a pin", path, NAME);
  const pathname = kernel.addressOf(new TextEncoder().encode(`${path}\0`));
  return bpfFd(kernel, "BPF_OBJ_GET", objPathAttr.encode({ pathname }), `open ${path}`);
}

/** Pins an object to a new file of a bpf file system, which keeps it when this process ends. Throws SystemError. */
export function pinObject(kernel: Kernel, object: Fd, path: string): void {
  checkKernel(kernel);
  checkInput("the object to be pinned", object, FD);
  checkInput("the path to pin to", path, NAME);
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
