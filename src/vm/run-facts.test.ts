import { expect, test } from "vitest";
import { type CurrentTask, type Environment, plainEnvironment } from "./environment.ts";
import { Machine, type MachineOptions } from "./machine.ts";
import { asm, mapSpec, u32 } from "./test-program.ts";

const ENGINES = ["interpreter", "jit"] as const;
const TASK: CurrentTask = {
  tid: 0x8000_0001, tgid: 0xfff0_0002, uid: 1000, gid: 0xffff_ffff, comm: "t", cgroupId: 1n, address: 0xffff_8880_0012_3450n,
}; // biome-ignore format: one line

/** A world whose time stands still during a run: it counts how often it was asked to say so. */
function factual(): { env: Environment; at: { ns: bigint; asked: number } } {
  const at = { ns: 0x1234_8765_4321n, asked: 0 };
  const words = (value: bigint) => [Number(value & 0xffff_ffffn), Number(value >> 32n)];
  const env: Environment = {
    ...plainEnvironment({ task: TASK, clock: () => at.ns }),
    placeFacts(into, from) {
      at.asked++;
      const { tid, tgid, uid, gid, address } = TASK;
      into.set([tid, tgid, uid, gid, ...words(address), ...words(at.ns)], from);
    },
  };
  return { env, at };
}

// biome-ignore format: one helper per line
const HELPERS = [
  "bpf_get_current_pid_tgid", "bpf_get_current_uid_gid", "bpf_get_current_task", "bpf_get_current_task_btf",
  "bpf_ktime_get_ns", "bpf_ktime_get_boot_ns",
];

for (const helper of HELPERS)
  test(`${helper} gives the same in both engines, with facts and without`, () => {
    const results = [
      factual().env,
      { ...plainEnvironment({ task: TASK, clock: () => factual().at.ns }) },
    ].flatMap((environment) =>
      ENGINES.map((engine) => {
        const vm = new Machine({ engine, environment });
        vm.load({ name: "p", insns: asm(`call ${helper}\nexit`) });
        return vm.run("p").r0;
      }),
    );
    expect(new Set(results).size).toBe(1);
    expect(results[0]).not.toBe(0n);
  });

for (const engine of ENGINES) {
  test(`${engine}: facts are those of the run, also behind tail calls and in the run that another one interrupted`, () => {
    const { env, at } = factual();
    const options: MachineOptions = {
      engine,
      environment: env,
      kfuncs: [
        {
          name: "later",
          run() {
            at.ns = 7n;
            vm.run("time");
            return 0;
          },
        },
      ],
    };
    const vm: Machine = new Machine(options);
    vm.createMap(mapSpec({ type: "progArray", name: "next", valueSize: 4, maxEntries: 1 }));
    const id = vm.load({ name: "time", insns: asm("call bpf_ktime_get_ns\nexit") });
    vm.map("next").update(u32(0), u32(id));
    vm.load({ name: "jump", insns: asm("r2 = map[next] ll\nr3 = 0\ncall bpf_tail_call\nr0 = 0\nexit") });
    vm.load({ name: "outer", insns: asm("call ksym[later]\ncall bpf_ktime_get_ns\nexit") });
    expect(vm.run("jump").r0).toBe(at.ns);
    at.ns = 5n;
    expect([vm.run("time").r0, vm.run("jump").r0]).toEqual([5n, 5n]);
    expect(vm.run("outer").r0).toBe(7n);
  });

  test(`${engine}: nothing is asked for programs that do not look`, () => {
    const { env, at } = factual();
    const vm = new Machine({ engine, environment: env });
    vm.load({ name: "p", insns: asm("r0 = 1\nexit") });
    expect([vm.run("p").r0, at.asked]).toEqual([1n, 0]);
  });

  test(`${engine}: what is remembered of a context, a value and a lookup ends where they end`, () => {
    const vm = new Machine({ engine });
    vm.createMap(mapSpec({ type: "array", name: "one", valueSize: 12, maxEntries: 1 }));
    vm.createMap(mapSpec({ type: "hash", name: "h", valueSize: 6 }));
    vm.map("h").update(u32(0), new Uint8Array(6).fill(3));
    const looked = "*(u32 *)(r10 - 4) = 0\nr1 = map[h] ll\nr2 = r10\nr2 += -4\ncall bpf_map_lookup_elem\n";
    // biome-ignore format: one access per line
    const rows = [
      ["the last bytes of a context", "r0 = *(u32 *)(r1 + 4)\nexit", true],
      ["bytes behind a context", "r0 = *(u64 *)(r1 + 4)\nexit", false],
      ["the last bytes of a value", "r5 = map[one][0] ll\nr0 = *(u32 *)(r5 + 8)\nexit", true],
      ["bytes behind a value", "r5 = map[one][0] ll\nr0 = *(u64 *)(r5 + 8)\nexit", false],
      ["the last bytes of what was found", `${looked}r0 = *(u16 *)(r0 + 4)\nexit`, true],
      ["bytes behind what was found", `${looked}r0 = *(u32 *)(r0 + 4)\nexit`, false],
    ] as const;
    for (const [rule, text, isFine] of rows) {
      vm.load({ name: "p", insns: asm(text) });
      using runner = vm.runner("p", { ctxBytes: 8 });
      if (isFine) expect(() => runner.run(), rule).not.toThrow();
      else expect(() => runner.run(), rule).toThrow(/bytes/);
    }
  });
}
