import { expect, test } from "vitest";
import { renderDiagnostic } from "../../base/diagnostic.ts";
import { compile, load } from "../../pipeline.ts";
import { createTestWorld } from "../test-world.ts";
import type { Behaviour } from "../thread.ts";
import { SimBackend } from "./sim-backend.ts";

test("a script sees a process open a file", () => {
  const world = createTestWorld();
  const backend = new SimBackend(world);
  const source = {
    name: "-e",
    text: 'tracepoint:syscalls:sys_enter_openat { printf("%s %d %s\\n", comm, pid, str(args.filename)); @[comm] = count(); }',
  };
  const { compiled, report } = compile(source, backend.target);
  if (compiled === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  const lines: unknown[] = [];
  const session = load(compiled, backend, {
    resolver: backend.resolver,
    host: backend.host,
    onRecord: (record) => lines.push(record),
  });
  session.start();
  const openat = world.hooks.syscall("openat");
  const body: Behaviour = function* (p) {
    for (let i = 0; i < 3; i++) {
      yield* p.compute("1 ms");
      const name = p.task.userText(`/etc/file${i}`);
      yield* openat.run(p.task, [-100, name, 0, 0], function* () {
        yield* world.compute("2 us");
        return 3 + i;
      });
    }
  };
  world.processes.spawn(body, { executable: "/usr/bin/cat", cgroup: "/a" });
  backend.playNow("1 s");
  session.stop();
  expect(lines).toMatchObject([
    { kind: "attached", probes: 1 },
    { kind: "printf", text: "cat 400 /etc/file0\n" },
    { kind: "printf", text: "cat 400 /etc/file1\n" },
    { kind: "printf", text: "cat 400 /etc/file2\n" },
    { kind: "end" },
    { kind: "map", map: { name: "@", entries: [{ key: "cat", value: 3n }] } },
  ]);
});

test("what is closed says so as on a real kernel", () => {
  const backend = new SimBackend(createTestWorld());
  const { compiled } = compile({ name: "-e", text: "BEGIN { @[pid] = count(); }" }, backend.target);
  if (compiled === undefined) throw new Error("it does not compile");
  const loaded = backend.load(compiled.object);
  const [program] = compiled.object.programs;
  const [map] = compiled.object.maps;
  if (program === undefined || map === undefined) throw new Error("it has no program or no map");
  const held = loaded.map(map.name);
  loaded.close();
  loaded.close();
  const key = new Uint8Array(map.keySize);
  // biome-ignore format: one call per line
  const calls: readonly (() => unknown)[] = [
    () => loaded.map(map.name), () => loaded.run(program.name), () => loaded.stats(),
    () => loaded.attach(program.name, []), () => loaded.openRing(map.name, () => {}), () => loaded.readIterator(program.name),
    () => held.lookup(key), () => held.update(key, new Uint8Array(map.valueSize)), () => held.delete(key),
    () => [...held.entries()], () => held.clear(),
  ];
  for (const call of calls)
    expect(call, call.toString()).toThrow(expect.objectContaining({ code: "linux/closed" }));
  expect(held.spec.name).toBe(map.name);
});
