import fc from "fast-check";
import { expect, test } from "vitest";
import type { DiskOptions } from "../block/disk.ts";
import { DISKS } from "../block/disks.ts";
import { operationOf, REQ_OP } from "../block/request-flags.ts";
import { VFS } from "../files/vfs.ts";
import { createTestWorld } from "../test-world.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import type { World } from "../world/world.ts";
import { CACHED_IO } from "./cached-io.ts";
import { MEMORY } from "./memory.ts";
import { memoryOf } from "./process-memory.ts";

const FILES = 4;

type Step = Readonly<{
  what: "read" | "write" | "fsync" | "truncate" | "direct" | "drop" | "sync";
  file: number;
  at: number;
  bytes: number;
}>;

const STEP: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom("read", "read", "write", "write", "fsync", "truncate", "direct", "drop", "sync"),
  file: fc.nat(FILES - 1),
  at: fc.nat(600_000),
  bytes: fc.integer({ min: 1, max: 300_000 }),
});
const DISK: fc.Arbitrary<DiskOptions> = fc.record({
  model: fc.oneof(
    fc.constantFrom("hdd" as const, "ssd" as const, "nvme" as const),
    fc.array(fc.integer({ min: 1_000, max: 5_000_000 }), { minLength: 1, maxLength: 4 }),
  ),
  scheduler: fc.constantFrom("none" as const, "mq-deadline" as const),
  queueDepth: fc.integer({ min: 1, max: 32 }),
  busyRate: fc.constantFrom(0, 0, 0.2),
  writeCache: fc.boolean(),
});

/** Sees every request that is issued and completed. */
class Watcher {
  readonly problems: string[] = [];
  readBytes = 0;
  writtenBytes = 0;
  readonly #issued = new Map<bigint, number>();

  constructor(world: World) {
    const disks = world.get(DISKS);
    this.#on(world, "block:block_rq_issue", (address) => {
      if (this.#issued.has(address)) this.problems.push("issued twice");
      this.#issued.set(address, world.nowNs);
    });
    this.#on(world, "block:block_rq_requeue", (address) => this.#issued.delete(address));
    this.#on(world, "block:block_rq_complete", (address) => {
      const request = world.memory.cast("request", address);
      const flags = request.num("cmd_flags");
      const bytes = request.num("__data_len");
      const startNs = this.#issued.get(address);
      const { times } = disks.named("sda").disk;
      // A request behind a flush may complete without having been at the device itself.
      if (startNs !== undefined) {
        const floor = times.floorNs({ flags, sector: request.num("__sector"), bytes });
        if (world.nowNs - startNs < floor)
          this.problems.push(`${world.nowNs - startNs} ns are less than ${floor}`);
      } else if (bytes > 0) this.problems.push("completed without issue");
      this.#issued.delete(address);
      if (operationOf(flags) === REQ_OP.read) this.readBytes += bytes;
      if (operationOf(flags) === REQ_OP.write) this.writtenBytes += bytes;
    });
  }

  get unfinished(): number {
    return this.#issued.size;
  }

  #on(world: World, name: string, seen: (address: bigint) => void): void {
    const run = (ctx: Uint8Array) => {
      seen(new DataView(ctx.buffer, ctx.byteOffset).getBigUint64(0, true));
      return 0;
    };
    const runPacket = () => ({ verdict: 0, packet: new Uint8Array(0), ctx: new Uint8Array(0) });
    world.hooks.tracepoint(name).raw.add({ run, runPacket, pid: 0 });
  }
}

function* perform(p: Thread, steps: readonly Step[]): Code {
  const fds: number[] = [];
  const direct: number[] = [];
  for (let i = 0; i < FILES; i++) {
    fds.push(yield* p.open(`/srv/${i}`, 2));
    direct.push(yield* p.open(`/srv/${i}`, 2 | 0o40000));
  }
  for (const { what, file, at, bytes } of steps) {
    const fd = fds[file] as number;
    if (what === "read") yield* p.pread(fd, bytes, at);
    else if (what === "write") yield* p.pwrite(fd, bytes, at);
    else if (what === "direct") yield* p.pread(direct[file] as number, 8192, at - (at % 4096));
    else if (what === "fsync") yield* p.fsync(fd);
    else if (what === "truncate") yield* p.ftruncate(fd, at);
    else if (what === "drop") yield* p.dropCaches(1);
    else yield* p.sync();
  }
}

test("requests complete once and not too early; what is dirty is written; pages are counted right", () => {
  const programs = fc.array(fc.array(STEP, { maxLength: 12 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(
      DISK,
      programs,
      fc.constantFrom("ext4", "xfs", "btrfs"),
      fc.boolean(),
      (disk, all, type, isSmall) => {
        const world = createTestWorld();
        const disks = world.get(DISKS);
        disks.add("sda", disk);
        const vfs = world.get(VFS);
        vfs.mount({ at: "/srv", type, source: "/dev/sda1" });
        for (let i = 0; i < FILES; i++) vfs.addFile(`/srv/${i}`, { size: i * 150_000 });
        if (isSmall) world.get(MEMORY).totalBytes = 4 << 20;
        const watcher = new Watcher(world);
        const done: number[] = [];
        for (const [i, steps] of all.entries())
          world.processes.spawn(function* (p) {
            yield* perform(p, steps);
            yield* p.sync();
            done.push(i);
          });
        world.play("300 s");
        const { cache, writeBack } = world.get(CACHED_IO);
        const { frames } = world.get(MEMORY);
        expect(watcher.problems).toEqual([]);
        expect(done.length).toBe(all.length);
        expect(watcher.unfinished).toBe(0);
        const { counts, inDevice } = disks.queueOf(disks.named("sda").disk);
        expect([inDevice, counts.issued]).toEqual([0, counts.completed]);
        expect([writeBack.dirtyPages, writeBack.writebackPages]).toEqual([0, 0]);
        expect(watcher.readBytes).toBe(cache.counts.readBytes);
        expect(watcher.writtenBytes).toBeGreaterThanOrEqual(cache.counts.writtenBytes);
        expect(disks.named("sda").stats.inFlight).toEqual([0, 0]);
        let cached = 0;
        for (const mapping of cache.mappings.values()) {
          cached += mapping.pages.size;
          expect(mapping.inode.struct.num("i_data.nrpages")).toBe(mapping.pages.size);
          expect([mapping.reading.size, mapping.unwritten]).toEqual([0, 0]);
        }
        const anonymous = world.processes.all.reduce((sum, process) => sum + memoryOf(process).pages.size, 0);
        expect(frames.usedPages).toBe(cached + anonymous);
      },
    ),
    { numRuns: 30 },
  );
}, 120_000);
