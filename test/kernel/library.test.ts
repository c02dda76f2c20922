import { afterAll, expect, test } from "vitest";
import { Collection } from "../../src/collection/collection.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { askForFolder, askForPriority, heldByKernel, libraryObject } from "./library-lab.ts";
import { BpfFs } from "./linux-lab.ts";
import { needs } from "./needs.ts";

const file = libraryObject("values");
const backend = openLinux();
const PROGRAMS = ["on_getcwd", "on_getpriority", "add", "drop", "tail", "landed", "list_maps"];
afterAll(async () => {
  backend[Symbol.dispose]();
  expect(await heldByKernel(PROGRAMS)).toEqual([]);
});

/** The fixture for this process alone; of its programs, those named. */
function read(...programs: string[]): Collection {
  const collection = Collection.read(file).set({ targ_pid: process.pid });
  return programs.length === 0 ? collection : collection.only(...programs);
}

test("read, configure, load, attach, read", async (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  using c = read("on_getcwd").set({ label: "zest", CONFIG_HZ: 123 }).load({ backend });
  using attached = c.attach();
  expect(attached.links.map((link) => link.program)).toEqual(["on_getcwd"]);
  expect(c.globals["label"]).toBe("zest");
  askForFolder(2);
  using events = c.events("events", { lost: "dropped" });
  const got: unknown[] = [];
  for await (const event of events) if (got.push(event) === 2) break;
  expect(got[0]).toEqual({
    ns: 0x1122334455667788n,
    delta: -7n,
    pid: process.pid,
    code: -2,
    port: 443,
    small: -1,
    ok: true,
    comm: expect.any(String),
    address: Uint8Array.of(0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
    state: "BUSY",
    where: [
      { x: 1, y: 0 },
      { x: 0, y: -2 },
    ],
    low: 5,
    middle: -3,
    high: 0xabcdef,
    v4: 0x0100007f,
    bytes: Uint8Array.of(127, 0, 0, 1),
    either: { number: 9n, point: { x: 9, y: 0 } },
    lines: ["a", "b"],
    ratio: 0,
    wide: expect.anything(),
  });
  expect(c.globals["last"]).toEqual(got[1]);
  expect(c.globals).toMatchObject({ seen: 2n, hz_seen: 123n, dropped: 0 });
  expect(c.globals["version_seen"]).toBeGreaterThan(0x050000n);
  expect(events.lost).toBe(0n);
  expect([...c.map("counts")]).toEqual([[process.pid, 2n]]);
  c.globals["seen"] = 100;
  askForFolder();
  expect(c.globals["seen"]).toBe(101n);
  expect(() => (c.globals["targ_pid"] = 1)).toThrow(expect.objectContaining({ code: "collection/constant" }));
});

test("a program's loss count, a reader that is slower than the program", async (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  using c = read("on_getcwd")
    .maps({ events: { maxEntries: 4096 } })
    .load({ backend });
  using _attached = c.attach();
  using events = c.events("events", { lost: "dropped" });
  askForFolder(200);
  const kept = events.read(1000).length;
  expect(kept).toBeGreaterThan(5);
  expect(kept + Number(events.lost)).toBe(200);
  askForFolder(3);
  expect(events.read(2)).toHaveLength(2);
  expect(events.read()).toHaveLength(1);
});

test("iteration ends when it is aborted, after what there was; one loop at a time", async (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  using c = read("on_getcwd").load({ backend });
  using _attached = c.attach();
  const stop = new AbortController();
  using events = c.events<{ pid: number }>("events", { signal: stop.signal });
  const pids: number[] = [];
  const reading = (async () => {
    for await (const event of events) {
      pids.push(event.pid);
      if (pids.length === 3) {
        askForFolder(2);
        stop.abort();
      }
    }
  })();
  expect(() => events[Symbol.asyncIterator]()).toThrow(
    expect.objectContaining({ code: "collection/being-read" }),
  );
  askForFolder(3);
  await reading;
  expect(pids).toEqual(Array(5).fill(process.pid));
});

test("records in batches; a loop ends with the collection", async (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  const c = read("on_getcwd").load({ backend });
  c.attach();
  const sizes: number[] = [];
  const reading = (async () => {
    for await (const batch of c.events("events").batches(4)) sizes.push(batch.length);
  })();
  askForFolder(10);
  while (sizes.reduce((sum, n) => sum + n, 0) < 10) await new Promise((resolve) => setTimeout(resolve, 1));
  c.close();
  await reading;
  expect(Math.max(...sizes)).toBeLessThanOrEqual(4);
  expect(sizes.reduce((sum, n) => sum + n, 0)).toBe(10);
});

test("perf buffers: typed by the size that is submitted, or by name; losses are counted", async (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  using c = read("on_getcwd").load({ backend });
  using _attached = c.attach();
  using points = c.events("points", { type: "struct point", perfBufferBytes: 4096 });
  askForFolder(2);
  expect(points.read()).toEqual([
    { x: 1, y: 2 },
    { x: 1, y: 2 },
  ]);
  askForFolder(1000);
  const kept = points.read(5000).length;
  askForFolder(); // the kernel tells of losses in front of the next record
  const more = points.read().length;
  expect(kept + more + Number(points.lost)).toBe(1001);
  expect(points.lost).toBeGreaterThan(0n);
  expect(() => c.events("points", { type: "pint" })).toThrow(
    expect.objectContaining({ code: "collection/no-type", remedy: expect.stringContaining("point") }),
  );
});

test("programs run by themselves with contexts of their own types", (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage", "syscall-program");
  using c = Collection.read(file)
    .set({ origin: { x: 9, y: 0 } })
    .only("add", "drop", "tail", "landed")
    .load({ backend });
  const { returned, context } = c.program("add").testRun({ context: { left: 1, right: 2 } });
  expect([returned, context]).toEqual([9, { left: 1, right: 2, sum: 6n }]);
  c.map("guarded").update(0, { count: 4 });
  expect(c.program("drop").testRun({ data: new Uint8Array(64), repeat: 3 }).returned).toBe(1);
  expect(c.map("guarded").lookup(0, { lock: true })).toEqual({ count: 7 });
  expect(c.program("tail").testRun({ data: new Uint8Array(64) }).returned).toBe(1);
  c.map("calls").update(1, c.program("landed"));
  expect(c.program("tail").testRun({ data: new Uint8Array(64) }).returned).toBe(7);
  expect(c.map("calls").lookup(1)).toBe(c.program("landed").id);
  expect(() => c.program("add").testRun({ context: { left: -1 } })).toThrow(
    "add: context.left: -1 does not fit",
  );
  {
    using _counting = c.countRunTime();
    const before = c.program("drop").stats().runs;
    c.program("drop").testRun({ data: new Uint8Array(64), repeat: 5 });
    expect(c.stats()["drop"]?.runs).toBeGreaterThanOrEqual(before);
  }
});

test("user ring buffers", (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  using c = read("on_getpriority").load({ backend });
  using _attached = c.attach();
  expect(c.map("orders").write({ kind: 4, text: "hello" })).toBe(true);
  expect(c.map("orders").write({ kind: 3, text: "" })).toBe(true);
  askForPriority();
  expect(c.globals["seen"]).toBe(7n);
  expect(() => c.map("orders").write({ kind: 4, text: "much too long a text" })).toThrow("orders.text");
  let written = 0;
  while (written < 10_000 && c.map("orders").write({ kind: 0, text: "" })) written++;
  expect(written).toBe(4096 / 24 - (4096 % 24) / 24);
});

test("an object is fitted to a kernel before it is loaded", (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  const relocated = read("on_getcwd").relocate(backend.target);
  expect(relocated.missing).toEqual([]);
  using c = relocated.load({ backend });
  using attached = c.attach();
  askForFolder();
  expect(c.globals["seen"]).toBe(1n);
  attached.close();
  askForFolder();
  expect(c.globals["seen"]).toBe(1n);
});

test("links: info, pins, detaching, twice", (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage", "cookie");
  using fs = new BpfFs(backend.kernel);
  using c = read("on_getcwd").load({ backend });
  const second = c.program("on_getcwd").attach("tp/syscalls/sys_enter_getcwd");
  second.detach();
  expect(() => second.detach()).toThrow(expect.objectContaining({ code: "linux/detached" }));
  const link = c.program("on_getcwd").attach({ cookie: 7 });
  expect(link.info()).toMatchObject({ programId: c.program("on_getcwd").id });
  link.pin(`${fs.path}/link`);
  link.close();
  askForFolder();
  expect(c.globals["seen"]).toBe(1n);
  link.unpin();
});
