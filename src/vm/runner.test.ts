import { expect, test } from "vitest";
import { Machine, type MachineOptions } from "./machine.ts";
import { MachineError } from "./machine-error.ts";
import type { Runner } from "./runner.ts";
import { asm, mapSpec, u32 } from "./test-program.ts";

const ENGINES = ["interpreter", "jit"] as const;

/** A machine with a kernel function `fire(r1)` that runs what `fired` holds, and gives r0. */
function nesting(options: MachineOptions): { vm: Machine; fired: { runner: Runner | undefined } } {
  const fired: { runner: Runner | undefined } = { runner: undefined };
  const fire = {
    name: "fire",
    run: (call: { u32(arg: number): number }): number => {
      const { runner } = fired;
      if (runner === undefined) return -1;
      const before = call.u32(1);
      runner.view.setUint32(0, before, true);
      const result = runner.run();
      return call.u32(1) === before ? result : -2;
    },
  };
  return { vm: new Machine({ ...options, kfuncs: [fire] }), fired };
}

for (const engine of ENGINES) {
  test(`${engine}: the context is written in place, and read back`, () => {
    const vm = new Machine({ engine });
    vm.load({ name: "p", insns: asm("r0 = *(u32 *)(r1 + 4)\n*(u32 *)(r1 + 8) = r0\nr0 -= 1\nexit") });
    using runner = vm.runner("p", { ctxBytes: 12 });
    for (const value of [0, 1, 77]) {
      runner.view.setUint32(4, value, true);
      expect(runner.run()).toBe(value - 1);
      expect(runner.ctx.subarray(8)).toEqual(u32(value));
    }
    expect([runner.r0, runner.steps]).toEqual([76n, 4]);
    runner.view.setUint32(4, 0, true);
    expect([runner.run(), runner.r0]).toEqual([-1, (1n << 64n) - 1n]);
  });

  test(`${engine}: the stack is empty each time, memory may grow, programs may be replaced`, () => {
    const vm = new Machine({ engine });
    vm.load({ name: "p", insns: asm("r0 = *(u64 *)(r10 - 8)\n*(u64 *)(r10 - 8) = 7\nexit") });
    using runner = vm.runner("p", { ctxBytes: 8 });
    expect([runner.run(), runner.run()]).toEqual([0, 0]);
    vm.createMap(mapSpec({ type: "array", valueSize: 1 << 20 }));
    runner.view.setUint32(0, 5, true);
    vm.load({ name: "p", insns: asm("r0 = *(u32 *)(r1 + 0)\nexit") });
    expect(runner.run()).toBe(5);
  });

  test(`${engine}: a helper runs another program: stack, context, registers and arguments stay`, () => {
    const { vm, fired } = nesting({ engine });
    const outer = `
      r6 = *(u32 *)(r1 + 0)
      r7 = r1
      *(u64 *)(r10 - 8) = 100
      r1 = r6
      call ksym[fire]
      r1 = *(u64 *)(r10 - 8)
      r0 += r1
      r1 = *(u32 *)(r7 + 0)
      r0 += r1
      exit`;
    vm.load({ name: "outer", insns: asm(outer) });
    vm.load({ name: "inner", insns: asm("*(u64 *)(r10 - 8) = 5\nr0 = *(u32 *)(r1 + 0)\nr0 *= 2\nexit") });
    fired.runner = vm.runner("inner", { ctxBytes: 4 });
    using runner = vm.runner("outer", { ctxBytes: 4 });
    runner.view.setUint32(0, 7, true);
    expect(runner.run()).toBe(14 + 100 + 7);
    expect(runner.steps).toBe(10 + 4);
    expect(vm.run("outer", { ctx: u32(9) }).r0).toBe(127n);
  });

  test(`${engine}: runs that begin each other end in an error, and the machine goes on`, () => {
    const { vm, fired } = nesting({ engine });
    vm.load({ name: "p", insns: asm("r1 = *(u32 *)(r1 + 0)\ncall ksym[fire]\nr0 += 1\nexit") });
    const runner = vm.runner("p", { ctxBytes: 4 });
    fired.runner = runner;
    expect(() => runner.run()).toThrow(/more than 8 programs/);
    fired.runner = undefined;
    expect(runner.run()).toBe(0);
  });

  test(`${engine}: steps of a run count for the one that began it`, () => {
    const { vm, fired } = nesting({ engine, maxSteps: 1000 });
    vm.load({ name: "outer", insns: asm("again: r1 = 0\ncall ksym[fire]\ngoto again") });
    vm.load({ name: "inner", insns: asm("r1 = 300\nagain: r1 -= 1\nif r1 != 0 goto again\nr0 = 0\nexit") });
    fired.runner = vm.runner("inner", { ctxBytes: 4 });
    let error: unknown;
    try {
      vm.run("outer");
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(MachineError);
    expect((error as MachineError).place?.program).toBe("outer");
  });

  test(`${engine}: packets`, () => {
    const vm = new Machine({ engine });
    const text = "r2 = *(u32 *)(r1 + 0)\nr0 = *(u8 *)(r2 + 1)\n*(u8 *)(r2 + 0) = 9\nexit";
    vm.load({ name: "p", type: "xdp", insns: asm(text) });
    using runner = vm.runner("p", { ctxBytes: 24 });
    expect(runner.run(Uint8Array.of(1, 2, 3))).toBe(2);
    expect(runner.packet).toEqual(Uint8Array.of(9, 2, 3));
    expect(runner.run(Uint8Array.of(1, 5))).toBe(5);
  });
}

test("helpers and kernel functions of the host; those that are missing are named at load", () => {
  const vm = new Machine({
    helpers: [{ name: "bpf_skep_double", id: 5000, run: (call) => call.u64(1) * 2n }],
    kfuncs: [{ name: "skep_half", args: 1, run: (call) => call.u64(1) / 2n }],
  });
  const call = (id: number) => ({ kind: "call", target: { kind: "helper", id } }) as const;
  vm.load({
    name: "p",
    insns: [...asm("r1 = 21\nexit").slice(0, 1), call(5000), ...asm("r1 = r0\ncall ksym[skep_half]\nexit")],
  });
  expect(vm.run("p").r0).toBe(21n);
  expect(() => vm.load({ name: "q", insns: asm("call ksym[skep_third]\nexit") })).toThrow(
    /`skep_third` is not known/,
  );
  expect(() => new Machine({ helpers: [{ name: "bpf_nothing", run: () => 0 }] })).toThrow(/bpf_nothing/);
});
