import { along, type Step } from "../block/kernel-path.ts";
import { TRANSIENT } from "../files/transient.ts";
import type { Tracepoint } from "../hooks/tracepoint.ts";
import type { UserRegion } from "../memory/user-memory.ts";
import { SIGNALS } from "../process/signal-numbers.ts";
import { SIGNAL_CODE } from "../process/signals.ts";
import type { StateKey } from "../world/state-key.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import type { World } from "../world/world.ts";
import { CACHED_IO } from "./cached-io.ts";
import { PAGE } from "./frames.ts";
import { GFP, MEMORY, PAGE_BYTES } from "./memory.ts";
import { memoryOf, type ProcessMemory, RSS } from "./process-memory.ts";
import { SWAP } from "./swap.ts";

const FAULT_NS = 550;
const COPY_NS = 900;
const AROUND_PAGES = 16; // fault_around_bytes
/** Bits of a page fault's error code. Source: arch/x86/include/asm/trap_pf.h, v6.12. */
const ERROR = { present: 1, write: 2, user: 4, fetch: 16 } as const;
const FLAGS = 0x1254; // FAULT_FLAG_DEFAULT and _USER; include/linux/mm_types.h, v6.12
const FLAG_WRITE = 1;
/** enum vm_fault_reason. */
const VM_FAULT = { oom: 1, major: 4, none: 0 } as const;

type Fault = Readonly<{ task: Task; memory: ProcessMemory; region: UserRegion; page: number; write: boolean }>;

/** Page faults: a process touches memory that is not there yet. */
export class Faults {
  readonly #world: World;
  readonly #pageFault: Tracepoint;
  readonly #rssStat: Tracepoint;

  constructor(world: World) {
    this.#world = world;
    this.#pageFault = world.hooks.tracepoint("exceptions:page_fault_user");
    this.#rssStat = world.hooks.tracepoint("kmem:rss_stat");
  }

  /** Touches all pages of a range, as the program does. False when it was mapped in part only; the process gets SIGSEGV. */
  *touch(task: Task, address: number, bytes: number, write: boolean): Code<boolean> {
    const memory = memoryOf(task.process);
    const end = Math.ceil((address + Math.max(bytes, 1)) / PAGE_BYTES);
    for (let page = Math.floor(address / PAGE_BYTES); page < end; page++) {
      if (memory.isPresent(page, write)) {
        const pfn = memory.pages.get(page);
        if (pfn !== undefined) memory.memory.frames.touch(pfn);
        continue;
      }
      const region = task.process.memory?.regionAt(page * PAGE_BYTES);
      if (region === undefined) {
        task.process.signals.send(SIGNALS.SIGSEGV, { code: SIGNAL_CODE.kernel });
        yield* task.process.signals.deliver(task);
        return false;
      }
      yield* this.#fault({ task, memory, region, page, write });
      if (task.process.signals.isPending && task.syscall === undefined)
        yield* task.process.signals.deliver(task);
    }
    return true;
  }

