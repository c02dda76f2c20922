import { existsSync, readFileSync } from "node:fs";
import { SkepError } from "../base/errors.ts";

/** How perf_event_open takes probes of one kind on this machine. */
export type ProbePmu = Readonly<{
  type: number;
  returnBit: bigint;
  /** Where the offset of a USDT semaphore goes in the configuration; probes in user space only, since 4.20. */
  refCounterShift: bigint | undefined;
}>;

export type ProbeSpace = "uprobe" | "kprobe";

const FOLDER = "/sys/bus/event_source/devices";

/** Reads the description that sysfs gives (Linux 4.17). Throws SkepError where this kernel has no such probes. */
export function readProbePmu(space: ProbeSpace, folder = FOLDER): ProbePmu {
  const read = (file: string): string | undefined => {
    try {
      return readFileSync(`${folder}/${space}/${file}`, "utf8").trim();
    } catch {
      return undefined;
    }
  };
  const type = read("type");
  if (type === undefined) throw missing(space);
  const returnAt = /^config:(\d+)$/.exec(read("format/retprobe") ?? "")?.[1] ?? "0";
  const counterAt = /^config:(\d+)-/.exec(read("format/ref_ctr_offset") ?? "")?.[1];
  return {
    type: Number(type),
    returnBit: 1n << BigInt(returnAt),
    refCounterShift: counterAt === undefined ? undefined : BigInt(counterAt),
  };
}

/** Whether this kernel has such probes. */
export function hasProbePmu(space: ProbeSpace): boolean {
  return existsSync(`${FOLDER}/${space}/type`);
}

function missing(space: ProbeSpace): SkepError {
  if (space === "uprobe")
    return new SkepError("this kernel offers no probes in user space", {
      code: "linux/no-uprobes",
      remedy: "use a kernel built with CONFIG_UPROBE_EVENTS, and see that sysfs is mounted on /sys",
    });
  return new SkepError("this kernel offers no probes on its own functions", {
    code: "linux/no-kprobes",
    remedy: "use a kernel built with CONFIG_KPROBE_EVENTS, or attach to a tracepoint: skep list 'tracepoint:*'",
  });
}
