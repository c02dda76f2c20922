import { enableStatsAttr } from "../abi/attr-prog.ts";
import {
  checkInput,
  checkOptions,
  checkSome,
  FUNCTION,
  integer,
  listOf,
  NAME,
  OBJECT,
  type OptionRules,
  TEXT,
} from "../base/check-input.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import { OBJECT_SPEC } from "../object/check-object.ts";
import type { ObjectSpec } from "../object/object.ts";
import type { Feature } from "../plan/target.ts";
import type { Backend, Loaded, LoadOptions } from "../runtime/backend.ts";
import { AttachContext } from "./attach-context.ts";
import { bpfFd } from "./bpf.ts";
import { loadObject } from "./load.ts";
import { LinuxLoaded } from "./loaded.ts";
import { readProbePmu } from "./probe-pmu.ts";
import { pageSize } from "./procfs.ts";
import type { Kernel } from "./syscall.ts";
import { openKernel } from "./syscall.ts";
import { LinuxTarget } from "./target.ts";

export type LinuxOptions = Readonly<{
  /** Folders to look for programs, as in $PATH. */
  searchPath?: string;
  /** What is not to be used, even where the kernel has it. */
  without?: readonly Feature[];
  /** File that holds the kernel's types, in place of /sys/kernel/btf/vmlinux. */
  btfPath?: string;
  /**
   * Folder for what takes the kernel long to tell and seldom changes, kept from one run to the next: below one that only
   * this user may change, and gone with the next boot, such as /run/skep. Default: nothing is kept.
   */
  keepIn?: string;
  /** For tests; default: the real kernel, opened on first use. */
  kernel?: Kernel;
}>;

const OPTIONS: OptionRules = {
  searchPath: TEXT,
  keepIn: TEXT,
  without: listOf(NAME, "features"),
  btfPath: NAME,
  kernel: OBJECT,
};
const LOAD_OPTIONS: OptionRules = {
  onVerifierLog: FUNCTION,
  explainRefusal: FUNCTION,
  refusedRemedy: TEXT,
  logLevel: integer(0, 7),
  targets: OBJECT,
  pinPath: NAME,
  pins: OBJECT,
  given: OBJECT,
  onNote: FUNCTION,
};

const MEMLOCK_UNTIL = (5 << 16) | (11 << 8); // maps and programs counted as locked memory before
const RLIMIT_MEMLOCK = 8;

/** The kernel of this machine. Opening it costs nothing yet: native code and the kernel's types are loaded when used. */
export function openLinux(options: LinuxOptions = {}): LinuxBackend {
  checkOptions("openLinux", options, OPTIONS);
  return new LinuxBackend(options);
}

export class LinuxBackend implements Backend {
  readonly name = "linux";
  readonly target: LinuxTarget;
  readonly #loaded = new Set<Loaded>();
  readonly #closeAll = () => {
    for (const loaded of [...this.#loaded]) loaded.close();
  };
  #kernel: Kernel | undefined;
  #attaching: AttachContext | undefined;

  constructor(options: LinuxOptions) {
    this.#kernel = options.kernel;
    this.target = new LinuxTarget(() => this.kernel, {
      pageSize: pageSize(),
      ...(options.without && { without: options.without }),
      ...(options.btfPath !== undefined && { btfPath: options.btfPath }),
      ...(options.keepIn !== undefined && { keepIn: options.keepIn }),
      ...(options.searchPath !== undefined && { searchPath: options.searchPath }),
    });
  }

  /** The way to system calls. */
  get kernel(): Kernel {
    if (this.#kernel === undefined) {
      this.#kernel = openKernel();
      if (this.target.kernelVersion < MEMLOCK_UNTIL) liftMemoryLimit(this.#kernel);
    }
    return this.#kernel;
  }

  load(object: ObjectSpec, options: LoadOptions = {}): LinuxLoaded {
    checkInput("load: the object", object, OBJECT_SPEC);
    checkSome("load", options, LOAD_OPTIONS);
    const { kernel, target } = this;
    const context = {
      kernel,
      kernelVersion: target.kernelVersion,
      possibleCpus: () => target.possibleCpus,
      pageSize: target.pageSize,
      types: target.kernelTypes(),
      has: (feature: Feature) => target.has(feature),
      relocation: target,
    };
    const held = loadObject(context, object, options);
    const onClosed = () => {
      this.#loaded.delete(loaded);
      if (this.#loaded.size === 0) process.off("exit", this.#closeAll);
    };
    const note = options.onNote ?? (() => {});
    const loaded: LinuxLoaded = new LinuxLoaded(this.#attachContext(), target.pageSize, held, {
      onClosed,
      note,
      kernelBtf: () => target.kernelBtf(),
    });
    // Without this an unexpected end leaves detaching to the kernel, which takes 70 ms for each perf event in turn.
    if (this.#loaded.size === 0) process.on("exit", this.#closeAll);
    this.#loaded.add(loaded);
    return loaded;
  }

  countRunTime(): Disposable {
    return bpfFd(this.kernel, "BPF_ENABLE_STATS", enableStatsAttr.encode({ type: 0 }), "count run time");
  }

  /** Closes what was loaded, too. */
  [Symbol.dispose](): void {
    this.#closeAll();
    this.target[Symbol.dispose]();
  }

  toString(): string {
    const { kernelVersion: version, arch } = this.target;
    const release = [version >> 16, (version >> 8) & 0xff, version & 0xff].join(".");
    return inspected("LinuxBackend", undefined, { kernel: release, on: arch, loaded: this.#loaded.size });
  }

  [INSPECT](): string {
    return this.toString();
  }

  #attachContext(): AttachContext {
    const { target } = this;
    this.#attaching ??= new AttachContext(this.kernel, target, readProbePmu);
    return this.#attaching;
  }
}

// Fails without CAP_SYS_RESOURCE; creating a map then says what to do.
function liftMemoryLimit(kernel: Kernel): void {
  const unlimited = new Uint8Array(16).fill(0xff); // both the soft and the hard limit
  kernel.call("prlimit64", 0, RLIMIT_MEMLOCK, unlimited, 0);
}
