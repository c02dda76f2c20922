import { readdirSync } from "node:fs";
import { hasCapability, readPermissions } from "./caps.ts";
import { describeLink, type LinkDetails } from "./link-info.ts";
import { openObject } from "./objects.ts";
import { readOptional } from "./procfs.ts";
import { type PerfAttachment, queryPerfFd } from "./prog-query.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

/** A probe or event that runs a program, and the descriptor of the process that holds it. */
export type HeldEvent = Readonly<{
  pid: number;
  comm: string;
  fd: number;
  programId: number;
  /** What a descriptor of a single event is, or what a link to one or many points tells. */
  what:
    | PerfAttachment
    | Extract<LinkDetails, { kind: "perfEvent" | "kprobeMulti" | "uprobeMulti" | "tracing" }>;
}>;

/** Probes and events with programs, by the processes that hold them; `pid`: of that process alone. Throws SystemError without the right to ask. */
export function* heldEvents(kernel: Kernel, pid?: number): Generator<HeldEvent> {
  for (const process of pid === undefined ? processes() : [pid]) yield* heldBy(kernel, process);
}

function* heldBy(kernel: Kernel, pid: number): Generator<HeldEvent> {
  const comm = (readOptional(`/proc/${pid}/comm`) ?? "").trim();
  const told = new Set<number>();
  const links: { fd: number; linkId: number }[] = [];
  for (const fd of descriptors(pid)) {
    const event = queryOr(kernel, pid, fd);
    if (event !== undefined) {
      told.add(event.programId);
      yield { pid, comm, fd, programId: event.programId, what: event };
      continue;
    }
    const info = readOptional(`/proc/${pid}/fdinfo/${fd}`) ?? "";
    const linkId = /^link_id:\s*(\d+)$/m.exec(info)?.[1];
    if (linkId !== undefined) links.push({ fd, linkId: Number(linkId) });
  }
  for (const { fd, linkId } of links) yield* ofLink(kernel, { pid, comm, fd, linkId }, told);
}

// Some processes are out of reach even for those who may ask; whoever may not ask at all is told.
function queryOr(kernel: Kernel, pid: number, fd: number): PerfAttachment | undefined {
  try {
    return queryPerfFd(kernel, pid, fd);
  } catch (error) {
    if (error instanceof SystemError && hasCapability(readPermissions(), "CAP_SYS_ADMIN")) return undefined;
    throw error;
  }
}

type LinkHeld = Readonly<{ pid: number; comm: string; fd: number; linkId: number }>;

// A link to one event is told by the event's own descriptor, if the process holds that too.
function* ofLink(kernel: Kernel, held: LinkHeld, told: ReadonlySet<number>): Generator<HeldEvent> {
  const { pid, comm, fd, linkId } = held;
  using link = openObject(kernel, "link", linkId);
  if (link === undefined) return;
  const { programId, details } = describeLink(kernel, link);
  const isSingle = details.kind === "perfEvent" && !told.has(programId);
  if (
    isSingle ||
    details.kind === "kprobeMulti" ||
    details.kind === "uprobeMulti" ||
    details.kind === "tracing"
  )
    yield { pid, comm, fd, programId, what: details as HeldEvent["what"] };
}

function processes(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

// A process that has ended meanwhile holds nothing any more.
function descriptors(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}
