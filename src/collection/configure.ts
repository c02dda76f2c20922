import type { KernelObject } from "../abi/attach-spec.ts";
import { KERNEL_OBJECT } from "../abi/attach-spec-fields.ts";
import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec, MapType } from "../abi/map-spec.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import {
  checkInput,
  checkOptions,
  either,
  FLAG,
  type InputRule,
  NAME,
  OBJECT,
  type OptionRules,
  U32,
  word,
} from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import type { Place } from "./attach-place.ts";
import { named } from "./by-name.ts";
import type { AnyMap, MembersOf } from "./map-types.ts";
import type { ObjectShape, VariableShape } from "./object-shape.ts";
import { sizedSection } from "./sized-section.ts";
import { unusedPrograms, withMembers } from "./struct-members.ts";
import { TypedMap } from "./typed-map.ts";
import { writeValue } from "./write-value.ts";

/** What may be said of a map before it is made. */
export type MapSettings<M = unknown> = Readonly<{
  /** Entries; for ring buffers, bytes. */
  maxEntries?: number;
  /** Bytes of a key and of a value (per CPU, for per-CPU maps). What has another size than its type is bytes. */
  keySize?: number;
  valueSize?: number;
  /** In place of the declared type, such as a perf buffer where the kernel has no ring buffers. */
  type?: MapType;
  /** The node whose memory the map takes. */
  numaNode?: number;
  /** BPF_F_*, in place of the declared ones. */
  flags?: number;
  /** Shared through this file of a bpf file system: opened if it is there, made and pinned otherwise. False: not pinned. */
  pin?: string | false;
  /** A map that exists already, in place of a new one; also one of another collection. It must have the same type and sizes. */
  use?: KernelObject | AnyMap;
  /** The maps that a map of maps holds. */
  inner?: Readonly<{ maxEntries?: number; flags?: number }>;
  /**
   * Members of a struct of programs: values, and programs by their names, or null for none. Programs that no struct needs
   * then are not loaded.
   */
  members?: MembersOf<M>;
  /** Whether a struct of programs is made; absent: as its section says (`?` in front: not). */
  create?: boolean;
}>;

/** What may be said of a program before it is loaded. False: it is not loaded. */
export type ProgramSettings = Readonly<{
  /** Whether it is loaded; absent: as its section says (`?` in front: not). */
  load?: boolean;
  /** Whether `attach()` of the whole collection attaches it (default true). */
  autoAttach?: boolean;
  /** Where it goes, where its section does not say it: also what fentry, freplace and LSM programs are loaded for. */
  attach?: Place;
}>;

const PIN: InputRule = {
  expected: "a path, or false",
  accepts: (value) => value === false || NAME.accepts(value),
};
const USE: InputRule = {
  expected: "a map of a collection, { id }, { pinned: path } or { fd }",
  accepts: (value) => value instanceof TypedMap || KERNEL_OBJECT.accepts(value),
};
const INNER: OptionRules = { maxEntries: U32, flags: U32 };

/** The settings of a map and of a program. */
export const MAP_SETTINGS: Readonly<Record<keyof MapSettings, InputRule>> = {
  maxEntries: U32,
  keySize: U32,
  valueSize: U32,
  type: word(...Object.keys(MAP_TYPES)),
  numaNode: U32,
  flags: U32,
  pin: PIN,
  use: USE,
  inner: OBJECT,
  members: OBJECT,
  create: FLAG,
};
export const PROGRAM_SETTINGS: Readonly<Record<keyof ProgramSettings, InputRule>> = {
  load: FLAG,
  autoAttach: FLAG,
  attach: either(NAME, OBJECT),
};

/** Throws SkepError for a setting that there is not: what is mistyped must not be passed over. */
export function checkSettings(what: string, given: object, known: OptionRules): void {
  checkInput(`${what}: its settings`, given, OBJECT);
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(known, key));
  if (unknown === undefined) return checkValues(what, given, known);
  const names = Object.keys(known);
  throw new SkepError(`${what} has no setting \`${unknown}\``, {
    code: "collection/unknown-setting",
    remedy: didYouMean(unknown, names) ?? `give one of: ${names.join(", ")}`,
  });
}

function checkValues(what: string, given: object, known: OptionRules): void {
  checkOptions(what, given, known);
  if ("inner" in given) checkOptions(`${what}: inner`, given.inner, INNER);
}

/** Everything that was said, by the object's names. */
export type Configuration = {
  readonly values: Map<string, unknown>;
  readonly maps: Map<string, MapSettings>;
  readonly programs: Map<string, ProgramSettings>;
  readonly records: Map<string, string>;
  pinPath: string | undefined;
};

