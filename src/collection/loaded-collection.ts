import type { AttachSpec, KernelObject } from "../abi/attach-spec.ts";
import {
  checkOptions,
  either,
  FLAG,
  integer,
  NAME,
  type OptionRules,
  SIGNAL,
  word,
} from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { INSPECT } from "../base/inspected.ts";
import type { LinuxBackend } from "../linux/backend.ts";
import { enableRunTimeStats } from "../linux/bpf.ts";
import type { LinuxLoaded } from "../linux/loaded.ts";
import type { LinuxMap } from "../linux/maps.ts";
import type { UserRing } from "../linux/user-ring.ts";
import type { Relocated } from "../object/relocate.ts";
import { StringCache } from "../runtime/string-cache.ts";
import { hasOwnPlace, pointsOf } from "./attach-place.ts";
import { Attachment } from "./attachment.ts";
import { type ByName, byName, madeByName, named } from "./by-name.ts";
import { Codec } from "./codec.ts";
import type { Configuration } from "./configure.ts";
import { EventStream } from "./event-stream.ts";
import { GlobalValues } from "./global-values.ts";
import { inspectedObject } from "./inspected-object.ts";
import { Link } from "./link-handle.ts";
import type { ObjectShape } from "./object-shape.ts";
import type { NameOf, ObjectTypes, UnknownTypes } from "./object-types.ts";
import { Program, type ProgramStats } from "./program-handle.ts";
import { type MapHost, TypedMap } from "./typed-map.ts";

export type CollectionLoadOptions = Readonly<{
  /** The kernel, opened by `openLinux()` of skep/linux: several collections share what was read of it. */
  backend?: LinuxBackend;
  /** 1: log of the verifier's walk, 2: more, 4: statistics only. */
  logLevel?: number;
  /** Told the verifier's log when it is asked for, and when it refuses a program. */
  onVerifierLog?: (program: string, log: string) => void;
  /** Told when something older is used because this kernel lacks what is newer. */
  onNote?: (note: string) => void;
}>;

export type EventOptions = Readonly<{
  /** The struct of the records, where the object does not tell it. */
  type?: string;
  /** Ends the iteration. */
  signal?: AbortSignal;
  /** Size of a perf buffer, per CPU (default 512 KiB). Ring buffers have their map's size. */
  perfBufferBytes?: number;
  /**
   * Whether a ring buffer is emptied by a thread of its own, so that nothing is lost while this one is busy. "auto", the
   * default: when a ring of less than 4 MiB turns out to fill fast.
   */
  thread?: boolean | "auto";
  /** Room for records that the thread took out of the ring (default 16 MiB), rounded up to a power of two. */
  queueBytes?: number;
  /** The global variable in which programs count the records that found no room in a ring buffer. */
  lost?: string;
}>;

type Parts = Readonly<{
  backend: LinuxBackend;
  /** Whether the backend is closed with the collection. */
  owned: boolean;
  object: Relocated;
  shape: ObjectShape;
  configuration: Configuration;
}>;

/**
 * Maps and programs in the kernel. `attach` is the next phase; maps, globals and events can be read before it, too.
 * Closing it detaches its programs and gives everything back but what is pinned.
 */
export class LoadedCollection<T extends ObjectTypes = UnknownTypes> implements Disposable, AsyncDisposable {
  /** By name; asking for one that the object does not have throws SkepError. */
  readonly maps: T["maps"];
  readonly programs: T["programs"];
  readonly #parts: Parts;
  readonly #loaded: LinuxLoaded;
  readonly #strings = new StringCache();
  readonly #maps: ByName<TypedMap>;
  readonly #programs: ByName<Program>;
  readonly #userRings = new Map<string, UserRing>();
  readonly #onNote: (note: string) => void;
  #globals: GlobalValues | undefined;
  #globalsByName: T["globals"] | undefined;
  #closed = false;

  private constructor(parts: Parts, loaded: LinuxLoaded, onNote: (note: string) => void) {
    this.#parts = parts;
    this.#loaded = loaded;
    this.#onNote = onNote;
    const { maps, programs } = loaded.names;
    this.#maps = madeByName(maps, (name) => this.#typedMap(loaded.map(name)));
    this.#programs = madeByName(programs, (name) => this.#typedProgram(name));
    this.maps = this.#named("map", this.#maps);
    this.programs = this.#named("program", this.#programs);
  }

