import { SkepError } from "../base/errors.ts";
import type { ProgramPlan } from "../plan/plan.ts";
import type { AttachFailure, Loaded } from "./backend.ts";

/** How many places the script has, and which are not attached and are done without. */
export type Attached = Readonly<{ probes: number; failures: readonly AttachFailure[] }>;

/**
 * Attaches programs to all of their places. What a pattern found and the kernel refuses is left out as long as something
 * that a pattern found could be attached; with `skip` so is everything else. Programs that run without being attached, as
 * `isAttached` says, only count. Throws SkepError, with what was attached before still there.
 */
export function attachPrograms(
  loaded: Pick<Loaded, "attach">,
  programs: readonly ProgramPlan[],
  missing: "error" | "skip" = "error",
  isAttached: (program: ProgramPlan) => boolean = () => true,
): Attached {
  const failures: AttachFailure[] = [];
  let probes = 0;
  let found = 0; // places of patterns that are attached
  let refused: SkepError | undefined; // by a program whose one place a pattern found
  for (const program of programs) {
    const places = program.silent ? 0 : placesOf(program);
    if (program.points.length === 0 || !isAttached(program)) {
      probes += places;
      continue;
    }
    const wild = program.points.every((point) => point.wild === true);
    try {
      const failed = attachOne(loaded, program, wild || missing === "skip");
      failures.push(...failed);
      probes += Math.max(0, places - failed.length);
      if (wild) found += placesOf(program) - failed.length;
    } catch (error) {
      const [only, ...more] = program.points;
      if (!(error instanceof SkepError) || !wild || only === undefined || more.length > 0) throw error;
      if (only.places !== undefined) throw error; // many places by one link, and none of them could be had
      refused ??= error;
      failures.push({ attach: only.attach, error });
    }
  }
  if (refused !== undefined && found === 0) throw refused;
  return { probes, failures };
}

function placesOf({ points }: ProgramPlan): number {
  return points.reduce((all, { places = 1 }) => all + places, 0);
}

function attachOne(loaded: Pick<Loaded, "attach">, program: ProgramPlan, lenient: boolean): AttachFailure[] {
  const requests = program.points.map(({ attach, cookie }) =>
    cookie === undefined ? { attach } : { attach, cookie: BigInt(cookie) },
  );
  return loaded.attach(program.program, requests, { strict: !lenient });
}

/** What to tell of places that were left out; undefined when there are none. */
export function leftOut({ failures }: Attached): string | undefined {
  const [first] = failures;
  if (first === undefined) return undefined;
  const { message } = first.error;
  if (failures.length === 1) return `one place that a pattern found is left out: ${message}`;
  return `${failures.length} places that patterns found are left out; the first: ${message}`;
}
