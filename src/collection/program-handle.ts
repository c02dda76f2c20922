import type { AttachSpec, ProgramType } from "../abi/attach-spec.ts";
import {
  BYTES,
  checkInput,
  checkOptions,
  either,
  integer,
  NAME,
  OBJECT,
  type OptionRules,
  U64,
} from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import type { LinuxBackend } from "../linux/backend.ts";
import { TEST_RUN_OPTIONS, type TestRun } from "../linux/bpf-prog.ts";
import type { Fd } from "../linux/fd.ts";
import type { LinuxLoaded } from "../linux/loaded.ts";
import type { ProgInfo } from "../linux/objects.ts";
import { removePin } from "../linux/remove-pin.ts";
import type { ProgramSpec } from "../object/object.ts";
import { type Place, pointsOf } from "./attach-place.ts";
import type { Codec } from "./codec.ts";
import { readAll, readLines, textOf } from "./iterator-stream.ts";
import { Link } from "./link-handle.ts";
import type { Input } from "./map-types.ts";

/** `cookie`: what the program reads with bpf_get_attach_cookie. `pid`: only this process, for probes of user space. */
export type AttachOptions = Readonly<{ cookie?: bigint | number; pid?: number }>;

/** What `testRun` takes: `context` is the struct that the program is given, without fields that are zero, or its bytes. */
export type ProgramTestRun<Context> = Omit<TestRun, "context"> &
  Readonly<{ context?: Partial<Input<Context>> | Uint8Array }>;

export type ProgramTestResult<Context> = Readonly<{
  /** The program's r0, as the kernel passes it on: 32 bits, without a sign. */
  returned: number;
  /** Mean of a run. */
  durationNs: number;
  data: Uint8Array;
  /** As the program left it, where the kernel gives it back. */
  context: Context | undefined;
}>;

/** Runs, and the time they took: both are counted while `collection.countRunTime()` is in force. */
export type ProgramStats = Readonly<{ runs: bigint; ns: bigint; nsPerRun: number; missed: bigint }>;

const ATTACH_OPTIONS: OptionRules = { cookie: U64, pid: integer(0, 0x7fff_ffff) };

/** An object of options alone; what is neither is taken for a place, whose error says more. */
function isOptions(value: unknown): value is AttachOptions {
  return (
    OBJECT.accepts(value) && Object.keys(value as object).every((key) => Object.hasOwn(ATTACH_OPTIONS, key))
  );
}

const TEST_RUN: OptionRules = { ...TEST_RUN_OPTIONS, context: either(BYTES, OBJECT) };

/** A loaded program of a collection; it goes with that. */
export class Program<Context = unknown> {
  readonly name: string;
  readonly type: ProgramType;
  readonly section: string;
  readonly #backend: LinuxBackend;
  readonly #loaded: LinuxLoaded;
  readonly #spec: ProgramSpec;
  readonly #place: Place | undefined;
  readonly #context: Codec | undefined;
  readonly #pins: string[] = [];

  /** `place`: where it was said to go before it was loaded. `context`: the type of what it is given. */
  constructor(parts: {
    backend: LinuxBackend;
    loaded: LinuxLoaded;
    spec: ProgramSpec;
    place: Place | undefined;
    context: Codec | undefined;
  }) {
    this.#backend = parts.backend;
    this.#loaded = parts.loaded;
    this.#spec = parts.spec;
    this.#place = parts.place;
    this.#context = parts.context;
    this.name = parts.spec.name;
    this.type = parts.spec.type;
    this.section = parts.spec.section;
  }

  get fd(): Fd {
    return this.#loaded.programFd(this.name);
  }

  get id(): number {
    return this.info().id;
  }

  /** What the kernel tells of it. */
  info(): ProgInfo {
    return this.#loaded.program(this.name).info();
  }

  stats(): ProgramStats {
    const { runCnt: runs, runTimeNs: ns, recursionMisses: missed } = this.info();
    return { runs, ns, nsPerRun: runs === 0n ? 0 : Number(ns) / Number(runs), missed };
  }

