import { expect, test } from "vitest";
import { renderDiagnostic } from "../../src/base/diagnostic.ts";
import { compile, load } from "../../src/pipeline.ts";
import { SimBackend } from "../../src/sim/backend/sim-backend.ts";
import { createTestWorld } from "../../src/sim/test-world.ts";
import type { Behaviour } from "../../src/sim/thread.ts";

/** Runs a script on a simulated machine while one process does something; what it prints, maps at the end included. */
function trace(text: string, body: Behaviour): unknown[] {
  const world = createTestWorld();
  const backend = new SimBackend(world);
  const source = { name: "script", text };
  const { compiled, report } = compile(source, backend.target);
  if (compiled === undefined)
    throw new Error(report.diagnostics.map((d) => renderDiagnostic(d, source)).join("\n"));
  const shown: unknown[] = [];
  const session = load(compiled, backend, {
    resolver: backend.resolver,
    host: backend.host,
    onRecord(record) {
      if (record.kind === "printf") shown.push(record.text.trimEnd());
      if (record.kind === "map")
        shown.push(
          ...record.map.entries.map(
            (entry) => `${record.map.name}[${String(entry.key)}]: ${String(entry.value)}`,
          ),
        );
    },
  });
  session.start();
  world.processes.spawn(body, { executable: "/usr/bin/reader", uid: 1000 });
  backend.playNow("5 s");
  session.stop();
  return shown;
}

const readHosts: Behaviour = function* (p) {
  const fd = yield* p.open("/etc/hosts");
  yield* p.read(fd, 100);
  yield* p.close(fd);
  yield* p.open("/etc/missing");
};

// biome-ignore format: one case per line
test.each([
  { rule: "kprobe: arguments in registers", script: 'kprobe:vfs_read /comm == "reader"/ { printf("%s %d", str(((struct file *)arg0)->f_path.dentry->d_name.name), arg2); }', shows: ["hosts 100"] },
  { rule: "kprobe: arguments by name", script: 'kprobe:vfs_read /comm == "reader"/ { printf("%s %d", str(args.file->f_path.dentry->d_name.name), args.count); }', shows: ["hosts 100"] },
  { rule: "kretprobe: the result", script: 'kretprobe:vfs_read /comm == "reader"/ { printf("%d", retval); }', shows: ["48"] },
  { rule: "kretprobe: a negative result", script: 'kretprobe:do_sys_openat2 /comm == "reader"/ { printf("%d", (int32)retval); }', shows: ["3", "-2"] },
  { rule: "fentry: arguments with their types", script: 'fentry:vfs_read /comm == "reader"/ { printf("%s %d %s", str(args.file->f_path.dentry->d_name.name), args.count, func); }', shows: ["hosts 100 vfs_read"] },
  { rule: "fentry: arguments by number", script: 'fentry:vfs_read /comm == "reader"/ { printf("%d", arg2); }', shows: ["100"] },
  { rule: "fexit: arguments and a typed result", script: 'fexit:do_sys_openat2 /comm == "reader"/ { printf("%s %d", str(uptr(args.filename)), retval); }', shows: ["/etc/hosts 3", "/etc/missing -2"] },
  { rule: "old spellings, with a module", script: 'kfunc:vmlinux:vfs_open /comm == "reader"/ { printf("%s", probe); }', shows: ["fentry:vmlinux:vfs_open"] },
  { rule: "wildcards attach all and tell which", script: 'kprobe:vfs_open, kprobe:vfs_rea* /comm == "reader"/ { @[func] = count(); }', shows: ["@[vfs_open]: 1", "@[vfs_read]: 1"] },
  { rule: "wildcards of fentry", script: 'fentry:vfs_o*, fentry:vfs_rea* /comm == "reader"/ { @[func] = count(); }', shows: ["@[vfs_open]: 1", "@[vfs_read]: 1"] },
  { rule: "a system call's function gets registers", script: 'kprobe:__x64_sys_openat /comm == "reader"/ { printf("%s", str(uptr(((struct pt_regs *)arg0)->si))); }', shows: ["/etc/hosts", "/etc/missing"] },
  { rule: "kernel stacks", script: 'kprobe:vfs_open /comm == "reader"/ { printf("%s", kstack(2)); }', shows: ["\n        vfs_open+0\n        do_filp_open+42"] },
])("$rule", ({ script, shows }) => {
  expect(trace(script, readHosts)).toEqual(shows);
});

test("every function that a machine calls can be probed, on entry and on return", () => {
  const lines = trace("kprobe:* { @in[func] = count(); } kretprobe:* { @out[func] = count(); }", function* (p) {
    yield* p.mkdir("/tmp/d");
    yield* p.writeFile("/tmp/d/a", "text");
    yield* p.renameFile("/tmp/d/a", "/tmp/d/b");
    yield* p.link("/tmp/d/b", "/tmp/d/c");
    yield* p.symlink("b", "/tmp/d/s");
    yield* p.stat("/tmp/d/s");
    yield* p.chmod("/tmp/d/b", 0o600);
    yield* p.readDirectory("/tmp/d");
    for (const name of ["b", "c", "s"]) yield* p.unlink(`/tmp/d/${name}`);
    yield* p.rmdir("/tmp/d");
    const file = yield* p.open("/home/alice/new.log", "w");
    yield* p.write(file, 10_000);
    yield* p.fsync(file);
    yield* p.close(file);
    yield* p.sync();
    yield* p.run("/usr/bin/ls", "-l", "/etc");
    yield* p.mount("tmpfs", "/mnt", "tmpfs");
    yield* p.umount("/mnt");
  });
  const seen = lines.join("\n");
  for (const name of [
    "vfs_mkdir",
    "vfs_rename",
    "vfs_link",
    "vfs_symlink",
    "notify_change",
    "vfs_fsync_range",
    "ksys_sync",
    "path_mount",
    "iterate_dir",
  ])
    expect(seen).toContain(`@in[${name}]`);
});
