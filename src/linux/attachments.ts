import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Kernel } from "./syscall.ts";

/**
 * What one attachment keeps open. Closing a `link` waits for a grace period of the kernel; closing an event of kind
 * `slowEvents` (tracepoints and probes) does so as well, and only one event of the machine at a time can; the rest is
 * quick. `undo` is for what no descriptor holds; these functions never throw.
 */
export type Attachment = {
  links: number[];
  quickLinks: number[];
  slowEvents: number[];
  quickEvents: number[];
  undo: (() => void)[];
};

export function noAttachment(): Attachment {
  return { links: [], quickLinks: [], slowEvents: [], quickEvents: [], undo: [] };
}

export function joinAttachments(into: Attachment, from: Attachment): void {
  into.links.push(...from.links);
  into.quickLinks.push(...from.quickLinks);
  into.slowEvents.push(...from.slowEvents);
  into.quickEvents.push(...from.quickEvents);
  into.undo.push(...from.undo);
}

const SLOW_EVENTS_WORTH_A_PROCESS = 3; // each takes the kernel 35 to 80 ms, starting a process about 10

/** Links of programs that do nothing any more. `now`: milliseconds, of any clock (default: the process's). */
export type IdleLinks = Readonly<{ links: readonly number[]; now?: () => number }>;

/** Detaches: when it returns no program does anything any more. The kernel may go on freeing events for a while. */
export function detachAll(kernel: Kernel, attachment: Attachment, idle: IdleLinks = { links: [] }): void {
  const { links, quickLinks, slowEvents, quickEvents, undo } = attachment;
  for (const work of undo) work();
  for (const fd of quickLinks) kernel.call("close", fd);
  kernel.closeAll(links);
  for (const fd of quickEvents) kernel.call("close", fd);
  const late = [...closeWhatIsQuick(kernel, idle), ...slowEvents];
  if (late.length < SLOW_EVENTS_WORTH_A_PROCESS || !leaveToChild(kernel, late)) kernel.closeAll(late);
  for (const list of [links, quickLinks, slowEvents, quickEvents, undo]) list.length = 0;
}

const AT_ONCE = 3; // that are tried
const SLOW_MS = 10; // for the first and the tried ones together

/**
 * Linux 6.1 and 6.6, and others since late in 2024, wait for a grace period per link under a lock: 73 links take 1.2 s
 * in an emulated machine, however many threads close them. Most kernels let closing threads share the wait. Closing the
 * first has waited for whatever run of its program was under way. Returns the links that are still open.
 */
function closeWhatIsQuick(
  kernel: Kernel,
  { links, now = () => performance.now() }: IdleLinks,
): readonly number[] {
  const [first, ...rest] = links;
  if (first === undefined) return [];
  const started = now();
  kernel.call("close", first);
  const closed = now();
  kernel.closeAll(rest.splice(0, AT_ONCE));
  const tried = now();
  const takeTurns = tried - closed > (closed - started) * (AT_ONCE - 1) && tried - started > SLOW_MS;
  if (takeTurns) return rest;
  kernel.closeAll(rest);
  return [];
}

// The kernel frees such events one after the other: 300 of them take 11 to 25 seconds, whatever thread closes them,
// and a process that exits waits for it. So a child gets them, which ends as soon as its input does. No program is
// attached to them any more.
function leaveToChild(kernel: Kernel, fds: readonly number[]): boolean {
  const shell = "/bin/sh";
  if (!existsSync(shell)) return false;
  const child = spawn(shell, ["-c", "read -r _"], {
    stdio: ["pipe", "ignore", "ignore", ...fds],
    detached: true, // a Ctrl-C is for us
    cwd: "/",
    env: {},
  });
  if (child.pid === undefined) {
    child.on("error", () => {});
    return false;
  }
  for (const fd of fds) kernel.call("close", fd); // quick: the child holds them too
  child.unref();
  child.stdin?.on("error", () => {});
  child.stdin?.destroy();
  return true;
}
