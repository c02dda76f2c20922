import { closeSync, constants, openSync, readSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import { readOptional } from "../linux/procfs.ts";
import { Tracefs } from "../linux/tracefs.ts";
import { jsonString } from "../output/json-value.ts";
import type { ObjectCall } from "./object-command.ts";
import { takeNothing } from "./object-command-select.ts";
import { untilStopped } from "./stop.ts";

const CHUNK_BYTES = 1 << 16;

/**
 * `prog tracelog`: what bpf_printk() of all programs writes, until Ctrl-C. The kernel has one such log, and what one
 * reader takes no other sees.
 */
export async function traceLog({ kernel, words, out }: ObjectCall): Promise<void> {
  takeNothing(words);
  using tracefs = new Tracefs(kernel);
  const fd = openLog(`${tracefs.root()}/trace_pipe`);
  const stop = untilStopped();
  if (readOptional(`${tracefs.root()}/tracing_on`)?.trim() === "0") process.stderr.write(SWITCHED_OFF);
  let lines = 0;
  const print = (line: string): void => {
    if (out.json) out.text(`${lines++ === 0 ? "[" : ","}${jsonString(`${line}\n`)}`);
    else out.text(`${line}\n`);
  };
  try {
    let rest = "";
    let failed: unknown;
    const drain = (): void => {
      try {
        for (let text = readLog(fd); text !== ""; text = readLog(fd)) {
          const parts = (rest + text).split("\n");
          rest = parts.pop() ?? "";
          for (const line of parts) print(line);
        }
      } catch (error) {
        failed = error;
        stop.finish();
      }
    };
    const watch = kernel.watch(fd, drain);
    drain();
    await stop.promise;
    watch.close();
    if (failed !== undefined) throw failed;
    if (rest !== "") print(rest);
    if (out.json) out.text(lines === 0 ? "[]\n" : "]\n");
  } finally {
    stop.close();
    closeSync(fd);
  }
}

const SWITCHED_OFF = `note: this kernel's tracing is switched off, so nothing is written to the log
help: switch it on: echo 1 > /sys/kernel/tracing/tracing_on (after mount -t tracefs none /sys/kernel/tracing)
`;

function openLog(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const isBusy = (cause as NodeJS.ErrnoException).code === "EBUSY";
    throw new SkepError(`cannot read the log of programs${isBusy ? ": another reader has it open" : ""}`, {
      code: "object/no-log",
      remedy: isBusy
        ? "end the other reader of trace_pipe first"
        : "run as root, on a kernel with CONFIG_TRACING",
      cause,
    });
  }
}

/** What is there now; "" when there is nothing. */
function readLog(fd: number): string {
  const chunk = new Uint8Array(CHUNK_BYTES);
  try {
    return new TextDecoder("latin1").decode(chunk.subarray(0, readSync(fd, chunk)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return "";
    throw error;
  }
}
