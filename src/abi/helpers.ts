import type { ProgramType } from "./attach-spec.ts";
import type { AttachType } from "./attach-types.ts";
import { HELPER_WIDENINGS } from "./helper-history.ts";
import type { Helper, HelperArg } from "./helper-types.ts";
import { MAP_HELPERS } from "./helpers-map.ts";
import { PACKET_HELPERS } from "./helpers-packet.ts";
import { SOCKET_HELPERS } from "./helpers-socket.ts";
import { TASK_HELPERS } from "./helpers-task.ts";
import { TRACE_HELPERS } from "./helpers-trace.ts";
import { compareReleases } from "./release.ts";

/** Every helper of Linux 6.18, by id. Nothing was added after 6.2: what is new since then are kernel functions. */
export const HELPERS: readonly Helper[] = [
  ...MAP_HELPERS,
  ...TASK_HELPERS,
  ...TRACE_HELPERS,
  ...PACKET_HELPERS,
  ...SOCKET_HELPERS,
].sort((a, b) => a.id - b.id);

const BY_NAME: ReadonlyMap<string, Helper> = new Map(HELPERS.map((helper) => [helper.name, helper]));
const BY_ID: ReadonlyMap<number, Helper> = new Map(HELPERS.map((helper) => [helper.id, helper]));

/** The helper of that name, with or without "bpf_". */
export function helperByName(name: string): Helper | undefined {
  return BY_NAME.get(name) ?? BY_NAME.get(`bpf_${name}`);
}

export function helperById(id: number): Helper | undefined {
  return BY_ID.get(id);
}

/** What the helper takes in a program of that type; its arguments differ between some. */
export function helperArgs(helper: Helper, program: ProgramType): readonly HelperArg[] {
  return helper.variants?.find((variant) => variant.programs.includes(program))?.args ?? helper.args;
}

/** A program as the kernel looks at it when it decides what may be called. */
export type Caller = Readonly<{
  /** For `ext` programs, the type of the program that they replace. */
  program: ProgramType;
  /** Left out: any that the program type has. */
  attach?: AttachType;
  /** Linux release, such as "5.15"; the newest that this table knows when left out. */
  release?: string;
}>;

/**
 * Whether the kernel lets the program call the helper, its license, privileges and sleepability aside. For releases
 * before 6.1 the answer may be a yes where program types got the right later.
 */
export function mayCall(helper: Helper, caller: Caller): boolean {
  const { program, attach, release } = caller;
  if (!helper.programs.includes(program)) return false;
  const attachTypes = helper.only?.[program];
  if (attach !== undefined && attachTypes !== undefined && !attachTypes.includes(attach)) return false;
  if (release === undefined) return true;
  if (compareReleases(release, helper.since) < 0) return false;
  return !HELPER_WIDENINGS.some(
    (step) =>
      compareReleases(release, step.by) < 0 &&
      step.helpers.includes(helper.name) &&
      step.programs.includes(program) &&
      (step.attach === undefined || (attach !== undefined && step.attach.includes(attach))),
  );
}

/** A parameter of a helper's C prototype; `name` is "" for `...`. */
export type HelperParam = Readonly<{ type: string; name: string }>;

/** A helper's prototype, taken apart: return type and parameters, none for `(void)`. */
export function helperSignature(helper: Helper): Readonly<{ returns: string; params: readonly HelperParam[] }> {
  const open = helper.prototype.indexOf("(");
  const inside = helper.prototype.slice(open + 1, -1);
  const params = inside === "void" || inside === "" ? [] : inside.split(", ").map(parameter);
  return { returns: helper.prototype.slice(0, open).trim(), params };
}

function parameter(text: string): HelperParam {
  const found = /^(.*?)(\w+)$/.exec(text);
  if (found?.[1] === undefined || found[2] === undefined || text === "...") return { type: text, name: "" };
  return { type: found[1].trim(), name: found[2] };
}
