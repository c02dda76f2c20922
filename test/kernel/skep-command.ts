import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SKEP = fileURLToPath(new URL("../../bin/skep.cjs", import.meta.url));
const BUNDLE = fileURLToPath(new URL("../../dist/skep.cjs", import.meta.url));
const READY = "tracing has begun";
const LIMIT_MS = 110_000; // for what hangs: emulated processors, and busy ones, are slow

/** What a run of the command said. `status` is negative for the signal that ended it. */
export type Said = Readonly<{ out: string; err: string; status: number }>;

/** A run of the command that goes on. */
export class RunningSkep {
  readonly child: ChildProcess;
  readonly done: Promise<Said>;
  #out = Buffer.alloc(0);
  #err = "";
  #isOver = false;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is missing: run npm run build`);
    this.child = spawn(process.execPath, [SKEP, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    this.child.stdout?.on("data", (data: Buffer) => (this.#out = Buffer.concat([this.#out, data])));
    this.child.stderr?.on("data", (data: Buffer) => (this.#err += data.toString()));
    const limit = setTimeout(() => this.child.kill("SIGKILL"), LIMIT_MS);
    this.done = new Promise((resolve) =>
      this.child.once("close", (code, signal) => {
        clearTimeout(limit);
        this.#isOver = true; // and all that it wrote has come
        resolve({ out: this.out, err: this.#err, status: code ?? (signal === "SIGKILL" ? -9 : -1) });
      }),
    );
  }

  /** What it has written so far. */
  get out(): string {
    return this.#out.toString();
  }

  /** Resolves when the output holds `text`. */
  async until(text: string): Promise<void> {
    while (!this.out.includes(text)) {
      if (this.#isOver)
        throw new Error(`no ${JSON.stringify(text)} in ${JSON.stringify(this.out + this.#err)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Runs the command to its end. */
export function runSkep(...args: string[]): Promise<Said> {
  return new RunningSkep(args).done;
}

/** Starts the command and resolves when all its probes are attached. Its output begins with a line that says so. */
export async function startSkep(...args: string[]): Promise<RunningSkep> {
  const running = new RunningSkep(args, { SKEP_READY: READY });
  await running.until(`${READY}\n`);
  return running;
}

/** The output behind the line that says that tracing has begun. */
export function afterReady(out: string): string {
  return out.slice(out.indexOf(`${READY}\n`) + READY.length + 1);
}

/** The objects that lines of JSON hold; lines that begin otherwise are the traced command's own output. */
export function jsonRows(out: string): Readonly<Record<string, unknown>>[] {
  return out
    .split("\n")
    .filter((line) => line.startsWith('{"'))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

/** Ids of the eBPF programs that a run holds. */
export function programsOf(running: RunningSkep): number[] {
  const folder = `/proc/${running.child.pid}/fdinfo`;
  const ids = readdirSync(folder).map(
    (fd) => /^prog_id:\s*(\d+)$/m.exec(readFileSync(join(folder, fd), "utf8"))?.[1],
  );
  return [...new Set(ids.filter((id) => id !== undefined))].map(Number);
}

/** Resolves when none of these programs is loaded: the kernel gives them back a moment after their process ends. */
export async function noneLoaded(ids: readonly number[]): Promise<void> {
  for (let wait = 0; wait < 30_000; wait += 50) {
    const list = execFileSync("bpftool", ["-j", "prog", "list"], { encoding: "utf8" });
    const loaded = (JSON.parse(list) as { id: number }[]).map(({ id }) => id);
    if (!ids.some((id) => loaded.includes(id))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("programs are still loaded");
}
