import { expect, test } from "vitest";
import { traceWorld } from "../../../test/support/trace-sim.ts";
import { createTestWorld } from "../test-world.ts";
import { DISKS } from "./disks.ts";
import { REQ, REQ_OP } from "./request-flags.ts";

const STAGES = `
tracepoint:block:block_bio*,tracepoint:block:block_rq*,tracepoint:block:block_io*,tracepoint:block:block_getrq {
  printf("%s %s\\n", probe, comm);
}
tracepoint:irq:irq_handler_entry /str(args.name) == "ahci[0000:00:17.0]"/ { printf("irq\\n"); }`;

test("a read goes through its stages in order; it completes in an interrupt, not in the reader's context", () => {
  const lines = traceWorld(createTestWorld(), STAGES, function* (p) {
    yield* p.diskIo("sda1", { flags: REQ_OP.read, sector: 64, bytes: 8192 });
  });
  expect(lines.map((line) => line.replace("tracepoint:block:", ""))).toEqual([
    "block_bio_remap cat", "block_bio_queue cat", "block_getrq cat", "block_io_start cat", "block_rq_insert cat",
    "block_rq_issue cat", "irq", "block_rq_complete swapper/1", "block_io_done swapper/1",
  ]); // biome-ignore format: one list
});

test("biosnoop's probes see the request, its disk and the whole latency", () => {
  const script = `
kprobe:__blk_account_io_start { @start[arg0] = nsecs; @comm[arg0] = comm; }
kprobe:__blk_account_io_done /@start[arg0] != 0/ {
  $rq = (struct request *)arg0;
  printf("%s %s %d %d\\n", @comm[arg0], $rq->q->disk->disk_name, $rq->__sector, (nsecs - @start[arg0]) / 1000);
}
tracepoint:block:block_rq_issue { printf("%s %d %d %s\\n", args.rwbs, args.sector, args.bytes, args.comm); }`;
  const world = createTestWorld();
  world.get(DISKS).add("sda", { model: ["3 ms", "5 ms"] });
  const lines = traceWorld(world, script, function* (p) {
    yield* p.diskIo("sda1", { flags: REQ_OP.read | REQ.meta, sector: 64, bytes: 4096 });
    yield* p.diskIo("sda1", { flags: REQ_OP.write, sector: 128, bytes: 65_536 });
  });
  const [first, one, second, two] = lines;
  expect([first, second]).toEqual(["RSM 2112 4096 cat", "WS 2176 65536 cat"]);
  expect(one).toMatch(/^cat sda 2120 30\d\d$/);
  expect(two).toMatch(/^cat sda 2304 50\d\d$/);
});

test("a write that asks for flushes is a flush, its data and a flush where the disk has no FUA", () => {
  const script = 'tracepoint:block:block_rq_issue { printf("%s %d\\n", args.rwbs, args.bytes); }';
  const io = { flags: REQ_OP.write | REQ.preflush | REQ.fua | REQ.meta, sector: 64, bytes: 4096 };
  const on = (disk: string) => {
    const world = createTestWorld();
    world.get(DISKS).add("nvme0n1");
    return traceWorld(world, script, (p) => p.diskIo(disk, io));
  };
  expect(on("sda")).toEqual(["FF 0", "WSM 4096", "FF 0"]);
  expect(on("nvme0n1")).toEqual(["FF 0", "WFSM 4096"]);
});

test("errors, refused requests and splits show", () => {
  const script = `
tracepoint:block:block_rq_error { printf("error %d\\n", args.error); }
tracepoint:block:block_rq_requeue { @requeued = count(); }
tracepoint:block:block_split { printf("split at %d\\n", args.new_sector); }`;
  const world = createTestWorld();
  const disks = world.get(DISKS);
  disks.add("sdb", { errorRate: 1 });
  disks.add("sdc", { busyRate: 0.5 });
  const results: number[] = [];
  const lines = traceWorld(world, script, function* (p) {
    results.push(yield* p.diskIo("sdb", { flags: REQ_OP.read, sector: 0, bytes: 4096 }));
    results.push(yield* p.diskIo("sdc", { flags: REQ_OP.read, sector: 0, bytes: 4 << 20 }));
  });
  expect(results).toEqual([-5, 0]);
  expect(lines).toEqual(["error -5", "split at 2560", "split at 5120", "split at 7680"]);
  expect(disks.queueOf(disks.named("sdc").disk).counts).toMatchObject({ completed: 4 });
});

test("a RAID 1 writes to all members, and passes flushes on first", () => {
  const script = `
kprobe:md_flush_request { printf("flush %s\\n", ((struct bio *)arg1)->bi_bdev->bd_disk->disk_name); }
tracepoint:block:block_rq_complete { printf("%d:%d %s\\n", args.dev >> 20, args.dev & 0xfffff, args.rwbs); }`;
  const world = createTestWorld();
  const disks = world.get(DISKS);
  disks.add("sdb");
  disks.add("sdc");
  disks.add("md0", { members: ["sdb1", "sdc1"] });
  const lines = traceWorld(world, script, function* (p) {
    yield* p.diskIo("md0", { flags: REQ_OP.write, sector: 0, bytes: 4096 });
    yield* p.flushDisk("/dev/md0");
  });
  expect(
    lines.filter((line) => line.endsWith("WS") && !line.startsWith("flush")).length,
  ).toBeGreaterThanOrEqual(2);
  expect(lines).toContain("flush md0");
  expect(
    lines
      .filter((line) => line.endsWith("FF"))
      .map((line) => line.split(" ")[0])
      .sort(),
  ).toEqual(["8:16", "8:32"]);
});
