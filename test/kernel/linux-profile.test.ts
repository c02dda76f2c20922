import { afterEach, expect, test } from "vitest";
import { PROGRAM_TYPES } from "../../src/abi/program-types.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { testRun } from "../../src/linux/bpf-prog.ts";
import { onlineCpus, possibleCpus } from "../../src/linux/procfs.ts";
import { RunCounters } from "../../src/linux/profile-program.ts";
import { needs } from "./needs.ts";

const backend = openLinux();
const { kernel } = backend;
const ON_CPU = 1; // BPF_F_TEST_RUN_ON_CPU
const CPU_CLOCK = { name: "cpu_clock", type: 1, config: 0n };
const PAGE_FAULTS = { name: "page_faults", type: 1, config: 2n };

afterEach(() => backend[Symbol.dispose]());

test("runs are counted with their events, on the CPU where they are", (t) => {
  needs(t, "raw-tp");
  const cpu = onlineCpus().at(-1) ?? 0;
  using counters = new RunCounters(kernel, [CPU_CLOCK, PAGE_FAULTS], onlineCpus(), possibleCpus().length);
  const where = { type: PROGRAM_TYPES.rawTracepoint.number };
  using start = counters.load("start", where);
  using end = counters.load("end", where);
  const run = (program: typeof start) => testRun(kernel, program, { cpu, flags: ON_CPU });
  run(end); // an end whose start nobody saw
  expect(counters.read().map(({ runs }) => runs)).toEqual([0n, 0n]);
  for (let i = 0; i < 3; i++) {
    run(start);
    run(end);
  }
  const [clock, faults] = counters.read();
  expect(clock?.runs).toBe(3n);
  expect(clock?.value).toBeGreaterThan(0n);
  expect(clock?.running).toBe(clock?.enabled);
  expect(faults?.runs).toBe(3n);
});

test("an event that the machine has not is refused, and nothing stays open", () => {
  const none = { name: "nothing", type: 1, config: 999n };
  expect(() => new RunCounters(kernel, [none], onlineCpus(), possibleCpus().length)).toThrow(
    /count nothing on CPU/,
  );
});
