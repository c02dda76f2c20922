import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { SkepError } from "../base/errors.ts";
import { splitCommand } from "../linux/split-command.ts";
import type { Host } from "../runtime/resolver.ts";
import { SimBackend } from "../sim/backend/sim-backend.ts";
import { simKernelTables } from "../sim/btf/types.ts";
import { createWorld } from "../sim/create-world.ts";
import type { Process } from "../sim/process/process.ts";
import { parseScenario } from "../sim/scenarios/json-scenario.ts";
import { buildScenario, isScenario, type Scenario } from "../sim/scenarios/scenario.ts";
import { findScenario } from "../sim/scenarios/table.ts";
import type { World } from "../sim/world/world.ts";
import type { Stop } from "./stop.ts";
import type { MachineChoice, WatchedCommand, WatchedMachine, WatchLimits } from "./watched-machine.ts";

const FOLDERS = ["/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin"];
const AFTER_EXIT_NS = 20_000_000; // what a process did last is still on its way through the ring buffer

/** A simulated machine playing a scenario. Throws SkepError when there is no such scenario. */
export function openSimulatedMachine(choice: MachineChoice): {
  machine: WatchedMachine;
  name: string;
  world: World;
} {
  const scenario = chosenScenario(choice.sim ?? "");
  const world = createWorld(simKernelTables(), {
    ...scenario.machine,
    ...(choice.seed !== undefined && { seed: choice.seed }),
  });
  buildScenario(world, scenario);
  return { machine: new SimulatedMachine(world, choice.speed), name: scenario.name, world };
}

/** By the name of one that comes with Skep, or by a file of the user's own. Throws SkepError. */
export function chosenScenario(name: string): Scenario {
  if (!/[/.]/.test(name)) return findScenario(name);
  const path = resolve(name);
  return /\.json$/.test(name)
    ? parseScenario(readScenarioFile(name, path), name)
    : scenarioOfModule(name, path);
}

function readScenarioFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SkepError(`cannot read ${name}`, {
      code: "sim/no-scenario",
      remedy: "give the path of a scenario in JSON, or a name from `skep sim list`",
      cause,
    });
  }
}

function scenarioOfModule(name: string, path: string): Scenario {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = createRequire(pathToFileURL(path))(path);
  } catch (cause) {
    throw new SkepError(`cannot load ${name}: ${(cause as Error).message}`, {
      code: "sim/no-scenario",
      remedy: "give a JavaScript module that exports `scenario(…)` of skep/sim, or JSON",
      cause,
    });
  }
  const found = Object.values(exported).find(isScenario);
  if (found !== undefined) return found;
  throw new SkepError(`${name} exports no scenario`, {
    code: "sim/no-scenario",
    remedy: 'write `export const mine = scenario("mine", { summary: "…" }, (machine) => { … })`',
  });
}

class SimulatedMachine implements WatchedMachine {
  readonly backend: SimBackend;
  readonly resolver: SimBackend["resolver"];
  readonly host: Host;
  readonly #world: World;
  readonly #speed: MachineChoice["speed"];

  constructor(world: World, speed: MachineChoice["speed"]) {
    this.#world = world;
    this.#speed = speed;
    this.backend = new SimBackend(world);
    this.resolver = this.backend.resolver;
    const { host } = this.backend;
    this.host = {
      unixTimeNs: () => host.unixTimeNs(),
      readFile: (path, limit) => host.readFile(path, limit),
      // Packets that a script writes are for the one who watches.
      writeFile: (path, data, append) => writeFileSync(path, data, { flag: append ? "a" : "w" }),
    };
  }

  checkProcess(pid: number): void {
    if (this.#process(pid) !== undefined) return;
    const some = this.#world.processes.all
      .filter(({ isKernelThread }) => !isKernelThread)
      .slice(0, 8)
      .map((process) => `${process.pid} (${process.comm})`);
    throw new SkepError(`there is no process ${pid} on the simulated machine`, {
      code: "sim/no-process",
      remedy: `give one of its own: ${some.join(", ")}`,
    });
  }

  mappedFiles(pid: number): readonly string[] {
    const processes = pid === 0 ? this.#world.processes.all : [this.#process(pid)];
    const names = processes.flatMap((process) => (process?.memory?.regions ?? []).map(({ name }) => name));
    return [...new Set(names.filter((name) => name.startsWith("/")))];
  }

  /** The program waits, because no time passes yet. */
  async startCommand(command: string): Promise<WatchedCommand> {
    const [name = "", ...args] = splitCommand(command) ?? ["/usr/bin/sh", "-c", command];
    const { programs, processes } = this.#world;
    const paths = name.includes("/") ? [name] : FOLDERS.map((folder) => `${folder}/${name}`);
    for (const path of paths) {
      const body = programs.find(path, [name, ...args]);
      if (body === undefined) continue;
      const process = processes.spawn(body, { executable: path, argv: [name, ...args] });
      return {
        pid: process.pid,
        release: () => {},
        exited: new Promise(() => {}), // watch() asks the process itself
        kill: () => {},
      };
    }
    const known = [...new Set(programs.paths.map((path) => path.split("/").at(-1)))].sort();
    throw new SkepError(`the simulated machine has no program \`${name}\``, {
      code: "sim/no-command",
      remedy: `start one that it has: ${known.join(", ")}`,
    });
  }

  dropCapabilities(): readonly string[] {
    return [];
  }

  every(ms: number, run: () => void): Disposable {
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      run();
      this.#world.at(this.#world.nowNs + ms * 1e6, again);
    };
    this.#world.at(this.#world.nowNs + ms * 1e6, again);
    return {
      [Symbol.dispose]: () => {
        isOver = true;
      },
    };
  }

  async watch(stop: Stop, { durationMs, pid, command }: WatchLimits): Promise<void> {
    const abort = new AbortController();
    void stop.promise.then(() => abort.abort());
    const watched = command?.pid ?? pid;
    let endedNs: number | undefined;
    const until = (): boolean => {
      if (stop.isFinished()) return true;
      if (watched === undefined) return false;
      if (this.#process(watched) === undefined) endedNs ??= this.#world.nowNs;
      return endedNs !== undefined && this.#world.nowNs >= endedNs + AFTER_EXIT_NS;
    };
    const ends = durationMs !== undefined || watched !== undefined;
    await this.backend.play({
      ...(durationMs !== undefined && { for: durationMs * 1e6 }),
      speed: this.#speed ?? (ends && process.stdout.isTTY !== true ? "max" : 1),
      signal: abort.signal,
      until,
    });
    stop.finish();
  }

  /** One that has not ended. */
  #process(pid: number): Process | undefined {
    const process = this.#world.processes.process(pid);
    return process?.exitStatus === undefined ? process : undefined;
  }

  [Symbol.dispose](): void {
    this.backend[Symbol.dispose]();
  }
}
