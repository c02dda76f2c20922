import { expect, test } from "vitest";
import { renderDiagnostic } from "../../base/diagnostic.ts";
import { compile, load } from "../../pipeline.ts";
import { toolSource } from "../../tools/define-tool.ts";
import { opensnoop } from "../../tools/opensnoop.ts";
import { SimBackend } from "../backend/sim-backend.ts";
import { createTestWorld } from "../test-world.ts";
import type { Behaviour } from "../thread.ts";
import { DESCRIPTORS } from "./descriptors.ts";
import { OPEN, type OpenFile } from "./open-file.ts";
import { VFS } from "./vfs.ts";

/** Runs a script while a process does something; what it prints. */
function trace(text: string, body: Behaviour, options: Partial<Parameters<typeof compile>[2]> = {}): unknown[] {
  const world = createTestWorld();
  const backend = new SimBackend(world);
  const source = { name: "-e", text };
  const { compiled, report } = compile(source, backend.target, options);
  if (compiled === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  const records: unknown[] = [];
  const session = load(compiled, backend, {
    resolver: backend.resolver,
    host: backend.host,
    onRecord: (record) => {
      if (record.kind === "printf") records.push(record.text.trimEnd());
      if (record.kind === "value") records.push(record.value);
    },
  });
  session.start();
  world.processes.spawn(body, { executable: "/usr/bin/cat", uid: 1000 });
  backend.playNow("10 s");
  session.stop();
  return records;
}

test("a process opens, reads and closes a file: the calls come in order and fit together", () => {
  const script = `
tracepoint:syscalls:sys_enter_* /comm == "cat"/ { printf("> %s\\n", probe); }
tracepoint:syscalls:sys_exit_* /comm == "cat"/ { printf("< %s %d\\n", probe, args.ret); }`;
  const lines = trace(script, function* (p) {
    yield* p.readFile("/etc/hosts");
  });
  const calls = lines.map((line) => String(line).replace(/tracepoint:syscalls:sys_(enter|exit)_/, ""));
  expect(calls).toEqual([
    "> openat", "< openat 3", "> newfstat", "< newfstat 0", "> read", `< read ${"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n".length}`,
    "> read", "< read 0", "> close", "< close 0", "> exit_group",
  ]); // biome-ignore format: one line per call
});

test("a file that is opened again is as new: at its beginning, with the flags and the inode of this time", () => {
  const seen: unknown[] = [];
  trace("BEGIN { }", function* (p) {
    const files = p.task.process.get(DESCRIPTORS);
    const look = (fd: number) => {
      const { struct } = files.get(fd) as OpenFile;
      seen.push(
        ["f_flags", "f_pos", "f_count.counter", "f_inode", "f_path.dentry"].map((path) => struct.get(path)),
      );
      return fd;
    };
    const first = look(yield* p.open("/etc/hosts"));
    yield* p.read(first, 10);
    look(first);
    yield* p.close(first);
    yield* p.close(look(yield* p.open("/etc/hosts")));
    yield* p.close(look(yield* p.open("/etc/hosts", { flags: OPEN.nonBlocking })));
    yield* p.close(look(yield* p.open("/etc/passwd")));
  });
  const [made = [], read = [], again, flagged = [], other = []] = seen as unknown[][];
  expect(read[1]).not.toEqual(made[1]);
  expect(again).toEqual(made);
  expect(flagged[0]).not.toEqual(made[0]);
  expect(flagged.slice(1)).toEqual(made.slice(1));
  expect(other.slice(3)).not.toEqual(made.slice(3));
});

test.each([
  { rule: "a missing file", path: "/etc/nothing", error: -2 },
  { rule: "a file of another user", path: "/etc/secret", error: -13 },
  { rule: "a directory as a file", path: "/etc/hosts/x", error: -20 },
  { rule: "a link to itself", path: "/loop", error: -40 },
])("open fails: $rule", ({ path, error }) => {
  const script = 'tracepoint:syscalls:sys_exit_openat /comm == "cat"/ { printf("%d\\n", args.ret); }';
  const lines = trace(script, function* (p) {
    const vfs = p.task.world.get(VFS);
    vfs.addFile("/etc/secret", { mode: 0o600, size: 10 });
    vfs.addFile("/loop", { kind: "symlink", target: "/loop" });
    yield* p.open(path);
  });
  expect(lines).toEqual([String(error)]);
});

test("opensnoop shows full paths from the structures of the simulated kernel", () => {
  const settings = new Map([["full-path", "true"]]);
  const text = toolSource(opensnoop, settings, "x86_64");
  const rows = opensnoop.rows?.(settings);
  const records = trace(
    text,
    function* (p) {
      p.task.world.get(VFS).addFile("/run/app/state/data.txt", "x");
      yield* p.chdir("/run/app");
      yield* p.readFile("state/data.txt");
      yield* p.open("missing");
    },
    { named: settings, maxStringBytes: 4096 },
  );
  const made = records.map((record) => rows?.(record as never)).filter((row) => row !== undefined);
  expect(made).toMatchObject([
    { comm: "cat", path: "/run/app/state/data.txt", fd: 3n, err: 0n },
    { comm: "cat", path: "/run/app/missing", fd: -1n, err: 2n },
  ]);
});

test("descriptors are inherited, and gone with the process", () => {
  const world = createTestWorld();
  let inodeOpens = -1;
  world.processes.spawn(function* (p) {
    const fd = yield* p.open("/etc/hosts");
    const inode = world.get(VFS).find("/etc/hosts")?.dentry.inode;
    yield* p.fork(function* (child) {
      expect(yield* child.read(fd, 9)).toBe(9);
      yield* child.sleep("1 ms");
    });
    expect(inode?.opens).toBe(1);
    yield* p.sleep("5 ms");
    expect(yield* p.lseek(fd, 0, 1)).toBe(9); // the position is shared
    yield* p.close(fd);
    inodeOpens = inode?.opens ?? -1;
  });
  world.play("1 s");
  expect(inodeOpens).toBe(0);
});

test("pipes carry bytes in order, block and end", () => {
  const world = createTestWorld();
  let received = "";
  world.processes.spawn(function* (p) {
    const ends = yield* p.pipe();
    if (typeof ends === "number") throw new Error(`pipe: ${ends}`);
    yield* p.fork(function* (child) {
      yield* child.close(ends.read);
      for (let i = 0; i < 5; i++) {
        yield* child.sleep("1 ms");
        yield* child.write(ends.write, `line ${i}\n`);
      }
    });
    yield* p.close(ends.write);
    for (;;) {
      const bytes = yield* p.readBytes(ends.read, 100);
      if (bytes === undefined || bytes.length === 0) break;
      received += new TextDecoder().decode(bytes);
    }
  });
  world.play("1 s");
  expect(received).toBe("line 0\nline 1\nline 2\nline 3\nline 4\n");
});

test("files are made, renamed, linked and removed", () => {
  const world = createTestWorld();
  const results: unknown[] = [];
  world.processes.spawn(function* (p) {
    results.push(yield* p.mkdir("/tmp/d"), yield* p.mkdir("/tmp/d"));
    results.push(yield* p.writeFile("/tmp/d/a", "hello"));
    results.push(yield* p.renameFile("/tmp/d/a", "/tmp/d/b"), yield* p.open("/tmp/d/a"));
    results.push(yield* p.link("/tmp/d/b", "/tmp/d/c"), yield* p.symlink("b", "/tmp/d/s"));
    results.push(yield* p.readText("/tmp/d/s"), yield* p.readlink("/tmp/d/s"));
    results.push(yield* p.rmdir("/tmp/d"), [...((yield* p.readDirectory("/tmp/d")) as string[])].sort());
    for (const name of ["b", "c", "s"]) results.push(yield* p.unlink(`/tmp/d/${name}`));
    results.push(yield* p.rmdir("/tmp/d"), yield* p.access("/tmp/d"));
  });
  world.play("1 s");
  expect(results).toEqual([0, -17, 5, 0, -2, 0, 0, "hello", "b", -39, ["b", "c", "s"], 0, 0, 0, 0, -2]);
});
