import type { Value } from "../../ir/ir.ts";
import type { Expr } from "./ast.ts";
import type { MapInfo } from "./env.ts";
import { addressOf, blockParam, zeroBytes } from "./lower-memory.ts";
import { loadPlace, storeValue } from "./lower-store.ts";
import { warnOfFailure, warnOfMissingKey } from "./lower-warnings.ts";
import type { DirectPlace, Lowering, Operand } from "./lowering.ts";
import { type MapLayout, mapLayout } from "./map-layout.ts";
import { ZEROS_MAP } from "./plan-builder.ts";
import { isAggregate, isScalar, sizeOf, type Type, U64 } from "./types.ts";

const BPF_ANY = 0; // include/uapi/linux/bpf.h, v6.12
const BPF_NOEXIST = 1;
/** New values up to this size are zeroed on the stack; larger ones come from the map of zeros. */
const STACK_VALUE_BYTES = 64;

/** Lays a key out in the frame, as the map's key type says. Arrays (maps without a key) have the key 0. */
export function lowerKey(l: Lowering, map: MapInfo, keys: readonly Expr[]): DirectPlace {
  const type = map.key ?? U64;
  const key = l.temporary("key", Math.max(8, sizeOf(type)));
  const [only] = keys;
  if (keys.length === 1 && only) {
    storeValue(l, l.operand(only), l.typeOf(only), key, type);
    return key;
  }
  const fields = keys.map((k) => ({ type: l.typeOf(k), operand: l.operand(k) }));
  const from: Type = { kind: "tuple", fields: fields.map((f) => ({ type: f.type })) };
  storeValue(l, { kind: "fields", fields }, from, key, type);
  return key;
}

/**
 * Runs `use` with the address of the map's value for the key, if there is one; both ways go on behind it. Maps without
 * a key always have their value, and without a lookup unless it is per CPU.
 */
export function withValue(
  l: Lowering,
  map: MapInfo,
  key: DirectPlace | undefined,
  found: (value: DirectPlace) => void,
  missing?: () => void,
): void {
  const { b } = l;
  const layout = mapLayout(map, l.env);
  if (!map.keyed && !layout.perCpu)
    return found({ space: "map", base: b.mapValueAddr(layout.spec.name, 0), off: 0 });
  const at = lookup(l, layout, key ?? zeroKey(l));
  const hit = b.block();
  const miss = b.block();
  const done = b.block();
  b.branch("ne", 64, at, b.const(0), hit, miss);
  b.enter(hit);
  found({ space: "map", base: at, off: 0 });
  const goesOn = b.reachable;
  b.jump(done);
  b.enter(miss);
  missing?.();
  const alsoGoesOn = b.reachable;
  b.jump(done);
  if (goesOn || alsoGoesOn) b.enter(done); // else both went elsewhere
}

function lookup(l: Lowering, layout: MapLayout, key: DirectPlace): Value {
  return l.b.helper("bpf_map_lookup_elem", [l.b.mapAddr(layout.spec.name), addressOf(l.b, key)], "ptr");
}

function zeroKey(l: Lowering): DirectPlace {
  const key = l.temporary("key", 8);
  zeroBytes(l.b, key, 8);
  return key;
}

/** Reads `@m[key]`; zero (or an empty string) where there is no such entry. */
export function readMap(
  l: Lowering,
  map: MapInfo,
  key: DirectPlace | undefined,
): { operand: Operand; type: Type } {
  const type = map.value ?? U64;
  if (isAggregate(type)) return { operand: readAggregate(l, map, key, type), type };
  const { b } = l;
  const tell = () => warnOfMissingKey(l, map.name);
  if (isScalar(type)) {
    const copy = l.temporary("value", 8);
    zeroBytes(b, copy, 8);
    const load = (value: DirectPlace) => {
      const loaded = loadPlace(l, value, type);
      if (loaded.kind === "int") b.store("stack", 8, copy.base, copy.off, loaded.value);
    };
    withValue(l, map, key, load, tell);
    return { operand: { kind: "int", value: b.load("stack", 8, copy.base, copy.off) }, type };
  }
  const bytes = sizeOf(type);
  const copy = l.temporary("value", bytes);
  withValue(
    l,
    map,
    key,
    (value) => storeValue(l, { kind: "memory", place: value }, type, copy, type),
    () => {
      zeroBytes(b, copy, bytes);
      tell();
    },
  );
  return { operand: { kind: "memory", place: copy }, type };
}

/** An aggregate as one number: its count, total, extreme or average. */
function readAggregate(l: Lowering, map: MapInfo, key: DirectPlace | undefined, type: Type): Operand {
  const { b } = l;
  const done = b.block("i64");
  withValue(
    l,
    map,
    key,
    (value) => b.jump(done, aggregateNumber(l, value, type)),
    () => b.jump(done, b.const(0)),
  );
  b.enter(done);
  return { kind: "int", value: blockParam(done) };
}

/** The number that the cells of an aggregate stand for. */
export function aggregateNumber(l: Lowering, { base, off }: DirectPlace, type: Type): Value {
  const { b } = l;
  const first = b.load("map", 8, base, off);
  if (type.kind !== "avg") return first;
  const total = b.load("map", 8, base, off + 8);
  return b.binary(type.signed ? "sdiv" : "div", total, first); // a count of zero gives zero
}

