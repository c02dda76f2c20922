import { expect, test } from "vitest";
import { decodeProgram } from "../isa/decode.ts";
import { encodeProgram } from "../isa/encode.ts";
import { plainEnvironment } from "./environment.ts";
import { Machine } from "./machine.ts";
import { asm, mapSpec, runAsm, u32, u64 } from "./test-program.ts";

const RING = mapSpec({ type: "ringbuf", name: "r", keySize: 0, valueSize: 0, maxEntries: 4096 });

test("an LRU hash makes room, and spares what programs looked up", () => {
  const vm = new Machine();
  const map = vm.createMap(mapSpec({ type: "lruHash", name: "l", maxEntries: 3 }));
  for (const key of [1, 2, 3]) map.update(u32(key), u64(0n));
  runAsm(vm, "*(u32 *)(r10 - 4) = 1\nr1 = map[l]\nr2 = r10\nr2 += -4\ncall bpf_map_lookup_elem\nr0 = 0\nexit");
  map.update(u32(4), u64(0n));
  expect([...map.entries()].map(([key]) => key[0]).sort()).toEqual([1, 3, 4]);
});

test("a ring buffer keeps its order, holds back behind open records, and is full at its size", () => {
  const vm = new Machine();
  const ring = vm.createMap(RING);
  const reserve = (size: number) => `r1 = map[r]\nr2 = ${size}\nr3 = 0\ncall bpf_ringbuf_reserve`;
  const submit = (reg: string) => `r1 = ${reg}\nr2 = 0\ncall bpf_ringbuf_submit`;
  const two = `${reserve(8)}\nr6 = r0\n${reserve(8)}\nr7 = r0\n*(u64 *)(r6 + 0) = 1\n*(u64 *)(r7 + 0) = 2\n${submit("r7")}\n${submit("r6")}\nr0 = 0\nexit`;
  const records: string[] = [];
  for (let i = 0; i < 400; i++) {
    runAsm(vm, two); // wraps around several times
    ring.consume((data) => records.push(data.join()));
  }
  expect(records.length).toBe(800);
  expect(records.slice(0, 2)).toEqual([u64(1n).join(), u64(2n).join()]);
  expect(runAsm(vm, `${reserve(4096)}\nexit`)).toBe(0n);
  expect(() => runAsm(vm, `${reserve(8)}\nr6 = r0\n${submit("r6")}\n*(u64 *)(r6 + 0) = 1\nexit`)).toThrow(
    /holds nothing there/,
  );
  expect(() => runAsm(vm, `${reserve(8)}\n*(u64 *)(r0 + 4) = 1\nexit`)).toThrow(
    /4 bytes past the valid 8 bytes/,
  );
});

test("an open record holds back what was submitted behind it", () => {
  const vm = new Machine();
  const ring = vm.createMap(RING);
  vm.createMap(mapSpec({ type: "array", name: "kept", maxEntries: 1 }));
  runAsm(
    vm,
    "r1 = map[r]\nr2 = 8\nr3 = 0\ncall bpf_ringbuf_reserve\nr6 = map[kept][0]\n*(u64 *)(r6 + 0) = r0\nr1 = map[r]\nr2 = r10\nr2 += -8\nr3 = 8\nr4 = 0\ncall bpf_ringbuf_output\nexit",
  );
  expect(ring.consume(() => undefined)).toBe(0);
  runAsm(vm, "r6 = map[kept][0]\nr1 = *(u64 *)(r6 + 0)\nr2 = 0\ncall bpf_ringbuf_discard\nr0 = 0\nexit");
  expect(ring.consume(() => undefined)).toBe(1);
});

test("maps in maps", () => {
  const vm = new Machine();
  const inner = mapSpec({ type: "array", name: "inner", maxEntries: 1 });
  const one = vm.createMap({ ...inner, name: "one" });
  const wrong = vm.createMap({ ...inner, name: "wrong", valueSize: 4 });
  const outer = vm.createMap(mapSpec({ type: "hashOfMaps", name: "outer", valueSize: 4, inner }));
  expect(() => outer.update(u32(7), u32(wrong.id))).toThrow(/EINVAL/);
  outer.update(u32(7), u32(one.id));
  one.update(u32(0), u64(99n));
  const text = `
    *(u32 *)(r10 - 4) = 7
    r1 = map[outer]
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    if r0 == 0 goto out
    r1 = r0
    *(u32 *)(r10 - 4) = 0
    r2 = r10
    r2 += -4
    call bpf_map_lookup_elem
    r0 = *(u64 *)(r0 + 0)
    out: exit`;
  expect(runAsm(vm, text)).toBe(99n);
});

