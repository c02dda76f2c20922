import { inspect } from "node:util";
import { afterAll, expect, test } from "vitest";
import { Collection } from "../../src/collection/collection.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { openMap, openProgram } from "../../src/linux/open.ts";
import { libraryObject } from "./library-lab.ts";
import { needs } from "./needs.ts";

// What console.log shows of what the library gives.

const backend = openLinux();
afterAll(() => backend[Symbol.dispose]());
const unloaded = Collection.read(libraryObject("values"), { name: "values" }).set({ targ_pid: process.pid });

// What differs from run to run.
const steady = (value: unknown) =>
  inspect(value, { breakLength: 200 })
    .replace(/\bfd \d+/g, "fd N")
    .replace(/kernel [\d.]+, on \w+/, "kernel K");

test("everything says what it is, and closed things that they are", (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  const c = unloaded.copy().only("on_getcwd", "drop").load({ backend });
  const link = c.program("on_getcwd").attach({ cookie: 7 });
  const events = c.events("events");
  const { maps, globals } = c;
  const memory = c.map("corners").mmap();
  using raw = openMap(backend.kernel, { id: c.map("counts").id });
  using program = openProgram(backend.kernel, { id: c.program("drop").id });
  // biome-ignore format: one thing per line
  const shown: readonly (readonly [unknown, string])[] = [
    [unloaded.copy().only("drop"), "Collection values { programs: drop, maps: counts per_cpu points events orders guarded calls table corners line pile perhaps routes first_inner outer notes }"],
    [c, "LoadedCollection values { programs: on_getcwd drop, maps: counts per_cpu points events orders guarded calls table corners line pile perhaps routes first_inner outer notes }"],
    [c.map("counts"), "HashMap counts { key: u32, value: u64, max 1024, fd N }"],
    [c.map("table"), "HashMap table { key: struct key, value: struct event, max 1024, fd N }"],
    [c.map("per_cpu"), "PerCpuMap per_cpu { type percpuHash, key: u32, value: struct point per CPU, max 16, fd N }"],
    [c.map("corners"), "ArrayMap corners { key: u32, value: struct point, max 4, fd N }"],
    [c.map("pile"), "QueueMap pile { type stack, value: u32, max 2, fd N }"],
    [c.map("events"), "EventBuffer events { type ringbuf, bytes 65536, fd N }"],
    [c.map("routes"), "LpmTrie routes { key: struct route_key, value: u32, max 16, fd N }"],
    [c.program("drop"), "Program drop { type xdp, section xdp, fd N }"],
    [link, "Link on_getcwd { to tracepoint:syscalls:sys_enter_getcwd, attached }"],
    [events, "EventStream events { records: struct event, lost 0 }"],
    [memory, "MappedArray corners { of: struct point, length 4 }"],
    [raw, "LinuxMap counts { type hash, key 4 bytes, value 8 bytes, max 1024, fd N }"],
    [program, "LinuxProgram drop { type xdp, fd N }"],
    [backend, "LinuxBackend { kernel K, loaded 1 }"],
  ];
  for (const [value, text] of shown) expect(steady(value)).toBe(text);
  expect(`${c.map("counts")}`).toContain("HashMap counts");
  expect(String(globals)).toMatch(/^global variables: .*origin/);
  expect(steady(maps)).toContain("counts: HashMap counts { key: u32");
  expect(steady(globals)).toContain("origin: { x: 3, y: -4 }");
  expect(JSON.parse(JSON.stringify([c.map("counts"), c.program("drop"), link]))).toEqual([
    { name: "counts", type: "hash", key: "u32", value: "u64", maxEntries: 1024 },
    { name: "drop", type: "xdp", section: "xdp" },
    { program: "on_getcwd", place: "tracepoint:syscalls:sys_enter_getcwd", attached: true },
  ]);
  const [counts, drop] = [c.map("counts"), c.program("drop")];
  memory[Symbol.dispose]();
  c.close();
  // biome-ignore format: one thing per line
  const closed: readonly (readonly [unknown, string])[] = [
    [counts, "HashMap counts { key: u32, value: u64, max 1024, closed }"],
    [drop, "Program drop { type xdp, section xdp, closed }"],
    [link, "Link on_getcwd { to tracepoint:syscalls:sys_enter_getcwd, detached }"],
    [events, "EventStream events { records: struct event, ended }"],
    [memory, "MappedArray corners { of: struct point, closed }"],
  ];
  for (const [value, text] of closed) expect(steady(value)).toBe(text);
  expect(steady(c)).toMatch(/closed }$/);
  expect(steady(maps)).toContain("counts: (closed)");
  expect(steady(globals)).toContain("seen: (closed)");
});

test("what attaching gives says what hangs where", () => {
  using c = unloaded.copy().only("on_getcwd", "drop").load({ backend });
  expect(steady(c.attach())).toBe("Attachment { links on_getcwd, idle drop }");
});
