import type { AttachSpec, KernelObject, SockmapHook } from "../abi/attach-spec.ts";
import { ATTACH_TYPES, type AttachType } from "../abi/attach-types.ts";
import { parseSection } from "../abi/section-names.ts";
import { TARGET_SPELLING, type TargetSpelling } from "../abi/target-spelling.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { parseBtf } from "../btf/decode.ts";
import type { BtfId } from "../btf/types.ts";
import type { ProgramSpec } from "../object/object.ts";
import type { Feature } from "../plan/target.ts";
import type { Fd } from "./fd.ts";
import type { KernelType, KernelTypes } from "./module-btf.ts";
import { openObject, programInfo, readBtf } from "./objects.ts";
import { openKernelObject } from "./open-object.ts";
import type { Kernel } from "./syscall.ts";

/** What the kernel must know of a program's target when it is loaded. */
export type AttachTarget = Readonly<{
  attachType: AttachType | undefined;
  attachBtfId?: number;
  /** The program to extend, or the BTF of the module that has the target. The caller closes it if `owned`. */
  attachTo?: Readonly<{ fd: Fd; owned: boolean }>;
  /** Attaches to many functions by one link. */
  multi: boolean;
}>;

/** What finding a target needs of the machine. */
export type TargetContext = Readonly<{
  kernel: Kernel;
  kernelVersion: number;
  types: KernelTypes;
  has: (feature: Feature) => boolean;
}>;

/** Whether a program's section says that it is for user-space functions. */
export function isUserProbe(program: ProgramSpec): boolean {
  return program.type === "kprobe" && /^(uprobe|uretprobe|usdt)\b/.test(program.section);
}

/**
 * What `program` must be loaded with, for `attach` where the caller says what it is meant for, else for what its section
 * says. Throws SkepError when the kernel has no such target.
 */
export function attachTarget(
  program: ProgramSpec,
  attach: AttachSpec | undefined,
  context: TargetContext,
): AttachTarget {
  const parsed = parseSection(program.section);
  const attachType = (attach && typeOf(attach)) ?? program.attachType ?? parsed?.rule.attach;
  switch (program.type) {
    case "kprobe":
      return probeTarget(program, attachType, context);
    case "tracing":
    case "lsm":
      return functionTarget(program, attach, attachType, context);
    case "ext":
      return replacedFunction(program, attach, context);
    default:
      return { attachType, multi: false };
  }
}

const SOCKMAP: Readonly<Record<SockmapHook, AttachType>> = {
  message: "skMsgVerdict",
  streamParser: "skSkbStreamParser",
  streamVerdict: "skSkbStreamVerdict",
  verdict: "skSkbVerdict",
};

function typeOf(attach: AttachSpec): AttachType | undefined {
  switch (attach.kind) {
    case "fentry":
      return "traceFentry";
    case "fexit":
      return "traceFexit";
    case "fmodRet":
      return "modifyReturn";
    case "btfTracepoint":
      return "traceRawTp";
    case "iter":
      return "traceIter";
    case "lsm":
      return "lsmMac";
    case "lsmCgroup":
    case "xdp":
    case "netfilter":
    case "skLookup":
    case "flowDissector":
      return attach.kind;
    case "cgroup":
      return attach.hook;
    case "sockmap":
      return SOCKMAP[attach.hook];
    case "kprobeMulti":
      return attach.session ? "traceKprobeSession" : "traceKprobeMulti";
    case "uprobeMulti":
      return attach.session ? "traceUprobeSession" : "traceUprobeMulti";
    case "lirc":
      return "lircMode2";
    default:
      return undefined;
  }
}

// User probes use links for many places wherever those work; kernel probes where the object asks for them.
function probeTarget(
  program: ProgramSpec,
  attachType: AttachType | undefined,
  context: TargetContext,
): AttachTarget {
  if (attachType === "traceKprobeSession" || attachType === "traceUprobeSession")
    return { attachType, multi: true };
  if (isUserProbe(program) || attachType === "traceUprobeMulti")
    return context.has("uprobeMulti")
      ? { attachType: "traceUprobeMulti", multi: true }
      : { attachType: undefined, multi: false };
  if (attachType === "traceKprobeMulti" && context.has("kprobeMulti")) return { attachType, multi: true };
  return { attachType: undefined, multi: false };
}

function functionTarget(
  program: ProgramSpec,
  attach: AttachSpec | undefined,
  attachType: AttachType | undefined,
  context: TargetContext,
): AttachTarget {
  const named = (attach && targetName(attach)) ?? sectionTarget(program);
  const spelling = attachType && TARGET_SPELLING[attachType];
  if (named === undefined || attachType === undefined || spelling === undefined)
    throw new SkepError(
      `program ${program.name}: section \`${program.section}\` names no target in the kernel`,
      {
        code: "linux/unknown-section",
        remedy:
          "name the section after its target, such as fentry/FUNCTION, tp_btf/TRACEPOINT, lsm/HOOK or iter/KIND, or say it in `targets` when loading",
      },
    );
  if (named.program !== undefined)
    return { attachType, multi: false, ...functionOf(context.kernel, { id: named.program }, named.name) };
  const found = findTarget(program, context.types, spelling, named);
  const { id, module } = found;
  return {
    attachType,
    attachBtfId: id,
    multi: false,
    ...(module && { attachTo: { fd: module, owned: false } }),
  };
}

