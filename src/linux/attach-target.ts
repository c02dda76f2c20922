import type { AttachType } from "../abi/attach-types.ts";
import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Btf, BtfId, BtfType } from "../btf/types.ts";
import type { ProgramSpec } from "../object/object.ts";

/** What the kernel must know of a program's target when it is loaded. Numbers are `enum bpf_attach_type`. */
export type AttachTarget = Readonly<{ expectedAttachType: number; attachBtfId: number }>;

const NO_TARGET: AttachTarget = { expectedAttachType: 0, attachBtfId: 0 };

type BtfSection = Readonly<{
  section: RegExp;
  attachType: AttachType;
  kind: BtfType["kind"];
  prefix: string;
}>;

/** Prefix of the section, its attach type, and how the target's name is spelled in the kernel's BTF. */
// biome-ignore format: one section per line
const BTF_SECTIONS: readonly BtfSection[] = [
  { section: /^tp_btf\/(.+)$/,           attachType: "traceRawTp",   kind: "typedef", prefix: "btf_trace_" },
  { section: /^fentry(?:\.s)?\/(.+)$/,   attachType: "traceFentry",  kind: "func",    prefix: "" },
  { section: /^fexit(?:\.s)?\/(.+)$/,    attachType: "traceFexit",   kind: "func",    prefix: "" },
  { section: /^fmod_ret(?:\.s)?\/(.+)$/, attachType: "modifyReturn", kind: "func",    prefix: "" },
  { section: /^lsm(?:\.s)?\/(.+)$/,      attachType: "lsmMac",       kind: "func",    prefix: "bpf_lsm_" },
  { section: /^iter(?:\.s)?\/(.+)$/,     attachType: "traceIter",    kind: "func",    prefix: "bpf_iter_" },
];

/** Whether a program's section says that it is for user-space functions. */
export function isUserProbe(program: ProgramSpec): boolean {
  return program.type === "kprobe" && /^(uprobe|uretprobe|usdt)\b/.test(program.section);
}

/**
 * What `program` must be loaded with. `uprobeMulti`: load user probes such that many can be attached by one link.
 * Throws SkepError when the kernel has no such target.
 */
export function attachTarget(
  program: ProgramSpec,
  kernelBtf: () => Btf | undefined,
  uprobeMulti: boolean,
): AttachTarget {
  if (uprobeMulti && isUserProbe(program))
    return { expectedAttachType: ATTACH_TYPES.traceUprobeMulti.number, attachBtfId: 0 };
  if (program.type !== "tracing" && program.type !== "lsm") return NO_TARGET;
  for (const { section, attachType, kind, prefix } of BTF_SECTIONS) {
    const name = section.exec(program.section)?.[1];
    if (name === undefined) continue;
    return {
      expectedAttachType: ATTACH_TYPES[attachType].number,
      attachBtfId: findTarget(program, kernelBtf(), kind, prefix + name),
    };
  }
  throw new SkepError(`program ${program.name}: section \`${program.section}\` names no target in the kernel`, {
    code: "linux/unknown-section",
    remedy:
      "name the section after its target: fentry/FUNCTION, fexit/FUNCTION, tp_btf/TRACEPOINT, lsm/HOOK or iter/KIND",
  });
}

function findTarget(program: ProgramSpec, btf: Btf | undefined, kind: BtfType["kind"], name: string): BtfId {
  if (btf === undefined)
    throw new SkepError(`program ${program.name} needs the kernel's BTF, and this kernel has none`, {
      code: "linux/no-kernel-btf",
      remedy: "use a kernel built with CONFIG_DEBUG_INFO_BTF, or attach to a tracepoint instead",
    });
  const [id] = btf.find(name, kind);
  if (id !== undefined) return id;
  const near: string[] = [];
  for (let i = 1; i < btf.count && near.length < 200_000; i++) {
    const type = btf.type(i as BtfId);
    if (type.kind === kind && "name" in type) near.push(type.name);
  }
  throw new SkepError(`program ${program.name}: this kernel has no ${name}`, {
    code: "linux/no-target",
    remedy: didYouMean(name, near) ?? "list what there is: bpftool btf dump file /sys/kernel/btf/vmlinux",
  });
}
