import type { Behaviour, Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import type { MachineBuilder } from "./machine-builder.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

/** A container engine with three containers; one takes the CPUs and the disk, another should answer quickly. */
export const noisyNeighbour = scenario(
  "noisy-neighbour",
  {
    summary:
      "containers on one machine: a batch job takes CPUs and disk, a web service next to it becomes slow",
    tryWith: [
      "-e 'tracepoint:sched:sched_switch { @[cgroup_path(curtask->cgroups->dfl_cgrp->kn->id)] = count(); }'",
      "-e 'profile:hz:99 { @[cgroup_path(cgroup), comm] = count(); }'",
      "-e 'tracepoint:block:block_rq_issue { @bytes[comm] = sum(args.bytes); }'",
      "execsnoop",
      "opensnoop -n web",
    ],
    hostName: "node-1",
    cpus: 2,
  },
  (machine) => {
    addUsualServices(machine);
    machine.start("/usr/bin/dockerd", engine, { cgroup: "/system.slice/docker.service" });
    addContainer(machine, "web-7f9c", "/usr/local/bin/web", web, 1);
    addContainer(machine, "batch-x2k4", "/usr/local/bin/batch", batch, 1);
    addContainer(machine, "metrics-0", "/usr/local/bin/exporter", exporter, 1);
  },
);

/** A container: a shim, and below it processes with namespaces and a cgroup of their own. */
function addContainer(machine: MachineBuilder, name: string, path: string, body: Behaviour, count: number): void {
  const cgroup = `/system.slice/docker-${name}.scope`;
  machine.start("/usr/bin/containerd-shim-runc-v2", shim, { argv: ["containerd-shim-runc-v2", "-id", name], cgroup: "/system.slice/containerd.service" });
  machine.start(path, body, { count, uid: 1000, cgroup, namespaces: machine.container(name), at: "40 ms" });
} // biome-ignore format: one line

function* engine(p: Thread): Code {
  for (;;) {
    yield* p.sleep("500 ms");
    for (const name of ["cpu.stat", "memory.current", "io.stat"])
      yield* p.readFile(`/sys/fs/cgroup/system.slice/docker-web-7f9c.scope/${name}`);
    yield* p.compute("300 us");
  }
}

/** Now and then runc looks after the container. */
function* shim(p: Thread): Code {
  for (;;) {
    yield* p.sleep(Math.round(p.random().exponential(1.2e9)));
    yield* p.run("/usr/bin/true");
  }
}

function* web(p: Thread): Code {
  const listener = yield* p.listen(8080);
  yield* p.spawnThread(function* (probe) {
    yield* probe.setName("health");
    for (;;) {
      yield* probe.sleep("25 ms");
      yield* probe.httpRequest("http://127.0.0.1:8080/health");
    }
  });
  for (;;) {
    const fd = yield* p.accept(listener);
    if (fd < 0) {
      yield* p.sleep("10 ms");
      continue;
    }
    yield* p.recv(fd);
    yield* p.compute("700 us");
    yield* p.readFile("/etc/hosts");
    yield* p.send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    yield* p.close(fd);
  }
}

/** Six threads that compute, and one that writes and syncs. */
function* batch(p: Thread): Code {
  for (let i = 0; i < 6; i++)
    yield* p.spawnThread(function* (worker) {
      yield* worker.setName(`batch-${i}`);
      for (;;) {
        yield* worker.compute(Math.round(worker.random().latency(18e6, 0.4)));
        if (worker.random().chance(0.2)) yield* worker.sleep("8 ms");
      }
    });
  const fd = yield* p.open("/srv/batch-out.bin", "w+");
  for (let part = 0; ; part = (part + 1) % 64) {
    yield* p.pwrite(fd, 262_144, part * 262_144);
    yield* p.fsync(fd);
    yield* p.sleep("6 ms");
  }
}

function* exporter(p: Thread): Code {
  for (;;) {
    for (const name of ["stat", "meminfo", "loadavg"]) yield* p.readFile(`/proc/${name}`);
    yield* p.compute("250 us");
    yield* p.sleep("300 ms");
  }
}
