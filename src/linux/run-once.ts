import { rawTracepointAttr } from "../abi/attr-link.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { bpf } from "./bpf.ts";
import { loadProgram, testRun } from "./bpf-prog.ts";
import { Fd } from "./fd.ts";
import type { LoadedProgram } from "./load.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const RAW_TEST_RUN_SINCE = (5 << 16) | (10 << 8);

/** Runs a program once, in this thread. Throws SystemError. */
export function runOnce(kernel: Kernel, kernelVersion: number, program: LoadedProgram): void {
  if (program.spec.type !== "rawTracepoint") {
    testRun(kernel, program.fd, { data: needsPacket(program) ? new Uint8Array(64) : new Uint8Array(0) });
    return;
  }
  try {
    testRun(kernel, program.fd);
  } catch (error) {
    if (kernelVersion >= RAW_TEST_RUN_SINCE || !(error instanceof SystemError)) throw error;
    runByTestOfAnother(kernel, program);
  }
}

function needsPacket(program: LoadedProgram): boolean {
  return program.spec.type !== "syscall";
}

/**
 * Runs a raw tracepoint program on kernels before 5.10, which cannot run one by itself. But since 5.2 the end of any
 * other program's test run is a tracepoint, which is hit nowhere else: the program is attached there for the time of
 * one test run of ours. Only another process's test run within the same few microseconds could run it a second time.
 */
export function runByTestOfAnother(kernel: Kernel, program: LoadedProgram): void {
  const insns = Uint8Array.of(0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0); // r0 = 0; exit
  const type = PROGRAM_TYPES.socketFilter.number;
  const trigger = loadProgram(kernel, { name: "trigger", type, insns, license: "GPL" });
  if (trigger.kind === "refused")
    throw new SystemError(`run ${program.spec.name}`, "BPF_PROG_LOAD", trigger.errno);
  using other = trigger.fd;
  const name = kernel.addressOf(new TextEncoder().encode("bpf_test_finish\0"));
  const attr = rawTracepointAttr.encode({ name, progFd: program.fd.number });
  const link = bpf(kernel, "BPF_RAW_TRACEPOINT_OPEN", attr);
  if (link < 0) throw new SystemError(`run ${program.spec.name}`, "BPF_RAW_TRACEPOINT_OPEN", link);
  using _attached = new Fd(kernel, link);
  testRun(kernel, other, { data: new Uint8Array(64) });
}
