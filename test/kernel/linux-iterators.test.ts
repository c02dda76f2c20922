import { existsSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { readIteratorText, streamIterator } from "../../src/linux/iterator.ts";
import { openLink } from "../../src/linux/open.ts";
import { BpfFs, Cgroup, expectGone, programs, waitFor } from "./linux-lab.ts";
import { needs } from "./needs.ts";

const NAME = "skep_it_prog";
const backend = openLinux();
const { kernel } = backend;

afterAll(() => {
  backend[Symbol.dispose]();
  expectGone(NAME);
});

// The context is {meta, object}; meta begins with the seq_file. One letter per object that is there.
const LETTER = `
  r6 = *(u64 *)(r1 + 0)
  r7 = *(u64 *)(r1 + 8)
  if r7 == 0 goto out
  *(u8 *)(r10 - 1) = 120
  r1 = *(u64 *)(r6 + 0)
  r2 = r10
  r2 += -1
  r3 = 1
  call bpf_seq_write
  out: r0 = 0
  exit`;

const iterator = (target: string, maps: readonly MapSpec[] = []) =>
  backend.load(programs(NAME, [{ type: "tracing", section: `iter/${target}`, text: LETTER }], maps));

test("an iterator over tasks shows each thread, each time it is read", async (t) => {
  needs(t, "iter");
  using loaded = iterator("task");
  using link = loaded.link(NAME, { kind: "iter", target: "task" });
  expect(readIteratorText(kernel, link)).toMatch(/^x{5,}$/);
  expect(await text(streamIterator(kernel, link))).toMatch(/^x{5,}$/);
  expect(link.info()).toMatchObject({ type: "iter", details: { target: "task" } });
});

test("an iterator over one process shows its threads alone", (t) => {
  needs(t, "iter", "iter-task");
  using loaded = iterator("task");
  using link = loaded.link(NAME, { kind: "iter", target: "task", task: { pid: process.pid } });
  const threads = () => Number(/^Threads:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  waitFor(() => readIteratorText(kernel, link) === "x".repeat(threads())); // Node's come and go
  expect(link.info().details).toMatchObject({ target: "task", pid: process.pid });
});

test("an iterator over a map's entries shows each", (t) => {
  needs(t, "iter");
  const map: MapSpec = { name: "numbers", type: "hash", keySize: 4, valueSize: 8, maxEntries: 64, flags: 0 };
  // The context of map entries is {meta, map, key, value}.
  const text = LETTER.replace("(r1 + 8)", "(r1 + 24)");
  using loaded = backend.load(programs(NAME, [{ type: "tracing", section: "iter/bpf_map_elem", text }], [map]));
  for (let i = 0; i < 7; i++)
    loaded.map("numbers").update(new Uint8Array(Uint32Array.of(i).buffer), new Uint8Array(8));
  using link = loaded.link(NAME, { kind: "iter", target: "bpf_map_elem", map: "numbers" });
  expect(readIteratorText(kernel, link)).toBe("x".repeat(7));
  expect(link.info().details).toMatchObject({ mapId: loaded.map("numbers").id });
  expect(() => loaded.link(NAME, { kind: "iter", target: "bpf_map_elem" })).toThrow(
    expect.objectContaining({ remedy: expect.stringContaining("`map`") }),
  );
});

test("an iterator over cgroups begins where it is told", (t) => {
  needs(t, "iter", "iter-cgroup", "cgroup2");
  using cgroup = new Cgroup("iter");
  using loaded = iterator("cgroup");
  const at = (order: "self" | "ancestors") =>
    loaded.link(NAME, { kind: "iter", target: "cgroup", cgroup: { path: cgroup.path, order } });
  using self = at("self");
  expect(readIteratorText(kernel, self)).toBe("x");
  using ancestors = at("ancestors");
  expect(readIteratorText(kernel, ancestors).length).toBeGreaterThanOrEqual(2);
});

test("a pinned iterator is a file, until it is removed", (t) => {
  needs(t, "iter");
  using files = new BpfFs(kernel);
  using loaded = iterator("bpf_map");
  using link = loaded.link(NAME, { kind: "iter", target: "bpf_map" });
  link.pin(`${files.path}/maps`);
  const { id } = link.info();
  link.close();
  expect(readFileSync(`${files.path}/maps`, "utf8")).toMatch(/^x*$/);
  using again = openLink(kernel, { pinned: `${files.path}/maps` });
  expect(again.info().id).toBe(id);
  expect(existsSync(`${files.path}/maps`)).toBe(true);
});

test("another program may take an iterator's place", (t) => {
  needs(t, "iter");
  using one = iterator("bpf_map");
  using other = backend.load(
    programs(NAME, [{ type: "tracing", section: "iter/bpf_map", text: LETTER.replace("= 120", "= 121") }]),
  );
  using _map = backend.load({
    programs: [],
    maps: [{ name: "m", type: "array", keySize: 4, valueSize: 4, maxEntries: 1, flags: 0 }],
    license: "GPL",
  });
  using link = one.link(NAME, { kind: "iter", target: "bpf_map" });
  expect(readIteratorText(kernel, link)).toMatch(/^x+$/);
  link.update(other.programFd(NAME));
  expect(readIteratorText(kernel, link)).toMatch(/^y+$/);
});
