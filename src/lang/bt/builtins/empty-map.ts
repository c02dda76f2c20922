import type { Builtin } from "../builtin.ts";
import type { MapInfo } from "../env.ts";
import { deleteEntry, withValue } from "../lower-map.ts";
import { zeroBytes } from "../lower-memory.ts";
import type { Lowering } from "../lowering.ts";
import { mapLayout } from "../map-layout.ts";
import { isAggregate, NONE } from "../types.ts";

/**
 * clear() and zero(): user space does it, in the order in which it prints, to a map that it prints as it finds it. A
 * map without a key is printed as it was when the program came to print(), so the program empties it, too.
 */
function mapCommand(
  name: "clear" | "zero",
  kind: "clearMap" | "zeroMap",
  doc: string,
  atOnce: (l: Lowering, map: MapInfo) => void,
): Builtin {
  return {
    name,
    usage: `${name}(@map)`,
    doc,
    form: "call",
    arity: [1, 1],
    place: "statement",
    check(c, use, [map]) {
      const info = c.mapArgument(map, `${name}(@map)`, use.span);
      if (info && map) c.holdsValues(info, map.span);
      return NONE;
    },
    lower(l, use, [map]) {
      if (map?.kind !== "map") return { kind: "none" };
      const info = l.env.map(map.name);
      if (isPlainValue(info)) atOnce(l, info);
      else l.emit([], () => ({ kind, map: `@${map.name}`, span: use.span }));
      return { kind: "none" };
    },
  };
}

/** One value that is no aggregate. */
function isPlainValue({ keyed, value }: MapInfo): boolean {
  return keyed === false && value !== undefined && !isAggregate(value);
}

/** That something was stored stays noted. */
function zeroValue(l: Lowering, map: MapInfo): void {
  const bytes = mapLayout(map, l.env).presentOffset ?? 0;
  withValue(l, map, undefined, (value) => zeroBytes(l.b, value, bytes));
}

export const emptyMapBuiltins: readonly Builtin[] = [
  mapCommand("clear", "clearMap", "Deletes all entries of a map.", (l, map) => {
    deleteEntry(l, map, undefined, "nobody");
  }),
  mapCommand("zero", "zeroMap", "Sets all values of a map to zero and keeps the keys.", zeroValue),
];