  /** Global variables as they are now; those that are not constant can be assigned. */
  get globals(): T["globals"] {
    this.#globalsByName ??= this.#variables().asObject<T["globals"]>();
    return this.#globalsByName;
  }

  /** Loads an object that is fitted to this kernel. Called by `load` of the phases before. */
  static load<T extends ObjectTypes>(parts: Parts, options: CollectionLoadOptions): LoadedCollection<T> {
    const { backend, object, shape, configuration } = parts;
    const { logLevel, onVerifierLog, onNote = () => {} } = options;
    const pins: Record<string, string> = {};
    const given: Record<string, KernelObject> = {};
    for (const [name, { pin, use }] of configuration.maps) {
      if (typeof pin === "string") pins[name] = pin;
      if (use !== undefined) given[name] = "spec" in use ? { fd: use.fd.number } : use;
    }
    const loaded = backend.load(object, {
      ...(logLevel !== undefined && { logLevel }),
      ...(onVerifierLog && { onVerifierLog }),
      onNote,
      refusedRemedy: REFUSED,
      targets: targetsOf(parts),
      pins,
      given,
      ...(configuration.pinPath !== undefined && { pinPath: configuration.pinPath }),
    });
    try {
      return new LoadedCollection<T>({ ...parts, shape }, loaded, onNote);
    } catch (error) {
      loaded.close();
      throw error;
    }
  }

