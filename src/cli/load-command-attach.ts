import type { AttachSpec } from "../abi/attach-spec.ts";
import { parseSection } from "../abi/section-names.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { LinuxBackend } from "../linux/backend.ts";
import { sectionPoints } from "../linux/section-points.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import type { Backend } from "../runtime/backend.ts";
import { PLACES, placeAdvice } from "./load-command-places.ts";

/** Where a program's section says that it is to be attached; undefined when it does not say. Throws SkepError. */
export async function placesOf(
  program: ProgramSpec,
  backend: Backend,
): Promise<readonly AttachSpec[] | undefined> {
  if (backend instanceof LinuxBackend) return sectionPoints(program, backend.target);
  const { attachOfSection } = await import("../sim/backend/section-attach.ts");
  const { SimBackend } = await import("../sim/backend/sim-backend.ts");
  if (!(backend instanceof SimBackend)) throw new Error(`bug: unknown machine ${backend.name}`);
  const place = attachOfSection(program, backend.world, backend.target);
  return place && [place];
}

/**
 * Reads a place of --attach: what a section could be called ("tracepoint/sched/sched_switch"), or a place that sections
 * cannot name ("xdp:eth0", "tc:eth0:ingress", "cgroup:/sys/fs/cgroup/x"). Throws SkepError.
 */
export async function parsePlace(
  program: ProgramSpec,
  text: string,
  backend: Backend,
): Promise<readonly AttachSpec[]> {
  const [, word = "", rest = ""] = /^([a-z_]+):(.+)$/s.exec(text) ?? [];
  const found = Object.hasOwn(PLACES, word) ? PLACES[word]?.(rest, program) : undefined;
  if (found !== undefined) return [found];
  const { attachTo: _, ...other } = program;
  const type = parseSection(text)?.rule.program;
  if (type === program.type) {
    const points = await placesOf({ ...other, section: text }, backend);
    if (points !== undefined) return points;
  }
  throw badPlace(program, text, type === undefined || type === program.type);
}

/**
 * Where --attach places programs, by their names, and the first place of each: programs on functions are loaded for
 * their place already. Throws SkepError.
 */
export async function givenPlaces(
  object: ObjectSpec,
  given: readonly Readonly<{ name: string; text: string }>[],
  backend: Backend,
): Promise<{ places: ReadonlyMap<string, readonly AttachSpec[]>; targets: Record<string, AttachSpec> }> {
  const places = new Map<string, readonly AttachSpec[]>();
  const targets: Record<string, AttachSpec> = {};
  for (const { name, text } of given) {
    const program = object.programs.find((one) => one.name === name);
    if (program === undefined || program.autoload === false) continue;
    const found = text === "none" ? [] : await parsePlace(program, text, backend);
    places.set(name, [...(places.get(name) ?? []), ...found]);
    const [first] = found;
    if (first !== undefined) targets[name] ??= first;
  }
  return { places, targets };
}

// A word that is right is no mistyped one.
function nearWord(text: string): string | undefined {
  const [word = ""] = text.split(/[:/]/);
  return Object.hasOwn(PLACES, word) ? undefined : didYouMean(word, Object.keys(PLACES));
}

function badPlace(program: ProgramSpec, text: string, isOwnType: boolean): SkepError {
  return new SkepError(
    isOwnType
      ? `program ${program.name}: \`${text}\` is no place to attach it to`
      : `program ${program.name} of type ${program.type} cannot be attached to \`${text}\``,
    {
      code: "load/bad-place",
      remedy: nearWord(text) ?? `${placeAdvice(program)}; or --attach ${program.name}=none`,
    },
  );
}
