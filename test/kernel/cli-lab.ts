import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FIXTURES = join(import.meta.dirname, "fixtures/cli");

/** A folder for objects compiled from test/kernel/fixtures/cli. Removed by `close`. */
export class CliLab implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), "skep-cli-"));

  /** The object file of a fixture. */
  compile(name: string): string {
    const out = this.path(`${name}.o`);
    execFileSync("clang-14", ["-target", "bpf", "-g", "-O2", "-c", join(FIXTURES, `${name}.c`), "-o", out]);
    return out;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true });
  }
}

/** A process that asks for its working folder ten times a second, until it is stopped or this one has ended. */
export class Caller implements Disposable {
  readonly #child = spawn("python3", ["-c", SCRIPT], { stdio: "ignore" });

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error("python3 did not start");
    return pid;
  }

  /** Asks no more. */
  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  [Symbol.dispose](): void {
    this.#child.kill("SIGKILL");
  }
}

const SCRIPT =
  "import os, time\nparent = os.getppid()\nwhile os.getppid() == parent:\n  os.getcwd()\n  time.sleep(0.1)";
