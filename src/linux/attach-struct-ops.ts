import type { AttachSpec } from "../abi/attach-spec.ts";
import { SkepError } from "../base/errors.ts";
import { type AttachScene, refused } from "./attach-context.ts";
import { attachText } from "./attach-spec-text.ts";
import { type Attachment, noAttachment } from "./attachments.ts";
import { deleteElem, updateElem } from "./bpf-map.ts";
import { ERRNO } from "./errno.ts";
import { createLink } from "./link-create.ts";
import type { LinuxMap, StructOpsMap } from "./maps.ts";
import { SystemError } from "./system-error.ts";

type StructAttach = Extract<AttachSpec, { kind: "structOps" }>;

const KEY = new Uint8Array(4);

/** Registers a struct of programs with the kernel: by a link (6.4), else by writing its map. */
export function attachStructOps(scene: AttachScene, attach: StructAttach): Attachment {
  const { kernel } = scene.context;
  const { map, structOps } = writeStruct(scene, attach);
  if (structOps.linked) {
    const link = createLink(kernel, { program: map.fd, attachType: "structOps" });
    if (link >= 0) return { ...noAttachment(), links: [link] };
    throw refused(scene, attach, "BPF_LINK_CREATE", link, link === -ERRNO.EEXIST ? TAKEN : undefined);
  }
  const undo = () => {
    try {
      deleteElem(kernel, map.fd, KEY);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error; // in use: it goes when its last user does
    }
  };
  return { ...noAttachment(), undo: [undo] };
}

/** Writes the struct into its map, which registers it unless a link does. Throws SkepError. */
export function writeStruct(
  scene: AttachScene,
  attach: StructAttach,
): Readonly<{ map: LinuxMap; structOps: StructOpsMap }> {
  const map = scene.map(attach.map);
  const { structOps } = map;
  if (structOps === undefined)
    throw new SkepError(`cannot attach to ${attachText(attach)}: the map holds no kernel struct`, {
      code: "linux/unknown-name",
      remedy: "name a variable of section .struct_ops or .struct_ops.link",
    });
  write(scene, attach, () =>
    updateElem(
      scene.context.kernel,
      map.fd,
      KEY,
      structOps.value((name) => scene.programFd(name).number),
    ),
  );
  return { map, structOps };
}

const TAKEN = "the kernel has one of this name already; choose another name in the struct";

// A struct is written once: attaching it again takes only a new link.
function write(scene: AttachScene, attach: AttachSpec, update: () => void): void {
  try {
    update();
  } catch (cause) {
    if (!(cause instanceof SystemError)) throw cause;
    if (cause.errno === "EBUSY") return;
    const remedy =
      cause.errno === "EEXIST"
        ? TAKEN
        : "set every member that the kernel requires of the struct, and give it a name that is not in use";
    throw new SkepError(`attach ${scene.program.spec.name} to ${attachText(attach)}: ${cause.message}`, {
      code: cause.code,
      remedy,
      cause,
    });
  }
}
