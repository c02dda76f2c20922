import type { AttachSpec } from "../abi/attach-spec.ts";
import { linkKprobeMulti, MULTI_RETURN } from "../abi/attr-link.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { AttachFailure } from "../runtime/backend.ts";
import { type AttachScene, loadedFor, refused } from "./attach-context.ts";
import { attachText } from "./attach-spec-text.ts";
import type { Attachment } from "./attachments.ts";
import { joinAttachments, noAttachment } from "./attachments.ts";
import { ERRNO } from "./errno.ts";
import { createLink } from "./link-create.ts";
import { linkInHalves } from "./link-halves.ts";
import { openPerfEvent } from "./perf.ts";
import type { Kernel } from "./syscall.ts";

type Kprobe = Extract<AttachSpec, { kind: "kprobe" }>;
type KprobeMulti = Extract<AttachSpec, { kind: "kprobeMulti" }>;
type Made = Readonly<{ attachment: Attachment; failures: AttachFailure[] }>;

/** A function of the kernel, and the cookie that the program reads there. */
export type KprobePoint = Readonly<{ attach: Kprobe; cookie?: bigint }>;

/** Attaches to functions, all on entry or all on return. Failures are returned, per function. */
export function attachKprobes(scene: AttachScene, points: readonly KprobePoint[]): Made {
  if (scene.program.multi) return attachByLink(scene, points);
  const attachment = noAttachment();
  const failures: AttachFailure[] = [];
  for (const point of points) {
    try {
      joinAttachments(attachment, attachByEvent(scene, point, failures.length === 0));
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      failures.push({ attach: point.attach, error });
    }
  }
  return { attachment, failures };
}

/** The functions of `attach`, one by one. Throws SkepError when there is not one cookie per function. */
export function kprobePoints(attach: KprobeMulti, cookie: bigint): KprobePoint[] {
  const { functions, cookies, return: onReturn } = attach;
  if (cookies !== undefined && cookies.length !== functions.length)
    throw new SkepError(`${attachText(attach)}: ${functions.length} functions, but ${cookies.length} cookies`, {
      code: "linux/list-lengths",
      remedy: "give one cookie per function, or none",
    });
  return functions.map((name, index) => ({
    attach: { kind: "kprobe", function: name, return: onReturn },
    cookie: cookies?.[index] ?? cookie,
  }));
}

/** The function behind a system call: its name depends on the architecture and on the kernel's version. */
export function syscallFunction(
  scene: AttachScene,
  { name, return: onReturn }: Extract<AttachSpec, { kind: "ksyscall" }>,
): Kprobe {
  const { machine } = scene.context;
  const prefix = machine.arch === "x86_64" ? "__x64_sys_" : "__arm64_sys_";
  const symbols = machine.kallsyms();
  const spelled = [prefix, "__se_sys_", "sys_"]
    .map((p) => p + name)
    .find((symbol) => symbols.matching(symbol).length > 0);
  if (spelled !== undefined) return { kind: "kprobe", function: spelled, return: onReturn };
  const known = symbols.matching(`${prefix}*`).map((s) => s.name.slice(prefix.length));
  throw new SkepError(`this kernel has no system call ${name}`, {
    code: "linux/no-target",
    remedy: didYouMean(name, known) ?? "list the system calls: skep list 'tracepoint:syscalls:sys_enter_*'",
  });
}

function attachByLink(scene: AttachScene, points: readonly KprobePoint[]): Made {
  const { kernel, addresses } = scene.context;
  const entry = points.filter(({ attach }) => !attach.offset);
  const link = (some: readonly KprobePoint[], places: readonly bigint[] | undefined) =>
    createLink(kernel, {
      program: scene.program.fd,
      attachType: loadedFor(scene, "traceKprobeMulti"),
      rest: encodeFunctions(kernel, some, places),
    });
  const create = (some: readonly KprobePoint[]) => {
    const given = some.map(({ attach }) => attach.address || addresses.of(attach.function, attach.module));
    const places = given.filter((address) => address !== undefined);
    const made = places.length === some.length ? link(some, places) : -ERRNO.ENOENT;
    return made >= 0 || some.every(({ attach }) => attach.address) ? made : link(some, undefined);
  };
  const { links, refused: bad } = linkInHalves(entry, create);
  const failures = points
    .filter(({ attach }) => attach.offset)
    .map(({ attach }) => ({ attach, error: notAtEntry(attach) }));
  return {
    attachment: { ...noAttachment(), links },
    failures: [
      ...failures,
      ...bad.map(({ point: { attach }, errno }, index) => ({
        attach,
        error: refusedHere(scene, attach, { call: "BPF_LINK_CREATE", errno, suggest: index === 0 }),
      })),
    ],
  };
}

function notAtEntry(attach: Kprobe): SkepError {
  return new SkepError(`${attachText(attach)}: one link for many functions is for their entries only`, {
    code: "linux/probe-offset",
    remedy: "attach it with a program of section kprobe/FUNCTION+OFFSET",
  });
}

