import { expect, test } from "vitest";
import { Machine, type MachineOptions } from "./machine.ts";
import { MachineError } from "./machine-error.ts";
import { asm, mapSpec, runAsm, u32, u64 } from "./test-program.ts";

const ENGINES = ["interpreter", "jit"] as const;
type Engine = (typeof ENGINES)[number];

function machine(engine: Engine, options: MachineOptions = {}): Machine {
  return new Machine({ engine, ...options });
}

function errorOf(run: () => unknown): MachineError {
  try {
    run();
  } catch (error) {
    if (error instanceof MachineError) return error;
    throw error;
  }
  throw new Error("no error");
}

// biome-ignore format: one rule per line
const RESULTS: readonly { rule: string; text: string; r0: bigint }[] = [
  { rule: "registers start as 0",              text: "r0 = r7\nexit",                                                       r0: 0n },
  { rule: "64-bit add carries",                text: "r0 = 0xffffffff ll\nr0 += 1\nexit",                                   r0: 1n << 32n },
  { rule: "sub borrows",                       text: "r0 = 0\nr0 -= 1\nexit",                                               r0: (1n << 64n) - 1n },
  { rule: "mul keeps the low half",            text: "r0 = 0x123456789abcdef1 ll\nr0 *= r0\nexit",                         r0: BigInt.asUintN(64, 0x123456789abcdef1n ** 2n) },
  { rule: "div by 0 is 0",                     text: "r0 = 5\nr1 = 0\nr0 /= r1\nexit",                                       r0: 0n },
  { rule: "mod by 0 is the number",            text: "r0 = 5\nr1 = 0\nr0 %= r1\nexit",                                       r0: 5n },
  { rule: "signed division",                   text: "r0 = -7\nr0 s/= 2\nexit",                                              r0: BigInt.asUintN(64, -3n) },
  { rule: "32-bit operations clear the rest",  text: "r0 = -1\nw0 += 1\nexit",                                               r0: 0n },
  { rule: "arsh keeps the sign",               text: "r0 = -256\nr0 s>>= 4\nexit",                                           r0: BigInt.asUintN(64, -16n) },
  { rule: "shift by 32 and more",              text: "r0 = 3\nr0 <<= 33\nexit",                                              r0: 3n << 33n },
  { rule: "movsx",                             text: "r1 = 0x80\nr0 = (s8)r1\nexit",                                         r0: BigInt.asUintN(64, -128n) },
  { rule: "be16",                              text: "r0 = 0x1234\nr0 = be16 r0\nexit",                                      r0: 0x3412n },
  { rule: "stack keeps what is stored",        text: "r1 = 77\n*(u64 *)(r10 - 8) = r1\nr0 = *(u32 *)(r10 - 8)\nexit",        r0: 77n },
  { rule: "signed load",                       text: "r1 = 0xff\n*(u8 *)(r10 - 1) = r1\nr0 = *(s8 *)(r10 - 1)\nexit",       r0: (1n << 64n) - 1n },
  { rule: "atomic fetch-add gives the old",    text: "r1 = 5\n*(u64 *)(r10 - 8) = r1\nr0 = 3\nr0 = atomic_fetch_add((u64 *)(r10 - 8), r0)\nr1 = *(u64 *)(r10 - 8)\nr0 += r1\nexit", r0: 13n },
  { rule: "a loop",                            text: "r0 = 0\nr1 = 10\nagain: r0 += r1\nr1 -= 1\nif r1 != 0 goto again\nexit", r0: 55n },
  { rule: "a call keeps the caller's registers", text: "r6 = 3\nr1 = 4\ncall f\nr0 += r6\nexit\nf:\nr6 = 100\nr0 = r1\nexit", r0: 7n },
  { rule: "recursion to the eighth frame",     text: "r1 = 7\ncall f\nexit\nf:\nr0 = r1\nif r1 == 1 goto +2\nr1 -= 1\ncall f\nr0 += 1\nexit", r0: 8n },
];

