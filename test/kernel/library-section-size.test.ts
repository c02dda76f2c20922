// Sections of variables that get another size before they are loaded: their last variable, an array, grows or shrinks.
import { afterAll, expect, test } from "vitest";
import { Collection } from "../../src/collection/collection.ts";
import { openLinux } from "../../src/linux/backend.ts";
import { ObjectLab, read } from "./clang-object.ts";
import { needs } from "./needs.ts";

const backend = openLinux();
const lab = new ObjectLab();
afterAll(() => {
  lab[Symbol.dispose]();
  backend[Symbol.dispose]();
});

const TEXT = `
  #include "vmlinux.h"
  #include <bpf/bpf_helpers.h>
  char LICENSE[] SEC("license") = "GPL";
  u32 first SEC(".data.cpus") = 7;
  u64 cpus[2] SEC(".data.cpus") = {1, 2};
  char name[4] SEC(".data.name") = "abc";
  u32 plain SEC(".data.plain") = 1;
  const volatile u32 limits[1] SEC(".rodata.limits") = {5};
  u64 counts[1] SEC(".bss.counts");
  u32 wanted;
  SEC("syscall") int add(void *ctx) {
    u32 i = wanted & 7;
    u64 *to = cpus, *count = counts;
    const volatile u32 *limit = limits;
    asm volatile("" : "+r"(to), "+r"(count), "+r"(limit)); // the compiler is not to know how long they are
    to[i] += first + limit[i];
    count[i]++;
    return name[0] + plain;
  }`;

const collection = () => Collection.read(read(lab.compile("sizes.c", { text: TEXT })), { name: "sizes" });

test("an array has as many elements as its section has room for, in the program and in its globals", (t) => {
  needs(t, "btf");
  using c = collection()
    .maps({ ".data.cpus": { valueSize: 8 + 8 * 8 } })
    .maps({ ".rodata.limits": { valueSize: 8 * 4 }, ".bss.counts": { valueSize: 8 * 8 } })
    .set({ limits: [1, 2, 3, 4, 5, 6, 7, 8], wanted: 6 })
    .load({ backend });
  c.program("add").testRun();
  expect(c.globals).toMatchObject({
    first: 7,
    cpus: [1n, 2n, 0n, 0n, 0n, 0n, 14n, 0n],
    limits: [1, 2, 3, 4, 5, 6, 7, 8],
    counts: [0n, 0n, 0n, 0n, 0n, 0n, 1n, 0n],
  });
  expect(c.map(".data.cpus").info().valueSize).toBe(72);
});

test("without programs that reach further an array may be shorter, and text longer", (t) => {
  needs(t, "btf");
  using c = collection()
    .only()
    .maps({ ".data.cpus": { valueSize: 16 }, ".data.name": { valueSize: 12 } })
    .set({ name: "a long name" })
    .load({ backend });
  expect(c.globals).toMatchObject({ cpus: [1n], name: "a long name" });
});

// biome-ignore format: one case per line
test.each([
  { rule: "no whole number of elements", maps: { ".data.cpus": { valueSize: 20 } },  says: "`cpus`" },
  { rule: "no element left",             maps: { ".data.cpus": { valueSize: 8 } },   says: "`cpus`" },
  { rule: "less than what is before it", maps: { ".data.cpus": { valueSize: 4 } },   says: "`cpus`" },
  { rule: "the last one is no array",    maps: { ".data.plain": { valueSize: 16 } }, says: "`plain`" },
])("$rule: the size is refused", ({ maps, says }) => {
  const c = collection();
  expect(() => c.maps(maps)).toThrow(
    expect.objectContaining({ code: "collection/section-size", message: expect.stringContaining(says) }),
  );
  expect(c.object.maps.find((map) => map.name === ".data.cpus")?.valueSize).toBe(24);
});

test("values that do not fit any more are refused", () => {
  const c = collection().maps({ ".rodata.limits": { valueSize: 8 } });
  expect(() => c.set({ limits: [1, 2, 3] })).toThrow(expect.objectContaining({ code: expect.any(String) }));
  expect(c.set({ limits: [1, 2] }).object.maps.find((map) => map.name === ".rodata.limits")?.initial).toEqual(
    Uint8Array.of(1, 0, 0, 0, 2, 0, 0, 0),
  );
});
