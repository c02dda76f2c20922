import type { AttachSpec } from "../abi/attach-spec.ts";
import { checkAttachSpec } from "../abi/attach-spec-fields.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { USDT_SPECS_MAP } from "../abi/usdt-spec.ts";
import { checkOptions, U64_BIGINT } from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Btf } from "../btf/types.ts";
import type { Plan } from "../plan/plan.ts";
import type {
  AttachFailure,
  AttachRequest,
  Loaded,
  RecordHandler,
  Ring,
  RingOptions,
  UnwindTables,
} from "../runtime/backend.ts";
import { closedObject } from "../runtime/closed.ts";
import { attachAll } from "./attach.ts";
import type { AttachContext, AttachScene } from "./attach-context.ts";
import { writeStruct } from "./attach-struct-ops.ts";
import { UsdtSpecs } from "./attach-usdt.ts";
import type { Attachment } from "./attachments.ts";
import { detachAll, joinAttachments, noAttachment } from "./attachments.ts";
import type { Fd } from "./fd.ts";
import { followRecords } from "./follow-records.ts";
import { readIterator } from "./iterator.ts";
import { KernelFileKeys } from "./kernel-file-keys.ts";
import { LinuxLink } from "./link.ts";
import type { LoadedObject, LoadedProgram } from "./load.ts";
import { createEmptyMap } from "./load-maps.ts";
import type { LinuxMap } from "./maps.ts";
import { MappedMemory } from "./memory.ts";
import { programInfo } from "./objects.ts";
import { openPerfBuffer, perfBufferPages } from "./perf-buffer.ts";
import type { PerfBufferParts } from "./perf-reader.ts";
import { possibleCpus } from "./procfs.ts";
import { LinuxProgram } from "./program.ts";
import { openPerfSource, type RecordSource } from "./record-source.ts";
import { openRing } from "./ring.ts";
import { openRingSource, type RingReading } from "./ring-source.ts";
import { runOnce } from "./run-once.ts";
import { LinuxUnwindTables } from "./unwind-tables.ts";
import { UserRing } from "./user-ring.ts";

const PERF_BUFFER_BYTES = 512 * 1024; // per CPU; kernel.perf_event_mlock_kb allows 516 KiB without CAP_IPC_LOCK
const WALK_BYTES = 1024; // of output between two looks at the rings: a byte for each thing that is shown
const MMAPABLE = 1 << 10; // BPF_F_MMAPABLE

/** Who is told when everything is given back, and of what older kernels make necessary; the kernel's types. */
type Host = Readonly<{
  onClosed: () => void;
  note: (text: string) => void;
  kernelBtf: () => Btf | undefined;
}>;

/** Programs and maps of one object in this machine's kernel. Everything is gone when the process ends, too. */
export class LinuxLoaded implements Loaded {
  readonly #context: AttachContext;
  readonly #pageSize: number;
  readonly #object: LoadedObject;
  readonly #host: Host;
  readonly #attachments = new Map<string, Attachment>();
  readonly #links = new Set<LinuxLink>();
  readonly #rings = new Set<Ring | RecordSource>();
  #usdt: UsdtSpecs | undefined;
  #closed = false;

  constructor(context: AttachContext, pageSize: number, object: LoadedObject, host: Host) {
    this.#host = host;
    this.#context = context;
    this.#pageSize = pageSize;
    this.#object = object;
  }

  map(name: string): LinuxMap {
    return this.#map(name);
  }

