import type { Losses, MapSnapshot, OutputRecord } from "../base/output-record.ts";
import type { ObjectSpec } from "../object/object.ts";
import { CONTROL_RESULT_OFFSET, CONTROL_STOPPED_OFFSET, type Plan, type ProgramPlan } from "../plan/plan.ts";
import { type Attached, attachPrograms, leftOut } from "./attach-programs.ts";
import type { Loaded, RecordHandler, Ring, RingOptions, UnwindTables } from "./backend.ts";
import { type CostLimit, CostWatch } from "./cost-watch.ts";
import type { DecodeContext } from "./decode-value.ts";
import { FailedCalls } from "./failed-calls.ts";
import { compileActions } from "./interpret-plan.ts";
import { LossMeter } from "./losses.ts";
import { PacketFiles } from "./packet-files.ts";
import { RecordQueue } from "./record-queue.ts";
import type { Host, Resolver } from "./resolver.ts";
import { ScriptMaps } from "./script-maps.ts";
import { StackReader } from "./stack-reader.ts";
import { StringCache } from "./string-cache.ts";
import { Watches } from "./watches.ts";

export type SessionOptions = Readonly<{
  resolver: Resolver;
  host: Host;
  /** Each record in order; called while the ring is read, so it must not stop the session. */
  onRecord?: (record: OutputRecord) => void;
  /** After each burst of records: the place to flush output. */
  onIdle?: () => void;
  /** All probes are attached; what BEGIN said is not shown yet. */
  onReady?: (attached: Attached) => void;
  /** The script called exit(), and start() is done: call stop(). Never called from within onRecord. */
  onExit?: (code: number) => void;
  /** Reading the ring or writing a record failed. Without it the error ends records(), or is thrown at the host. */
  onError?: (error: unknown) => void;
  /** Attaches, and neither runs BEGIN nor shows what events say. */
  dryRun?: boolean;
  /** What to do about probes that cannot be attached: throw, or go on with the others ("error" is the default). */
  missingProbes?: "error" | "skip";
  /** Escape control characters in traced text (default true); see FormatOptions. */
  escapeData?: boolean;
  /** Appended to strings that were probably cut (default ".."). */
  cutMark?: string;
  /** Bytes that cat() reads of a file (default 10240). */
  maxCatBytes?: number;
  /** Programs that cost more than this are thinned out or detached; lookAtCost() is to be called meanwhile. */
  costLimit?: CostLimit;
  /** Ends, as exit() does, when the script has printed so many times. */
  maxEvents?: number;
  /** The process that is traced, or the program that will be it. */
  traced?: Readonly<{ pid?: number; program?: string }>;
  /** Show maps that hold something when tracing ends (default true). */
  printMapsAtEnd?: boolean;
}>;

type State = "new" | "starting" | "running" | "stopping" | "ended" | "closed";

const LOSS_CHECK_NS = 1_000_000_000n;
const QUEUE_HIGH = 65_536; // records that may wait for a slow consumer before the ring is left to fill
const QUEUE_LOW = 8_192;
const BENCH_DRAIN = 64; // runs between two looks at the ring
/** What counts for `maxEvents`. */
const SHOWN: ReadonlySet<OutputRecord["kind"]> = new Set([
  "printf",
  "time",
  "cat",
  "system",
  "join",
  "value",
  "map",
  "element",
]);
const USER_CODE: ReadonlySet<string> = new Set(["uprobe", "uprobeMulti", "usdt"]);
const MOST_DRAINS = 64; // rounds of reading what is left; programs are detached by then

/**
 * One run of a script: attaches its programs, carries out what its events ask for, and ends it in order. Owns `loaded`.
 * Events that follow the one in which exit() was called are dropped; END still speaks.
 */
export class ScriptSession implements Disposable {
  readonly #loaded: Loaded;
  readonly #plan: Plan;
  readonly #options: SessionOptions;
  readonly #maps: ScriptMaps;
  readonly #losses: LossMeter;
  readonly #failedCalls: FailedCalls;
  readonly #run: RecordHandler;
  #state: State = "new";
  #rings: readonly Ring[] = []; // of events, and of packets where the script takes some; none while paused
  #queue: RecordQueue<OutputRecord> | undefined;
  #exitCode: number | undefined;
  #exitTold = false;
  #dropping = false;
  #inRecord = false;
  #lossesChecked = 0n;
  #shown = 0;
  readonly #cost: CostWatch | undefined;
  readonly #unwind: UnwindTables | undefined;

