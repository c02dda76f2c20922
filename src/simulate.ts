import { type Diagnostic, renderDiagnostic } from "./base/diagnostic.ts";
import { SkepError } from "./base/errors.ts";
import type { Losses, MapSnapshot, OutputRecord } from "./base/output-record.ts";
import type { Value } from "./base/shown-value.ts";
import { didYouMean } from "./base/suggest.ts";
import type { ObjectSpec } from "./object/object.ts";
import { createTextWriter } from "./output/text.ts";
import { type CompileOptions, compile, load } from "./pipeline.ts";
import { createRowOutput } from "./row-output.ts";
import type { AttachRequest, MapHandle } from "./runtime/backend.ts";
import type { ScriptSession } from "./runtime/script-session.ts";
import { SimBackend, type SimOptions } from "./sim/backend/sim-backend.ts";
import { simKernelTables } from "./sim/btf/types.ts";
import { createWorld } from "./sim/create-world.ts";
import type { KernelTables } from "./sim/kernel-tables.ts";
import type { MachineBuilder } from "./sim/scenarios/machine-builder.ts";
import { buildScenario, type Scenario } from "./sim/scenarios/scenario.ts";
import { findScenario } from "./sim/scenarios/table.ts";
import { type Duration, nanoseconds } from "./sim/world/duration.ts";
import type { World, WorldOptions } from "./sim/world/world.ts";
import { ObjectWatch } from "./simulate-object.ts";
import { shownColumns, type Tool, type ToolRow, type ToolSettings, toolSource } from "./tools/define-tool.ts";
import { findTool, TOOLS } from "./tools/table.ts";
import { TraceError } from "./trace-error.ts";

/** A script of the tracing language, an object, or a tool by its name with options by their long names. */
export type Simulated =
  | string
  | ObjectSpec
  | Readonly<{ tool: string | Tool; options?: Readonly<Record<string, string | number | boolean>> }>;

export type SimulateOptions = SimOptions &
  Pick<WorldOptions, "seed" | "cpus"> &
  Readonly<{
    /** What happens on the machine: the name of a scenario, one of your own, or a function that builds it. */
    scenario?: string | Scenario | ((machine: MachineBuilder) => void);
    /** How much virtual time is played before this returns; 0 to play by hand. Default "1 s". */
    duration?: Duration;
    /** What a script reads as $1, $2 … */
    args?: readonly (string | number)[];
    /** What `getopt("name", default)` gives in a script. */
    named?: Readonly<Record<string, string | number | boolean>>;
    /** A script says when memory or a key of a map could not be read (`-k`). */
    tellFailures?: boolean;
    /** Where an object's programs are attached whose sections do not say it. Nothing for a program: it is not. */
    attach?: Readonly<Record<string, readonly AttachRequest[]>>;
    /** The kernel's types and tracepoints, from simKernelTables(): to make many machines, make them once. */
    tables?: KernelTables;
  }>;

/**
 * A program on a simulated machine. What it said so far is in `rows`, `records` and `text`; `play` lets more time pass,
 * `stop` ends tracing: END runs, maps are shown. Disposing of it frees its memory.
 */
export interface Simulation extends Disposable {
  /** The machine: its clock, tasks, files. */
  readonly world: World;
  readonly backend: SimBackend;
  /** A tool's rows; of a script what it printed with print(), tuples and records as they are. */
  readonly rows: readonly ToolRow[];
  readonly values: readonly Value[];
  /** Everything that a script or tool said, in order. */
  readonly records: readonly OutputRecord[];
  /** As the command line would show it on standard output. */
  readonly text: string;
  /** What was lost; for objects what their buffers had no room for. */
  readonly losses: Losses;
  /** What a script gave to exit(). */
  readonly exitCode: number | undefined;
  /** What the compiler warned about. */
  readonly warnings: readonly Diagnostic[];
  /** A script's map, its name with or without "@"; undefined when there is none. */
  readMap(name: string): MapSnapshot | undefined;
  /** A map as bytes, by its name in the object. Throws SkepError. */
  map(name: string): MapHandle;
  /** Records that an object wrote to a ring buffer or perf buffer so far. */
  ring(name: string): readonly Uint8Array[];
  /** What an object's iterator shows now, as text. Throws SkepError. */
  iterate(program: string): string;
  play(duration: Duration): void;
  stop(): void;
}

/**
 * Runs a script, a tool or an object on a simulated machine, without privileges and without Linux, and gives what it saw.
 * Equal seeds give equal results, to the byte. Throws TraceError when a script is wrong, SkepError for what the machine
 * lacks.
 *
 *     using run = simulate('tracepoint:syscalls:sys_enter_openat { @[comm] = count(); }', { scenario: "idle-desktop" });
 *     expect(run.readMap("@")?.entries).toContainEqual({ key: "cron", value: 3n });
 */
export function simulate(what: Simulated, options: SimulateOptions = {}): Simulation {
  const world = makeWorld(options);
  const backend = new SimBackend(world, options);
  const run = startWatching(what, backend, options);
  const duration = options.duration ?? "1 s";
  if (nanoseconds(duration) > 0) {
    run.play(duration);
    run.stop();
  }
  return run;
}

