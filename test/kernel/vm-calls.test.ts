// Calls of helpers on maps, rings, memory and callbacks against the kernel's: the same results, the same errors.
import { expect, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { openKernelBtf } from "../../src/linux/kernel-btf.ts";
import { possibleCpus } from "../../src/linux/procfs.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { type Environment, plainEnvironment } from "../../src/vm/environment.ts";
import { inKernel, inMachine, type OracleCase } from "../support/vm-oracle.ts";

const cpus = possibleCpus().length;
const btf = openKernelBtf(openKernel());
const spec = (name: string, type: MapSpec["type"], more: Partial<MapSpec> = {}): MapSpec => {
  return { name, type, keySize: 4, valueSize: 8, maxEntries: 4, flags: 0, ...more };
};
// biome-ignore format: one map per line
const MAPS = {
  hash:   spec("hash", "hash"),
  array:  spec("array", "array"),
  percpu: spec("percpu", "percpuArray"),
  lpm:    spec("lpm", "lpmTrie", { keySize: 8, flags: 1 }),
  queue:  spec("queue", "queue", { keySize: 0, maxEntries: 2 }),
  stack:  spec("stack", "stack", { keySize: 0, maxEntries: 2 }),
  bloom:  spec("bloom", "bloomFilter", { keySize: 0, maxEntries: 100 }),
  ring:   spec("ring", "ringbuf", { keySize: 0, valueSize: 0, maxEntries: 4096 }),
  events: spec("events", "perfEventArray", { valueSize: 4 }),
  next:   spec("next", "progArray", { valueSize: 4 }),
} as const;

/** r2 and r3 point to a key and a value on the stack. */
const keyed = (map: string, key: number, value: number, helper: string, flags = 0) => `
  *(u32 *)(r10 - 4) = ${key}
  *(u64 *)(r10 - 16) = ${value}
  r1 = map[${map}]
  r2 = r10
  r2 += -4
  r3 = r10
  r3 += -16
  r4 = ${flags}
  call ${helper}`;
const update = (map: string, key: number, value: number, flags = 0) =>
  keyed(map, key, value, "bpf_map_update_elem", flags);
const remove = (map: string, key: number) => keyed(map, key, 0, "bpf_map_delete_elem");
/** The value, or -1 where there is none, into memory at an offset. */
const look = (map: string, key: number, at: number) => `
  ${keyed(map, key, 0, "bpf_map_lookup_elem")}
  r1 = -1
  if r0 == 0 goto +1
  r1 = *(u64 *)(r0 + 0)
  *(u64 *)(r6 + ${at}) = r1
  r0 = 0`;
const keep = (at: number) => `*(u64 *)(r6 + ${at}) = r0`;
const pushed = (map: string, value: number, flags = 0) =>
  `*(u64 *)(r10 - 8) = ${value}\nr1 = map[${map}]\nr2 = r10\nr2 += -8\nr3 = ${flags}\ncall bpf_map_push_elem`;
const taken = (map: string, helper: string, at: number) =>
  `*(u64 *)(r10 - 8) = 7\nr1 = map[${map}]\nr2 = r10\nr2 += -8\ncall ${helper}\nr1 = *(u64 *)(r10 - 8)\n*(u64 *)(r6 + ${at}) = r1`;
const output = (size: number, flags = 0) =>
  `r1 = map[ring]\nr2 = r6\nr3 = ${size}\nr4 = ${flags}\ncall bpf_ringbuf_output`;
const query = (what: number) => `r1 = map[ring]\nr2 = ${what}\ncall bpf_ringbuf_query`;
const reserve = (size: number, then: string) => `
  r1 = map[ring]
  r2 = ${size}
  r3 = 0
  call bpf_ringbuf_reserve
  if r0 == 0 goto +4
  *(u8 *)(r0 + 0) = 1
  r1 = r0
  r2 = 0
  call ${then}
  ${query(0)}`;
const read = (helper: string, address: string, size = 8) =>
  `*(u64 *)(r10 - 8) = 0x1122334455667788 ll\nr1 = r10\nr1 += -8\nr2 = ${size}\n${address}\ncall ${helper}\nr1 = *(u64 *)(r10 - 8)\n*(u64 *)(r6 + 0) = r1`.replace(
    "*(u64 *)(r10 - 8) = 0x1122334455667788 ll",
    "r1 = 0x1122334455667788 ll\n*(u64 *)(r10 - 8) = r1",
  );
const perf = (flags: string, size = 8) =>
  `r1 = r8\nr2 = map[events]\nr3 = ${flags}\nr4 = r6\nr5 = ${size}\ncall bpf_perf_event_output`;
const dynptr = (then: string) =>
  `r1 = r6\nr2 = 64\nr3 = 0\nr4 = r10\nr4 += -16\ncall bpf_dynptr_from_mem\n${then}`;
const dynRead = (offset: number, size: number, flags = 0) =>
  `r1 = r10\nr1 += -48\nr2 = ${size}\nr3 = r10\nr3 += -16\nr4 = ${offset}\nr5 = ${flags}\ncall bpf_dynptr_read`;
const dynWrite = (offset: number, size: number, flags = 0) =>
  `*(u64 *)(r10 - 40) = 0x31323334\n*(u64 *)(r10 - 32) = 0x35363738\nr1 = r10\nr1 += -16\nr2 = ${offset}\nr3 = r10\nr3 += -40\nr4 = ${size}\nr5 = ${flags}\ncall bpf_dynptr_write`;
/** Calls a function for each entry. */
const each = (map: string, flags = 0) => `
  r1 = map[${map}]
  r2 = subprog[body] ll
  r3 = 0
  r4 = ${flags}
  call bpf_for_each_map_elem
  ${keep(0)}
  r0 = 0`;
const loop = (count: number | string, flags = 0) => `
  r1 = ${count}
  r2 = subprog[body] ll
  r3 = 0
  r4 = ${flags}
  call bpf_loop
  ${keep(0)}
  r0 = 0`;
const find = (size: number, kind: number, flags = 0) =>
  `r1 = r7\nr2 = ${size}\nr3 = ${kind}\nr4 = ${flags}\ncall bpf_btf_find_by_name_kind`;
const lookupName = (size: number, flags = 0) =>
  `r1 = r7\nr2 = ${size}\nr3 = ${flags}\nr4 = r6\ncall bpf_kallsyms_lookup_name`;

type Case = Omit<OracleCase, "maps"> & { maps?: readonly (keyof typeof MAPS)[] };

// biome-ignore format: one case per line
const CASES: readonly Case[] = [
  { rule: "hash: written and read",       maps: ["hash"], text: `${update("hash", 1, 5)}\n${look("hash", 1, 0)}\n${look("hash", 2, 8)}` },
  { rule: "hash: noexist",                maps: ["hash"], text: `${update("hash", 1, 5)}\n${update("hash", 1, 6, 1)}` },
  { rule: "hash: exist",                  maps: ["hash"], text: update("hash", 1, 6, 2) },
  { rule: "hash: unknown flags",          maps: ["hash"], text: update("hash", 1, 6, 8) },
  { rule: "hash: a lock that is not there", maps: ["hash"], text: update("hash", 1, 6, 4) },
  { rule: "hash: full",                   maps: ["hash"], text: `${[1, 2, 3, 4].map((key) => update("hash", key, key)).join("\n")}\n${update("hash", 5, 5)}` },
  { rule: "hash: deleted",                maps: ["hash"], text: `${update("hash", 1, 5)}\n${remove("hash", 1)}\n${keep(0)}\n${remove("hash", 1)}` },
  { rule: "array: read behind the end",   maps: ["array"], text: `${look("array", 4, 0)}\n${look("array", 3, 8)}` },
  { rule: "array: written behind the end", maps: ["array"], text: update("array", 4, 1) },
  { rule: "array: noexist",               maps: ["array"], text: update("array", 1, 1, 1) },
  { rule: "array: deleted",               maps: ["array"], text: remove("array", 1) },
  { rule: "a value of another CPU",       maps: ["percpu"], text: `*(u32 *)(r10 - 4) = 1\nr1 = map[percpu]\nr2 = r10\nr2 += -4\nr3 = ${cpus - 1}\ncall bpf_map_lookup_percpu_elem\nif r0 == 0 goto +1\nr0 = 1` },
  { rule: "a value of no CPU",            maps: ["percpu"], text: "*(u32 *)(r10 - 4) = 1\nr1 = map[percpu]\nr2 = r10\nr2 += -4\nr3 = 500\ncall bpf_map_lookup_percpu_elem\nif r0 == 0 goto +1\nr0 = 1" },
  { rule: "trie: longest prefix",         maps: ["lpm"], type: "schedCls", packet: new Uint8Array(64), text: `${[[8, 1], [16, 2], [0, 3]].map(([bits, value]) => `*(u32 *)(r10 - 8) = ${bits}\n*(u32 *)(r10 - 4) = 0x0100000a\n*(u64 *)(r10 - 16) = ${value}\nr1 = map[lpm]\nr2 = r10\nr2 += -8\nr3 = r10\nr3 += -16\nr4 = 0\ncall bpf_map_update_elem`).join("\n")}\n*(u32 *)(r10 - 8) = 32\n*(u32 *)(r10 - 4) = 0x0105000a\nr1 = map[lpm]\nr2 = r10\nr2 += -8\ncall bpf_map_lookup_elem\nif r0 == 0 goto +2\nr1 = *(u64 *)(r0 + 0)\n*(u64 *)(r6 + 0) = r1\nr0 = 0` },
  { rule: "queue: order",                 maps: ["queue"], text: `${pushed("queue", 1)}\n${pushed("queue", 2)}\n${taken("queue", "bpf_map_peek_elem", 0)}\n${taken("queue", "bpf_map_pop_elem", 8)}\n${taken("queue", "bpf_map_pop_elem", 16)}\n${taken("queue", "bpf_map_pop_elem", 24)}` },
  { rule: "queue: full",                  maps: ["queue"], text: `${pushed("queue", 1)}\n${pushed("queue", 2)}\n${pushed("queue", 3)}\n${keep(0)}\n${pushed("queue", 4, 2)}\n${keep(8)}\n${taken("queue", "bpf_map_pop_elem", 16)}` },
  { rule: "queue: unknown flags",         maps: ["queue"], text: pushed("queue", 1, 1) },
  { rule: "stack: order",                 maps: ["stack"], text: `${pushed("stack", 1)}\n${pushed("stack", 2)}\n${taken("stack", "bpf_map_pop_elem", 8)}\n${taken("stack", "bpf_map_peek_elem", 16)}` },
  { rule: "bloom filter",                 maps: ["bloom"], type: "schedCls", packet: new Uint8Array(64), text: `${pushed("bloom", 7)}\n${taken("bloom", "bpf_map_peek_elem", 0)}` },
  { rule: "bloom filter: not a member",   maps: ["bloom"], type: "schedCls", packet: new Uint8Array(64), text: taken("bloom", "bpf_map_peek_elem", 0) },
  { rule: "ring: written and counted",    maps: ["ring"], text: `${output(20)}\n${keep(0)}\n${query(0)}\n${keep(8)}\n${query(3)}` },
  { rule: "ring: size",                   maps: ["ring"], text: query(1) },
  { rule: "ring: what is unknown",        maps: ["ring"], text: query(9) },
  { rule: "ring: unknown flags",          maps: ["ring"], text: output(20, 4) },
  { rule: "ring: full",                   maps: ["ring"], text: `${Array.from({ length: 31 }, () => output(120)).join("\n")}\n${keep(0)}\n${output(120)}\n${keep(8)}\n${output(80)}\n${keep(16)}\n${query(0)}` },
  { rule: "ring: submitted",              maps: ["ring"], text: reserve(100, "bpf_ringbuf_submit") },
  { rule: "ring: discarded",              maps: ["ring"], text: reserve(100, "bpf_ringbuf_discard") },
  { rule: "ring: too large a record",     maps: ["ring"], text: reserve(5000, "bpf_ringbuf_submit") },
  { rule: "ring: as large as it gets",    maps: ["ring"], text: reserve(4096 - 16, "bpf_ringbuf_submit") },
  { rule: "ring: a byte too large",       maps: ["ring"], text: reserve(4096 - 8, "bpf_ringbuf_submit") },
  { rule: "ring: a dynptr",               maps: ["ring"], text: `r1 = map[ring]\nr2 = 24\nr3 = 0\nr4 = r10\nr4 += -16\ncall bpf_ringbuf_reserve_dynptr\n${keep(0)}\nr1 = r10\nr1 += -16\nr2 = 0\nr3 = 24\ncall bpf_dynptr_data\nif r0 == 0 goto +1\nr0 = 1\n${keep(8)}\nr1 = r10\nr1 += -16\nr2 = 0\ncall bpf_ringbuf_submit_dynptr\n${query(0)}` },
  { rule: "ring: a dynptr too large",     maps: ["ring"], text: `r1 = map[ring]\nr2 = 5000\nr3 = 0\nr4 = r10\nr4 += -16\ncall bpf_ringbuf_reserve_dynptr\n${keep(0)}\nr1 = r10\nr1 += -16\nr2 = 0\ncall bpf_ringbuf_discard_dynptr\n${query(0)}` },
  { rule: "dynptr: read",                 text: dynptr(`${dynRead(3, 8)}\n${keep(64)}\nr1 = *(u64 *)(r10 - 48)\n*(u64 *)(r6 + 72) = r1`), data: "abcdefghijkl" },
  { rule: "dynptr: read too far",         text: dynptr(dynRead(60, 8)) },
  { rule: "dynptr: read with flags",      text: dynptr(dynRead(0, 8, 1)) },
  { rule: "dynptr: written",              text: dynptr(dynWrite(5, 12)) },
  { rule: "dynptr: written too far",      text: dynptr(dynWrite(60, 12)) },
  { rule: "dynptr: written with flags",   text: dynptr(dynWrite(0, 12, 1)) },
  { rule: "dynptr: with flags",           text: "r1 = r6\nr2 = 64\nr3 = 1\nr4 = r10\nr4 += -16\ncall bpf_dynptr_from_mem" },
  { rule: "probe: NULL",                  text: read("bpf_probe_read_kernel", "r3 = 0") },
  { rule: "probe: a bad address",         text: read("bpf_probe_read_kernel", "r3 = 0xffff000000000000 ll") },
  { rule: "probe: own memory",            text: read("bpf_probe_read_kernel", "r3 = r7"), format: "abcdefgh" },
  { rule: "probe: text",                  text: read("bpf_probe_read_kernel_str", "r3 = r7"), format: "abc" },
  { rule: "probe: text that is cut",      text: read("bpf_probe_read_kernel_str", "r3 = r7", 3), format: "abcdef" },
  { rule: "probe: text at a bad address", text: read("bpf_probe_read_kernel_str", "r3 = 0") },
  { rule: "probe: user memory that is not there", text: read("bpf_probe_read_user", "r3 = 16") },
  { rule: "probe: user text that is not there", text: read("bpf_probe_read_user_str", "r3 = 16") },
  { rule: "perf: an event behind the end", maps: ["events"], text: perf("9"), type: "schedCls", packet: new Uint8Array(64) },
  { rule: "a tail call to nothing",       maps: ["next"], text: "r1 = r8\nr2 = map[next]\nr3 = 1\ncall bpf_tail_call\nr0 = 5", type: "schedCls", packet: new Uint8Array(64) },
  { rule: "each: an array",               maps: ["array"], text: `${update("array", 1, 5)}\n${each("array")}` },
  { rule: "each: a hash of one",          maps: ["hash"], text: `${update("hash", 3, 5)}\n${each("hash")}` },
  { rule: "each: with flags",             maps: ["array"], text: each("array", 1) },
  { rule: "loop: ten times",              text: loop(10) },
  { rule: "loop: never",                  text: loop(0) },
  { rule: "loop: too often",              text: loop("0x800001") },
  { rule: "loop: with flags",             text: loop(3, 1) },
  { rule: "a type of the kernel",         text: find(12, 4), format: "task_struct\0" },
  { rule: "a type of another kind",       text: find(12, 6), format: "task_struct\0" },
  { rule: "a type without its end",       text: find(11, 4), format: "task_struct\0" },
  { rule: "a type with flags",            text: find(12, 4, 1), format: "task_struct\0" },
  { rule: "a type without a name",        text: find(1, 4) },
  { rule: "a symbol that is not there",   text: lookupName(12), format: "no_such_one\0" },
  { rule: "a symbol with flags",          text: lookupName(12, 1), format: "no_such_one\0" },
  { rule: "a symbol without its end",     text: lookupName(11), format: "no_such_one\0" },
  { rule: "a descriptor that is not open", text: "r1 = 123456\ncall bpf_sys_close" },
  { rule: "own pid, of a wrong size",     text: "r1 = 1\nr2 = 2\nr3 = r6\nr4 = 4\ncall bpf_get_ns_current_pid_tgid" },
  { rule: "own name, cut",                text: "r1 = r6\nr2 = 3\ncall bpf_get_current_comm\nr1 = *(u8 *)(r6 + 2)\n*(u64 *)(r6 + 0) = r1" },
  { rule: "random numbers are not equal", text: "call bpf_get_prandom_u32\nr9 = r0\ncall bpf_get_prandom_u32\nr0 ^= r9\nif r0 == 0 goto +1\nr0 = 1" },
  { rule: "time goes on",                 text: "call bpf_ktime_get_ns\nr9 = r0\ncall bpf_ktime_get_ns\nif r0 >= r9 goto +2\nr0 = 0\ngoto +1\nr0 = 1" },
];

/** What is called back goes on. */
const BODY = "body:\nr0 = 0\nexit";

function world(): Environment {
  return { ...plainEnvironment({ cpus }), ...(btf && { kernelBtf: () => btf }) };
}

test.each(CASES)("$rule", ({ maps = [], ...given }) => {
  // Callbacks stand behind the program's end, which the oracle writes.
  const calls = given.text.includes("subprog[body]");
  const whole = { ...given, maps: maps.map((name) => MAPS[name]), ...(calls && { behind: BODY }) };
  const expected = inKernel(whole);
  for (const engine of ["interpreter", "jit"] as const)
    expect(inMachine(whole, engine, world())).toEqual(expected);
});
