import { FuncBuilder } from "../../../ir/build.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import { aggregateNumber, deleteEntry, withValue } from "../lower-map.ts";
import { lowerHasKey } from "../lower-operators.ts";
import { loadPlace } from "../lower-store.ts";
import type { Operand } from "../lowering.ts";
import { mapLayout } from "../map-layout.ts";
import { BOOL, I64, isAggregate, NONE, type Type, typeName, U64 } from "../types.ts";

const del: Builtin = {
  name: "delete",
  effect: true,
  usage: "delete(@map, key) or delete(@map[key])",
  doc: "Deletes an entry of a map; gives whether it was there.",
  form: "call",
  arity: [1, Number.POSITIVE_INFINITY],
  check(c, use, [first, ...keys]) {
    if (first?.kind !== "map")
      return c.fail(
        "type/not-a-map",
        first?.span ?? use.span,
        "delete() takes an entry of a map",
        "write `delete(@map[key])`",
      );
    if (first.keys === undefined || keys.length === 0) {
      c.mapKey(c.env.map(first.name), first.keys ?? keys, first.span);
      c.holdsValues(c.env.map(first.name), first.span);
      return BOOL;
    }
    c.warn(
      "lint/deprecated",
      use.span,
      "delete() of several entries at once is an old spelling",
      "delete one after the other: `delete(@a, 1); delete(@b, 2);`",
    );
    for (const entry of [first, ...keys]) {
      if (entry.kind !== "map")
        return c.fail(
          "type/not-a-map",
          entry.span,
          "delete() takes entries of maps",
          "write `delete(@map[key])`",
        );
      c.mapKey(c.env.map(entry.name), entry.keys ?? [], entry.span);
      c.holdsValues(c.env.map(entry.name), entry.span);
    }
    return BOOL;
  },
  lower(l, use, [first, ...keys]) {
    if (first?.kind !== "map") throw new Error("bug: delete() of no map");
    const several = first.keys !== undefined && keys.length > 0;
    // Scripts of the older spelling delete what may not be there: only where they ask for it are they told.
    const untold = !l.isStatement(use) ? "nobody" : first.keys === undefined ? "always" : "asked";
    let result = l.b.const(0);
    for (const entry of several ? [first, ...keys] : [first]) {
      if (entry.kind !== "map") continue;
      const map = l.env.map(entry.name);
      const own: readonly Expr[] = entry.keys ?? (several ? [] : keys);
      result = deleteEntry(l, map, map.keyed ? l.mapKey(map, own) : undefined, untold);
    }
    return { kind: "int", value: result };
  },
};

const hasKey: Builtin = {
  name: "has_key",
  usage: "has_key(@map, key)",
  doc: "Whether a map has an entry for the key.",
  form: "call",
  arity: [2, Number.POSITIVE_INFINITY],
  check(c, use, [map, ...keys]) {
    const info = c.mapArgument(map, "has_key(@map, key)", use.span);
    if (info) c.mapKey(info, keys, use.span);
    if (info && map) c.holdsValues(info, map.span);
    return BOOL;
  },
  lower(l, _use, [map, ...keys]) {
    if (map?.kind !== "map") throw new Error("bug: has_key() of no map");
    return lowerHasKey(l, map.name, keys);
  },
};

const find: Builtin = {
  name: "find",
  effect: true,
  usage: "find(@map, key, $variable)",
  doc: "Whether a map has an entry for the key; if so, its value is in the variable, which is left alone otherwise.",
  form: "call",
  arity: [3, Number.POSITIVE_INFINITY],
  check(c, use, [map, ...rest]) {
    const info = c.mapArgument(map, "find(@map, key, $variable)", use.span);
    const target = rest.at(-1);
    if (!info || !map) return BOOL;
    c.mapKey(info, rest.slice(0, -1), use.span);
    if (!c.holdsValues(info, map.span) || !info.value) return BOOL;
    info.readInProgram = true;
    if (target?.kind !== "variable")
      return c.fail(
        "type/target",
        target?.span ?? use.span,
        "find() writes what it finds into a variable",
        "declare one before, and write `find(@map, key, $variable)`",
      );
    c.assign(target, isAggregate(info.value) ? U64 : info.value, target.span);
    return BOOL;
  },
  lower(l, _use, [map, ...rest]) {
    const target = rest.at(-1);
    if (map?.kind !== "map" || !target) throw new Error("bug: find() of no map");
    const { b } = l;
    const info = l.env.map(map.name);
    const type = info.value ?? U64;
    const result = l.temporary("found", 8);
    b.store("stack", 8, result.base, 0, b.const(0));
    withValue(l, info, l.mapKey(info, rest.slice(0, -1)), (value) => {
      const operand: Operand = isAggregate(type)
        ? { kind: "int", value: aggregateNumber(l, value, type) }
        : loadPlace(l, value, type);
      l.writeVariable(target, operand, isAggregate(type) ? U64 : type);
      b.store("stack", 8, result.base, 0, b.const(1));
    });
    return { kind: "int", value: b.load("stack", 8, result.base, 0) };
  },
};

const len: Builtin = {
  name: "len",
  usage: "len(@map) or len(stack)",
  doc: "Number of entries of a map, or of frames of a stack.",
  form: "call",
  arity: [1, 1],
  check(c, use, [what]) {
    if (what?.kind === "map" && what.keys === undefined && c.env.map(what.name).keyed !== false) {
      if (!c.env.target.has("forEachMapElem"))
        return c.fail(
          "kernel/feature",
          use.span,
          "len() of a map needs Linux 5.13 or newer",
          "count entries in a variable of your own",
        );
      c.holdsValues(c.env.map(what.name), what.span);
      return I64;
    }
    const type = what && c.expr(what);
    if (!type || type.kind === "stack" || type.kind === "none") return I64;
    if (type.kind === "array") return I64;
    return c.fail(
      "type/not-a-map",
      what.span,
      `len takes a map or a stack, but this is ${typeName(type)}`,
      type.kind === "string" ? "use strlen()" : "give a map without a key",
    );
  },
  lower(l, _use, [what]) {
    const { b } = l;
    if (what?.kind === "map" && what.keys === undefined && l.env.map(what.name).keyed !== false) {
      const name = l.callback(() => {
        const each = new FuncBuilder("", undefined, ["ptr", "ptr", "ptr", "ptr"]);
        each.return(each.const(0));
        return each;
      });
      const map = mapLayout(l.env.map(what.name), l.env).spec.name;
      const count = b.helper("bpf_for_each_map_elem", [
        b.mapAddr(map),
        b.funcAddr(name),
        b.const(0),
        b.const(0),
      ]);
      return { kind: "int", value: count };
    }
    const type: Type = what ? l.typeOf(what) : NONE;
    if (!what || type.kind === "array")
      return { kind: "int", value: b.const(type.kind === "array" ? type.length : 0) };
    const stack = l.inMemory(l.operand(what), type);
    return { kind: "int", value: b.load(stack.space, 4, stack.base, stack.off + 8) };
  },
};

export const mapBuiltins: readonly Builtin[] = [del, hasKey, find, len];
