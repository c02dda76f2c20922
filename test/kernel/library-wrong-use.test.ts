import { afterAll, expect, test } from "vitest";
import { Collection } from "../../src/collection/collection.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { askForFolder, heldByKernel, libraryObject } from "./library-lab.ts";
import { needs } from "./needs.ts";

// Wrong use of the library: an error with its remedy, and nothing half-attached that stays behind.

const file = libraryObject("values");
const backend = openLinux();
const PROGRAMS = ["on_getcwd", "on_getpriority", "add", "drop", "tail", "landed", "list_maps"];
afterAll(() => backend[Symbol.dispose]());

const read = () => Collection.read(file).set({ targ_pid: process.pid });
const error = (code: string, remedy = "") =>
  expect.objectContaining({ code: expect.stringContaining(code), remedy: expect.stringContaining(remedy) });

// biome-ignore format: one case per line
test.each([
  { rule: "no such file",             use: () => Collection.read("/nonexistent/prog.o"),                          code: "collection/no-file", remedy: "clang" },
  { rule: "no object file",           use: () => Collection.read("/etc/hostname"),                                code: "elf/", remedy: "" },
  { rule: "no such variable",         use: () => read().set({ targ_pit: 1 }),                                     code: "collection/unknown-name", remedy: "`targ_pid`" },
  { rule: "a variable's range",       use: () => read().set({ targ_pid: -1 }),                                    code: "collection/bad-value", remedy: "from 0 to 4294967295" },
  { rule: "a variable's text",        use: () => read().set({ label: "longer than eight" }),                      code: "collection/bad-value", remedy: "at most 8 bytes" },
  { rule: "a variable's struct",      use: () => read().set({ origin: { x: 1 } }),                                code: "collection/bad-value", remedy: "an integer" },
  { rule: "no such map",              use: () => read().maps({ count: { maxEntries: 1 } }),                       code: "collection/unknown-name", remedy: "`counts`" },
  { rule: "no such program",          use: () => read().programs({ on_getcw: false }),                            code: "collection/unknown-name", remedy: "`on_getcwd`" },
  { rule: "no such program, alone",   use: () => read().only("drip"),                                             code: "collection/unknown-name", remedy: "`drop`" },
  { rule: "no such struct",           use: () => read().records({ points: "pont" }),                              code: "collection/no-type", remedy: "`point`" },
])("before loading: $rule", ({ use, code, remedy }) => {
  expect(use).toThrow(expect.objectContaining({ code: expect.stringContaining(code), remedy: expect.stringContaining(remedy) }));
});

test("after loading, nothing of a refused call stays", async (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  using c = read().load({ backend });
  const drop = c.program("drop");
  const on = c.program("on_getcwd");
  expect(() => c.program("dorp")).toThrow(error("collection/unknown-name", "`drop`"));
  expect(() => (c.maps as Record<string, unknown>)["evnts"]).toThrow(
    error("collection/unknown-name", "`events`"),
  );
  expect(() => c.globals["sean"]).toThrow(error("collection/unknown-name", "`seen`"));
  expect(() => drop.attach()).toThrow(error("collection/no-place", 'interface: "eth0"'));
  expect(() => drop.attach({ kind: "xdp", interface: "nosuch0" })).toThrow(error("collection/no-interface"));
  expect(() => drop.attach("kprobe/vfs_read")).toThrow(error("collection/wrong-place", "xdp"));
  expect(() => on.attach({ kind: "xdp", ifindex: 1 })).toThrow(error("collection/wrong-place", "tracepoint"));
  expect(() => on.attach("tracepoint/syscalls/sys_enter_nosuch")).toThrow(error("linux/"));
  expect(() => on.attach({ pid: 1 })).toThrow(error("collection/no-pid"));
  expect(() => on.text()).toThrow(error("collection/no-iterator"));
  expect(() => c.events("counts")).toThrow(error("linux/no-buffer"));
  expect(() => c.events("events", { type: "evnt" })).toThrow(error("collection/no-type", "`event`"));
  expect(() => c.events("events", { lost: "drooped" })).toThrow(error("collection/unknown-name", "`dropped`"));
  expect(() => on.pin("/tmp/skep-no-bpf-fs")).toThrow(error("system/", "bpf file system"));
  const counts = c.map("counts");
  expect(() => counts.update(1, 1n, { mode: "noexists" as "noexist" })).toThrow(error("linux/bad-mode"));
  expect(() => [...c.map("events")]).toThrow(error("linux/map-not-walkable", "events()"));
  askForFolder();
  expect(c.globals["seen"]).toBe(0n);
  c.close();
  c.close();
  expect(() => counts.lookup(1)).toThrow(error("linux/closed"));
  expect(() => drop.info()).toThrow(error("linux/closed"));
  expect(() => c.attach()).toThrow(error("collection/closed"));
  expect(() => c.events("events")).toThrow(error("collection/closed"));
  expect(() => c.globals["seen"]).toThrow(error("collection/closed"));
  expect(() => (c.maps as Record<string, unknown>)["counts"]).toThrow(error("collection/closed"));
  expect(await heldByKernel(PROGRAMS)).toEqual([]);
});

test("a load that is refused leaves nothing, and says what the verifier says", async (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  const { object } = read();
  const broken = object.programs.map((program) =>
    program.name === "landed" ? { ...program, insns: program.insns.slice(-1), functions: [] } : program,
  );
  expect(() => Collection.read({ ...object, programs: broken }).load({ backend })).toThrow(
    expect.objectContaining({ message: expect.stringContaining("landed") }),
  );
  expect(() =>
    read()
      .maps({ counts: { flags: 1 << 30 } })
      .load({ backend }),
  ).toThrow(error("system/EINVAL"));
  expect(await heldByKernel(PROGRAMS)).toEqual([]);
});

test("a map of one collection is used by another", (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  using one = read().only("drop").load({ backend });
  using other = read()
    .only("drop")
    .maps({ counts: { use: one.map("counts") } })
    .load({ backend });
  other.map("counts").update(5, 6n);
  expect(one.map("counts").lookup(5)).toBe(6n);
});

test("attaching all of a collection is all or nothing", async (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  using c = read()
    .programs({
      list_maps: { autoAttach: false },
      on_getpriority: { attach: "tracepoint/syscalls/sys_enter_nosuch" },
    })
    .load({ backend });
  expect(() => c.attach()).toThrow(error("linux/"));
  askForFolder();
  expect(c.globals["seen"]).toBe(0n);
  using none = read().only("drop").load({ backend });
  expect(() => none.attach()).toThrow(error("collection/nothing-attached", "programs.drop.attach"));
  expect((await heldByKernel([])).filter((held) => held.startsWith("link"))).toEqual([]);
});

test("a truncated object is an error, never a crash", () => {
  const { object } = Collection.read(file);
  expect(object.programs.length).toBeGreaterThan(0);
  for (const btf of [new Uint8Array(0), new Uint8Array(24), object.btf?.slice(0, 100) ?? new Uint8Array(1)])
    expect(() => Collection.read({ ...object, btf }).load({ backend })).toThrow();
});

test("a program that the verifier refuses: the remedy is for its author", (t) => {
  needs(t, "user-ringbuf", "bloom-filter", "task-storage");
  const { programs, ...rest } = read().object;
  const [first] = programs;
  if (first === undefined) throw new Error("the object has no programs");
  const broken = { ...first, insns: [{ kind: "exit" } as const], functions: first.functions.slice(0, 1) };
  const c = Collection.read({ ...rest, programs: [broken] });
  expect(() => c.load({ backend })).toThrow(error("system/verifier-refused", "`skep verify FILE.o`"));
});
