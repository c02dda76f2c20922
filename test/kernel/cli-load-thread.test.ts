import { expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import type { LinuxMap } from "../../src/linux/maps.ts";
import { openMap, openProgram } from "../../src/linux/open.ts";
import { askForPriority, libraryObject } from "./library-lab.ts";
import { needs } from "./needs.ts";
import { jsonRows, programsOf, startSkep } from "./skep-command.ts";

const EVENTS = 60_000; // sixteen times what the ring holds, and what a pipe holds
const MOST_CALLS = 20_000;

test("skep load reads on while nobody reads its output", async (t) => {
  needs(t, "ringbuf", "syscall-program", "bpf-loop");
  const object = libraryObject("bursts");
  const running = await startSkep(
    "load",
    object,
    "--json",
    "--set",
    `targ_pid=${process.pid}`,
    "--program",
    "on_getpriority",
  );
  using backend = openLinux();
  using counters = variables(backend);
  running.child.stdout?.pause();
  for (let calls = 0; calls < MOST_CALLS && sent(counters) < EVENTS; calls++) {
    askForPriority();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  running.child.stdout?.resume();
  running.child.kill("SIGINT");
  const { out, err, status } = await running.done;
  expect({ err, status }).toEqual({ err: "", status: 0 });
  const rows = jsonRows(out);
  const numbers = rows
    .filter(({ map }) => map === "events")
    .map(({ value }) => (value as { number: number }).number);
  const all = Array.from({ length: sent(counters) }, (_, i) => i).filter((i) => i % 1000 !== 999);
  expect(all.length).toBeGreaterThanOrEqual(EVENTS * 0.999);
  expect(numbers.length).toBe(all.length);
  expect(numbers.every((number, i) => number === all[i])).toBe(true);

  function variables({ kernel }: typeof backend): LinuxMap {
    for (const id of programsOf(running)) {
      using program = openProgram(kernel, { id });
      for (const map of program.mapIds()) {
        const opened = openMap(kernel, { id: map });
        if (opened.spec.name.endsWith(".bss")) return opened;
        opened[Symbol.dispose]();
      }
    }
    throw new Error("the program has no variables");
  }
});

/** The first variable: how many were sent. */
function sent(variables: LinuxMap): number {
  const value = variables.lookup(new Uint8Array(4)) ?? new Uint8Array(8);
  return Number(new DataView(value.buffer, value.byteOffset).getBigUint64(0, true));
}
