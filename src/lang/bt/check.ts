import { Report } from "../../base/diagnostic.ts";
import { BodyChecker } from "./check-body.ts";
import type { Checked } from "./checker.ts";
import type { Env } from "./env.ts";
import type { ProbeVariant } from "./probe-variant.ts";

const MAX_ROUNDS = 12;

/**
 * Finds the types of everything in all programs. Maps are shared between programs, so it goes round until no map's
 * type changes; only the last round reports.
 */
export function checkPrograms(variants: readonly ProbeVariant[], env: Env): ReadonlyMap<ProbeVariant, Checked> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = mapTypes(env);
    for (const variant of variants) new BodyChecker(env, variant, new Report(), false).run();
    if (mapTypes(env) === before) break;
  }
  const checked = new Map<ProbeVariant, Checked>();
  for (const variant of variants) checked.set(variant, new BodyChecker(env, variant, env.report, true).run());
  return checked;
}

function mapTypes(env: Env): string {
  const describe = (_: string, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : isComposite(value) ? value.name : value;
  return JSON.stringify(
    [...env.maps.values()].map((m) => [m.name, m.keyed, m.key, m.value, m.readInProgram]),
    describe,
  );
}

function isComposite(value: unknown): value is { name: string } {
  return typeof value === "object" && value !== null && "field" in value && "name" in value;
}