/** `@m[key] = value`. Values that exist are changed in place, which costs less than an update. */
export function assignMap(
  l: Lowering,
  map: MapInfo,
  key: DirectPlace | undefined,
  operand: Operand,
  from: Type,
): void {
  const { b } = l;
  const type = map.value ?? U64;
  const layout = mapLayout(map, l.env);
  if (isAggregate(type)) return assignAggregate(l, map, key, operand, from, type);
  if (!map.keyed) {
    const value = { space: "map", base: b.mapValueAddr(layout.spec.name, 0), off: 0 } as const;
    storeValue(l, operand, from, value, type);
    b.store("map", 8, value.base, layout.presentOffset ?? 0, b.const(1));
    return;
  }
  const at = key ?? zeroKey(l);
  if (isScalar(type)) {
    const number = l.toInt(operand, from);
    const stored: Operand = { kind: "int", value: number };
    withValue(
      l,
      map,
      at,
      (value) => storeValue(l, stored, from, value, type),
      () => {
        const fresh = l.temporary("value", 8);
        zeroBytes(b, fresh, 8);
        storeValue(l, stored, from, fresh, type);
        updateMap(l, layout, at, fresh, BPF_ANY);
      },
    );
    return;
  }
  const fresh = l.temporary("value", layout.valueSize);
  zeroBytes(b, { ...fresh, off: sizeOf(type) }, layout.valueSize - sizeOf(type));
  storeValue(l, operand, from, fresh, type);
  updateMap(l, layout, at, fresh, BPF_ANY);
}

/** A plain number assigned to a map of aggregates starts it anew: `@n = 0`. */
function assignAggregate(
  l: Lowering,
  map: MapInfo,
  key: DirectPlace | undefined,
  operand: Operand,
  from: Type,
  type: Type,
): void {
  const number = l.toInt(operand, from);
  withNewValue(l, map, key, (value) => {
    l.b.store("map", 8, value.base, value.off, type.kind === "avg" ? l.b.const(1) : number);
    if (type.kind === "avg") l.b.store("map", 8, value.base, value.off + 8, number);
    else if (type.kind !== "count") l.b.store("map", 8, value.base, value.off + 8, l.b.const(1));
  });
}

export function updateMap(
  l: Lowering,
  layout: MapLayout,
  key: DirectPlace,
  value: DirectPlace,
  flags: number,
): void {
  const { b } = l;
  const args = [b.mapAddr(layout.spec.name), addressOf(b, key), addressOf(b, value), b.const(flags)];
  const result = b.helper("bpf_map_update_elem", args);
  const failed = b.block();
  const done = b.block();
  b.branch("slt", 32, b.truncate(result), b.const(0, 32), failed, done); // an int before Linux 6.4
  b.enter(failed);
  l.countLoss("mapFull");
  b.jump(done);
  b.enter(done);
}

/**
 * Runs `change` on the map's value for the key; a value that does not exist is made of zeros first. When the map is
 * full the loss is counted.
 */
export function withNewValue(
  l: Lowering,
  map: MapInfo,
  key: DirectPlace | undefined,
  change: (value: DirectPlace) => void,
): void {
  const { b } = l;
  const layout = mapLayout(map, l.env);
  if (!map.keyed) return withValue(l, map, undefined, change);
  const at = key ?? zeroKey(l);
  const first = lookup(l, layout, at);
  const use = b.block("ptr");
  const make = b.block();
  const full = b.block();
  const done = b.block();
  b.branchWith("ne", 64, first, b.const(0), [use, [first]], [make, []]);
  b.enter(make);
  insertZeros(l, layout, at);
  const second = lookup(l, layout, at);
  b.branchWith("ne", 64, second, b.const(0), [use, [second]], [full, []]);
  b.enter(full);
  l.countLoss("mapFull");
  b.jump(done);
  b.enter(use);
  change({ space: "map", base: blockParam(use), off: 0 });
  b.jump(done);
  b.enter(done);
}

function insertZeros(l: Lowering, layout: MapLayout, key: DirectPlace): void {
  const { b } = l;
  let value: Value;
  if (layout.valueSize <= STACK_VALUE_BYTES) {
    const fresh = l.temporary("value", layout.valueSize);
    zeroBytes(b, fresh, layout.valueSize);
    value = addressOf(b, fresh);
  } else {
    l.plan.useZeros(layout.valueSize);
    value = b.mapValueAddr(ZEROS_MAP, 0);
  }
  // Another CPU may have been faster: its value is as good, so the result is not looked at.
  b.helper("bpf_map_update_elem", [
    b.mapAddr(layout.spec.name),
    addressOf(b, key),
    value,
    b.const(BPF_NOEXIST),
  ]);
}

/**
 * `delete(@m, key)`; for maps without a key the value goes back to nothing. Gives 1 when there was an entry. `untold`: who
 * tells where there was none, since the script does not look: nobody, `-k`, or the program in any case.
 */
export function deleteEntry(
  l: Lowering,
  map: MapInfo,
  key: DirectPlace | undefined,
  untold: "nobody" | "asked" | "always",
): Value {
  const { b } = l;
  const layout = mapLayout(map, l.env);
  if (!map.keyed) {
    if (layout.perCpu) {
      l.emit([], () => ({ kind: "clearMap", map: `@${map.name}` })); // a program reaches its own CPU's value only
      return b.const(1);
    }
    const { presentOffset } = layout;
    const value = { space: "map", base: b.mapValueAddr(layout.spec.name, 0), off: 0 } as const;
    const was = presentOffset === undefined ? b.const(1) : b.load("map", 8, value.base, presentOffset);
    zeroBytes(b, value, layout.valueSize);
    return was;
  }
  const result = b.helper("bpf_map_delete_elem", [
    b.mapAddr(layout.spec.name),
    addressOf(b, key ?? zeroKey(l)),
  ]);
  if (untold !== "nobody") warnOfFailure(l, "map_delete_elem", result, l.span, untold === "always");
  return b.extend(b.compare("eq", result, b.const(0)), 32, false);
}
