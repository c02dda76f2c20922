import type { KernelObject } from "../abi/attach-spec.ts";
import { ATTACH_TYPES, type AttachType } from "../abi/attach-types.ts";
import { PROGRAM_ORDER_FLAGS, progAttachAttr } from "../abi/attr-link.ts";
import { bpf } from "./bpf.ts";
import type { Fd } from "./fd.ts";
import { openKernelObject } from "./open-object.ts";
import type { Kernel } from "./syscall.ts";

// Programs that are attached without a link, beside others and in an order: they stay when the process ends.

/** Where among the programs of a hook: before or after one of them or all of them, or in the place of one. */
export type Placement = Readonly<
  { kind: "first" | "last" } | { kind: "before" | "after" | "replace"; program: KernelObject }
>;

/** `target`: an interface's index, for tcx and netkit. */
export type HookPlace = Readonly<{ target: number; attachType: AttachType }>;

/** Attaches a program to a hook that runs several in turn (6.6); 0 or -errno. Throws SkepError for a program that is gone. */
export function attachInOrder(
  kernel: Kernel,
  hook: HookPlace,
  program: Fd,
  placement: Placement = { kind: "last" },
): number {
  using other = "program" in placement ? openKernelObject(kernel, "prog", placement.program) : undefined;
  const attr = progAttachAttr.encode({
    targetFd: hook.target,
    attachBpfFd: program.number,
    attachType: ATTACH_TYPES[hook.attachType].number,
    attachFlags: FLAGS[placement.kind],
    ...(other &&
      (placement.kind === "replace" ? { replaceBpfFd: other.number } : { relativeFd: other.number })),
  });
  return bpf(kernel, "BPF_PROG_ATTACH", attr);
}

const FLAGS: Readonly<Record<Placement["kind"], number>> = {
  first: PROGRAM_ORDER_FLAGS.before,
  last: PROGRAM_ORDER_FLAGS.after,
  before: PROGRAM_ORDER_FLAGS.before,
  after: PROGRAM_ORDER_FLAGS.after,
  replace: PROGRAM_ORDER_FLAGS.replace,
};
