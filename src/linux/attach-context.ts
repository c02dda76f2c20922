import type { AttachSpec } from "../abi/attach-spec.ts";
import type { AttachType } from "../abi/attach-types.ts";
import { attachText } from "./attach-spec-text.ts";
import type { UsdtSpecs } from "./attach-usdt.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { FunctionAddresses } from "./function-addresses.ts";
import type { LoadedProgram } from "./load.ts";
import type { LinuxMap } from "./maps.ts";
import { linkPerfProgram, setPerfProgram } from "./perf.ts";
import type { ProbePmu, ProbeSpace } from "./probe-pmu.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";
import type { LinuxTarget } from "./target.ts";
import { tooOldForProgram } from "./too-old.ts";

type Machine = Pick<
  LinuxTarget,
  | "keepIn"
  | "arch"
  | "kernelVersion"
  | "kernelBtf"
  | "onlineCpus"
  | "tracefs"
  | "kallsyms"
  | "usdtProbes"
  | "kernelFunctions"
  | "functionAddress"
>;

/** What attaching must know of the machine, learnt when it is needed. */
export class AttachContext {
  readonly kernel: Kernel;
  readonly machine: Machine;
  readonly #readPmu: (space: ProbeSpace) => ProbePmu;
  readonly addresses: FunctionAddresses;
  readonly #pmus = new Map<ProbeSpace, ProbePmu>();
  #hasPerfLinks = true; // until the kernel says otherwise (before 5.15)

  constructor(kernel: Kernel, machine: Machine, readPmu: (space: ProbeSpace) => ProbePmu) {
    this.kernel = kernel;
    this.machine = machine;
    this.#readPmu = readPmu;
    this.addresses = new FunctionAddresses({
      kernelVersion: machine.kernelVersion,
      kallsyms: () => machine.kallsyms(),
      hasFunction: (name) => (machine.kernelBtf()?.find(name, "func").length ?? 0) > 0,
      keepIn: machine.keepIn,
      found: (fn) => machine.functionAddress(fn),
    });
  }

  /** Throws SkepError where this kernel has no such probes. */
  probePmu(space: ProbeSpace): ProbePmu {
    const known = this.#pmus.get(space) ?? this.#readPmu(space);
    this.#pmus.set(space, known);
    return known;
  }

  /**
   * Makes the program run on a perf event: by a link, whose descriptor is returned, or, before 5.15, by the event
   * itself. Closes the event and throws SystemError when the kernel refuses.
   */
  bindToEvent(program: LoadedProgram, event: number, cookie: bigint, attach: AttachSpec): number | undefined {
    const fail = (call: string, errno: number, remedy?: string): never => {
      this.kernel.call("close", event);
      throw new SystemError(`attach ${program.spec.name} to ${attachText(attach)}`, call, errno, remedy);
    };
    if (this.#hasPerfLinks) {
      const link = linkPerfProgram(this.kernel, event, program.fd, cookie);
      if (link >= 0) return link;
      if (link !== -ERRNO.EINVAL) return fail("BPF_LINK_CREATE", link);
      if (cookie !== 0n) return fail("BPF_LINK_CREATE", link, "cookies need Linux 5.15; attach without");
    }
    const set = setPerfProgram(this.kernel, event, program.fd);
    if (set < 0) return fail("PERF_EVENT_IOC_SET_BPF", set);
    this.#hasPerfLinks = false;
    return undefined;
  }
}

/** One program, what it is attached in, and who is told when something older is used in place of something newer. */
export type AttachScene = Readonly<{
  context: AttachContext;
  program: LoadedProgram;
  /** A map of the program's object. Throws SkepError when there is none of that name. */
  map: (name: string) => LinuxMap;
  /** Another program of the object. Throws SkepError when there is none of that name. */
  programFd: (name: string) => Fd;
  /** The object's table of USDT arguments, where its programs use libbpf's. */
  usdtSpecs: () => UsdtSpecs | undefined;
  note: (text: string) => void;
}>;

/** What the kernel said when a program was to be attached. The remedy is looked up unless one is given. */
export function refused(
  scene: AttachScene,
  attach: AttachSpec,
  call: string,
  errno: number,
  remedy?: string,
): SystemError {
  const { spec, attachType } = scene.program;
  const unknown = errno === -ERRNO.EINVAL || errno === -ERRNO.EOPNOTSUPP;
  const old = unknown
    ? tooOldForProgram(scene.context.machine.kernelVersion, spec.type, attachType)
    : undefined;
  // Kernels refuse a probe's place that they forbid and a kind of probe that they do not know alike.
  const why = spec.type === "kprobe" ? (old ?? remedy) : (remedy ?? old);
  return new SystemError(`attach ${spec.name} to ${attachText(attach)}`, call, errno, why);
}

/** The attach type that the program was loaded for, or else the one given. */
export function loadedFor(scene: AttachScene, otherwise: AttachType): AttachType {
  return scene.program.attachType ?? otherwise;
}
