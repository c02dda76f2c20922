import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import type { LinuxMap } from "../linux/maps.ts";
import type { MappedMemory } from "../linux/memory.ts";
import { SystemError } from "../linux/system-error.ts";
import type { StringCache } from "../runtime/string-cache.ts";
import { byName, named } from "./by-name.ts";
import { Codec } from "./codec.ts";
import { putWhole } from "./mapped-array.ts";
import type { VariableShape } from "./object-shape.ts";

type Mapped = Readonly<{ memory: MappedMemory; view: DataView; bytes: Uint8Array }>;

const NO_KEY = new Uint8Array(4);

/**
 * Global variables of a loaded object as they are at the moment: read and written in memory shared with the kernel where
 * it offers that (5.5), else by system calls.
 */
export class GlobalValues implements Disposable {
  readonly #variables: ReadonlyMap<string, VariableShape>;
  readonly #map: (name: string) => LinuxMap;
  readonly #strings: StringCache;
  readonly #codecs = new Map<string, Codec>();
  readonly #sections = new Map<string, Mapped | undefined>();
  #closed = false;

  constructor(
    variables: ReadonlyMap<string, VariableShape>,
    map: (name: string) => LinuxMap,
    strings: StringCache,
  ) {
    this.#variables = variables;
    this.#map = map;
    this.#strings = strings;
  }

  /** The same with a property for each variable. */
  asObject<T extends object>(): T {
    return byName<T>("global variable", {
      names: [...this.#variables.keys()],
      read: (name) => this.read(name),
      write: (name, value) => this.write(name, value),
    });
  }

  read(name: string): unknown {
    const { map, variable } = this.#find(name);
    const { offset, size } = variable;
    const section = this.#section(map);
    const codec = this.#codec(name);
    if (section !== undefined) return codec.reader(section.view, section.bytes, offset, offset + size);
    const value = this.#map(map.name).lookup(NO_KEY);
    return value && codec.decode(value.subarray(offset, offset + size));
  }

  write(name: string, value: unknown): void {
    const { map, variable } = this.#find(name);
    if (map.readOnly)
      throw new SkepError(`global variable ${name} is constant once the object is loaded`, {
        code: "collection/constant",
        remedy: "set it before: Collection.read(…).set({ … }).load()",
      });
    const bytes = this.#codec(name).encode(value, name);
    const section = this.#section(map);
    if (section !== undefined) return putWhole(section.view, section.bytes, variable.offset, bytes);
    const linux = this.#map(map.name);
    const whole = linux.lookup(NO_KEY) ?? new Uint8Array(map.valueSize);
    whole.set(bytes, variable.offset);
    linux.update(NO_KEY, whole);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const section of this.#sections.values()) section?.memory.close();
    this.#sections.clear();
  }

  #find(name: string): VariableShape {
    if (!this.#closed) return named("global variable", name, this.#variables);
    throw new SkepError(`global variable ${name}: the collection is closed`, {
      code: "collection/closed",
      remedy: "read what you need before it is closed",
    });
  }

  #codec(name: string): Codec {
    const known = this.#codecs.get(name);
    if (known !== undefined) return known;
    const codec = new Codec(this.#find(name).layout, this.#strings);
    this.#codecs.set(name, codec);
    return codec;
  }

  #section(spec: MapSpec): Mapped | undefined {
    if (this.#sections.has(spec.name)) return this.#sections.get(spec.name);
    const mapped = mapSection(this.#map(spec.name), spec);
    this.#sections.set(spec.name, mapped);
    return mapped;
  }
}

function mapSection(map: LinuxMap, spec: MapSpec): Mapped | undefined {
  if ((map.spec.flags & MAP_FLAGS.mmapable) === 0 && spec.type !== "arena") return undefined;
  try {
    const memory = map.mmap(spec.readOnly ? "read" : "write");
    return { memory, view: new DataView(memory.buffer), bytes: new Uint8Array(memory.buffer) };
  } catch (error) {
    if (error instanceof SystemError) return undefined; // an older kernel: by system calls then
    throw error;
  }
}