export function noConfiguration(): Configuration {
  return { values: new Map(), maps: new Map(), programs: new Map(), records: new Map(), pinPath: undefined };
}

export function copyConfiguration(from: Configuration): Configuration {
  return {
    values: new Map(from.values),
    maps: new Map(from.maps),
    programs: new Map(from.programs),
    records: new Map(from.records),
    pinPath: from.pinPath,
  };
}

/** The object as it was configured: first values, sizes, which programs are loaded. Throws SkepError. */
export function configured(shape: ObjectShape, configuration: Configuration): ObjectSpec {
  const { object } = shape;
  const maps = new Map(
    object.maps.map((map) => [map.name, withStruct(shape, map, configuration.maps.get(map.name))]),
  );
  const variables = shape.variablesOf([...maps.values()]);
  for (const [name, value] of configuration.values) {
    const found = named("global variable", name, variables);
    if (found.map.section?.kind === "kconfig") continue; // filled in for the kernel at hand
    maps.set(found.map.name, withValue(named("map", found.map.name, maps), found, value));
  }
  const unused = unusedPrograms(object, maps.values());
  const programs = object.programs.map((program) =>
    chosen(
      program,
      configuration.programs.get(program.name) ?? (unused.has(program.name) ? { load: false } : {}),
    ),
  );
  const overridden = (name: string) => configuration.values.has(name);
  const externs = object.externs?.map((extern) =>
    extern.kind === "kconfig" && overridden(extern.name) ? { ...extern, weak: true } : extern,
  );
  return { ...object, programs, maps: [...maps.values()], ...(externs && { externs }) };
}

/** The object, fitted to a kernel, with configuration values of the user's own. Throws SkepError. */
export function withKconfig<T extends ObjectSpec>(
  object: T,
  shape: ObjectShape,
  values: Configuration["values"],
): T {
  const maps = object.maps.map((map) => {
    if (map.section?.kind !== "kconfig") return map;
    let filled = map;
    for (const [name, value] of values) {
      const found = shape.variables.get(name);
      if (found?.map.name === map.name) filled = withValue(filled, found, value);
    }
    return filled;
  });
  return { ...object, maps };
}

function withValue(map: MapSpec, { variable, layout }: VariableShape, value: unknown): MapSpec {
  const initial = new Uint8Array(map.valueSize);
  initial.set(map.initial ?? new Uint8Array(0));
  initial.fill(0, variable.offset, variable.offset + variable.size);
  writeValue(layout, value, initial, variable.offset, variable.name);
  return { ...map, initial };
}

function withStruct(shape: ObjectShape, map: MapSpec, settings: MapSettings = {}): MapSpec {
  const { members, create } = settings;
  const { valueSize } = settings;
  const isResized = map.section !== undefined && valueSize !== undefined && valueSize !== map.valueSize;
  const plain = withSettings(isResized ? sizedSection(map, valueSize, shape.btf) : map, settings);
  if (members === undefined && create === undefined) return plain;
  const set = withMembers(plain, members ?? {}, shape.structMembers(map), shape.object);
  if (create === undefined || set.structOps === undefined) return set;
  const { optional: _, ...ops } = set.structOps;
  return { ...set, structOps: create ? ops : { ...ops, optional: true } };
}

function withSettings(map: MapSpec, settings: MapSettings = {}): MapSpec {
  const { maxEntries, keySize, valueSize, type, flags, pin, inner, numaNode } = settings;
  if (inner !== undefined && map.inner === undefined)
    throw new SkepError(`map ${map.name} of type ${map.type} holds no maps`, {
      code: "collection/no-inner-map",
      remedy: "give `inner` for maps of maps that are declared with __array(values, struct …)",
    });
  const sizes = { keySize: keySize ?? map.keySize, valueSize: valueSize ?? map.valueSize };
  const { pinning, btfKey, btfValue, ...rest } = map;
  return {
    ...rest,
    ...sizes,
    ...(btfKey !== undefined && sizes.keySize === map.keySize && { btfKey }),
    ...(btfValue !== undefined && sizes.valueSize === map.valueSize && { btfValue }),
    ...(type !== undefined && { type }),
    ...(numaNode !== undefined && { numaNode, flags: (flags ?? map.flags) | MAP_FLAGS.numaNode }),
    ...(pinning !== undefined && pin !== false && { pinning }),
    ...(maxEntries !== undefined && { maxEntries }),
    ...(flags !== undefined && numaNode === undefined && { flags }),
    ...(inner !== undefined && map.inner && { inner: { ...map.inner, ...inner } }),
  };
}

function chosen(program: ProgramSpec, { load }: ProgramSettings = {}): ProgramSpec {
  if (load === undefined) return program;
  const { autoload: _, ...rest } = program;
  return load ? rest : { ...rest, autoload: false };
}
