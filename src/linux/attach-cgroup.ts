import type { AttachSpec } from "../abi/attach-spec.ts";
import { ATTACH_FLAGS } from "../abi/attr-link.ts";
import { type AttachScene, refused } from "./attach-context.ts";
import type { Attachment } from "./attachments.ts";
import { noAttachment } from "./attachments.ts";
import { openCgroup } from "./cgroup-fd.ts";
import { ERRNO } from "./errno.ts";
import { attachProgram, createLink, directAttachment } from "./link-create.ts";

/** Attaches to a cgroup by a link (5.7), else beside the programs that are attached there already. */
export function attachToCgroup(
  scene: AttachScene,
  attach: Extract<AttachSpec, { kind: "cgroup" }>,
): Attachment {
  const { kernel } = scene.context;
  const { fd } = scene.program;
  using cgroup = openCgroup(kernel, attach.cgroup);
  const link = createLink(kernel, { program: fd, target: cgroup.number, attachType: attach.hook });
  if (link >= 0) return { ...noAttachment(), links: [link] };
  const { kernelVersion } = scene.context.machine;
  if (link !== -ERRNO.EINVAL || kernelVersion >= LINKS_SINCE)
    throw refused(scene, attach, "BPF_LINK_CREATE", link, remedyFor(attach.hook, link));
  scene.note(
    `${attach.hook}: this kernel has no links for cgroups (5.7), so the program is attached without one`,
  );
  const direct = { program: fd, attachType: attach.hook, flags: ATTACH_FLAGS.allowMulti };
  const result = attachProgram(kernel, { ...direct, target: cgroup.number });
  if (result < 0) throw refused(scene, attach, "BPF_PROG_ATTACH", result);
  return directAttachment(kernel, { ...direct, target: cgroup.number });
}

const LINKS_SINCE = (5 << 16) | (7 << 8);

function remedyFor(hook: string, errno: number): string | undefined {
  if (errno === -ERRNO.EINVAL)
    return `load the program for this hook (${hook}); newer hooks are missing on older kernels: see docs/program-types.md`;
  if (errno === -ERRNO.EPERM)
    return "a program was attached to a cgroup above in a way that forbids others; detach it: skep cgroup tree";
  return undefined;
}