test("perf events, user ring buffers, storage", () => {
  const vm = new Machine({ environment: plainEnvironment({ task: { address: 0x1234n } }) });
  const perf = vm.createMap(mapSpec({ type: "perfEventArray", name: "e", valueSize: 4 }));
  runAsm(
    vm,
    "*(u64 *)(r10 - 8) = 5\nr2 = map[e]\nr3 = 0xffffffff ll\nr4 = r10\nr4 += -8\nr5 = 8\ncall bpf_perf_event_output\nexit",
  );
  expect(perf.takeEvents()).toEqual([{ cpu: 0, data: u64(5n) }]);

  vm.createMap(mapSpec({ type: "userRingbuf", name: "u", keySize: 0, valueSize: 0, maxEntries: 4096 }));
  vm.map("u").send(u64(20n));
  vm.map("u").send(u64(22n));
  const drain = `
    *(u64 *)(r10 - 8) = 0
    r1 = map[u]
    r2 = subprog[each] ll
    r3 = r10
    r3 += -8
    r4 = 0
    call bpf_user_ringbuf_drain
    r6 = *(u64 *)(r10 - 8)
    r0 <<= 32
    r0 |= r6
    exit
    each:
    r6 = r2
    r3 = r1
    r1 = r10
    r1 += -8
    r2 = 8
    r4 = 0
    r5 = 0
    call bpf_dynptr_read
    r1 = *(u64 *)(r10 - 8)
    r2 = *(u64 *)(r6 + 0)
    r2 += r1
    *(u64 *)(r6 + 0) = r2
    r0 = 0
    exit`;
  expect(runAsm(vm, drain)).toBe((2n << 32n) | 42n);

  vm.createMap(mapSpec({ type: "taskStorage", name: "t", maxEntries: 0 }));
  const count =
    "call bpf_get_current_task_btf\nr1 = map[t]\nr2 = r0\nr3 = 0\nr4 = 1\ncall bpf_task_storage_get\nr1 = *(u64 *)(r0 + 0)\nr1 += 1\n*(u64 *)(r0 + 0) = r1\nr0 = r1\nexit";
  expect([runAsm(vm, count), runAsm(vm, count)]).toEqual([1n, 2n]);
});

test("timers run when they are due", () => {
  let now = 1000n;
  const vm = new Machine({ environment: plainEnvironment({ clock: () => now }) });
  const map = vm.createMap(mapSpec({ type: "array", name: "t", valueSize: 24, maxEntries: 1 }));
  const start = `
    r6 = map[t][0]
    r1 = r6
    r2 = map[t]
    r3 = 1
    call bpf_timer_init
    r1 = r6
    r2 = subprog[fire] ll
    call bpf_timer_set_callback
    r1 = r6
    r2 = 500
    r3 = 0
    call bpf_timer_start
    exit
    fire:
    r1 = *(u64 *)(r3 + 16)
    r1 += 1
    *(u64 *)(r3 + 16) = r1
    r0 = 0
    exit`;
  expect(runAsm(vm, start)).toBe(0n);
  expect(vm.runTimers()).toBe(0);
  now = 1500n;
  expect([vm.runTimers(), vm.runTimers()]).toEqual([1, 0]);
  expect(map.lookup(u32(0))?.[16]).toBe(1);
});

test("packets move, and their bounds with them", () => {
  const vm = new Machine();
  const text = `
    r6 = r1
    r2 = -4
    call bpf_xdp_adjust_head
    r1 = *(u32 *)(r6 + 0)
    *(u32 *)(r1 + 0) = 0x01020304
    r1 = r6
    r2 = 2
    call bpf_xdp_adjust_tail
    r0 = 2
    exit`;
  vm.load({ name: "p", type: "xdp", insns: asm(text) });
  const packet = Uint8Array.from({ length: 20 }, (_, i) => i);
  expect(vm.run("p", { packet }).packet).toEqual(Uint8Array.of(4, 3, 2, 1, ...packet, 0, 0));
});

