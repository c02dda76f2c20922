import type { BlockDevice } from "../block/block-device.ts";
import { along, type Step } from "../block/kernel-path.ts";
import { REQ, REQ_OP } from "../block/request-flags.ts";
import { IoBatch, submitBio } from "../block/submit.ts";
import type { SuperBlock } from "../files/super-block.ts";
import type { KernelObject } from "../memory/kernel-object.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { WaitQueue } from "../world/wait-queue.ts";
import type { World } from "../world/world.ts";
import { PAGE_BYTES } from "./memory.ts";

const COMMIT_INTERVAL_NS = 5e9; // JBD2_DEFAULT_MAX_COMMIT_AGE, include/linux/jbd2.h, v6.12
const JOURNAL_SECTOR = 0x1_0000;
const JOURNAL_SECTORS = 0x1_0000; // 32 MiB
const COMMIT_NS = 25_000;
const HANDLE_NS = 400;
const FIRST_TID = 4_711;
const T_RUNNING = 0;
const T_FLUSH = 3;
const T_COMMIT = 4;
const T_FINISHED = 8;

type Transaction = { readonly tid: number; handles: number; blocks: number; startNs: number };

/** ext4's journal: a kernel thread writes what has changed of a file system's own data every five seconds, or when asked. */
export class Journal {
  readonly #world: World;
  readonly #sb: SuperBlock;
  readonly #device: BlockDevice;
  readonly #wanted = new WaitQueue("kjournald2");
  readonly #committed = new WaitQueue("jbd2_log_wait_commit");
  readonly #struct: KernelObject;
  readonly #transaction: KernelObject;
  readonly #name: string;
  #running: Transaction | undefined;
  #lastTid = FIRST_TID;
  #committedTid = FIRST_TID;
  #requestedTid = FIRST_TID;
  #nextSector = 0;
  #started = false;

