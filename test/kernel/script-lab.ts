import type { Diagnostic } from "../../src/base/diagnostic.ts";
import { renderDiagnostic } from "../../src/base/diagnostic.ts";
import type { Losses, OutputRecord } from "../../src/base/output-record.ts";
import type { BtOptions } from "../../src/lang/bt/env.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { openHost } from "../../src/linux/host.ts";
import { LinuxResolver } from "../../src/linux/resolver.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import { createTextWriter } from "../../src/output/text.ts";
import { compile, load } from "../../src/pipeline.ts";
import type { ScriptSession } from "../../src/runtime/script-session.ts";

/** What a script said and did. `printed` is without the first line and without the maps of the end. */
export type Outcome = Readonly<{
  printed: string;
  /** The maps that were shown at the end. */
  maps: string;
  records: readonly OutputRecord[];
  warnings: readonly Diagnostic[];
  losses: Losses;
  exitCode: number | undefined;
}>;

export type LabOptions = Omit<BtOptions, "pid"> &
  Readonly<{
    /** Trace every process; for scripts that hold a filter of their own. */
    unfiltered?: boolean;
    /** Runs when all probes are attached, before the command is released. */
    onReady?: (session: ScriptSession, commandPid: number) => void;
    uid?: number;
  }>;

const LIMIT_MS = 100_000; // for a trace that neither its command nor exit() ends

/** Compiles scripts, loads them into this kernel and runs them there. One for a test file: the kernel's types are read once. */
export class ScriptLab implements Disposable {
  readonly backend = openLinux({ searchPath: process.env["PATH"] ?? "" });
  readonly #resolver = new LinuxResolver(() => this.backend.kernel);

  [Symbol.dispose](): void {
    this.backend[Symbol.dispose]();
  }

  /** Runs a script that only has probes which fire by themselves: BEGIN and END. */
  run(text: string, options: LabOptions = {}): Outcome {
    const log = new Log();
    using session = this.#open(text, options, process.pid, log);
    session.start();
    session.stop();
    return log.outcome(session);
  }

  /** What is printed by a script as `run` runs it, in lines. */
  lines(text: string, options: LabOptions = {}): string[] {
    return this.run(text, options).printed.split("\n").slice(0, -1);
  }

  /** Traces one command from its first instruction to its end, or until the script calls exit(). */
  async trace(text: string, command: string | readonly string[], options: LabOptions = {}): Promise<Outcome> {
    const held = await startHeld(command, {
      stdio: "ignore",
      ...(options.uid !== undefined && { uid: options.uid }),
    });
    const log = new Log();
    try {
      using session = this.#open(text, options, held.pid, log);
      session.start();
      options.onReady?.(session, held.pid);
      held.release();
      const limit = new Promise<void>((resolve) => setTimeout(resolve, LIMIT_MS).unref());
      await Promise.race([held.exited, log.exited, limit]);
      session.stop();
      return log.outcome(session);
    } finally {
      held.kill("SIGKILL");
    }
  }

  #open(text: string, options: LabOptions, pid: number, log: Log): ScriptSession {
    const source = { name: "test.bt", text: text.replaceAll("$PID", String(pid)) };
    const filter = options.unfiltered ? {} : { pid };
    const { compiled, report } = compile(source, this.backend.target, { ...options, ...filter });
    if (!compiled) throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
    log.warnings = report.diagnostics;
    log.ownTexts = compiled.plan.settings?.ownTexts ?? [];
    return load(compiled, this.backend, {
      resolver: this.#resolver,
      host: openHost(this.#resolver),
      onRecord: (record) => log.records.push(record),
      onExit: () => log.exit(),
    });
  }
}

class Log {
  readonly records: OutputRecord[] = [];
  warnings: readonly Diagnostic[] = [];
  ownTexts: readonly string[] = [];
  exit: () => void = () => {};
  readonly exited = new Promise<void>((resolve) => {
    this.exit = resolve;
  });

  outcome(session: ScriptSession): Outcome {
    const end = this.records.findLastIndex((record) => record.kind === "end");
    const shown = (records: readonly OutputRecord[]) => {
      const parts: string[] = [];
      const sink = { write: (text: string) => void parts.push(text) };
      const writer = createTextWriter(sink, sink, this.ownTexts);
      for (const record of records)
        if (record.kind !== "attached" && record.kind !== "end" && record.kind !== "lost") writer.write(record);
      writer.flush();
      return parts.join("");
    };
    return {
      printed: shown(this.records.slice(0, end)),
      maps: shown(this.records.slice(end)),
      records: this.records,
      warnings: this.warnings,
      losses: session.losses,
      exitCode: session.exitCode,
    };
  }
}
