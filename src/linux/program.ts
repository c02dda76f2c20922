import type { ProgramType } from "../abi/attach-spec.ts";
import { programTypeOf } from "../abi/program-types.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import { type TestRun, type TestRunResult, testRun } from "./bpf-prog.ts";
import { ERRNO, errnoName } from "./errno.ts";
import type { Fd } from "./fd.ts";
import { type ProgInfo, programInfo, programMapIds } from "./objects.ts";
import { pinObject } from "./open-object.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** Room that a program may need beyond the data it is given: XDP programs may grow a packet at both ends. */
const GROWTH_BYTES = 512;

/** A program in the kernel. */
export class LinuxProgram implements Disposable {
  readonly name: string;
  /** Whoever holds this object closes it; one of a loaded object goes with that. */
  readonly fd: Fd;
  readonly #kernel: Kernel;
  #type: ProgramType | undefined;

  constructor(kernel: Kernel, fd: Fd, name: string, type?: ProgramType) {
    this.#kernel = kernel;
    this.fd = fd;
    this.name = name;
    this.#type = type;
  }

  get id(): number {
    return this.info().id;
  }

  /** Undefined for a type that is newer than this library. */
  get type(): ProgramType | undefined {
    this.#type ??= programTypeOf(this.info().type);
    return this.#type;
  }

  /** What the kernel tells of it: its run counts, times, size. Throws SystemError. */
  info(): ProgInfo {
    return programInfo(this.#kernel, this.fd);
  }

  /** Ids of the maps that it uses. */
  mapIds(): number[] {
    return programMapIds(this.#kernel, this.fd);
  }

  /** Keeps the program when this process ends, under a file of a bpf file system. Throws SystemError. */
  pin(path: string): void {
    pinObject(this.#kernel, this.fd, path);
  }

  /**
   * Runs the program by itself, `repeat` times (default 1), without attaching it. Network programs take a packet in
   * `data` (at least an Ethernet header) and give it back as they leave it; `context` is the struct of their type.
   * Throws SkepError for types that the kernel cannot run so.
   */
  testRun(run: TestRun = {}): TestRunResult {
    const { data, context } = run;
    if (this.type === "syscall" && context !== undefined) return this.#runSyscall(context);
    const out = {
      ...(data && { dataOutBytes: data.length + GROWTH_BYTES }),
      ...(context &&
        this.type !== undefined &&
        CONTEXT_OUT.has(this.type) && { contextOutBytes: context.length }),
    };
    return this.#run({ ...out, ...run });
  }

  // The kernel writes such a program's context back in place.
  #runSyscall(given: Uint8Array): TestRunResult {
    const context = given.slice();
    return { ...this.#run({ context }), context };
  }

  #run(run: TestRun): TestRunResult {
    try {
      return testRun(this.#kernel, this.fd, run);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      const errno = NOT_SO.find((n) => errnoName(n) === error.errno);
      if (errno === undefined) throw error;
      throw new SystemError(`run program ${this.name}`, error.call, errno, remedyFor(this.type, errno));
    }
  }

  [Symbol.dispose](): void {
    this.fd.close();
  }

  toString(): string {
    const fd = this.fd.isClosed ? { closed: "" } : { type: this.type, fd: this.fd.number };
    return inspected("LinuxProgram", this.name, fd);
  }

  [INSPECT](): string {
    return this.toString();
  }
}

/** How the kernel says that it cannot run the program so: EFAULT for those of tracing. */
const NOT_SO = [ERRNO.EOPNOTSUPP, ERRNO.ENOTSUPP, ERRNO.EINVAL, ERRNO.EFAULT];

/** Types whose context the kernel gives back. */
const CONTEXT_OUT: ReadonlySet<ProgramType> = new Set([
  "socketFilter",
  "schedCls",
  "schedAct",
  "xdp",
  "cgroupSkb",
  "lwtIn",
  "lwtOut",
  "lwtXmit",
]);

// biome-ignore format: one remedy per line
const RUN_REMEDIES: Readonly<Partial<Record<ProgramType, string>>> = {
  rawTracepoint: "give the arguments as `context`, 64 bits each, and neither data nor repeat",
  skLookup: "give a struct bpf_sk_lookup as `context`, and no data",
  syscall: "give what the program reads as `context`, at most 64 KiB, and no data",
  flowDissector: "give a packet of at least 14 bytes as `data`",
  tracing: "only fentry, fexit and fmod_ret programs of the kernel's bpf_fentry_test functions run so: attach it and cause its event",
  xdp: "give a packet of 14 to about 3500 bytes as `data`; the context's data must begin at 0 or behind its metadata",
};

function remedyFor(type: ProgramType | undefined, errno: number): string {
  const known = type && RUN_REMEDIES[type];
  if (known !== undefined) return known;
  if (errno === ERRNO.EFAULT) return "give data, context and room for both that can be read and written";
  if (errno === ERRNO.EINVAL)
    return "give a packet of 14 to about 3500 bytes as `data`, and a context of the program's type or none";
  return "the kernel cannot run programs of this type by themselves: attach it and cause its event";
}