  *#fault(fault: Fault): Code {
    const { task, page, write, memory, region } = fault;
    const { world } = task;
    const address = page * PAGE_BYTES;
    const isFetch = region.access[2] === "x" && !write;
    const error =
      ERROR.user |
      (write ? ERROR.write : 0) |
      (isFetch ? ERROR.fetch : 0) |
      (memory.shared.has(page) ? ERROR.present : 0);
    if (this.#pageFault.active)
      this.#pageFault.fire(() => ({
        args: [address, task.registers, error],
        fields: { address, ip: task.userIp, error_code: error },
      }));
    const wait = world.spend(FAULT_NS);
    if (wait !== undefined) yield wait;
    const flags = FLAGS | (write ? FLAG_WRITE : 0);
    const area = lazily(() => memory.areaOf(region).address);
    const outer = task.kernelStack.length;
    const path: Step[] = [
      ["asm_exc_page_fault", task.registers, error],
      ["exc_page_fault", task.registers, error],
      ["do_user_addr_fault", task.registers, error, address],
      ["handle_mm_fault", area, address, flags, task.registers],
      ["__handle_mm_fault", area, address, flags],
    ];
    const outcome = yield* along(world, path, () => this.#resolve(fault));
    task.kernelStack.length = Math.min(outer, task.kernelStack.length);
    const isMajor = outcome === VM_FAULT.major;
    const counter = isMajor ? "maj_flt" : "min_flt";
    task.struct.set(counter, task.struct.num(counter) + 1);
    world.hooks.softwareEvent("page-faults", address);
    world.hooks.softwareEvent(isMajor ? "major-faults" : "minor-faults", address);
  }

  /** handle_pte_fault(). */
  #resolve(fault: Fault): Code<number> {
    const { memory, page, region, write } = fault;
    const vmf = this.#vmf(fault);
    const slot = memory.swapped.get(page);
    const world = this.#world;
    if (slot !== undefined) return along(world, [["do_swap_page", vmf]], () => this.#swapIn(fault, slot));
    if (memory.shared.has(page) || (write && memory.filePages.has(page)))
      return along(world, [["do_wp_page", vmf]], () => this.#anonymous(fault, COPY_NS));
    const inode = memory.inodeOf(region);
    if (inode === undefined) return along(world, [["do_anonymous_page", vmf]], () => this.#anonymous(fault, 0));
    if (write && region.access[3] === "p")
      return along(
        world,
        [
          ["do_fault", vmf],
          ["do_cow_fault", vmf],
        ],
        () => this.#fromFile(fault, true),
      );
    const how = write ? "do_shared_fault" : "do_read_fault";
    return along(
      world,
      [
        ["do_fault", vmf],
        [how, vmf],
      ],
      () => this.#fromFile(fault, false),
    );
  }

  *#anonymous({ task, memory, page }: Fault, ns: number): Code<number> {
    const wait = ns === 0 ? undefined : this.#world.spend(ns);
    if (wait !== undefined) yield wait;
    const { memory: machine } = memory;
    const pfn =
      machine.takeNow(memory, page, GFP.userHighMovable) ??
      (yield* machine.take(task, memory, page, GFP.userHighMovable));
    if (pfn === undefined) return VM_FAULT.oom;
    machine.frames.set(pfn, PAGE.uptodate);
    memory.add(page, pfn);
    this.#traceRss(memory, RSS.anon, memory.pages.size + memory.shared.size);
    return VM_FAULT.none;
  }

  *#swapIn(fault: Fault, slot: number): Code<number> {
    const { task, memory, page } = fault;
    const machine = memory.memory;
    const pfn = yield* machine.take(task, memory, page, GFP.userHighMovable);
    if (pfn === undefined) return VM_FAULT.oom;
    yield* this.#world.get(SWAP).read(task, slot, () => machine.frames.pageAddress(pfn));
    this.#world.get(SWAP).free(slot);
    machine.frames.set(pfn, PAGE.uptodate);
    memory.add(page, pfn);
    this.#traceRss(memory, RSS.anon, memory.pages.size);
    return VM_FAULT.major;
  }

  /** filemap_fault(): the page of the file, and those around it that are in memory already. */
  *#fromFile(fault: Fault, copies: boolean): Code<number> {
    const { task, memory, region, page } = fault;
    const inode = memory.inodeOf(region);
    if (inode === undefined) return VM_FAULT.none;
    const io = this.#world.get(CACHED_IO);
    const mapping = io.cache.of(inode);
    const index = region.pageOffset + (page - region.start / PAGE_BYTES);
    const isMajor = !mapping.pages.has(index) && inode.sb.kind.onDisk && index * PAGE_BYTES < inode.size;
    const vmf = this.#vmf(fault);
    if (isMajor || mapping.reading.has(index))
      yield* along(this.#world, [["filemap_fault", vmf]], function* (): Code<number> {
        const ra = { start: 0, size: 0, asyncSize: 0, previous: index - 1 };
        yield* io.reader.get({ task, mapping, ra, file: null }, index, index, index);
        return 0;
      });
    if (copies) yield* this.#anonymous(fault, COPY_NS);
    else
      yield* along(this.#world, [["filemap_map_pages", vmf, index, index + AROUND_PAGES]], () =>
        this.#around(fault, index),
      );
    return isMajor ? VM_FAULT.major : VM_FAULT.none;
  }

  // biome-ignore lint/correctness/useYield: it stands in a kernel stack that waits
  *#around({ memory, region, page }: Fault, index: number): Code<number> {
    const inode = memory.inodeOf(region);
    const { cache } = this.#world.get(CACHED_IO);
    const pages = inode === undefined ? undefined : cache.of(inode).pages;
    const first = page - (page % AROUND_PAGES);
    for (let at = first; at < first + AROUND_PAGES; at++) {
      const isInside = at * PAGE_BYTES >= region.start && at * PAGE_BYTES < region.end;
      if (isInside && (at === page || pages?.has(index + at - page) === true) && !memory.pages.has(at))
        memory.filePages.add(at);
    }
    memory.count();
    this.#traceRss(memory, RSS.file, memory.filePages.size);
    return 0;
  }

  #traceRss(memory: ProcessMemory, member: number, pages: number): void {
    if (!this.#rssStat.active) return;
    this.#rssStat.fire(() => ({
      args: [memory.mappingAddress, member],
      fields: {
        mm_id: Number(memory.mappingAddress & 0xffff_ffffn),
        curr: 1,
        member,
        size: pages * PAGE_BYTES,
      },
    }));
  }

  #vmf({ memory, region, page, write }: Fault) {
    return this.#world.get(TRANSIENT).lazy("vm_fault", () => ({
      vma: memory.areaOf(region),
      address: page * PAGE_BYTES,
      real_address: page * PAGE_BYTES,
      pgoff: region.pageOffset + (page - region.start / PAGE_BYTES),
      gfp_mask: GFP.userHighMovable,
      flags: FLAGS | (write ? FLAG_WRITE : 0),
    }));
  }
}

function lazily(address: () => bigint) {
  return {
    get address() {
      return address();
    },
  };
}

/** The machine's page faults. */
export const FAULTS: StateKey<World, Faults> = {
  name: "mm.faults",
  make(world) {
    world.get(MEMORY);
    return new Faults(world);
  },
};