  /** As `maps[name]`, for names that are not in the types. Throws SkepError when there is no such map. */
  map(name: string): TypedMap {
    return named("map", name, this.#maps);
  }

  /** As `programs[name]`. Throws SkepError when there is no such program, or it was not loaded. */
  program(name: string): Program {
    return named("program", name, this.#programs);
  }

  /**
   * Attaches every program that has a place, and registers structs of programs: all of it, or nothing. Throws SkepError,
   * also when nothing has a place.
   */
  attach(): Attachment {
    this.#open(undefined);
    const attachment = new Attachment();
    try {
      for (const name of this.#programs.keys()) this.#attachOne(attachment, name, this.program(name));
      for (const name of this.#loaded.names.maps) this.#register(attachment, name);
    } catch (error) {
      attachment.close();
      throw error;
    }
    const { links, idle } = attachment;
    if (links.length === 0) throw nothingAttached(idle);
    for (const name of idle) this.#onNote(`${name} is not attached: its section does not say where`);
    return attachment;
  }

  /**
   * The records of a ring or perf buffer, decoded. One loop reads them at a time. It ends when the signal aborts or the
   * collection is closed. Throws SkepError.
   */
  events<E = never, K extends NameOf<T["events"]> = NameOf<T["events"]>>(
    name: K,
    options: EventOptions = {},
  ): EventStream<[E] extends [never] ? T["events"][K] : E> {
    this.#open(undefined);
    checkOptions(`events of ${String(name)}`, options, EVENT_OPTIONS);
    const { type = this.#parts.configuration.records.get(name), signal, lost, ...reading } = options;
    const map = this.map(name);
    const layout = this.#parts.shape.record(map.spec, type);
    if (lost !== undefined) named("global variable", lost, this.#parts.shape.variables);
    const source = this.#loaded.openRecords(name, { note: this.#onNote, ...reading });
    return new EventStream({
      name,
      source,
      ...(layout && { codec: new Codec(layout, this.#strings) }),
      ...(signal && { signal }),
      ...(lost !== undefined && { dropped: () => BigInt(this.#variables().read(lost) as number | bigint) }),
    });
  }

  /** Runs and times of each program; counted while `countRunTime` is in force, or kernel.bpf_stats_enabled is set. */
  stats(): Readonly<Record<string, ProgramStats>> {
    return Object.fromEntries([...this.#programs.keys()].map((name) => [name, this.program(name).stats()]));
  }

  /** Makes the kernel count the run time of all programs until it is disposed of (5.8); costs about 46 ns a run. */
  countRunTime(): Disposable {
    return enableRunTimeStats(this.#parts.backend.kernel);
  }

  /** Detaches everything and gives it back. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#globals?.[Symbol.dispose]();
    for (const ring of this.#userRings.values()) ring.close();
    this.#loaded.close();
    if (this.#parts.owned) this.#parts.backend[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  toString(): string {
    return inspectedObject("LoadedCollection", this.#parts.object, {
      programs: [...this.#programs.keys()],
      maps: [...this.#maps.keys()],
      isClosed: this.#closed,
    });
  }

  [INSPECT](): string {
    return this.toString();
  }

  #variables(): GlobalValues {
    const { shape, object } = this.#parts;
    if (this.#globals !== undefined) return this.#globals;
    this.#globals = new GlobalValues(
      shape.variablesOf(object.maps),
      (name) => this.#loaded.map(name),
      this.#strings,
    );
    if (this.#closed) this.#globals[Symbol.dispose](); // which says so to whoever asks
    return this.#globals;
  }

  #named<O extends object>(what: string, all: ByName<unknown>): O {
    return byName<O>(what, { names: [...all.keys()], read: (name) => this.#open(all.get(name)) });
  }

  #open<V>(value: V): V {
    if (!this.#closed) return value;
    throw new SkepError("the collection is closed", {
      code: "collection/closed",
      remedy: "read what you need before it is closed",
    });
  }

  #typedMap(map: LinuxMap): TypedMap {
    const { shape, configuration } = this.#parts;
    const isUserRing = map.spec.type === "userRingbuf";
    const record = isUserRing ? shape.record(map.spec, configuration.records.get(map.spec.name)) : undefined;
    return new TypedMap(map, shape.map(map.spec), this.#host(), record && new Codec(record, this.#strings));
  }

  #host(): MapHost {
    const { backend } = this.#parts;
    return {
      kernel: backend.kernel,
      cpus: () => backend.target.possibleCpus.length,
      strings: this.#strings,
      create: (spec) => this.#open(this.#loaded).createMap(spec, this.#parts.object.btf),
      userRing: (map) => this.#userRing(map.spec.name),
      register: (map, instead) => this.#registerStruct(map.spec.name, instead),
    };
  }

  #userRing(name: string): UserRing {
    const known = this.#userRings.get(name);
    if (known !== undefined) return known;
    const ring = this.#loaded.userRing(name);
    this.#userRings.set(name, ring);
    return ring;
  }

  #typedProgram(name: string): Program {
    const { backend, shape, configuration } = this.#parts;
    const { spec } = this.#loaded.loadedProgram(name);
    const context = shape.context(spec);
    return new Program({
      backend,
      loaded: this.#loaded,
      spec,
      place: configuration.programs.get(name)?.attach,
      context: context && new Codec(context, this.#strings),
    });
  }

  #attachOne(attachment: Attachment, name: string, program: Program): void {
    const { spec } = this.#loaded.loadedProgram(name);
    const { attach, autoAttach = true } = this.#parts.configuration.programs.get(name) ?? {};
    if (!autoAttach || spec.autoload === false || spec.type === "structOps") return;
    if (attach === undefined && !hasOwnPlace(spec)) attachment.addIdle(name);
    else attachment.add(program.attach());
  }

  #register(attachment: Attachment, name: string): void {
    const { spec } = this.#loaded.map(name);
    if (spec.structOps === undefined || spec.structOps.optional) return;
    attachment.add(this.#registerStruct(name));
  }

  #registerStruct(name: string, instead?: Link): Link {
    if (instead === undefined)
      return new Link(this.#parts.backend.kernel, name, this.#loaded.linkStructOps(name));
    this.#loaded.updateStructOps(instead.handle, name);
    return instead;
  }
}

const REFUSED =
  "see why: `skep verify FILE.o`, or explainLog(error.log) of skep/verify; if Skep compiled it, report it with these lines";

const EVENT_OPTIONS: OptionRules = {
  type: NAME,
  signal: SIGNAL,
  perfBufferBytes: integer(1, 1 << 30),
  thread: either(FLAG, word("auto")),
  queueBytes: integer(1, 1 << 30),
  lost: NAME,
};

// What programs are loaded for, where it was said: the function to trace, the program to extend.
function targetsOf({ backend, object, configuration }: Parts): Record<string, AttachSpec> {
  const targets: Record<string, AttachSpec> = {};
  for (const program of object.programs) {
    const place = configuration.programs.get(program.name)?.attach;
    if (place === undefined || program.autoload === false) continue;
    const [point] = pointsOf(backend, program, place);
    if (point !== undefined) targets[program.name] = point;
  }
  return targets;
}

function nothingAttached(idle: readonly string[]): SkepError {
  const [first] = idle;
  return new SkepError("no program of the collection has a place to be attached to", {
    code: "collection/nothing-attached",
    remedy:
      first === undefined
        ? "run its programs by hand: c.programs.NAME.testRun(…)"
        : `say where: c.programs.${first}.attach(…), or before loading programs({ ${first}: { attach: … } })`,
  });
}
