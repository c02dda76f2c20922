import { inspected } from "../base/inspected.ts";
import type { ObjectSpec } from "../object/object.ts";

/** How a collection shows itself: its phase, name, programs and maps; what holds variables is the compiler's own. */
export function inspectedObject(
  phase: string,
  object: ObjectSpec,
  has: Readonly<{ programs?: readonly string[]; maps?: readonly string[]; isClosed?: boolean }> = {},
): string {
  const sections = new Set(object.maps.filter((map) => map.section !== undefined).map((map) => map.name));
  const {
    programs = object.programs.filter(({ autoload }) => autoload !== false).map(({ name }) => name),
    maps = object.maps.map(({ name }) => name),
  } = has;
  const own = maps.filter((name) => !sections.has(name));
  return inspected(phase, object.name, {
    "programs:": programs.join(" ") || "none",
    "maps:": own.join(" ") || "none",
    ...(has.isClosed && { closed: "" }),
  });
}