// By addresses, which spares the kernel a search through its symbols, or by names: a link takes only one kind.
function encodeFunctions(
  kernel: Kernel,
  points: readonly KprobePoint[],
  places: readonly bigint[] | undefined,
): Uint8Array {
  const numbers = (values: readonly bigint[]) =>
    kernel.addressOf(new Uint8Array(BigUint64Array.from(values).buffer));
  const names = () =>
    numbers(points.map(({ attach }) => kernel.addressOf(new TextEncoder().encode(`${attach.function}\0`))));
  return linkKprobeMulti.encode({
    flags: points[0]?.attach.return ? MULTI_RETURN : 0,
    cnt: points.length,
    ...(places === undefined ? { syms: names() } : { addrs: numbers(places) }),
    cookies: numbers(points.map(({ cookie }) => cookie ?? 0n)),
  });
}

function attachByEvent(scene: AttachScene, point: KprobePoint, suggest: boolean): Attachment {
  const { attach, cookie = 0n } = point;
  const { context } = scene;
  const { module } = attach;
  const known = context.addresses.of(attach.function, module);
  let event = openFunction(scene, attach, attach.address ?? known);
  if (event < 0 && attach.address === undefined && known !== undefined)
    event = openFunction(scene, attach, undefined);
  if (event === -ERRNO.EADDRNOTAVAIL && attach.address === undefined) {
    const namesakes = attachNamesakes(scene, point);
    if (namesakes) return namesakes;
  }
  if (event < 0) throw refusedHere(scene, attach, { call: "perf_event_open", errno: event, suggest });
  const link = context.bindToEvent(scene.program, event, cookie, attach);
  return { ...noAttachment(), links: link === undefined ? [] : [link], slowEvents: [event] };
}

/** An event at the function of that name, or at the one that lies at `address`. */
function openFunction({ context }: AttachScene, attach: Kprobe, address: bigint | undefined): number {
  const pmu = context.probePmu("kprobe");
  const offset = BigInt(attach.offset ?? 0);
  const name = attach.module === undefined ? attach.function : `${attach.module}:${attach.function}`;
  return openPerfEvent(
    context.kernel,
    {
      kind: "kprobe",
      pmuType: pmu.type,
      config: attach.return ? pmu.returnBit : 0n,
      name: address === undefined ? name : "",
      offset: address === undefined ? offset : address + offset,
    },
    { pid: -1, cpu: context.machine.onlineCpus[0] ?? 0 },
  );
}

/**
 * Attaches to each of the functions that share a name, such as those of files that are compiled twice: the kernel does
 * not choose between them since 6.7. Those that refuse probes are left out, unless all do. Undefined where their
 * addresses are hidden.
 */
function attachNamesakes(scene: AttachScene, point: KprobePoint): Attachment | undefined {
  const { attach } = point;
  const inKernel = attach.module ?? "vmlinux";
  const found = scene.context.machine
    .kallsyms()
    .matching(attach.function)
    .filter(
      ({ address, type, module = "vmlinux" }) => address !== 0n && /^[tw]$/i.test(type) && module === inKernel,
    );
  if (found.length < 2) return undefined;
  scene.note(`${attachText(attach)}: ${found.length} functions have this name, and all are attached`);
  const attachment = noAttachment();
  let refusal: SkepError | undefined;
  for (const { address } of found) {
    try {
      const at: KprobePoint = { ...point, attach: { ...attach, address } };
      joinAttachments(attachment, attachByEvent(scene, at, false));
    } catch (error) {
      if (!(error instanceof SkepError)) throw error;
      refusal = error;
    }
  }
  if (refusal && attachment.slowEvents.length === 0) throw refusal;
  return attachment;
}

/** `suggest`: look for names that are near, among those that begin alike: all of the kernel's would take seconds. */
type Refusal = Readonly<{ call: string; errno: number; suggest: boolean }>;

function refusedHere(scene: AttachScene, attach: Kprobe, { call, errno, suggest }: Refusal): SkepError {
  const { machine } = scene.context;
  const unknown = errno === -ERRNO.ENOENT || errno === -ERRNO.ESRCH;
  if (!unknown || machine.kernelFunctions(attach.function).length > 0)
    return refused(scene, attach, call, errno, REMEDIES[-errno]);
  const near = `${attach.function.slice(0, 2).replace(/[*?[]/g, "?")}*`;
  const names = suggest ? machine.kernelFunctions(near).map((f) => f.name) : [];
  return new SkepError(`this kernel has no function ${attach.function} that can be probed`, {
    code: "linux/no-target",
    remedy: didYouMean(attach.function, names) ?? "list what there is: skep list 'kprobe:*'",
  });
}

// biome-ignore format: one remedy per line
const REMEDIES: Readonly<Record<number, string>> = {
  [ERRNO.EINVAL]: "the kernel forbids probes there: in code that probing itself needs, or inside of an instruction; choose another function or offset",
  [ERRNO.EADDRNOTAVAIL]: "several functions share the name; give the address of the one that is meant",
  [ERRNO.EILSEQ]: "the offset is inside of an instruction; choose the start of one",
  [ERRNO.EBUSY]: "another program changes this function's return value; detach it first",
};
