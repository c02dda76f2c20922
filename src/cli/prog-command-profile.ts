import { progInfo } from "../abi/attr-object.ts";
import { funcInfo } from "../abi/attr-prog.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Fd } from "../linux/fd.ts";
import { fetchInfo, programInfo } from "../linux/objects.ts";
import { onlineCpus, possibleCpus } from "../linux/procfs.ts";
import { type Count, type CountedEvent, RunCounters } from "../linux/profile-program.ts";
import type { Kernel } from "../linux/syscall.ts";
import { SystemError } from "../linux/system-error.ts";
import type { ObjectCall } from "./object-command.ts";
import { openOne, takeSelection } from "./object-command-select.ts";
import { durationMs } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { untilStopped } from "./stop.ts";

const [HARDWARE, SOFTWARE, CACHE] = [0, 1, 3];

/** Caches: which one, then the operation (reads: 0), then the result (accesses: 0, misses: 1). */
const cache = (id: number, result: number) => BigInt(id | (result << 16));

/** Source of numbers: include/uapi/linux/perf_event.h, v6.12. The first six are bpftool's. */
// biome-ignore format: one event per line
const METRICS: readonly CountedEvent[] = [
  { name: "cycles",           type: HARDWARE, config: 0n },
  { name: "instructions",     type: HARDWARE, config: 1n },
  { name: "l1d_loads",        type: CACHE,    config: cache(0, 0) },
  { name: "llc_misses",       type: CACHE,    config: cache(2, 1) },
  { name: "itlb_misses",      type: CACHE,    config: cache(4, 1) },
  { name: "dtlb_misses",      type: CACHE,    config: cache(3, 1) },
  { name: "cpu_clock",        type: SOFTWARE, config: 0n },
  { name: "page_faults",      type: SOFTWARE, config: 2n },
  { name: "context_switches", type: SOFTWARE, config: 3n },
];

const USAGE = `write skep prog profile PROG [duration SECONDS] METRIC…; metrics are ${METRICS.map(({ name }) => name).join(", ")}`;

/** `prog profile PROG [duration N] METRIC…`: counts events of the processor while a program runs. */
export async function profileProgram({ kernel, words, out }: ObjectCall): Promise<void> {
  const { selection, rest } = takeSelection("prog", words);
  const { events, ms } = wishesOf(rest);
  using program = openOne(kernel, "prog", selection);
  const functionId = mainFunction(kernel, program);
  using counters = openCounters(kernel, events);
  counters.attach(program, functionId);
  const stop = untilStopped();
  const timer = ms === undefined ? undefined : setTimeout(stop.finish, ms);
  await stop.promise;
  clearTimeout(timer);
  stop.close();
  const counts = counters.read();
  if (out.json)
    return out.value(
      events.map(({ name: metric }, i) => {
        const { runs: run_cnt, value, enabled, running } = counts[i] as Count;
        return { metric, run_cnt, value, enabled, running };
      }),
    );
  out.table(
    ["METRIC", "VALUE", "RUNS", "PER RUN", "COUNTED"],
    events.map(({ name }, i) => cells(name, counts[i] as Count)),
  );
}

function cells(name: string, { runs, value, enabled, running }: Count) {
  const share = enabled === 0n ? 1 : Number(running) / Number(enabled);
  const each = runs === 0n ? undefined : Number((Number(value) / Number(runs)).toFixed(1));
  return [name, value, runs, each, `${(share * 100).toFixed(0)} %`];
}

function wishesOf(words: readonly string[]): { events: CountedEvent[]; ms?: number } {
  const [first, seconds, ...behind] = words;
  const hasDuration = first === "duration";
  if (hasDuration && seconds === undefined) throw new UsageError("duration lacks its seconds", USAGE);
  const names = hasDuration ? behind : words;
  if (names.length === 0) throw new UsageError("what is to be counted?", USAGE);
  const events = names.map((name) => {
    const found = METRICS.find((metric) => metric.name === name);
    if (found !== undefined) return found;
    throw new UsageError(
      `there is no metric ${name}`,
      didYouMean(
        name,
        METRICS.map((m) => m.name),
      ) ?? USAGE,
    );
  });
  return { events, ...(hasDuration && { ms: durationMs(seconds ?? "", "duration") }) };
}

function openCounters(kernel: Kernel, events: readonly CountedEvent[]): RunCounters {
  try {
    return new RunCounters(kernel, events, onlineCpus(), possibleCpus().length);
  } catch (cause) {
    if (!(cause instanceof SystemError) || !["ENOENT", "EOPNOTSUPP", "ENODEV"].includes(cause.errno))
      throw cause;
    throw new SkepError(`this machine does not count that: ${cause.message}`, {
      code: "object/no-counters",
      remedy:
        "virtual machines often have no hardware counters: count cpu_clock, page_faults or context_switches, or use skep prog top, which needs none",
      cause,
    });
  }
}

/** Id of the program's main function in its types. Throws SkepError when it has none. */
function mainFunction(kernel: Kernel, program: Fd): number {
  const { btfId, nrFuncInfo } = programInfo(kernel, program);
  if (btfId === 0 || nrFuncInfo === 0)
    throw new SkepError("this program was loaded without types, so that no other can watch it", {
      code: "object/no-btf",
      remedy: "compile it with -g and load it again; skep prog top needs no types",
    });
  const first = new Uint8Array(funcInfo.bytes);
  const request = { nrFuncInfo: 1, funcInfoRecSize: funcInfo.bytes, funcInfo: kernel.addressOf(first) };
  fetchInfo(kernel, program, progInfo.encode(request));
  return funcInfo.decode(first).typeId;
}