  constructor(loaded: Loaded, plan: Plan, options: SessionOptions) {
    this.#loaded = loaded;
    this.#plan = plan;
    this.#options = options;
    const { stacks, moreStacks } = plan.rings;
    const stackMaps = [stacks, moreStacks].flatMap((name) => (name === undefined ? [] : [loaded.map(name)]));
    const decode: DecodeContext = {
      resolver: options.resolver,
      strings: new StringCache(plan.settings?.ownTexts),
      stacks: new StackReader(stackMaps, options.resolver, {
        sources: plan.settings?.showSources ?? true,
        demangle: plan.settings?.demangle ?? true,
        unnamed: (pid, address) => this.#losses.addUnnamed(pid, address),
      }),
      unnamed: (pid, address) => this.#losses.addUnnamed(pid, address),
      demangle: plan.settings?.demangle ?? true,
      probeNames: plan.probeNames,
      cutMark: plan.settings?.cutMark ?? options.cutMark ?? "..",
    };
    this.#maps = new ScriptMaps(plan.maps, loaded, decode);
    const tell = (text: string) => this.#emit({ kind: "message", level: "warn", text });
    this.#cost = options.costLimit && new CostWatch(plan, loaded, options.costLimit, tell);
    this.#unwind = plan.rings.unwind && loaded.openUnwindTables?.(plan.rings.unwind);
    this.#losses = new LossMeter(loaded.map(plan.rings.losses));
    this.#failedCalls = new FailedCalls(plan.rings, loaded, options.resolver);
    this.#run = compileActions(plan, {
      decode,
      host: options.host,
      maps: this.#maps,
      emit: (record) => this.#emit(record),
      exit: (code) => this.#exit(code),
      packets: new PacketFiles(options.host),
      watches: new Watches(plan, loaded, options.host, tell),
      unwind: (missing) => {
        const { resolver } = options;
        const isAlive = resolver.rememberProcess?.(missing.process) ?? true;
        this.#unwind?.learn(missing);
        if (!isAlive && this.#unwind)
          resolver.adoptProcess?.(missing.process, this.#unwind.seen(missing.process));
      },
      process(pid, address, area) {
        options.resolver.rememberProcess?.(pid);
        if (options.resolver.userSymbol(pid, address) !== undefined || !area) return; // the file's names are read now
        options.resolver.adoptArea?.(pid, area);
        options.resolver.userSymbol(pid, address);
      },
      unreadable: () => this.#losses.addUnread(1),
      escapeData: options.escapeData ?? true,
      maxCatBytes: plan.settings?.maxCatBytes ?? options.maxCatBytes ?? 10_240,
    });
  }

  /** What the script gave to exit(), once it called it. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Everything lost so far. */
  get losses(): Losses {
    return this.#losses.total();
  }

  /** Names of the script's maps, with the "@". */
  get mapNames(): readonly string[] {
    return this.#maps.names;
  }

  /** What a map of the script holds now, sorted as print() shows it. */
  readMap(name: string): MapSnapshot {
    return this.#maps.read(name);
  }