for (const engine of ENGINES) {
  test.each(RESULTS)(`${engine}: $rule`, ({ text, r0 }) => {
    expect(runAsm(machine(engine), text)).toBe(r0);
  });

  // biome-ignore format: one rule per line
  test.each([
    { rule: "NULL",                     text: "r1 = 0\nr0 = *(u64 *)(r1 + 8)\nexit",              code: "vm/bad-access", says: /NULL/, at: 1 },
    { rule: "below the frame",          text: "r0 = *(u64 *)(r10 - 520)\nexit",                   code: "vm/bad-access", says: /8 below the stack frame/, at: 0 },
    { rule: "above the frame",          text: "r0 = *(u64 *)(r10 - 4)\nexit",                     code: "vm/bad-access", says: /4 above the stack frame/, at: 0 },
    { rule: "below the stack",          text: "r2 = r10\nr2 += -520\nr0 = *(u64 *)(r2 + 0)\nexit", code: "vm/bad-access", says: /8 bytes before the valid part of the stack/, at: 2 },
    { rule: "past the context",         text: "r0 = *(u32 *)(r1 + 6)\nexit",                      code: "vm/bad-access", says: /reaches 2 bytes past the end of the context/, at: 0 },
    { rule: "far away",                 text: "r2 = -1\nr0 = *(u8 *)(r2 + 0)\nexit",              code: "vm/bad-access", says: /past the end of/, at: 1 },
    { rule: "endless",                  text: "again: goto again\nexit",                          code: "vm/step-limit", says: /1000000/, at: 0 },
    { rule: "nine frames",              text: "call f\nexit\nf:\ncall f\nexit",                   code: "vm/call-depth", says: /8 functions/, at: 2 },
    { rule: "call of a wrong address",  text: "r1 = 5\ncallx r1\nexit",                           code: "vm/bad-call",   says: /0x5/, at: 1 },
    { rule: "no map",                   text: "r1 = 5\nr2 = r10\ncall bpf_map_lookup_elem\nexit", code: "vm/bad-map",    says: /r1/, at: 2 },
  ])(`${engine} stops: $rule`, ({ text, code, says, at }) => {
    const error = errorOf(() => runAsm(machine(engine), text, new Uint8Array(8)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
    expect(error.place).toEqual({ program: "test", insnIndex: at });
  });

  test(`${engine}: read-only memory can be read only`, () => {
    const vm = machine(engine);
    vm.createMap(mapSpec({ type: "array", name: "m", maxEntries: 1, initial: u64(9n), readOnly: true }));
    expect(runAsm(vm, "r1 = map[m][0]\nr0 = *(u64 *)(r1 + 0)\nexit")).toBe(9n);
    const error = errorOf(() => runAsm(vm, "r1 = map[m][0]\n*(u64 *)(r1 + 0) = 1\nexit"));
    expect(error.code).toBe("vm/read-only");
  });

  test(`${engine}: maps and helpers`, () => {
    const vm = machine(engine);
    const counts = vm.createMap(mapSpec({ type: "hash", name: "counts" }));
    const text = `
      *(u32 *)(r10 - 4) = 7
      r1 = map[counts]
      r2 = r10
      r2 += -4
      call bpf_map_lookup_elem
      if r0 == 0 goto +3
      r1 = 1
      lock *(u64 *)(r0 + 0) += r1
      exit
      *(u64 *)(r10 - 16) = 40
      r1 = map[counts]
      r2 = r10
      r2 += -4
      r3 = r10
      r3 += -16
      r4 = 0
      call bpf_map_update_elem
      exit`;
    for (let i = 0; i < 3; i++) runAsm(vm, text);
    expect([...counts.entries()]).toEqual([[u32(7), u64(42n)]]);
  });

  test(`${engine}: tail calls end after 33`, () => {
    const vm = machine(engine);
    vm.createMap(mapSpec({ type: "progArray", name: "next", valueSize: 4 }));
    const again =
      "r6 = *(u64 *)(r1 + 0)\nr6 += 1\n*(u64 *)(r1 + 0) = r6\nr2 = map[next]\nr3 = 0\ncall bpf_tail_call\nr0 = r6\nexit";
    const id = vm.load({ name: "again", insns: asm(again) });
    vm.map("next").update(u32(0), u32(id));
    const result = vm.run("again", { ctx: new Uint8Array(8) });
    expect(result.r0).toBe(34n);
    expect(result.ctx).toEqual(u64(34n));
  });

  test(`${engine}: callbacks`, () => {
    const vm = machine(engine);
    const text = `
      *(u64 *)(r10 - 8) = 0
      r1 = 10
      r2 = subprog[body] ll
      r3 = r10
      r3 += -8
      r4 = 0
      call bpf_loop
      r1 = *(u64 *)(r10 - 8)
      r0 <<= 32
      r0 |= r1
      exit
      body:
      r3 = *(u64 *)(r2 + 0)
      r3 += r1
      *(u64 *)(r2 + 0) = r3
      r0 = 0
      exit`;
    expect(runAsm(vm, text)).toBe((10n << 32n) | 45n);
  });

  test(`${engine}: packet loads in network order; outside, the program ends with 0`, () => {
    const vm = machine(engine);
    vm.load({ name: "in", type: "socketFilter", insns: asm("r6 = r1\nr0 = *(u16 *)skb[2]\nexit") });
    expect(vm.run("in", { packet: Uint8Array.of(1, 2, 3, 4) }).r0).toBe(0x304n);
    vm.load({ name: "out", type: "socketFilter", insns: asm("r6 = r1\nr0 = *(u32 *)skb[2]\nr0 = 1\nexit") });
    expect(vm.run("out", { packet: Uint8Array.of(1, 2, 3, 4) }).r0).toBe(0n);
  });

  test(`${engine}: a packet is bounded by its end`, () => {
    const vm = machine(engine);
    const text = "r2 = *(u32 *)(r1 + 0)\nr3 = *(u32 *)(r1 + 4)\nr3 -= r2\nr0 = *(u8 *)(r2 + 3)\nr0 += r3\nexit";
    vm.load({ name: "sum", type: "xdp", insns: asm(text) });
    expect(vm.run("sum", { packet: Uint8Array.of(0, 0, 0, 9) }).r0).toBe(13n);
    expect(errorOf(() => vm.run("sum", { packet: Uint8Array.of(0, 0, 0) })).message).toMatch(
      /1 byte past .*packet/,
    );
  });

  test(`${engine}: steps are counted and limited`, () => {
    const vm = machine(engine);
    vm.load({ name: "loop", insns: asm("r1 = 10\nagain: r1 -= 1\nif r1 != 0 goto again\nexit") });
    expect(vm.run("loop").steps).toBe(22);
    expect(errorOf(() => vm.run("loop", { maxSteps: 21 })).code).toBe("vm/step-limit");
  });
}
