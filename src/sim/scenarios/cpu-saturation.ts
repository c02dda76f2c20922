import { through } from "../programs/through.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const WORKERS = 6;

/** More threads want to compute than there are CPUs; one that must answer quickly waits among them. */
export const cpuSaturation = scenario(
  "cpu-saturation",
  {
    summary: "two CPUs, six busy encoders, and requests that wait for their turn: run queues are long",
    tryWith: [
      "-e 'tracepoint:sched:sched_wakeup { @w[args.pid] = nsecs; } tracepoint:sched:sched_switch /@w[args.next_pid]/ { @us[args.next_comm] = hist((nsecs - @w[args.next_pid]) / 1000); delete(@w[args.next_pid]); }'",
      "-e 'profile:hz:99 { @[comm, ustack(4)] = count(); }'",
      "-e 'tracepoint:sched:sched_switch { @[args.prev_comm, args.prev_state] = count(); }'",
    ],
    hostName: "encoder",
    cpus: 2,
  },
  (machine) => {
    addUsualServices(machine);
    machine.program("/usr/bin/encoder", () => encoder, {
      functions: ["_start", "main", "encode_frame", "motion_search", "transform_block", "entropy_code", "sad_16x16"],
      libraries: ["/usr/lib/x86_64-linux-gnu/libc.so.6"],
      language: "c",
    }); // biome-ignore format: one list
    for (let i = 0; i < 40; i++) machine.file(`/srv/video/chunk-${i}.yuv`, { size: 600_000 });
    machine.start("/usr/bin/encoder", undefined, { count: WORKERS, cgroup: "/system.slice/encoder.service" });
    machine.start("/usr/bin/request-worker", requests, { count: 4, cgroup: "/system.slice/api.service" });
    machine.start("/usr/bin/ticker", ticker, { cgroup: "/system.slice/ticker.service", at: "15 ms" });
  },
);

function* encoder(p: Thread): Code {
  for (;;) {
    yield* p.readFile(`/srv/video/chunk-${p.random().integer(0, 39)}.yuv`);
    for (let frame = 0; frame < 4; frame++) {
      yield* through(p, ["encode_frame", "motion_search", "sad_16x16"], () => work(p, 9e6));
      yield* through(p, ["encode_frame", "transform_block"], () => work(p, 3e6));
      yield* through(p, ["encode_frame", "entropy_code"], () => work(p, 2e6));
    }
    yield* p.writeFile("/srv/video/out.bin", 12_000);
  }
}

function* work(p: Thread, ns: number): Code<number> {
  yield* p.compute(Math.round(p.random().latency(ns, 0.3)));
  return 0;
}

/** Work for some milliseconds whenever something comes. */
function* requests(p: Thread): Code {
  for (;;) {
    yield* p.sleep(Math.round(p.random().exponential(12e6)));
    yield* work(p, 5e6);
  }
}

/** Short work at fixed times, as of something that plays sound. */
function* ticker(p: Thread): Code {
  for (;;) {
    yield* p.sleep("10 ms");
    yield* p.compute("180 us");
  }
}
