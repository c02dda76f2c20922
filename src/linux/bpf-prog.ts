import { btfLoadAttr, progLoadAttr, progTestRunAttr } from "../abi/attr-prog.ts";
import {
  BYTES,
  checkInput,
  checkOptions,
  integer,
  OBJECT,
  type OptionRules,
  TEXT,
  U32,
} from "../base/check-input.ts";
import { bpf } from "./bpf.ts";
import { checkKernel } from "./check-arguments.ts";
import { ERRNO } from "./errno.ts";
import { FD, Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";
import { withoutSignals } from "./without-signals.ts";

/** What BPF_PROG_LOAD takes; numbers are the kernel's. `insns` are 8-byte slots with file descriptors filled in. */
export type ProgramLoad = Readonly<{
  name: string;
  type: number;
  insns: Uint8Array;
  license: string;
  expectedAttachType?: number;
  attachBtfId?: number;
  /** Of the module whose BTF holds `attachBtfId`, or of the program to extend. */
  attachBtfObjFd?: number;
  /** The network card that the program runs on. */
  ifindex?: number;
  /** BPF_F_*: 1 strict alignment, 8 test state frequency, 16 sleepable … */
  flags?: number;
  kernelVersion?: number;
  btf?: Fd;
  /** Records of `funcInfo` and `lineInfo` (abi/attr-prog.ts), one after the other. */
  funcInfo?: Uint8Array;
  lineInfo?: Uint8Array;
  /** File descriptors that instructions refer to by index. */
  fdArray?: Int32Array;
  /** 1: the verifier's walk, 2: more of it, 4: statistics. 0: a log only if the program is refused. */
  logLevel?: number;
}>;

export type LoadResult =
  | Readonly<{ kind: "loaded"; fd: Fd; log: string }>
  | Readonly<{ kind: "refused"; errno: number; log: string }>;

const FIRST_LOG_BYTES = 1 << 16;
const MOST_LOG_BYTES = (1 << 24) - 1; // what kernels before 5.2 accept
const MOST_ATTEMPTS = 10; // signals during verification make the kernel give up with EAGAIN

const LOAD = {
  name: TEXT,
  type: U32,
  insns: BYTES,
  license: TEXT,
  expectedAttachType: U32,
  attachBtfId: U32,
  attachBtfObjFd: U32,
  ifindex: U32,
  flags: U32,
  kernelVersion: U32,
  btf: FD,
  funcInfo: BYTES,
  lineInfo: BYTES,
  fdArray: { expected: "an Int32Array", accepts: (value) => value instanceof Int32Array },
  logLevel: integer(0, 7),
} satisfies OptionRules;

/**
 * Loads a program. Asks for the verifier's log only when it refuses, because writing it makes loading several times
 * slower. `errno` is positive. Never throws for what the kernel says.
 */
export function loadProgram(kernel: Kernel, load: ProgramLoad): LoadResult {
  checkKernel(kernel);
  checkInput("the program", load, OBJECT);
  for (const name of ["name", "type", "insns", "license"] as const)
    checkInput(`load a program: ${name}`, load[name], LOAD[name]);
  checkOptions("load a program", load, LOAD);
  const level = load.logLevel ?? 0;
  if (level === 0) {
    const result = tryLoad(kernel, load, 0);
    if (result >= 0) return { kind: "loaded", fd: new Fd(kernel, result), log: "" };
    if (result === -ERRNO.EPERM) return { kind: "refused", errno: ERRNO.EPERM, log: "" };
  }
  for (let size = FIRST_LOG_BYTES; ; size = Math.min(size * 8, MOST_LOG_BYTES)) {
    const buffer = new Uint8Array(size);
    const result = tryLoad(kernel, load, level === 0 ? 1 : level, buffer);
    if (result === -ERRNO.ENOSPC && size < MOST_LOG_BYTES) continue;
    const log = textOf(buffer);
    if (result >= 0) return { kind: "loaded", fd: new Fd(kernel, result), log };
    return { kind: "refused", errno: -result, log };
  }
}

function tryLoad(kernel: Kernel, load: ProgramLoad, logLevel: number, log?: Uint8Array): number {
  const attempt = () => bpf(kernel, "BPF_PROG_LOAD", encodeLoad(kernel, load, logLevel, log));
  let result = attempt();
  if (result !== -ERRNO.EAGAIN) return result;
  return withoutSignals(kernel, () => {
    for (let more = 1; more < MOST_ATTEMPTS && result === -ERRNO.EAGAIN; more++) result = attempt();
    return result;
  });
}

function encodeLoad(kernel: Kernel, load: ProgramLoad, logLevel: number, log?: Uint8Array): Uint8Array {
  const address = (bytes: Uint8Array | undefined) => (bytes?.length ? kernel.addressOf(bytes) : 0n);
  const fdArray =
    load.fdArray && new Uint8Array(load.fdArray.buffer, load.fdArray.byteOffset, load.fdArray.byteLength);
  return progLoadAttr.encode({
    progType: load.type,
    insnCnt: load.insns.length / 8,
    insns: address(load.insns),
    license: address(new TextEncoder().encode(`${load.license}\0`)),
    ...(log && { logLevel, logSize: log.length, logBuf: address(log) }),
    kernVersion: load.kernelVersion ?? 0,
    progFlags: load.flags ?? 0,
    progName: kernelName(load.name),
    progIfindex: load.ifindex ?? 0,
    expectedAttachType: load.expectedAttachType ?? 0,
    attachBtfId: load.attachBtfId ?? 0,
    attachBtfObjFd: load.attachBtfObjFd ?? 0,
    progBtfFd: load.btf?.number ?? 0,
    ...(load.funcInfo && {
      funcInfoRecSize: 8,
      funcInfo: address(load.funcInfo),
      funcInfoCnt: load.funcInfo.length / 8,
    }),
    ...(load.lineInfo && {
      lineInfoRecSize: 16,
      lineInfo: address(load.lineInfo),
      lineInfoCnt: load.lineInfo.length / 16,
    }),
    fdArray: address(fdArray),
  });
}

/** A name that the kernel accepts for programs and maps: 15 of letters, digits, `_` and `.`. */
export function kernelName(name: string): string {
  return name.replace(/[^A-Za-z0-9_.]/g, "_").slice(0, 15);
}

/** Text up to the first NUL. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end === -1 ? bytes : bytes.subarray(0, end));
}

/** Loads a BTF blob. Throws SystemError with the kernel's log in `cause`. */
export function loadBtf(kernel: Kernel, btf: Uint8Array): Fd {
  const result = bpf(
    kernel,
    "BPF_BTF_LOAD",
    btfLoadAttr.encode({ btf: kernel.addressOf(btf), btfSize: btf.length }),
  );
  if (result >= 0) return new Fd(kernel, result);
  const log = new Uint8Array(1 << 20);
  const again = bpf(
    kernel,
    "BPF_BTF_LOAD",
    btfLoadAttr.encode({
      btf: kernel.addressOf(btf),
      btfSize: btf.length,
      btfLogBuf: kernel.addressOf(log),
      btfLogSize: log.length,
      btfLogLevel: 1,
    }),
  );
  if (again >= 0) return new Fd(kernel, again);
  const error = new SystemError("load the program's BTF", "BPF_BTF_LOAD", again);
  error.cause = textOf(log);
  throw error;
}

/** What BPF_PROG_TEST_RUN takes; every part is optional, and which ones a program type allows is the kernel's choice. */
export type TestRun = Readonly<{
  /** The packet, for networking programs. */
  data?: Uint8Array;
  context?: Uint8Array;
  /** Room for the data afterwards, in bytes; default: none. */
  dataOutBytes?: number;
  contextOutBytes?: number;
  repeat?: number;
  /** TEST_RUN_FLAGS (map-flags.ts). */
  flags?: number;
  /** Where to run raw tracepoint programs, with the flag onCpu. */
  cpu?: number;
  /** XDP with live frames: packets at a time. */
  batchSize?: number;
}>;

export type TestRunResult = Readonly<{
  /** The program's r0, as the kernel passes it on: 32 bits. */
  returned: number;
  /** Mean per run. */
  durationNs: number;
  data: Uint8Array;
  context: Uint8Array;
}>;

const MOST_BYTES = 1 << 24;

/** The fields of `TestRun`. */
export const TEST_RUN_OPTIONS: OptionRules = {
  data: BYTES,
  context: BYTES,
  dataOutBytes: integer(0, MOST_BYTES),
  contextOutBytes: integer(0, MOST_BYTES),
  repeat: integer(0, 0x7fff_ffff),
  flags: U32,
  cpu: U32,
  batchSize: U32,
};

/** Runs a loaded program once or `repeat` times. Throws SystemError. */
export function testRun(kernel: Kernel, program: Fd, run: TestRun = {}): TestRunResult {
  checkKernel(kernel);
  checkInput("run the program: the program", program, FD);
  checkOptions("run the program", run, TEST_RUN_OPTIONS);
  const dataOut = new Uint8Array(run.dataOutBytes ?? 0);
  const contextOut = new Uint8Array(run.contextOutBytes ?? 0);
  const address = (bytes: Uint8Array | undefined) => (bytes?.length ? kernel.addressOf(bytes) : 0n);
  for (let attempt = 0; ; attempt++) {
    const attr = progTestRunAttr.encode({
      progFd: program.number,
      dataSizeIn: run.data?.length ?? 0,
      dataIn: address(run.data),
      dataSizeOut: dataOut.length,
      dataOut: address(dataOut),
      ctxSizeIn: run.context?.length ?? 0,
      ctxIn: address(run.context),
      ctxSizeOut: contextOut.length,
      ctxOut: address(contextOut),
      repeat: run.repeat ?? 0,
      flags: run.flags ?? 0,
      cpu: run.cpu ?? 0,
      batchSize: run.batchSize ?? 0,
    });
    const result = bpf(kernel, "BPF_PROG_TEST_RUN", attr);
    if (result === -ERRNO.EAGAIN && attempt < MOST_ATTEMPTS) continue;
    if (result < 0) throw new SystemError("run the program", "BPF_PROG_TEST_RUN", result);
    const out = progTestRunAttr.decode(attr);
    return {
      returned: out.retval,
      durationNs: out.duration,
      data: dataOut.subarray(0, Math.min(out.dataSizeOut, dataOut.length)),
      context: contextOut.subarray(0, Math.min(out.ctxSizeOut, contextOut.length)),
    };
  }
}