test("redirection through a device map", () => {
  const vm = new Machine();
  vm.createMap(mapSpec({ type: "devmap", name: "d", valueSize: 4 })).update(u32(1), u32(42));
  vm.load({ name: "p", type: "xdp", insns: asm("r1 = map[d]\nr2 = 1\nr3 = 2\ncall bpf_redirect_map\nexit") });
  expect(vm.run("p", { packet: new Uint8Array(64) })).toMatchObject({ r0: 4n, redirectedTo: 42 });
});

test("memory of the environment: probe reads, and loads that may fail", () => {
  const known = 0xffff_8880_0000_1000n;
  const environment = {
    ...plainEnvironment(),
    readKernel(address: bigint, into: Uint8Array): boolean {
      if (address < known || address + BigInt(into.length) > known + 16n) return false;
      for (let i = 0; i < into.length; i++) into[i] = Number(address - known) + i + 0x61;
      return true;
    },
  };
  const load = `r1 = ${known} ll\nr0 = *(u16 *)(r1 + 1)\nexit`;
  for (const engine of ["jit", "interpreter"] as const) {
    const vm = new Machine({ environment, engine, foreignLoads: "probe" });
    expect(runAsm(vm, load)).toBe(0x6362n);
    expect(runAsm(vm, `r0 = 5\nr1 = ${known + 64n} ll\nr0 = *(u64 *)(r1 + 0)\nexit`)).toBe(0n);
    expect(() => runAsm(vm, `r1 = ${known} ll\n*(u8 *)(r1 + 0) = 1\nexit`)).toThrow(/past the end/);
    expect(() => runAsm(new Machine({ environment, engine }), load)).toThrow(/past the end/);
    const probe = `r1 = r10\nr1 += -8\nr2 = 8\nr3 = ${known} ll\ncall bpf_probe_read_kernel\nr0 = *(u64 *)(r10 - 8)\nexit`;
    expect(runAsm(vm, probe)).toBe(0x6867666564636261n);
  }
});

test("objects, regions, trace output, bytes", () => {
  const lines: string[] = [];
  const vm = new Machine({ environment: plainEnvironment({ trace: (line) => lines.push(line) }) });
  const insns = asm("r1 = map[text][0]\nr2 = 12\nr3 = 42\ncall bpf_trace_printk\nexit");
  const initial = new TextEncoder().encode("answer: %d\0\0");
  const text = mapSpec({ type: "array", name: "text", valueSize: 12, maxEntries: 1, initial, readOnly: true });
  const program = { name: "p", type: "syscall", section: "syscall", insns, functions: [] } as const;
  vm.loadObject({ programs: [program], maps: [text], license: "GPL" });
  expect(vm.run("p").r0).toBe(10n);
  expect(lines).toEqual(["answer: 42"]);

  const region = vm.addRegion("table", u64(7n), "read");
  vm.load({ name: "r", insns: encodeProgram(asm("r1 = *(u64 *)(r1 + 0)\nr0 = *(u64 *)(r1 + 0)\nexit")) });
  expect(vm.run("r", { ctx: u64(region.address) }).r0).toBe(7n);
  region.close();
  expect(() => vm.run("r", { ctx: u64(region.address) })).toThrow(/bad-access|past the end|before the start/);
  expect(decodeProgram(encodeProgram(asm("exit"))).length).toBe(1);
});

test("stepping, breakpoints, registers, active functions", () => {
  const vm = new Machine();
  vm.load({ name: "p", insns: asm("r6 = 1\nr1 = 5\ncall f\nr0 += r6\nexit\nf:\nr0 = r1\nr0 *= 2\nexit") });
  const run = vm.debug("p");
  run.step();
  expect([run.insnIndex, run.registers[6]]).toEqual([1, 1n]);
  run.breakpoints.add(6);
  expect(run.continue()).toBe(true);
  expect(run.functions.map(({ function: name, insnIndex }) => [name, insnIndex])).toEqual([
    ["f", 6],
    ["p", 2],
  ]);
  run.setRegister(0, 10n);
  expect(run.continue()).toBe(false);
  expect([run.done, run.registers[0]]).toEqual([true, 21n]);
});

test("equal seeds give equal runs", () => {
  const random = () =>
    runAsm(new Machine({ environment: plainEnvironment({ seed: 7 }) }), "call bpf_get_prandom_u32\nexit");
  expect(random()).toBe(random());
});
