import type { ProgramType } from "../abi/attach-spec.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import {
  BYTES,
  checkInput,
  checkOptions,
  either,
  FUNCTION,
  integer,
  madeBy,
  NAME,
  OBJECT,
  type OptionRules,
  TEXT,
  word,
} from "../base/check-input.ts";
import { INSPECT } from "../base/inspected.ts";
import { LinuxBackend, openLinux } from "../linux/backend.ts";
import { readObjectFile } from "../linux/read-object-file.ts";
import { checkTarget, OBJECT_SPEC } from "../object/check-object.ts";
import { type FromElfOptions, fromElf } from "../object/from-elf.ts";
import type { ObjectSpec } from "../object/object.ts";
import { objectNameOf } from "../object/object-name.ts";
import { type Relocated, relocate } from "../object/relocate.ts";
import type { RelocationTarget } from "../object/relocation-target.ts";
import { named } from "./by-name.ts";
import {
  type Configuration,
  checkSettings,
  configured,
  copyConfiguration,
  MAP_SETTINGS,
  type MapSettings,
  noConfiguration,
  PROGRAM_SETTINGS,
  type ProgramSettings,
  withKconfig,
} from "./configure.ts";
import { inspectedObject } from "./inspected-object.ts";
import { type CollectionLoadOptions, LoadedCollection } from "./loaded-collection.ts";
import { ObjectShape } from "./object-shape.ts";
import type { NameOf, ObjectTypes, Settings, UnknownTypes } from "./object-types.ts";

/** How an object is read. */
export type ReadOptions = Readonly<{
  /** Begins the kernel's names of its data sections; default: the file's name up to its first dot. */
  name?: string;
  /** The type of programs whose section name says none, such as SEC("my_filter"). */
  programType?: ProgramType | FromElfOptions["programType"];
}>;

/**
 * An object that was read, and can be configured: nothing of the kernel has been asked for. The next phase is
 * `relocate`, or `load`, which does both.
 *
 *     using c = Collection.read("prog.o").set({ target_pid: 42 }).load();
 *     c.attach();
 *     for await (const event of c.events("events")) console.log(event);
 */
export class Collection<T extends ObjectTypes = UnknownTypes> {
  readonly #shape: ObjectShape;
  #configuration: Configuration;

  private constructor(shape: ObjectShape, configuration: Configuration) {
    this.#shape = shape;
    this.#configuration = configuration;
  }

  /**
   * Reads an object: a file, its bytes, or what a compiler of ours made. Throws SkepError when the file cannot be read or is no eBPF object.
   */
  static read<T extends ObjectTypes = UnknownTypes>(
    source: string | Uint8Array | ObjectSpec,
    options: ReadOptions = {},
  ): Collection<T> {
    checkOptions("Collection.read", options, READ_OPTIONS);
    const object = readSource(source, options);
    return new Collection(new ObjectShape(object), noConfiguration());
  }

  /** The object as it is configured by now. Throws SkepError for a value that does not fit. */
  get object(): ObjectSpec {
    return configured(this.#shape, this.#configuration);
  }

  /**
   * Gives global variables, constants and configuration values (`__kconfig`) their first values. Throws SkepError, which
   * names the field, for a value of another shape.
   */
  set(values: Settings<T>): this {
    checkInput("set: the values", values, OBJECT);
    return this.#change((configuration) => {
      for (const [name, value] of Object.entries(values)) {
        if (value === undefined) continue;
        named("global variable", name, this.#shape.variables);
        configuration.values.set(name, value);
      }
    });
  }