  /** Names of the object's maps and programs that were loaded. */
  get names(): Readonly<{ maps: readonly string[]; programs: readonly string[] }> {
    return { maps: [...this.#object.maps.keys()], programs: [...this.#object.programs.keys()] };
  }

  /** A loaded program; it goes with this object. */
  program(name: string): LinuxProgram {
    const { fd, spec } = this.#program(name);
    return new LinuxProgram(this.#context.kernel, fd, spec.name, spec.type);
  }

  /** A loaded program as the object has it, and what it was loaded for. */
  loadedProgram(name: string): LoadedProgram {
    return this.#program(name);
  }

  /** Descriptor of a loaded program, for what this interface does not offer; it stays ours. */
  programFd(name: string): Fd {
    return this.#program(name).fd;
  }

  attach(
    program: string,
    points: readonly AttachRequest[],
    options: { strict?: boolean } = {},
  ): AttachFailure[] {
    const { attachment, failures } = attachAll(this.#scene(program), points, options.strict ?? true);
    const held = this.#attachments.get(program) ?? noAttachment();
    joinAttachments(held, attachment);
    this.#attachments.set(program, held);
    return failures;
  }

  /**
   * Attaches a program and gives what it hangs on, to be looked at, pinned, given another program or detached alone.
   * Throws SkepError with nothing left attached.
   */
  link(program: string, attach: AttachSpec, options: { cookie?: bigint } = {}): LinuxLink {
    checkAttachSpec(`program ${String(program)}`, attach);
    checkOptions(`program ${String(program)}: link`, options, { cookie: U64_BIGINT });
    const { attachment } = attachAll(this.#scene(program), [{ attach, ...options }], true);
    const link: LinuxLink = new LinuxLink(this.#context.kernel, attachment, attach, () => {
      this.#links.delete(link);
    });
    this.#links.add(link);
    return link;
  }

  /** Registers a struct of programs: a map of type structOps. As `link` otherwise. */
  linkStructOps(map: string): LinuxLink {
    return this.link(this.#structProgram(map), { kind: "structOps", map });
  }

  /**
   * Puts a struct of programs in the place of another of the same name, which the link registers (6.4), without a moment
   * in which there is none. Throws SkepError.
   */
  updateStructOps(link: LinuxLink, map: string): void {
    this.writeStructOps(map);
    link.update(this.#map(map).fd);
  }

  /**
   * Writes a struct of programs into its map. Without a link that registers it for good: it stays until it is deleted
   * from the map. Throws SkepError.
   */
  writeStructOps(map: string): void {
    writeStruct(this.#scene(this.#structProgram(map)), { kind: "structOps", map });
  }

  /** A new map, for an entry of a map of maps; `btf` holds its types. The caller closes it. Throws SystemError. */
  createMap(spec: MapSpec, btf?: Uint8Array): LinuxMap {
    return createEmptyMap(this.#context.kernel, spec, possibleCpus().length, btf);
  }

  /** Opens a map of type userRingbuf for writing. The caller closes it. Throws SkepError. */
  userRing(map: string): UserRing {
    return new UserRing(this.#context.kernel, this.#map(map));
  }

  openUnwindTables({ files, regions, seen }: NonNullable<Plan["rings"]["unwind"]>): UnwindTables {
    const create = (spec: MapSpec) => this.createMap(spec);
    const maps = { files: this.#map(files), regions: this.#map(regions), seen: this.#map(seen), create };
    return new LinuxUnwindTables(maps, () => {
      const btf = this.#host.kernelBtf();
      return btf && KernelFileKeys.open(this.#context.kernel, btf);
    });
  }

  walk(program: string, attach: AttachSpec, between: () => void): void {
    using link = this.link(program, attach);
    for (const _chunk of readIterator(this.#context.kernel, link, WALK_BYTES)) between();
  }

  pin(program: string, attach: AttachSpec, path: string): void {
    using link = this.link(program, attach);
    link.pin(path);
  }

  detach(stopped: ReadonlySet<string> = new Set()): void {
    for (const link of [...this.#links]) link.close();
    const all = noAttachment();
    const idle: number[] = [];
    for (const [program, attachment] of this.#attachments) {
      if (stopped.has(program)) idle.push(...attachment.links.splice(0));
      joinAttachments(all, attachment);
    }
    this.#attachments.clear();
    detachAll(this.#context.kernel, all, { links: idle });
  }

  detachProgram(program: string): void {
    const attachment = this.#attachments.get(program);
    this.#attachments.delete(program);
    if (attachment !== undefined) detachAll(this.#context.kernel, attachment);
  }

  run(program: string): void {
    const { kernel, machine } = this.#context;
    runOnce(kernel, machine.kernelVersion, this.#program(program));
  }

  openRing(name: string, onRecord: RecordHandler, options: RingOptions = {}): Ring {
    const map = this.#map(name);
    const { thread = false } = options;
    if (map.spec.type === "ringbuf" && thread !== false)
      return followRecords(this.openRecords(name, { thread }), onRecord, options);
    const ring =
      map.spec.type === "ringbuf"
        ? this.#openRingBuffer(map, onRecord, options)
        : this.#openPerfBuffer(map, onRecord, options);
    this.#rings.add(ring);
    return ring;
  }

  /**
   * Opens a ring or perf buffer whose records are fetched rather than handed over. `perfBufferBytes` are per CPU. The
   * caller closes it. Throws SkepError.
   */
  openRecords(name: string, options: RingReading & { perfBufferBytes?: number } = {}): RecordSource {
    const { kernel } = this.#context;
    const map = this.#map(name);
    const source =
      map.spec.type === "ringbuf"
        ? openRingSource(
            { kernel, map: map.fd, sizeBytes: this.#ringBytes(map), pageSize: this.#pageSize },
            { note: this.#host.note, ...options },
          )
        : openPerfSource(this.#perfParts(map, options.perfBufferBytes));
    this.#rings.add(source);
    return source;
  }

  stats(): { program: string; runs: bigint; ns: bigint }[] {
    return [...this.#object.programs].map(([program, { fd }]) => {
      const { runCnt, runTimeNs } = programInfo(this.#context.kernel, fd);
      return { program, runs: runCnt, ns: runTimeNs };
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.detach();
    for (const ring of this.#rings) ring.close();
    for (const map of this.#object.maps.values()) map.fd.close();
    for (const program of this.#object.programs.values()) program.fd.close();
    this.#host.onClosed();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  toString(): string {
    const { maps, programs } = this.names;
    const said = { programs: programs.join(" "), maps: maps.join(" ") };
    return inspected("LinuxLoaded", undefined, this.#closed ? { closed: "" } : said);
  }

  [INSPECT](): string {
    return this.toString();
  }

  #openRingBuffer(map: LinuxMap, onRecord: RecordHandler, options: RingOptions): Ring {
    const { kernel } = this.#context;
    const control = options.control === undefined ? undefined : this.#mapControl(options.control);
    const parts = {
      kernel,
      map: map.fd,
      sizeBytes: this.#ringBytes(map),
      pageSize: this.#pageSize,
      ...(control && { control }),
    };
    try {
      return openRing(parts, onRecord, options);
    } catch (error) {
      control?.close();
      throw error;
    }
  }

  #ringBytes(map: LinuxMap): number {
    return Math.max(map.spec.maxEntries, this.#pageSize);
  }

  // Without shared pages programs wake us for each record: slower, and right.
  #mapControl(name: string): MappedMemory | undefined {
    const { spec, fd } = this.#map(name);
    if ((spec.flags & MMAPABLE) === 0) return undefined;
    return MappedMemory.map(this.#context.kernel, fd, this.#pageSize, 0, "write");
  }

  #openPerfBuffer(map: LinuxMap, onRecord: RecordHandler, options: RingOptions): Ring {
    return openPerfBuffer(this.#perfParts(map), onRecord, options);
  }

  #perfParts(map: LinuxMap, bytes = PERF_BUFFER_BYTES): PerfBufferParts {
    if (map.spec.type !== "perfEventArray")
      throw new SkepError(`map ${map.spec.name} is no buffer of events but of type ${map.spec.type}`, {
        code: "linux/no-buffer",
        remedy: "read its entries instead",
      });
    const { kernel, machine } = this.#context;
    const { onlineCpus: cpus } = machine;
    const word = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);
    const bind = (cpu: number, event: Fd) => map.update(word(cpu), word(event.number));
    const pagesPerCpu = perfBufferPages(bytes, this.#pageSize);
    return { kernel, cpus, pageSize: this.#pageSize, pagesPerCpu, bind };
  }

  #scene(program: string): AttachScene {
    return {
      context: this.#context,
      program: this.#program(program),
      map: (name) => this.#map(name),
      programFd: (name) => this.#program(name).fd,
      usdtSpecs: () => this.#usdtSpecs(),
      note: this.#host.note,
    };
  }

  #structProgram(map: string): string {
    const [program] = this.#map(map).spec.structOps?.programs ?? [];
    if (program !== undefined) return program.program;
    throw new SkepError(`map ${map} is no struct of programs`, {
      code: "linux/unknown-name",
      remedy: "name a variable of section .struct_ops or .struct_ops.link",
    });
  }

  #usdtSpecs(): UsdtSpecs | undefined {
    const map = this.#object.maps.get(USDT_SPECS_MAP);
    if (map !== undefined) this.#usdt ??= new UsdtSpecs(map);
    return this.#usdt;
  }

  #map(name: string): LinuxMap {
    return named("map", name, this.#object.maps, this.#closed);
  }

  #program(name: string): LoadedProgram {
    return named("program", name, this.#object.programs, this.#closed);
  }
}

function named<T>(what: string, name: string, all: ReadonlyMap<string, T>, closed: boolean): T {
  if (closed) throw closedObject(what, String(name));
  const found = all.get(name);
  if (found !== undefined) return found;
  throw new SkepError(`the object has no ${what} \`${String(name)}\``, {
    code: "linux/unknown-name",
    remedy: didYouMean(String(name), all.keys()) ?? `name one of: ${[...all.keys()].join(", ")}`,
  });
}