  /**
   * The records from now on, until the session stops. While the consumer is slow the ring is left unread; what does not
   * fit into it then is counted as lost by the kernel. Leaving the loop early stops nothing.
   */
  records(): AsyncIterableIterator<OutputRecord, undefined> {
    if (this.#queue !== undefined) throw new Error("bug: a session's records can be read once");
    this.#queue = new RecordQueue<OutputRecord>({
      high: QUEUE_HIGH,
      low: QUEUE_LOW,
      onFull: () => queueMicrotask(() => this.#pause()), // not while the ring is being read
      onRoom: () => this.#resume(),
      onReturn: () => this.#resume(),
    });
    if (this.#state === "ended" || this.#state === "closed") this.#queue.end();
    return this.#queue;
  }

  /**
   * Runs BEGIN, then attaches all probes and says so before anything that BEGIN says: what BEGIN stores is there when the
   * first event comes. Throws SkepError with nothing left attached.
   */
  start(): Attached {
    if (this.#state !== "new") throw new Error("bug: a session is started once");
    this.#state = "starting";
    this.#lossesChecked = this.#options.host.unixTimeNs();
    const attached = this.#attachAll();
    this.#emit({ kind: "attached", probes: attached.probes });
    const missing = this.#options.missingProbes === "skip" ? undefined : leftOut(attached);
    if (missing !== undefined) this.#emit({ kind: "message", level: "warn", text: missing });
    this.#options.onReady?.(attached);
    if (this.#options.dryRun) return attached;
    this.#drainAll();
    this.#state = "running";
    this.#walkAll();
    this.#afterBurst();
    return attached;
  }

  /** Reads what is there now; the number of records. For hosts that do not wait for events. */
  drain(): number {
    return this.#rings.reduce((sum, ring) => sum + ring.drain(), 0);
  }

  /** Signals that the script has probes for: "SIGUSR1". */
  get signals(): readonly string[] {
    return [...new Set(this.#programs("signal").map(({ name = "" }) => name))];
  }

  /** Runs what the script does on a signal. Nothing before start() and after stop(). */
  signal(signal: string): void {
    if (this.#state !== "running") return;
    for (const { program, name } of this.#programs("signal")) {
      if (name !== signal) continue;
      this.#loaded.run(program);
      this.#drainAll();
    }
    this.#afterBurst();
  }

  /** The script's own tests, or its benchmarks, in its order. */
  own(phase: "test" | "bench"): readonly ProgramPlan[] {
    return this.#programs(phase);
  }

  /** Runs a test once, shows what it prints, and gives what it returned and what it gave to exit(). */
  runTest({ program }: ProgramPlan): Readonly<{ returned: bigint; exitCode?: number }> {
    this.#exitCode = undefined;
    this.#dropping = false;
    this.#setControl(CONTROL_RESULT_OFFSET, 0n);
    this.#loaded.run(program);
    this.#drainAll();
    const after = this.#controlValue();
    const returned = new DataView(after.buffer, after.byteOffset).getBigUint64(CONTROL_RESULT_OFFSET, true);
    return { returned, ...(this.#exitCode !== undefined && { exitCode: this.#exitCode }) };
  }

  /** Runs a benchmark `rounds` times without looking at what it prints. */
  runBench({ program }: ProgramPlan, rounds: number): void {
    this.#dropping = true;
    for (let round = 0; round < rounds; round++) {
      this.#loaded.run(program);
      if (round % BENCH_DRAIN === 0) this.#drainAll();
    }
    this.#drainAll();
    this.#dropping = false;
  }

  /** Runs and nanoseconds of the programs, where the kernel counts them. */
  stats(): ReturnType<Loaded["stats"]> {
    return this.#loaded.stats();
  }

  /** With a cost limit: thins out what would cost too much, where that is known before. Before start(). */
  predictCost(object: Pick<ObjectSpec, "programs">): void {
    this.#cost?.predict(object);
  }

  /** With a cost limit: looks at what programs cost, and does what is needed. To be called a few times a second. */
  lookAtCost(): void {
    if (this.#state !== "running") return;
    this.#cost?.look(this.#options.host.unixTimeNs());
  }

  /** Ends tracing: detaches, handles what is left, runs END, shows maps and losses. Safe to call twice. */
  stop(): void {
    if (this.#inRecord) throw new Error("bug: a session cannot be stopped from within a record");
    if (this.#state !== "running") return;
    this.#state = "stopping";
    this.#loaded.detach(this.#stopPrograms());
    this.#resume();
    this.#drainAll();
    this.#dropping = false;
    this.#runEnd();
    this.#emit({ kind: "end" });
    if (this.#options.printMapsAtEnd ?? true) this.#showMaps();
    this.#tellLosses();
    this.#state = "ended";
    this.#closeRings(); // nothing comes any more, and a ring that is waited for keeps the process running
    this.#queue?.end();
    this.#options.onIdle?.();
  }

  /** Tells programs that can be told to do nothing any more; which they are. */
  #stopPrograms(): ReadonlySet<string> {
    const stoppable = this.#plan.programs.filter((program) => program.stoppable);
    if (stoppable.length > 0) this.#setControl(CONTROL_STOPPED_OFFSET, 1n);
    return new Set(stoppable.map(({ program }) => program));
  }

  #controlValue(): Uint8Array {
    const control = this.#loaded.map(this.#plan.rings.control);
    return control.lookup(new Uint8Array(4)) ?? new Uint8Array(control.spec.valueSize);
  }

  #setControl(offset: number, to: bigint): void {
    const value = this.#controlValue();
    new DataView(value.buffer, value.byteOffset).setBigUint64(offset, to, true);
    this.#loaded.map(this.#plan.rings.control).update(new Uint8Array(4), value);
  }

  /** Gives everything back to the kernel, without END or maps when stop() was not called. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#queue?.end();
    this.#closeRings();
    this.#loaded.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A sink that throws must not look like an action that failed. */
  #emit(record: OutputRecord): void {
    const { maxEvents } = this.#options;
    if (maxEvents !== undefined && SHOWN.has(record.kind) && this.#state === "running") {
      if (this.#shown >= maxEvents) return;
      if (++this.#shown === maxEvents) this.#exit(0);
    }
    this.#queue?.push(record);
    try {
      this.#options.onRecord?.(record);
    } catch (error) {
      this.#failed(error);
    }
  }

  #exit(code: number): void {
    if (this.#state === "stopping" || this.#exitCode !== undefined) return;
    this.#exitCode = code;
    this.#dropping = true;
  }

  #attachAll(): Attached {
    try {
      this.#openRing();
      if (this.#unwind !== undefined) this.#preload(this.#unwind);
      if (this.#plan.actions.some(({ kind }) => kind === "process"))
        this.#options.resolver.expectFiles?.(this.#probedFiles());
      if (!this.#options.dryRun) for (const { program } of this.#programs("begin")) this.#loaded.run(program);
      const isAttached = ({ phase, program }: ProgramPlan) =>
        phase === "trace" && !this.#cost?.gone.has(program);
      return attachPrograms(this.#loaded, this.#plan.programs, this.#options.missingProbes, isAttached);
    } catch (error) {
      this.#loaded.detach();
      throw error;
    }
  }

  /** The first stack of a program that is known before is as good as the others. */
  #preload(tables: UnwindTables): void {
    const { traced } = this.#options;
    if (traced?.pid !== undefined) {
      this.#options.resolver.rememberProcess?.(traced.pid);
      tables.learnProcess(traced.pid);
    }
    tables.preload([
      ...new Set([...this.#probedFiles(), ...(traced?.program === undefined ? [] : [traced.program])]),
    ]);
  }

  /** Programs and libraries that have probes. */
  #probedFiles(): string[] {
    const places = this.#plan.programs.flatMap(({ points }) => points.map(({ attach }) => attach));
    const files = places.flatMap((attach) =>
      "path" in attach && USER_CODE.has(attach.kind) ? [attach.path] : [],
    );
    return [...new Set(files)];
  }

  #programs(phase: ProgramPlan["phase"]): readonly ProgramPlan[] {
    return this.#plan.programs.filter((program) => program.phase === phase);
  }

  #runEnd(): void {
    for (const { program } of this.#programs("end")) {
      this.#loaded.run(program);
      this.#drainAll();
    }
  }

  /** Iterators show what there is now; a script of nothing else has done its work then. */
  #walkAll(): void {
    const walks = this.#programs("iter");
    for (const { program, points, name } of walks)
      for (const { attach } of points) {
        if (name === undefined) this.#loaded.walk(program, attach, () => void this.drain());
        else {
          this.#loaded.pin(program, attach, name);
          this.#emit({ kind: "printf", text: `Program pinned to ${name}\n` });
        }
        this.#drainAll();
      }
    if (walks.length > 0 && this.#programs("trace").length + this.#programs("signal").length === 0)
      this.#exit(0);
  }

  #openRing(): void {
    const { events, packets, control } = this.#plan.rings;
    const onRecord: RecordHandler = (bytes, view, at, length) => this.#onRecord(bytes, view, at, length);
    const options: RingOptions = {
      onIdle: () => this.#afterBurst(),
      onError: (error) => this.#failed(error),
      onLost: (count) => this.#losses.addEvents(count),
    };
    const ring = this.#loaded.openRing(events, onRecord, { ...options, control });
    this.#rings = packets === undefined ? [ring] : [ring, this.#loaded.openRing(packets, onRecord, options)];
  }

  #onRecord(bytes: Uint8Array, view: DataView, at: number, length: number): void {
    if (this.#dropping) return;
    this.#inRecord = true;
    try {
      this.#run(bytes, view, at, length);
    } finally {
      this.#inRecord = false;
    }
  }

  #failed(error: unknown): void {
    this.#queue?.end({ cause: error });
    if (this.#options.onError !== undefined) this.#options.onError(error);
    else if (this.#queue === undefined)
      queueMicrotask(() => {
        throw error; // nobody listens: let the host report it rather than lose it
      });
  }

  /** A paused session has no ring: what programs write waits in the kernel's. */
  #pause(): void {
    if (this.#state !== "running") return;
    this.#closeRings();
  }

  #closeRings(): void {
    for (const ring of this.#rings) ring.close();
    this.#rings = [];
  }

  #resume(): void {
    if (this.#rings.length === 0 && (this.#state === "running" || this.#state === "stopping")) this.#openRing();
  }

  #drainAll(): void {
    for (let round = 0; round < MOST_DRAINS; round++) if (this.drain() === 0) return;
  }

  #afterBurst(): void {
    const now = this.#options.host.unixTimeNs();
    if (now - this.#lossesChecked >= LOSS_CHECK_NS) {
      this.#lossesChecked = now;
      this.#tellLosses();
    }
    this.#options.onIdle?.();
    if (this.#exitCode === undefined || this.#exitTold || this.#state !== "running") return;
    this.#exitTold = true;
    this.#options.onExit?.(this.#exitCode);
  }

  #tellLosses(): void {
    for (const record of this.#failedCalls.takeNew()) this.#emit(record);
    const losses = this.#losses.takeNew();
    if (losses !== undefined) this.#emit({ kind: "lost", losses });
  }

  #showMaps(): void {
    for (const name of [...this.#maps.names].sort()) {
      if (!this.#maps.plan(name).printAtEnd) continue;
      const map = this.#maps.read(name);
      if (map.entries.length > 0) this.#emit({ kind: "map", map });
    }
  }
}