  /**
   * Sizes, flags and pins of maps, maps to use in place of new ones, and members of structs of programs. Throws SkepError
   * for a name it does not have, and for members that do not fit.
   */
  maps(settings: { readonly [K in NameOf<T["maps"]>]?: MapSettings<T["maps"][K]> }): this {
    checkInput("maps: the settings", settings, OBJECT);
    const all = new Map(this.#shape.object.maps.map((map) => [map.name, map]));
    return this.#change((configuration) => {
      for (const [name, value] of entriesOf<MapSettings>(settings)) {
        named("map", name, all);
        checkSettings(`map ${name}`, value, MAP_SETTINGS);
        const before = configuration.maps.get(name);
        const members = value.members && { members: { ...before?.members, ...value.members } };
        configuration.maps.set(name, { ...before, ...value, ...members });
      }
    });
  }

  /** Which programs are loaded, and where they go. Throws SkepError for a name it does not have. */
  programs(settings: { readonly [K in NameOf<T["programs"]>]?: boolean | ProgramSettings }): this {
    checkInput("programs: the settings", settings, OBJECT);
    const all = new Map(this.#shape.object.programs.map((program) => [program.name, program]));
    return this.#change((configuration) => {
      for (const [name, value] of entriesOf<boolean | ProgramSettings>(settings)) {
        named("program", name, all);
        const said = typeof value === "boolean" ? { load: value } : value;
        checkSettings(`program ${name}`, said, PROGRAM_SETTINGS);
        configuration.programs.set(name, { ...configuration.programs.get(name), ...said });
      }
    });
  }

  /** Loads only the programs named. */
  only(...names: readonly NameOf<T["programs"]>[]): this {
    const all = new Map(this.#shape.object.programs.map((program) => [program.name, program]));
    for (const name of names) named("program", name, all);
    for (const name of all.keys())
      this.#configuration.programs.set(name, {
        ...this.#configuration.programs.get(name),
        load: (names as readonly string[]).includes(name),
      });
    return this;
  }

  /** Names the structs of the records of buffers, where the object does not tell them. Throws SkepError. */
  records(structs: { readonly [K in NameOf<T["events"]>]?: string }): this {
    checkInput("records: the structs", structs, OBJECT);
    const all = new Map(this.#shape.object.maps.filter(ObjectShape.isBuffer).map((map) => [map.name, map]));
    for (const [name, struct] of entriesOf<string>(structs)) {
      this.#shape.record(named("buffer", name, all), checkInput(`records: ${name}`, struct, NAME));
      this.#configuration.records.set(name, struct);
    }
    return this;
  }

  /** The folder of a bpf file system for maps that are declared as pinned by name; default: /sys/fs/bpf. */
  pinning(folder: string): this {
    this.#configuration.pinPath = checkInput("pinning: the folder", folder, NAME);
    return this;
  }

  /** The same object, to be configured in another way. */
  copy(): Collection<T> {
    return new Collection<T>(this.#shape, copyConfiguration(this.#configuration));
  }

  /**
   * Fits the object to a kernel: this machine's (default: opened and closed for it), or any whose types and symbols are
   * known. Throws SkepError when that kernel lacks what the object must have.
   */
  relocate(target?: RelocationTarget): RelocatedCollection<T> {
    const configuration = copyConfiguration(this.#configuration);
    if (target !== undefined) return this.#fitted(checkTarget(target), configuration);
    using backend = openLinux();
    return this.#fitted(backend.target, configuration);
  }

  /** Fits the object to this machine's kernel and loads it. Throws SkepError and leaves nothing behind then. */
  load(options: CollectionLoadOptions = {}): LoadedCollection<T> {
    const configuration = copyConfiguration(this.#configuration);
    return loadOn<T>(
      options,
      (backend) => this.#fitted(backend.target, configuration).object,
      this.#shape,
      configuration,
    );
  }

  toString(): string {
    return inspectedObject("Collection", this.object);
  }

  [INSPECT](): string {
    return this.toString();
  }

  // What is refused changes nothing, and the error belongs to the call that said it.
  #change(change: (configuration: Configuration) => void): this {
    const next = copyConfiguration(this.#configuration);
    change(next);
    configured(this.#shape, next);
    this.#configuration = next;
    return this;
  }

  #fitted(target: RelocationTarget, configuration: Configuration): RelocatedCollection<T> {
    const asked = configured(this.#shape, configuration);
    const isFree = configuration.values.size > 0;
    const relocated = relocate(asked, isFree ? withoutConfig(target) : target);
    return new RelocatedCollection<T>(
      withKconfig(relocated, this.#shape, configuration.values),
      this.#shape,
      configuration,
    );
  }
}

/** An object that is fitted to one kernel: it can be looked at, and loaded there. */
export class RelocatedCollection<T extends ObjectTypes = UnknownTypes> {
  /** Its instructions, maps and values as they will be loaded. */
  readonly object: Relocated;
  readonly #shape: ObjectShape;
  readonly #configuration: Configuration;

  /** Made by `Collection.relocate`. */
  constructor(object: Relocated, shape: ObjectShape, configuration: Configuration) {
    this.object = object;
    this.#shape = shape;
    this.#configuration = configuration;
  }

  /** What programs read that the kernel does not have: such instructions must not be reached. */
  get missing(): Relocated["relocated"]["missing"] {
    return this.object.relocated.missing;
  }

  /** Loads it into this machine's kernel. Throws SkepError and leaves nothing behind then. */
  load(options: CollectionLoadOptions = {}): LoadedCollection<T> {
    return loadOn<T>(options, () => this.object, this.#shape, this.#configuration);
  }

  toString(): string {
    return inspectedObject("RelocatedCollection", this.object);
  }

  [INSPECT](): string {
    return this.toString();
  }
}

function loadOn<T extends ObjectTypes>(
  options: CollectionLoadOptions,
  object: (backend: LinuxBackend) => Relocated,
  shape: ObjectShape,
  configuration: Configuration,
): LoadedCollection<T> {
  checkOptions("load", options, LOAD_OPTIONS);
  const { backend: given } = options;
  const backend = given ?? openLinux();
  try {
    return LoadedCollection.load<T>(
      { backend, owned: given === undefined, object: object(backend), shape, configuration },
      options,
    );
  } catch (error) {
    if (given === undefined) backend[Symbol.dispose]();
    throw error;
  }
}

const LOAD_OPTIONS: OptionRules = {
  backend: madeBy(LinuxBackend, "what openLinux() of skep/linux gives"),
  logLevel: integer(0, 7),
  onVerifierLog: FUNCTION,
  onNote: FUNCTION,
};

// A configuration value that the user gives need not be known to the kernel.
function withoutConfig(target: RelocationTarget): RelocationTarget {
  return {
    kernelVersion: target.kernelVersion,
    kernelBtf: () => target.kernelBtf(),
    moduleBtfs: () => target.moduleBtfs?.() ?? [],
    kernelSymbol: (name) => target.kernelSymbol(name),
    kconfig: () => target.kconfig?.() ?? "",
  };
}

const SOURCE = either(NAME, BYTES, OBJECT_SPEC);
const READ_OPTIONS: OptionRules = {
  name: TEXT,
  programType: either(word(...Object.keys(PROGRAM_TYPES)), FUNCTION),
};

function readSource(source: string | Uint8Array | ObjectSpec, { name, programType }: ReadOptions): ObjectSpec {
  checkInput("Collection.read: the object", source, SOURCE);
  const type = typeof programType === "string" ? () => programType : programType;
  const more = type && { programType: type };
  if (typeof source === "string")
    return fromElf(readObjectFile(source), { name: name ?? objectNameOf(source), ...more });
  if (source instanceof Uint8Array) return fromElf(source, { ...(name !== undefined && { name }), ...more });
  return name === undefined ? source : { ...source, name };
}

function entriesOf<V>(settings: object): [string, V][] {
  return Object.entries(settings).filter(([, value]) => value !== undefined) as [string, V][];
}
