import type { AttachSpec } from "../abi/attach-spec.ts";
import { unreachable } from "../base/errors.ts";

/** How messages name a point, in the spelling of the tracing language where it has one. */
export function attachText(attach: AttachSpec): string {
  switch (attach.kind) {
    case "manual":
      return "nothing (run by hand)";
    case "tracepoint":
      return `tracepoint:${attach.category}:${attach.name}`;
    case "rawTracepoint":
      return `rawtracepoint:${attach.name}`;
    case "uprobe":
      return `${attach.return ? "uretprobe" : "uprobe"}:${attach.path}:0x${attach.offset.toString(16)}${ofProcess(attach.pid)}`;
    case "software":
      return `software:${attach.event}:${attach.period}${ofProcess(attach.pid)}`;
    case "profile":
      return "freqHz" in attach ? `profile:hz:${attach.freqHz}` : `profile:us:${attach.periodNs / 1000}`;
    case "interval":
      return `interval:us:${attach.periodNs / 1000}`;
    default:
      return unreachable(attach);
  }
}

function ofProcess(pid: number | undefined): string {
  return pid ? ` of process ${pid}` : "";
}
