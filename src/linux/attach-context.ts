import type { AttachSpec } from "../abi/attach-spec.ts";
import { attachText } from "./attach-spec-text.ts";
import { ERRNO } from "./errno.ts";
import type { LoadedProgram } from "./load.ts";
import { linkPerfProgram, setPerfProgram } from "./perf.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";
import type { Tracefs } from "./tracefs.ts";
import type { UprobePmu } from "./uprobe-pmu.ts";

/** What attaching must know of the machine, learnt when it is needed. */
export class AttachContext {
  readonly kernel: Kernel;
  readonly kernelVersion: number;
  readonly onlineCpus: readonly number[];
  readonly tracefs: () => Tracefs;
  readonly #readUprobePmu: () => UprobePmu;
  #uprobePmu: UprobePmu | undefined;
  #hasPerfLinks = true; // until the kernel says otherwise (before 5.15)

  constructor(parts: {
    kernel: Kernel;
    kernelVersion: number;
    onlineCpus: readonly number[];
    tracefs: () => Tracefs;
    readUprobePmu: () => UprobePmu;
  }) {
    this.kernel = parts.kernel;
    this.kernelVersion = parts.kernelVersion;
    this.onlineCpus = parts.onlineCpus;
    this.tracefs = parts.tracefs;
    this.#readUprobePmu = parts.readUprobePmu;
  }

  uprobePmu(): UprobePmu {
    this.#uprobePmu ??= this.#readUprobePmu();
    return this.#uprobePmu;
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