  constructor(world: World, sb: SuperBlock, device: BlockDevice) {
    this.#world = world;
    this.#sb = sb;
    this.#device = device;
    this.#name = `${device.name}-8`;
    this.#struct = world.memory.make("journal_s", {
      j_dev: device.struct,
      j_devname: this.#name,
      j_commit_sequence: FIRST_TID,
      j_transaction_sequence: FIRST_TID + 1,
    });
    this.#transaction = world.memory.make("transaction_s", { t_journal: this.#struct });
  }

  /** Blocks of the file system's own data that the next commit will write. */
  get pendingBlocks(): number {
    return this.#running?.blocks ?? 0;
  }

  /** Something of an inode changed: a handle of the running transaction, opened and closed. */
  *change(task: Task, blocks: number): Code {
    const { hooks } = this.#world;
    const transaction = this.#open();
    const { tid } = transaction;
    const dev = this.#sb.device;
    const common = { dev, tid, type: 2, line_no: 0, requested_blocks: blocks };
    hooks.fire("jbd2:jbd2_handle_start", () => ({ args: [dev, tid, 2, 0, blocks], fields: common }));
    const path: Step[] = [
      ["__ext4_journal_start_sb", null, this.#sb.struct, 0, 2, blocks],
      ["jbd2__journal_start", this.#struct, blocks],
    ];
    yield* along(this.#world, path, () => task.world.compute(HANDLE_NS));
    transaction.handles++;
    transaction.blocks += blocks;
    hooks.fire("jbd2:jbd2_handle_stats", () => ({
      args: [dev, tid, 2, 0, 0, 0, blocks, blocks],
      fields: { ...common, interval: 0, sync: 0, dirtied_blocks: blocks },
    }));
  }

  /** Has the running transaction on the disk afterwards: jbd2_complete_transaction(). Whether there was one. */
  *commit(task: Task): Code<boolean> {
    const tid = this.#running?.tid ?? this.#lastTid;
    if (tid <= this.#committedTid) return false;
    this.#requestedTid = Math.max(this.#requestedTid, tid);
    this.#wanted.wake();
    const path: Step[] = [
      ["jbd2_complete_transaction", this.#struct, tid],
      ["jbd2_log_wait_commit", this.#struct, tid],
    ];
    yield* along(task.world, path, () => this.#wait(tid));
    return true;
  }

  *#wait(tid: number): Code {
    while (this.#committedTid < tid) yield* this.#committed.wait("D");
  }

  #open(): Transaction {
    if (!this.#started) {
      this.#started = true;
      this.#world.processes.spawnKernelThread(`jbd2/${this.#name}`, (p) => this.#work(p.task));
    }
    if (this.#running !== undefined) return this.#running;
    this.#running = { tid: ++this.#lastTid, handles: 0, blocks: 0, startNs: this.#world.nowNs };
    this.#struct.set("j_transaction_sequence", this.#lastTid);
    return this.#running;
  }

  /** What its kernel thread does: kjournald2(). */
  *#work(task: Task): Code {
    yield* along(
      this.#world,
      [["kjournald2", this.#struct]],
      function* (this: Journal): Code {
        for (;;) {
          const { nowNs } = this.#world;
          const running = this.#running;
          const dueNs = running === undefined ? Number.POSITIVE_INFINITY : running.startNs + COMMIT_INTERVAL_NS;
          const isWanted = running !== undefined && this.#requestedTid >= running.tid;
          if (isWanted || nowNs >= dueNs) yield* this.#commit(task);
          else if (running === undefined) yield* this.#wanted.wait("S", COMMIT_INTERVAL_NS);
          else yield* this.#wanted.wait("S", dueNs - nowNs);
        }
      }.bind(this),
    );
  }

  *#commit(task: Task): Code {
    const transaction = this.#running;
    if (transaction === undefined) return;
    this.#running = undefined;
    const { tid } = transaction;
    this.#transaction.fill({ t_tid: tid, t_state: T_RUNNING, t_nr_buffers: transaction.blocks });
    this.#fire("jbd2_start_commit", tid);
    yield* along(
      this.#world,
      [["jbd2_journal_commit_transaction", this.#struct]],
      function* (this: Journal): Code {
        this.#fire("jbd2_commit_locking", tid);
        yield* this.#world.compute(COMMIT_NS);
        this.#transaction.set("t_state", T_FLUSH);
        this.#fire("jbd2_commit_flushing", tid);
        this.#transaction.set("t_state", T_COMMIT);
        this.#fire("jbd2_commit_logging", tid);
        yield* this.#write(
          task,
          Math.min(transaction.blocks, 256) + 1,
          REQ_OP.write | REQ.sync | REQ.meta | REQ.prio,
        );
        const flags = REQ_OP.write | REQ.sync | REQ.meta | REQ.prio | REQ.preflush | REQ.fua;
        yield* this.#write(task, 1, flags);
      }.bind(this),
    );
    this.#transaction.set("t_state", T_FINISHED);
    this.#struct.set("j_commit_sequence", tid);
    this.#committedTid = tid;
    this.#committed.wake();
    this.#world.hooks.fire("jbd2:jbd2_end_commit", () => ({
      args: [this.#struct, this.#transaction],
      fields: { dev: this.#sb.device, sync_commit: 1, transaction: tid, head: tid },
    }));
    this.#traceStats(transaction);
  }

  *#write(task: Task, blocks: number, flags: number): Code {
    const batch = new IoBatch(task);
    if (this.#nextSector + blocks * 8 > JOURNAL_SECTORS) this.#nextSector = 0;
    const io = { flags, sector: JOURNAL_SECTOR + this.#nextSector, bytes: blocks * PAGE_BYTES };
    this.#nextSector += blocks * 8;
    yield* along(this.#world, [["submit_bh", flags, null]], () => submitBio(task, batch.bio(this.#device, io)));
    yield* batch.wait();
  }

  #fire(
    event: "jbd2_start_commit" | "jbd2_commit_locking" | "jbd2_commit_flushing" | "jbd2_commit_logging",
    tid: number,
  ): void {
    this.#world.hooks.fire(`jbd2:${event}`, () => ({
      args: [this.#struct, this.#transaction],
      fields: { dev: this.#sb.device, sync_commit: 1, transaction: tid },
    }));
  }

  #traceStats({ tid, handles, blocks, startNs }: Transaction): void {
    this.#world.hooks.fire("jbd2:jbd2_run_stats", () => ({
      args: [this.#sb.device, tid, null],
      fields: {
        dev: this.#sb.device, tid, wait: 0, request_delay: 0, running: Math.round((this.#world.nowNs - startNs) / 1e6),
        locked: 0, flushing: 0, logging: 1, handle_count: handles, blocks, blocks_logged: blocks + 2,
      }, // biome-ignore format: one record
    }));
  }
}