function makeWorld(options: SimulateOptions): World {
  const { scenario: named = "", seed, cpus } = options;
  const scenario = typeof named === "string" ? findScenario(named) : named;
  const world = createWorld(options.tables ?? simKernelTables(), {
    ...(typeof scenario === "object" && scenario.machine),
    ...(seed !== undefined && { seed }),
    ...(cpus !== undefined && { cpus }),
  });
  const own = { name: "own", summary: "", tryWith: [] };
  buildScenario(world, typeof scenario === "function" ? { ...own, build: scenario } : scenario);
  return world;
}

function startWatching(what: Simulated, backend: SimBackend, options: SimulateOptions): Simulation {
  if (typeof what === "string") {
    const named = settingsOf(options.named ?? {});
    const { tellFailures = false } = options;
    const args = (options.args ?? []).map(String);
    return new ScriptWatch(backend, what, { args, named, tellFailures }, undefined);
  }
  if ("programs" in what) return new ObjectWatch(backend, what, options.attach ?? {});
  const tool = typeof what.tool === "string" ? toolNamed(what.tool) : what.tool;
  const named = settingsOf(what.options ?? {});
  const source = toolSource(tool, named, backend.target.arch);
  return new ScriptWatch(backend, source, { named, maxStringBytes: tool.maxStringBytes }, tool);
}

function settingsOf(options: Readonly<Record<string, string | number | boolean>>): ToolSettings {
  const given = Object.entries(options).filter(([, value]) => value !== false);
  return new Map(given.map(([name, value]) => [name, String(value)]));
}

function toolNamed(name: string): Tool {
  const tool = findTool(name);
  if (tool !== undefined) return tool;
  const names = TOOLS.map((known) => known.name);
  throw new SkepError(`there is no tool \`${name}\``, {
    code: "sim/no-tool",
    remedy: didYouMean(name, names) ?? `name one of: ${names.join(", ")}`,
  });
}

/** A script, or a tool's, while it runs. */
class ScriptWatch implements Simulation {
  readonly world: World;
  readonly backend: SimBackend;
  readonly rows: ToolRow[] = [];
  readonly values: Value[] = [];
  readonly records: OutputRecord[] = [];
  readonly warnings: readonly Diagnostic[];
  readonly #session: ScriptSession;
  readonly #tool: Tool | undefined;
  readonly #settings: ToolSettings;
  readonly #events: string;
  readonly #ownTexts: readonly string[] | undefined;

  constructor(backend: SimBackend, text: string, options: CompileOptions, tool: Tool | undefined) {
    this.backend = backend;
    this.world = backend.world;
    this.#tool = tool;
    this.#settings = options.named ?? new Map();
    const source = { name: tool?.name ?? "script", text };
    const { compiled, report } = compile(source, backend.target, { ...options, name: source.name });
    const { diagnostics } = report;
    if (!compiled)
      throw new TraceError(diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"), diagnostics);
    this.warnings = diagnostics;
    this.#events = compiled.plan.rings.events;
    this.#ownTexts = compiled.plan.settings?.ownTexts;
    const rowOf = tool?.rows?.(this.#settings) ?? ((fields) => fields as ToolRow);
    this.#session = load(compiled, backend, {
      resolver: backend.resolver,
      host: backend.host,
      escapeData: false,
      printMapsAtEnd: tool === undefined,
      onRecord: (record) => this.#record(record, rowOf),
    });
    this.#session.start();
  }

  get text(): string {
    const parts: string[] = [];
    const sink = { write: (text: string) => parts.push(text) };
    if (this.#tool !== undefined) {
      const table = createRowOutput(sink, shownColumns(this.#tool, this.#settings), { format: "table" });
      for (const row of this.rows) table.row(row);
      table.flush();
    } else {
      const writer = createTextWriter(sink, { write: () => undefined }, this.#ownTexts);
      for (const record of this.records) if (record.kind !== "attached") writer.write(record);
      writer.flush();
    }
    return parts.join("");
  }

  get losses(): Losses {
    return this.#session.losses;
  }

  get exitCode(): number | undefined {
    return this.#session.exitCode;
  }

  readMap(name: string): MapSnapshot | undefined {
    const full = name.startsWith("@") ? name : `@${name}`;
    return this.#session.mapNames.includes(full) ? this.#session.readMap(full) : undefined;
  }

  map(name: string): MapHandle {
    throw new SkepError(`${name} is no map of an object: this is a script`, {
      code: "sim/unknown-name",
      remedy: `read a script's map with readMap(${JSON.stringify(name)})`,
    });
  }

  ring(_name: string): readonly Uint8Array[] {
    throw new SkepError("a script's records are read for it", {
      code: "sim/unknown-name",
      remedy: `look at \`records\` instead of the buffer ${this.#events}`,
    });
  }

  iterate(program: string): string {
    throw new SkepError(`${program} is no iterator: this is a script`, {
      code: "sim/unknown-name",
      remedy: "simulate the object that has the iterator",
    });
  }

  play(duration: Duration): void {
    this.backend.playNow(duration, () => this.exitCode !== undefined);
  }

  stop(): void {
    this.#session.stop();
  }

  #record(record: OutputRecord, rowOf: (fields: Readonly<Record<string, Value>>) => ToolRow | undefined): void {
    this.records.push(record);
    if (record.kind !== "value") return;
    this.values.push(record.value);
    if (record.type.kind !== "tuple" || Array.isArray(record.value)) return;
    const row = rowOf(record.value as Readonly<Record<string, Value>>);
    if (row !== undefined) this.rows.push(row);
  }

  [Symbol.dispose](): void {
    this.#session.close();
    this.backend[Symbol.dispose]();
  }
}
