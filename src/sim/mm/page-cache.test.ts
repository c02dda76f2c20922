import { expect, test } from "vitest";
import { traceWorld } from "../../../test/support/trace-sim.ts";
import { VFS } from "../files/vfs.ts";
import { createTestWorld } from "../test-world.ts";
import type { World } from "../world/world.ts";
import { CACHED_IO } from "./cached-io.ts";

function worldWithFile(path: string, size: number): World {
  const world = createTestWorld();
  world.get(VFS).addFile(path, { size });
  return world;
}

test("a file is read from its disk once; after that its pages are hits", () => {
  const script = `
kprobe:filemap_add_folio /comm == "cat"/ { @added++; }
kprobe:folio_mark_accessed /comm == "cat"/ { @used++; }
tracepoint:block:block_rq_issue /args.rwbs == "RA"/ { @read += args.bytes; }
tracepoint:syscalls:sys_exit_close /comm == "cat"/ {
  printf("%d %d %d\\n", @added, @used, @read);
  @added = 0; @used = 0; @read = 0;
}`;
  const lines = traceWorld(worldWithFile("/srv/data", 100_000), script, function* (p) {
    yield* p.readFile("/srv/data");
    yield* p.readFile("/srv/data");
  });
  expect(lines).toEqual(["25 25 102400", "0 25 0"]);
});

test("what is written is dirty until a kernel thread or fsync writes it", () => {
  const script = `
tracepoint:writeback:writeback_dirty_folio { @dirty++; }
tracepoint:block:block_rq_issue /args.rwbs != "RM"/ { printf("%s %s %d\\n", comm, args.rwbs, args.bytes); }
tracepoint:ext4:ext4_sync_file_enter { printf("enter\\n"); }
tracepoint:ext4:ext4_sync_file_exit { printf("exit %d\\n", @dirty); }`;
  const world = worldWithFile("/srv/log", 0);
  const lines = traceWorld(world, script, function* (p) {
    const fd = yield* p.open("/srv/log", "r+");
    yield* p.write(fd, 20_000);
    yield* p.fsync(fd);
    yield* p.write(fd, 4_096);
    yield* p.sleep("1 ms");
  });
  expect(lines.slice(0, 7)).toEqual([
    "enter", "cat WS 20480", "jbd2/sda1-8 WSM 12288", expect.stringMatching(/FF 0$/), expect.stringMatching(/ WSM 4096$/),
    expect.stringMatching(/FF 0$/), "exit 5",
  ]); // biome-ignore format: one list
  world.play("60 s");
  const { writeBack } = world.get(CACHED_IO);
  expect([writeBack.dirtyPages, writeBack.writebackPages]).toEqual([0, 0]);
});
