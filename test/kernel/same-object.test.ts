// The same objects, byte for byte, run on the real kernel and on the simulated one, and see the same.
import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { openHost } from "../../src/linux/host.ts";
import { LinuxResolver } from "../../src/linux/resolver.ts";
import { startHeld } from "../../src/linux/spawn.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { type Compiled, compile, load } from "../../src/pipeline.ts";
import type { Feature } from "../../src/plan/target.ts";
import type { Loaded } from "../../src/runtime/backend.ts";
import { SimBackend } from "../../src/sim/backend/sim-backend.ts";
import { createTestWorld } from "../../src/sim/test-world.ts";
import type { Behaviour } from "../../src/sim/thread.ts";
import { type ToolRow, toolSource } from "../../src/tools/define-tool.ts";
import { opensnoop } from "../../src/tools/opensnoop.ts";
import { ObjectLab, read } from "./clang-object.ts";
import { needs } from "./needs.ts";

const linux = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  linux[Symbol.dispose]();
  lab[Symbol.dispose]();
});

const FILES = ["/etc/hosts", "/nonexistent/file"];
const readFiles: Behaviour = function* (p) {
  for (const path of FILES) yield* p.readFile(path);
};

function opens(records: readonly unknown[]): ToolRow[] {
  const rows = opensnoop.rows?.(new Map()) ?? ((fields) => fields as ToolRow);
  return records.flatMap((record) => {
    const { comm, err, path } = rows(record as never) ?? {};
    return FILES.includes(String(path)) ? [{ comm, err, path } as ToolRow] : [];
  });
}

function compiledOpensnoop(pid: number): Compiled {
  const settings = new Map([["pid", String(pid)]]);
  const source = { name: "opensnoop", text: toolSource(opensnoop, settings, linux.target.arch) };
  // Without direct reads of task_struct, whose layout the simulated kernel has of its own.
  const target = new Proxy(linux.target, {
    get(real, key) {
      if (key === "has") return (feature: Feature) => feature !== "commPadded" && real.has(feature);
      const value = Reflect.get(real, key, real);
      return typeof value === "function" ? value.bind(real) : value;
    },
  });
  const { compiled } = compile(source, target, { named: settings, maxStringBytes: 4096 });
  if (compiled === undefined) throw new Error("opensnoop does not compile");
  return compiled;
}

test("opensnoop's object, compiled for the real kernel, sees the same on both", async (t) => {
  needs(t, "tracefs", "btf", "ringbuf");
  if (process.arch !== "x64") return t.skip("the simulated machine is x86-64");
  const real: unknown[] = [];
  const command = await startHeld(["cat", ...FILES], { path: process.env["PATH"] ?? "", stdio: "ignore" });
  const compiled = compiledOpensnoop(command.pid);
  {
    const resolver = new LinuxResolver(() => linux.kernel);
    using session = load(compiled, linux, {
      resolver,
      host: openHost(resolver),
      onRecord: (record) => record.kind === "value" && real.push(record.value),
    });
    session.start();
    command.release();
    await command.exited;
    session.stop();
  }

  const simulated: unknown[] = [];
  const world = createTestWorld();
  using backend = new SimBackend(world);
  using session = load(compiled, backend, {
    resolver: backend.resolver,
    host: backend.host,
    onRecord: (record) => record.kind === "value" && simulated.push(record.value),
  });
  session.start();
  world.processes.namespaces.initial.pid.skipTo(command.pid); // the object asks for this pid
  world.processes.spawn(readFiles, { executable: "/usr/bin/cat" });
  backend.playNow("1 s");
  session.stop();

  const expected = [
    { comm: "cat", err: 0n, path: FILES[0] },
    { comm: "cat", err: 2n, path: FILES[1] },
  ];
  expect(opens(simulated)).toEqual(expected);
  expect(opens(real)).toEqual(expected);
});

const WALK = `
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

struct event { int pid; int ppid; unsigned int uid; char comm[16]; char parent[16]; };

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 65536); } events SEC(".maps");

volatile const int wanted = 0;

SEC("tracepoint/syscalls/sys_enter_getppid")
int on_getppid(void *ctx)
{
  struct task_struct *task = (struct task_struct *)bpf_get_current_task();
  int pid = BPF_CORE_READ(task, tgid);
  if (wanted != 0 && pid != wanted)
    return 0;
  struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
  if (!e)
    return 0;
  e->pid = pid;
  e->ppid = BPF_CORE_READ(task, real_parent, tgid);
  e->uid = BPF_CORE_READ(task, cred, uid.val);
  BPF_CORE_READ_STR_INTO(&e->comm, task, comm);
  BPF_CORE_READ_STR_INTO(&e->parent, task, real_parent, comm);
  bpf_ringbuf_submit(e, 0);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
`;

type Walked = Readonly<{ pid: number; ppid: number; uid: number; comm: string; parent: string }>;

function walked(bytes: Uint8Array): Walked {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const text = (at: number) => new TextDecoder().decode(bytes.subarray(at, at + 16)).replace(/\0.*$/s, "");
  return {
    pid: view.getInt32(0, true),
    ppid: view.getInt32(4, true),
    uid: view.getUint32(8, true),
    comm: text(12),
    parent: text(28),
  };
}

function eventsOf(loaded: Loaded, name: string, run: () => void): Walked[] {
  const events: Walked[] = [];
  const ring = loaded.openRing("events", (data, _view, at, length) =>
    events.push(walked(data.slice(at, at + length))),
  );
  loaded.attach("on_getppid", [{ attach: { kind: "tracepoint", category: "syscalls", name } }]);
  run();
  ring.drain();
  ring.close();
  return events;
}

test("an object of clang walks the structures of both kernels, whose layouts differ", (t) => {
  needs(t, "tracefs", "btf", "ringbuf");
  const object: ObjectSpec = fromElf(read(lab.compile("walk.c", { text: WALK })));
  const only = (pid: number): ObjectSpec => ({
    ...object,
    maps: object.maps.map((map) =>
      map.name.endsWith(".rodata") ? { ...map, initial: new Uint8Array(Int32Array.of(pid).buffer) } : map,
    ),
  });

  using loaded = linux.load(only(process.pid));
  const [real] = eventsOf(loaded, "sys_enter_getppid", () => void process.ppid);
  expect(real).toMatchObject({ pid: process.pid, ppid: process.ppid, uid: process.getuid?.() });

  const world = createTestWorld();
  using backend = new SimBackend(world);
  using simulated = backend.load(only(0));
  let [parent, child] = [0, 0];
  const events = eventsOf(simulated, "sys_enter_getpid", () => {
    world.processes.spawn(
      function* (p) {
        parent = p.pid;
        child = yield* p.fork(function* (c) {
          yield* c.setName("worker");
          yield* c.getpid();
        });
        yield* p.wait();
      },
      { executable: "/usr/bin/shop", uid: 1000 },
    );
    backend.playNow("1 s");
  });
  expect(events).toEqual([{ pid: child, ppid: parent, uid: 1000, comm: "worker", parent: "shop" }]);
});
