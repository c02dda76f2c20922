import { readFileSync } from "node:fs";
import { SkepError } from "../base/errors.ts";

/** How perf_event_open takes uprobes on this machine. */
export type UprobePmu = Readonly<{ type: number; returnBit: bigint; refCounterShift: bigint | undefined }>;

const FOLDER = "/sys/bus/event_source/devices/uprobe";

/** Reads the description that sysfs gives (Linux 4.17; reference counters for USDT 4.20). Throws SkepError. */
export function readUprobePmu(folder = FOLDER): UprobePmu {
  const read = (file: string): string | undefined => {
    try {
      return readFileSync(`${folder}/${file}`, "utf8").trim();
    } catch {
      return undefined;
    }
  };
  const type = read("type");
  if (type === undefined)
    throw new SkepError("this kernel offers no probes in user space", {
      code: "linux/no-uprobes",
      remedy: "use a kernel built with CONFIG_UPROBE_EVENTS, and see that sysfs is mounted on /sys",
    });
  const returnAt = /^config:(\d+)$/.exec(read("format/retprobe") ?? "")?.[1] ?? "0";
  const counterAt = /^config:(\d+)-/.exec(read("format/ref_ctr_offset") ?? "")?.[1];
  return {
    type: Number(type),
    returnBit: 1n << BigInt(returnAt),
    refCounterShift: counterAt === undefined ? undefined : BigInt(counterAt),
  };
}
