import { FuncBuilder } from "../../../ir/build.ts";
import type { Expr } from "../ast.ts";
import type { Builtin } from "../builtin.ts";
import { deleteEntry } from "../lower-map.ts";
import { lowerHasKey } from "../lower-operators.ts";
import { mapLayout } from "../map-layout.ts";
import { findSignal } from "../signals.ts";
import { BOOL, I32, NONE, type Type, typeName, U64 } from "../types.ts";

const del: Builtin = {
  name: "delete",
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
  lower(l, _use, [first, ...keys]) {
    if (first?.kind !== "map") throw new Error("bug: delete() of no map");
    const several = first.keys !== undefined && keys.length > 0;
    let result = l.b.const(0);
    for (const entry of several ? [first, ...keys] : [first]) {
      if (entry.kind !== "map") continue;
      const map = l.env.map(entry.name);
      const own: readonly Expr[] = entry.keys ?? (several ? [] : keys);
      result = deleteEntry(l, map, map.keyed ? l.mapKey(map, own) : undefined);
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
      return U64;
    }
    const type = what && c.expr(what);
    if (!type || type.kind === "stack" || type.kind === "none") return U64;
    if (type.kind === "array") return U64;
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

const signal: Builtin = {
  name: "signal",
  usage: 'signal("KILL") or signal(9)',
  doc: "Sends a signal to the current process.",
  form: "call",
  arity: [1, 1],
  place: "statement",
  unsafe: true,
  check(c, use, [which]) {
    const text = which && c.text(which);
    if (text !== undefined) {
      if (findSignal(text) !== undefined) return NONE;
      return c.fail(
        "type/signal",
        which?.span ?? use.span,
        `there is no signal \`${text}\``,
        "use a name such as KILL, TERM or USR1, or a number",
      );
    }
    const constant = which && c.constant(which);
    if (constant !== undefined && (constant < 1n || constant > 64n))
      return c.fail(
        "type/signal",
        which?.span ?? use.span,
        "signals are 1 to 64",
        "use a name such as KILL, or its number",
      );
    if (which) c.integer(which, "a signal");
    return NONE;
  },
  lower(l, _use, [which]) {
    const number = which && findSignal(l.text(which) ?? "");
    const value = number !== undefined ? l.b.const(number) : which ? l.int(which) : l.b.const(0);
    l.b.helper("bpf_send_signal", [value]);
    return { kind: "none" };
  },
};

const ppid: Builtin = {
  name: "ppid",
  usage: "ppid",
  doc: "Process id of the parent of the current process.",
  form: "word",
  check(c, use) {
    if (c.env.btf) return I32;
    return c.fail(
      "kernel/feature",
      use.span,
      "`ppid` needs a kernel with BTF",
      "use a kernel with CONFIG_DEBUG_INFO_BTF",
    );
  },
  lower(l) {
    const task = l.env.btf?.struct("task_struct");
    const parent = task?.kind === "struct" ? task.composite.field("real_parent") : undefined;
    const tgid = task?.kind === "struct" ? task.composite.field("tgid") : undefined;
    if (!parent || !tgid) return { kind: "int", value: l.b.const(0) };
    const current = l.b.helper("bpf_get_current_task", []);
    const copy = l.temporary("parent", 8);
    l.copyFrom("kernel", copy, { max: 8 }, l.b.binary("add", current, l.b.const(parent.offset)));
    const address = l.b.binary("add", l.b.load("stack", 8, copy.base, 0), l.b.const(tgid.offset));
    l.copyFrom("kernel", copy, { max: 4 }, address);
    return { kind: "int", value: l.b.load("stack", 4, copy.base, 0, { signed: true }) };
  },
};

export const mapBuiltins: readonly Builtin[] = [del, hasKey, len, signal, ppid];
