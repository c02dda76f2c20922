import { renderDiagnostic } from "../../src/base/diagnostic.ts";
import { compile, load } from "../../src/pipeline.ts";
import { SimBackend } from "../../src/sim/backend/sim-backend.ts";
import type { SpawnOptions } from "../../src/sim/process/processes.ts";
import type { Behaviour } from "../../src/sim/thread.ts";
import type { World } from "../../src/sim/world/world.ts";

/** Runs a script on a world while a process named cat does something for ten seconds; the lines that it prints. */
export function traceWorld(
  world: World,
  text: string,
  body: Behaviour,
  options: SpawnOptions = { executable: "/usr/bin/cat" },
): string[] {
  const backend = new SimBackend(world);
  const source = { name: "-e", text };
  const { compiled, report } = compile(source, backend.target);
  if (compiled === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  const lines: string[] = [];
  const session = load(compiled, backend, {
    resolver: backend.resolver,
    host: backend.host,
    onRecord: (record) => {
      if (record.kind === "printf") lines.push(record.text.trimEnd());
    },
  });
  session.start();
  world.processes.spawn(body, options);
  backend.playNow("10 s");
  session.stop();
  return lines;
}