  /**
   * Attaches the program: to the place given, else where it was said before loading, else where its section says. Throws
   * SkepError with nothing left attached. Closing the collection detaches it, too.
   */
  attach(place?: Place | AttachOptions, options: AttachOptions = {}): Link {
    const isPlace = place !== undefined && !isOptions(place);
    const given = isPlace ? options : (place ?? options);
    checkOptions(`program ${this.name}: attach`, given, ATTACH_OPTIONS);
    const { cookie, pid } = given;
    const points = this.points(isPlace ? place : undefined, pid);
    const [point, ...more] = points;
    if (point === undefined || more.length > 0) throw new Error("bug: a place that is not one point");
    const link = this.#loaded.link(this.name, point, cookie === undefined ? {} : { cookie: BigInt(cookie) });
    return new Link(this.#backend.kernel, this.name, link);
  }

  /** Where it would be attached. Throws SkepError when nothing says so. */
  points(place: Place | undefined = this.#place, pid?: number): readonly AttachSpec[] {
    return pointsOf(this.#backend, this.#spec, place, pid);
  }

  /** Keeps the program when this process ends, under a new file of a bpf file system. */
  pin(path: string): void {
    this.#loaded.program(this.name).pin(checkInput(`program ${this.name}: pin: the path`, path, NAME));
    this.#pins.push(path);
  }

  /** Removes the files of `pin`. */
  unpin(): void {
    for (const path of this.#pins.splice(0)) removePin(path);
  }

  /**
   * Runs the program by itself, without attaching it. Network programs take a packet in `data` and give it back as they
   * leave it. Throws SkepError for types that the kernel cannot run so.
   */
  testRun(run: ProgramTestRun<Context> = {}): ProgramTestResult<Context> {
    checkOptions(`program ${this.name}: testRun`, run, TEST_RUN);
    const { context, ...rest } = run;
    const bytes = context === undefined ? undefined : this.#contextBytes(context);
    const result = this.#loaded.program(this.name).testRun({ ...rest, ...(bytes && { context: bytes }) });
    return { ...result, context: this.#contextValue(result.context) };
  }

  /** What an iterator (`iter/…`) writes, walked from the start: an async iterable of bytes. */
  stream(place?: Place): AsyncGenerator<Uint8Array, void> {
    return readAll(() => this.#open(place));
  }

  /** The same line by line. */
  lines(place?: Place): AsyncGenerator<string, void> {
    return readLines(this.stream(place));
  }

  /** All of it as text. */
  text(place?: Place): string {
    using link = this.#open(place);
    return textOf(link.read());
  }

  toJSON(): Readonly<Record<string, string>> {
    return { name: this.name, type: this.type, section: this.section };
  }

  toString(): string {
    const { fd } = this.#loaded.isClosed ? { fd: undefined } : this;
    const state = fd === undefined ? { closed: "" } : { fd: fd.number };
    return inspected("Program", this.name, { type: this.type, section: this.section, ...state });
  }

  [INSPECT](): string {
    return this.toString();
  }

  #open(place: Place | undefined): Link {
    if (this.#spec.section.startsWith("iter")) return place === undefined ? this.attach() : this.attach(place);
    throw new SkepError(`program ${this.name} of section \`${this.section}\` is no iterator`, {
      code: "collection/no-iterator",
      remedy: "attach it and read the maps and buffers that it fills",
    });
  }

  #contextBytes(context: unknown): Uint8Array {
    if (context instanceof Uint8Array) return context;
    if (this.#context !== undefined) return this.#context.encodePartial(context, `${this.name}: context`);
    throw new SkepError(`the object does not tell the type of the context of ${this.name}`, {
      code: "collection/no-type",
      remedy: "give it as a Uint8Array",
    });
  }

  #contextValue(bytes: Uint8Array): Context | undefined {
    if (bytes.length === 0) return undefined;
    return (this.#context === undefined ? bytes : this.#context.decode(bytes)) as Context;
  }
}
