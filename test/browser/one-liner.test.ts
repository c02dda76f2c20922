// The whole road in a page: a one-liner is compiled, runs in the machine, and what it counted is printed.
import { expect, test } from "vitest";
import { renderDiagnostic } from "../../src/base/diagnostic.ts";
import { createTextWriter } from "../../src/output/text.ts";
import { type Compiled, compile } from "../../src/pipeline.ts";
import type { Resolver } from "../../src/runtime/resolver.ts";
import { ScriptSession } from "../../src/runtime/script-session.ts";
import { fakeTarget } from "../support/fake-target.ts";
import { MachineLoaded } from "../support/machine-loaded.ts";

const target = fakeTarget({ noBtf: true }); // there is no kernel whose structures could be read
const RESOLVER: Resolver = {
  kernelSymbol: () => undefined,
  userSymbol: () => undefined,
  cgroupPath: () => undefined,
  userName: () => undefined,
  errorText: () => undefined,
  clockOffsetNs: () => 0n,
};

function compiled(text: string): Compiled {
  const source = { name: "-e", text };
  const { compiled: found, report } = compile(source, target);
  if (found === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  return found;
}

/** What the script prints when its tracing programs are called once for each of these contexts. */
function printed(text: string, engine: "jit" | "interpreter", contexts: readonly Uint8Array[]): string {
  const { object, plan } = compiled(text);
  const loaded = new MachineLoaded(object, { engine, cpus: target.cpus });
  let shown = "";
  const writer = createTextWriter({ write: (piece) => (shown += piece) });
  const session = new ScriptSession(loaded, plan, {
    resolver: RESOLVER,
    host: { unixTimeNs: () => 0n },
    onRecord: (record) => writer.write(record),
  });
  session.start();
  for (const ctx of contexts)
    for (const { program, phase } of plan.programs) if (phase === "trace") loaded.fire(program, ctx);
  session.stop();
  writer.flush();
  return shown;
}

/** The context of tracepoint:syscalls:sys_exit_read: 8 bytes that all have, the number of the call, its result. */
function exitRead(result: bigint): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(16, result, true);
  return bytes;
}

const READS = [5n, 100n, -11n, 3000n, 7n].map(exitRead);

// biome-ignore format: one case per line
const SCRIPTS = [
  { rule: "counts by program",  text: "tracepoint:syscalls:sys_exit_openat { @[comm] = count(); }",                        shows: ["@[made-up]: 5"] },
  { rule: "filters and prints", text: 'tracepoint:syscalls:sys_exit_openat /args.ret > 50/ { printf("%d %s read %d\\n", pid, comm, args.ret); }', shows: ["42 made-up read 100", "42 made-up read 3000"] },
  { rule: "draws a histogram",  text: "tracepoint:syscalls:sys_exit_openat /args.ret > 0/ { @sizes = hist(args.ret); }",   shows: ["@sizes:", "[4, 8)                 2 |", "[2K, 4K)               1 |"] },
  { rule: "adds up at the end", text: 'BEGIN { @n = 0; } tracepoint:syscalls:sys_exit_openat { @n += 1; } END { printf("%d calls\\n", @n); clear(@n); }', shows: ["5 calls"] },
];

test.each(SCRIPTS)("a one-liner $rule", ({ text, shows }) => {
  const shown = printed(text, "jit", READS);
  for (const piece of shows) expect(shown).toContain(piece);
  expect(printed(text, "interpreter", READS)).toBe(shown);
});
