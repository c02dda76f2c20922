import { type ByObject, type Holder, objectHolders, pinnedFiles } from "../linux/object-holders.ts";
import type { ObjectKind } from "../linux/objects.ts";
import type { ObjectCall } from "./object-command.ts";

/** Who holds an object: processes, and with --bpffs files. Names of members are bpftool's. */
export type Holding = Readonly<{ pinned?: readonly string[]; pids?: readonly Holder[] }>;

/** Looks once who holds what; asked for each object of a list then. */
export function holdings(call: ObjectCall, kind: ObjectKind): (id: number) => Holding {
  const holders = objectHolders();
  const files: ByObject<string> = call.options.switches.has("bpffs") ? pinnedFiles(call.kernel) : () => [];
  return (id) => {
    const pids = holders(kind, id).filter(({ pid }) => pid !== process.pid);
    const pinned = files(kind, id);
    return { ...(pinned.length > 0 && { pinned }), ...(pids.length > 0 && { pids }) };
  };
}

/** "cron(181) sshd(7)". */
export function holderText({ pids = [] }: Holding): string {
  return pids.map(({ pid, comm }) => `${comm}(${pid})`).join(" ");
}

/** How long ago, in seconds, as people say it: "4s", "12m", "3h05m", "9d4h". */
export function ageText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(whole / unit)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return `${days}d${hours % 24}h`;
  if (hours > 0) return `${hours}h${String(minutes % 60).padStart(2, "0")}m`;
  return minutes > 0 ? `${minutes}m` : `${whole}s`;
}
