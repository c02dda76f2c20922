import type { ProgramType } from "../abi/attach-spec.ts";
import { ATTACH_TYPES, type AttachType } from "../abi/attach-types.ts";
import { progLoadAttr } from "../abi/attr-prog.ts";
import { PROGRAM_FLAGS } from "../abi/map-flags.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { TARGET_SPELLING } from "../abi/target-spelling.ts";
import { resolve } from "../btf/layout.ts";
import type { Btf } from "../btf/types.ts";
import { encodeProgram } from "../isa/encode.ts";
import type { Insn } from "../isa/insn.ts";
import { bpf } from "./bpf.ts";
import { textOf } from "./bpf-prog.ts";
import { ERRNO } from "./errno.ts";
import { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";

// Programs that are loaded only to hear what the kernel says. None of them is attached here.

/** What loading a trial program gave: `errno` is positive, 0 when it was loaded. The caller closes `fd`. */
export type Trial = Readonly<{ errno: number; log: string; fd: Fd | undefined }>;

export type TrialOptions = Readonly<{
  /** What the program is meant for; left out: the usual one of its type. */
  attach?: AttachType;
  /** The kernel's function, tracepoint, hook or iterator; left out: one that every kernel of that kind has. */
  target?: string;
  /** The network card that it would run on. */
  ifindex?: number;
  sleepable?: boolean;
  /** Without a log, which has room for some hundred instructions only. */
  silent?: boolean;
}>;

const NAME = "skep_trial";
const LOG_BYTES = 1 << 14;
const MOST_ATTEMPTS = 10;
const STRUCT = "tcp_congestion_ops"; // a struct of functions that every kernel with such programs lets replace

/** Programs whose only allowed result is 1. */
const MUST_ALLOW = /Recvmsg$|Getpeername$|Getsockname$/;

/** A target of each attach type that has one, to try with. */
const TARGETS: Readonly<Partial<Record<AttachType, string>>> = {
  traceRawTp: "sched_switch",
  traceFentry: "bpf_fentry_test1",
  traceFexit: "bpf_fentry_test1",
  modifyReturn: "bpf_modify_return_test",
  traceIter: "bpf_map",
  lsmMac: "file_open",
  lsmCgroup: "socket_create",
};

/** Loads programs of any type for trial. */
export class TrialLoader {
  readonly kernel: Kernel;
  readonly btf: Btf | undefined;
  readonly #version: number;
  readonly #log = new Uint8Array(LOG_BYTES);

  constructor(kernel: Kernel, kernelVersion: number, btf: Btf | undefined) {
    this.kernel = kernel;
    this.btf = btf;
    this.#version = kernelVersion;
  }

  /** The shortest program of that type: it returns what harms nobody. */
  load(type: ProgramType, options: TrialOptions = {}): Trial {
    const attach = options.attach ?? PROGRAM_TYPES[type].attach[0];
    return this.loadInsns(type, harmless(attach), options);
  }

  /** Whether the shortest program of that type is accepted. */
  loads(type: ProgramType, options: TrialOptions = {}): boolean {
    const { fd } = this.load(type, options);
    fd?.close();
    return fd !== undefined;
  }

  loadInsns(type: ProgramType, insns: readonly Insn[], options: TrialOptions = {}): Trial {
    return this.loadBytes(type, encodeProgram(insns), options);
  }

  /** As `loadInsns`, with instructions that are encoded already. */
  loadBytes(type: ProgramType, code: Uint8Array, options: TrialOptions = {}): Trial {
    const attach = options.attach ?? PROGRAM_TYPES[type].attach[0];
    const attachBtfId = this.#targetId(type, attach, options.target);
    const isSleepable = options.sleepable ?? type === "syscall";
    const address = (bytes: Uint8Array) => this.kernel.addressOf(bytes);
    this.#log[0] = 0;
    let result = -ERRNO.EAGAIN;
    for (let attempt = 0; result === -ERRNO.EAGAIN && attempt < MOST_ATTEMPTS; attempt++)
      result = bpf(
        this.kernel,
        "BPF_PROG_LOAD",
        progLoadAttr.encode({
          progType: PROGRAM_TYPES[type].number,
          insnCnt: code.length / 8,
          insns: address(code),
          license: address(GPL),
          ...(!options.silent && { logLevel: 1, logSize: LOG_BYTES, logBuf: address(this.#log) }),
          kernVersion: this.#version,
          progName: NAME,
          progFlags: isSleepable ? PROGRAM_FLAGS.sleepable : 0,
          expectedAttachType: this.#expected(type, options.attach),
          progIfindex: options.ifindex ?? 0,
          attachBtfId: attachBtfId ?? 0,
        }),
      );
    const log = textOf(this.#log);
    return { errno: Math.max(0, -result), log, fd: result < 0 ? undefined : new Fd(this.kernel, result) };
  }

  #expected(type: ProgramType, attach: AttachType | undefined): number {
    if (type === "structOps") return memberIndex(this.btf, STRUCT, "undo_cwnd") ?? 0;
    const meant = attach ?? (NEEDS_ATTACH.has(type) ? PROGRAM_TYPES[type].attach[0] : undefined);
    return meant === undefined ? 0 : ATTACH_TYPES[meant].number;
  }

  #targetId(type: ProgramType, attach: AttachType | undefined, target?: string): number | undefined {
    if (type === "structOps") return this.btf?.find(STRUCT, "struct")[0];
    if (type === "ext") return 1; // refused for what it is, where such programs are known
    const spelling = attach && TARGET_SPELLING[attach];
    if (attach === undefined || spelling === undefined || this.btf === undefined) return undefined;
    return this.btf.find(spelling.prefix + (target ?? TARGETS[attach]), spelling.kind)[0];
  }
}

const GPL = new TextEncoder().encode("GPL\0");

/** Types whose load command must say what they are meant for. */
const NEEDS_ATTACH: ReadonlySet<ProgramType> = new Set<ProgramType>([
  "cgroupSockAddr",
  "cgroupSockopt",
  "skLookup",
  "lircMode2",
  "netfilter",
  "tracing",
  "lsm",
]);

function harmless(attach: AttachType | undefined): readonly Insn[] {
  const imm = attach !== undefined && MUST_ALLOW.test(attach) ? 1 : 0;
  return [{ kind: "alu", op: "mov", bits: 64, dst: 0, src: { kind: "imm", imm } }, { kind: "exit" }];
}

/** Index of a member in a struct of the kernel's; undefined without BTF or where there is none of that name. */
function memberIndex(btf: Btf | undefined, struct: string, member: string): number | undefined {
  const id = btf?.find(struct, "struct")[0];
  if (btf === undefined || id === undefined) return undefined;
  const type = resolve(btf, id);
  const index = type.kind === "struct" ? type.members.findIndex((m) => m.name === member) : -1;
  return index === -1 ? undefined : index;
}
