import type { AttachType } from "../abi/attach-types.ts";
import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { linkCreateAttr, progAttachAttr } from "../abi/attr-link.ts";
import { type Attachment, noAttachment } from "./attachments.ts";
import { bpf } from "./bpf.ts";
import type { Fd } from "./fd.ts";
import { duplicate } from "./open-file.ts";
import type { Kernel } from "./syscall.ts";

/** What BPF_LINK_CREATE takes. `target` is a descriptor or an interface's index; `rest` one of the arms of attr-link.ts. */
export type LinkCreate = Readonly<{
  /** A program; for struct_ops the map. */
  program: Fd;
  target?: number;
  attachType: AttachType;
  flags?: number;
  rest?: Uint8Array;
}>;

/** The new link's descriptor, or -errno. */
export function createLink(kernel: Kernel, link: LinkCreate): number {
  const attr = linkCreateAttr.encode({
    progFd: link.program.number,
    targetFd: link.target ?? 0,
    attachType: ATTACH_TYPES[link.attachType].number,
    flags: link.flags ?? 0,
    ...(link.rest && { rest: link.rest }),
  });
  return bpf(kernel, "BPF_LINK_CREATE", attr);
}

/** Attachment without a link: it stays when the process ends, until `detachProgram`. */
export type DirectAttach = Readonly<{ program: Fd; target: number; attachType: AttachType; flags?: number }>;

/** 0 or -errno. */
export function attachProgram(kernel: Kernel, { program, target, attachType, flags }: DirectAttach): number {
  const attr = progAttachAttr.encode({
    targetFd: target,
    attachBpfFd: program.number,
    attachType: ATTACH_TYPES[attachType].number,
    attachFlags: flags ?? 0,
  });
  return bpf(kernel, "BPF_PROG_ATTACH", attr);
}

/** 0 or -errno. */
export function detachProgram(kernel: Kernel, { program, target, attachType }: DirectAttach): number {
  const attr = progAttachAttr.encode({
    targetFd: target,
    attachBpfFd: program.number,
    attachType: ATTACH_TYPES[attachType].number,
  });
  return bpf(kernel, "BPF_PROG_DETACH", attr);
}

/** What undoes an attachment without a link, even when the target's descriptor is closed by then. */
export function directAttachment(kernel: Kernel, attach: DirectAttach): Attachment {
  const target = duplicate(kernel, attach.target);
  const undo = () => {
    detachProgram(kernel, { ...attach, target: target.number });
    target.close();
  };
  return { ...noAttachment(), undo: [undo] };
}
