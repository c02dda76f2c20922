import type { AttachSpec } from "../../abi/attach-spec.ts";
import { SkepError } from "../../base/errors.ts";
import { nearest } from "../../base/suggest.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { HookProgram } from "../hooks/hook-program.ts";
import type { World } from "../world/world.ts";

/** One place at which a program is to be attached. */
export type AttachWork = Readonly<{
  world: World;
  spec: ProgramSpec;
  attach: AttachSpec;
  cookie: bigint;
  /** The program with a context of that size, for one process or for all (0). */
  open(ctxBytes: number, cookie: bigint, pid: number): HookProgram;
}>;

/** What takes an attachment away again. */
export type Detach = () => void;

const ARGUMENT_BYTES = 96;
const RECORD_BYTES = 2048;

/** Attaches a program. Throws SkepError for a place that the simulated machine does not have. */
export function attachPoint(work: AttachWork): Detach[] {
  const { attach } = work;
  switch (attach.kind) {
    case "manual":
      return [];
    case "tracepoint":
      return [attachTracepoint(work, attach.category, attach.name)];
    case "rawTracepoint":
    case "btfTracepoint":
      return [attachRaw(work, attach.name)];
    default:
      throw new SkepError(`the simulated kernel cannot attach programs of kind ${attach.kind}`, {
        code: "sim/unsupported-attach",
        remedy: "run this program on a real kernel, as root",
      });
  }
}

function attachTracepoint(work: AttachWork, category: string, name: string): Detach {
  const { world, cookie } = work;
  const full = `${category}:${name}`;
  const format = world.tables.tracepoints.get(full);
  if (format === undefined) throw noTracepoint(full, world.tables.tracepoints.keys());
  const isText = format.fields.some((field) => field.dataLoc);
  const end = Math.max(8, ...format.fields.map((field) => field.offset + field.size));
  const program = work.open(Math.ceil(end / 8) * 8 + (isText ? RECORD_BYTES : 0), cookie, 0);
  return world.hooks.tracepoint(full).records.add(program);
}

function attachRaw(work: AttachWork, name: string): Detach {
  const { world, cookie } = work;
  const tracepoint = world.hooks.rawTracepoint(name);
  if (tracepoint === undefined) throw noTracepoint(name, world.tables.rawTracepoints);
  return tracepoint.raw.add(work.open(ARGUMENT_BYTES, cookie, 0));
}

function noTracepoint(name: string, known: Iterable<string>): SkepError {
  const near = nearest(name, [...known]);
  return new SkepError(`the simulated kernel has no tracepoint ${name}`, {
    code: "sim/no-tracepoint",
    remedy: near.length > 0 ? `write ${near.join(" or ")}` : "list those that it has with `skep --sim -l`",
  });
}
