import { expect, test } from "vitest";
import { traceWorld } from "../../../test/support/trace-sim.ts";
import { DISKS } from "../block/disks.ts";
import { VFS } from "../files/vfs.ts";
import { createTestWorld } from "../test-world.ts";
import { MEMORY } from "./memory.ts";
import { memoryOf } from "./process-memory.ts";
import { SWAP } from "./swap.ts";

const MIB = 2 ** 20;

test("memory that is used for the first time faults, once a page; the mm_struct counts it", () => {
  const script = `
tracepoint:exceptions:page_fault_user /comm == "cat"/ { @faults++; @write += (args.error_code & 2) >> 1; }
kprobe:handle_mm_fault /comm == "cat"/ { @size = ((struct vm_area_struct *)arg0)->vm_end - ((struct vm_area_struct *)arg0)->vm_start; }
tracepoint:syscalls:sys_enter_getpid {
  $mm = curtask->mm;
  printf("%d %d %d rss=%d\\n", @faults, @write, @size, $mm->rss_stat[1].count);
}`;
  const lines = traceWorld(createTestWorld(), script, function* (p) {
    const address = yield* p.mmap(MIB);
    yield* p.getpid();
    yield* p.touch(address, MIB / 2);
    yield* p.touch(address, MIB / 2);
    yield* p.getpid();
    yield* p.munmap(address, MIB);
    yield* p.getpid();
  });
  expect(lines).toEqual(["0 0 0 rss=0", `128 128 ${MIB} rss=128`, `128 128 ${MIB} rss=0`]);
});

test("a child shares its parent's pages until it writes; the first access to a mapped file is a major fault", () => {
  const script = `
kprobe:do_wp_page { @copied++; }
kprobe:filemap_fault /comm == "cat"/ { @major++; }
tracepoint:syscalls:sys_enter_getpid { printf("%d %d\\n", @copied, @major); }`;
  const world = createTestWorld();
  world.get(VFS).addFile("/srv/table", { size: 64 * 4096 });
  const lines = traceWorld(world, script, function* (p) {
    const address = yield* p.allocate(16 * 4096);
    yield* p.fork(function* (child) {
      yield* child.touch(address, 16 * 4096, false);
      yield* child.getpid();
      yield* child.touch(address, 4 * 4096);
      yield* child.getpid();
    });
    yield* p.wait();
    const fd = yield* p.open("/srv/table");
    const table = yield* p.mmap(64 * 4096, { access: "r", fd });
    yield* p.touch(table, 64 * 4096, false);
    yield* p.getpid();
  });
  expect(lines.slice(0, 2)).toEqual(["0 0", "4 0"]);
  expect(Number(lines[2]?.split(" ")[1])).toBeGreaterThan(0);
});

test("when memory is full and there is nothing to free, the largest process is killed", () => {
  const script = `
kprobe:oom_kill_process {
  $oc = (struct oom_control *)arg0;
  printf("%s kills %s\\n", comm, $oc->chosen->comm);
}
tracepoint:oom:mark_victim { printf("victim %s %d\\n", str(args.comm), args.uid); }
tracepoint:vmscan:mm_vmscan_direct_reclaim_end { @reclaims++; }
tracepoint:sched:sched_process_exit /comm == "cat"/ { printf("exit %d\\n", @reclaims > 0); }`;
  const world = createTestWorld();
  world.get(MEMORY).totalBytes = 64 * MIB;
  const lines = traceWorld(world, script, function* (p) {
    for (;;) yield* p.allocate(MIB);
  });
  expect(lines).toEqual(["cat kills cat", "victim cat 0", "exit 1"]);
  expect(world.get(MEMORY).frames.usedPages).toBeLessThan(2000);
});

test("a cgroup at its limit: its own largest process is killed, others are left alone", () => {
  const script = `tracepoint:oom:mark_victim { printf("victim %s\\n", str(args.comm)); }`;
  const world = createTestWorld();
  world.get(MEMORY).limit(world.cgroups.make("/system.slice/small"), 8 * MIB);
  const other = world.processes.spawn(
    function* (p) {
      yield* p.allocate(64 * MIB);
      yield* p.sleep("20 s");
    },
    { executable: "/usr/bin/big" },
  );
  const lines = traceWorld(
    world,
    script,
    function* (p) {
      for (;;) yield* p.allocate(MIB);
    },
    { executable: "/usr/bin/small", cgroup: "/system.slice/small" },
  );
  expect(lines).toEqual(["victim small"]);
  expect(memoryOf(other).pages.size).toBe((64 * MIB) / 4096);
});

test("with a swap area, pages are written to it and read again when they are used", () => {
  const script = `
kprobe:swap_writepage { @out++; }
kprobe:swap_read_folio { @in++; }
tracepoint:oom:mark_victim { printf("victim\\n"); }
tracepoint:syscalls:sys_enter_getpid { printf("%d %d\\n", @out > 0, @in > 0); }`;
  const world = createTestWorld();
  world.get(MEMORY).totalBytes = 64 * MIB;
  world.get(SWAP).set(world.get(DISKS).named("sda1"), 128 * MIB);
  const lines = traceWorld(world, script, function* (p) {
    const address = yield* p.allocate(80 * MIB);
    yield* p.getpid();
    yield* p.touch(address, MIB);
    yield* p.getpid();
  });
  expect(lines).toEqual(["1 0", "1 1"]);
});
