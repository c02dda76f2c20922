import { enableStatsAttr } from "../abi/attr-prog.ts";
import type { BpfCommand } from "./bpf-commands.ts";
import { BPF_COMMANDS } from "./bpf-commands.ts";
import { checkKernel } from "./check-arguments.ts";
import { Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** One call of bpf(2): its result, or -errno. Memory that `attr` points to must come from `kernel.addressOf`. */
export function bpf(kernel: Kernel, command: BpfCommand, attr: Uint8Array): number {
  return kernel.call("bpf", BPF_COMMANDS[command], attr, attr.byteLength);
}

/** As `bpf`, for commands that give a file descriptor. `doing` starts the message of the SystemError it throws. */
export function bpfFd(kernel: Kernel, command: BpfCommand, attr: Uint8Array, doing: string): Fd {
  const result = bpf(kernel, command, attr);
  if (result < 0) throw new SystemError(doing, command, result);
  return new Fd(kernel, result);
}

/** Counts runs and run time of all programs while the descriptor is open (5.8). It costs every program about 46 ns a run. */
export function enableRunTimeStats(kernel: Kernel): Fd {
  checkKernel(kernel);
  return bpfFd(
    kernel,
    "BPF_ENABLE_STATS",
    enableStatsAttr.encode({ type: 0 }),
    "count the run time of programs",
  );
}
