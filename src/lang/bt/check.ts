import { BodyChecker, type Stage } from "./check-body.ts";
import type { Checked } from "./checker.ts";
import type { Env } from "./env.ts";
import type { ProbeVariant } from "./probe-variant.ts";

const MAX_ROUNDS = 40;

/**
 * Finds the types of everything in all programs. Maps are shared between programs, so it goes round until no map's
 * type changes; a program whose maps have not changed since it was checked is not checked again. What is read of a map
 * before anything is known of it teaches nothing, wherever the map is written; only when nothing more is learned, what
 * is still unknown is taken for numbers. Only what the last look at each program found is reported; where nothing
 * depended on its being the last, there is no further one.
 */
export function checkPrograms(variants: readonly ProbeVariant[], env: Env): ReadonlyMap<ProbeVariant, Checked> {
  const toldBefore = env.report.diagnostics.length;
  const latest = new Map<ProbeVariant, BodyChecker>();
  goRound(variants, env, "open", latest);
  const unknown = [...latest].filter(([, { sawUnknown }]) => sawUnknown);
  for (const [variant] of unknown) latest.delete(variant);
  if (unknown.length > 0) goRound(variants, env, "closing", latest);
  const checked = new Map<ProbeVariant, Checked>();
  const last: BodyChecker[] = [];
  for (const variant of variants) {
    const before = latest.get(variant);
    const foreseen = before?.foreseen();
    const final = foreseen && before ? before : new BodyChecker(env, variant, "final", before);
    const found = foreseen ?? final.run();
    if (found !== undefined) checked.set(variant, found);
    last.push(final);
  }
  const maps = last.flatMap(({ failed }) => [...failed].filter((name) => name.startsWith("@")));
  const follows = (checker: BodyChecker) => new Set([...maps, ...checker.failed]);
  const isTold = env.report.diagnostics.slice(toldBefore).some(({ severity }) => severity === "error");
  const hasCause = isTold || last.some((checker) => checker.hasErrors(follows(checker)));
  for (const checker of last) checker.tell(env.report, hasCause ? follows(checker) : new Set());
  return checked;
}

/** Checks programs until none changes what is known of maps. */
function goRound(
  variants: readonly ProbeVariant[],
  env: Env,
  stage: Stage,
  latest: Map<ProbeVariant, BodyChecker>,
): void {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const outdated = variants.filter((variant) => latest.get(variant)?.isCurrent() !== true);
    if (outdated.length === 0) return;
    for (const variant of outdated) {
      const checker = new BodyChecker(env, variant, stage);
      checker.run();
      latest.set(variant, checker);
    }
  }
}