/** `program`: the id of the loaded BPF program that has the function. */
type Named = Readonly<{ name: string; module?: string | undefined; program?: number | undefined }>;

function targetName(attach: AttachSpec): Named | undefined {
  switch (attach.kind) {
    case "fentry":
    case "fexit":
    case "fmodRet":
      return { name: attach.function, module: attach.module, program: attach.program };
    case "btfTracepoint":
      return { name: attach.name, module: attach.module };
    case "lsm":
    case "lsmCgroup":
      return { name: attach.hook };
    case "iter":
      return { name: attach.target };
    default:
      return undefined;
  }
}

// "vfs_read", "nf_tables:nft_do_chain" or, of a loaded program, "bpf:17:on_packet"
function sectionTarget(program: ProgramSpec): Named | undefined {
  const text = program.attachTo ?? parseSection(program.section)?.target;
  if (text === undefined || text === "") return undefined;
  const [first = "", second, third] = text.split(":");
  if (first === "bpf" && third !== undefined) return { name: third, program: Number(second) };
  return second === undefined ? { name: first } : { name: second, module: first };
}

function findTarget(
  program: ProgramSpec,
  types: KernelTypes,
  spelling: TargetSpelling,
  { name, module }: Named,
): KernelType {
  const { own } = types;
  if (own === undefined)
    throw new SkepError(`program ${program.name} needs the kernel's BTF, and this kernel has none`, {
      code: "linux/no-kernel-btf",
      remedy: "use a kernel built with CONFIG_DEBUG_INFO_BTF, or attach to a tracepoint instead",
    });
  const found = types.find(spelling.prefix + name, spelling.kind, module);
  if (found !== undefined) return found;
  const where = module === undefined ? "this kernel" : `module ${module}`;
  const names: string[] = [];
  for (let id = 1; id < own.count; id++) {
    if (own.kindOf(id as BtfId) !== spelling.kind) continue;
    const known = own.nameOf(id as BtfId);
    if (known.startsWith(spelling.prefix)) names.push(known.slice(spelling.prefix.length));
  }
  throw new SkepError(`program ${program.name}: ${where} has no ${spelling.noun} ${name}`, {
    code: "linux/no-target",
    remedy: didYouMean(name, names) ?? "list what there is: skep btf dump",
  });
}

function replacedFunction(
  program: ProgramSpec,
  attach: AttachSpec | undefined,
  context: TargetContext,
): AttachTarget {
  if (attach?.kind !== "freplace")
    throw new SkepError(`program ${program.name} replaces a function, and it is not said of which program`, {
      code: "linux/no-replaced-program",
      remedy: "name the loaded program and its function in `targets` when loading",
    });
  return {
    attachType: undefined,
    multi: false,
    ...functionOf(context.kernel, attach.program, attach.function),
  };
}

function functionOf(
  kernel: Kernel,
  program: KernelObject,
  name: string,
): Pick<AttachTarget, "attachBtfId" | "attachTo"> {
  const fd = openKernelObject(kernel, "prog", program);
  try {
    const attachBtfId = programFunction(kernel, fd, name);
    return { attachBtfId, attachTo: { fd, owned: true } };
  } catch (error) {
    fd.close();
    throw error;
  }
}

/** Id of a function in the BTF of a loaded program. Throws SkepError when it has none of that name. */
export function programFunction(kernel: Kernel, program: Fd, name: string): BtfId {
  const { btfId } = programInfo(kernel, program);
  using fd = btfId === 0 ? undefined : openObject(kernel, "btf", btfId);
  const btf: BtfBlob | undefined = fd && parseBtf(readBtf(kernel, fd));
  const [id] = btf?.find(name, "func") ?? [];
  if (id !== undefined) return id;
  const names: string[] = [];
  for (let i = 1; btf && i < btf.count; i++)
    if (btf.kindOf(i as BtfId) === "func") names.push(btf.nameOf(i as BtfId));
  throw new SkepError(`the BPF program has no function ${name}`, {
    code: "linux/no-target",
    remedy:
      didYouMean(name, names) ??
      (names.length > 0
        ? `name one of: ${names.join(", ")}`
        : "load it with BTF, so that its functions have names"),
  });
}

/** The number of an attach type in a load command; 0 where nothing is said. */
export function attachTypeNumber(type: AttachType | undefined): number {
  return type === undefined ? 0 : ATTACH_TYPES[type].number;
}
