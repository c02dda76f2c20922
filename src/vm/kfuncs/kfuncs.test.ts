// What needs no kernel to compare with: exceptions, objects, lists and trees, in both engines.
import { expect, test } from "vitest";
import { parseBtf } from "../../btf/decode.ts";
import { BtfBuilder } from "../../btf/encode.ts";
import type { Btf, BtfId } from "../../btf/types.ts";
import { plainEnvironment } from "../environment.ts";
import { Machine } from "../machine.ts";
import { asm, mapSpec, u32, u64 } from "../test-program.ts";
import { KFUNC_RECORDS } from "./table.ts";

const ENGINES = ["interpreter", "jit"] as const;
const NODE_OFFSET = 8;

/** A struct of 48 bytes: a number, a list or tree node of 32 bytes at 8, and a number. */
function objectTypes(): { btf: Btf; type: BtfId } {
  const builder = new BtfBuilder();
  const long = builder.addInt(8, false);
  const node = builder.add({ kind: "struct", name: "node", bytes: 32, members: [] });
  const type = builder.add({
    kind: "struct",
    name: "object",
    bytes: 48,
    members: [
      { name: "value", type: long, bitOffset: 0 },
      { name: "node", type: node, bitOffset: NODE_OFFSET * 8 },
      { name: "more", type: long, bitOffset: 320 },
    ],
  });
  return { btf: parseBtf(builder.finish()), type };
}

const { btf, type } = objectTypes();
const HEADS = mapSpec({ type: "array", name: "heads", valueSize: 64, maxEntries: 1 });

function run(engine: "interpreter" | "jit", text: string, ctx?: Uint8Array): bigint {
  const vm = new Machine({ engine, maxSteps: 100_000, environment: plainEnvironment({ cpus: 2 }) });
  vm.createMap(HEADS);
  vm.load({ name: "p", insns: asm(text) }, btf);
  return BigInt.asIntN(64, vm.run("p", ctx ? { ctx } : {}).r0);
}

/** Makes an object with a value and pushes it: r8 is the list. */
const push = (value: number, name = "bpf_list_push_back_impl") => `
  r1 = ${type}
  r2 = 0
  call ksym[bpf_obj_new_impl]
  *(u64 *)(r0 + 0) = ${value}
  r1 = r8
  r2 = r0
  r2 += ${NODE_OFFSET}
  r3 = 0
  r4 = ${NODE_OFFSET}
  call ksym[${name}]`;
const pop = (name: string) => `
  r1 = r8
  call ksym[${name}]
  if r0 == 0 goto empty
  r7 *= 10
  r1 = *(u64 *)(r0 - ${NODE_OFFSET})
  r7 += r1`;
const insert = (value: number) => `
  r1 = ${type}
  r2 = 0
  call ksym[bpf_obj_new_impl]
  *(u64 *)(r0 + 0) = ${value}
  r1 = r8
  r2 = r0
  r2 += ${NODE_OFFSET}
  r3 = subprog[less] ll
  r4 = 0
  r5 = ${NODE_OFFSET}
  call ksym[bpf_rbtree_add_impl]`;
const takeFirst = `
  r1 = r8
  call ksym[bpf_rbtree_first]
  if r0 == 0 goto empty
  r1 = r8
  r2 = r0
  call ksym[bpf_rbtree_remove]
  if r0 == 0 goto empty
  r7 *= 10
  r1 = *(u64 *)(r0 - ${NODE_OFFSET})
  r7 += r1`;
const START = "r8 = map[heads][0]\nr7 = 0";
const END = "empty:\nr0 = r7\nexit";
const LESS = `less:\nr3 = *(u64 *)(r1 - ${NODE_OFFSET})\nr4 = *(u64 *)(r2 - ${NODE_OFFSET})\nr0 = 0\nif r3 >= r4 goto no\nr0 = 1\nno: exit`;

// biome-ignore format: one rule per line
const RESULTS: readonly { rule: string; text: string; r0: bigint }[] = [
  { rule: "an exception's number is the result",  text: "r1 = 42\ncall ksym[bpf_throw]\nr0 = 1\nexit", r0: 42n },
  { rule: "thrown two functions deep",            text: "call f\nr0 = 1\nexit\nf:\ncall g\nr0 = 2\nexit\ng:\nr1 = 7\ncall ksym[bpf_throw]\nr0 = 3\nexit", r0: 7n },
  { rule: "thrown in a callback",                 text: "r1 = 5\nr2 = subprog[f] ll\nr3 = 0\nr4 = 0\ncall bpf_loop\nr0 = 1\nexit\nf:\nr1 += 30\ncall ksym[bpf_throw]\nr0 = 0\nexit", r0: 30n },
  { rule: "a list, from front and back",          text: `${START}\n${push(1)}\n${push(2)}\n${push(3, "bpf_list_push_front_impl")}\n${pop("bpf_list_pop_front")}\n${pop("bpf_list_pop_back")}\n${pop("bpf_list_pop_front")}\n${pop("bpf_list_pop_front")}\n${END}`, r0: 321n },
  { rule: "the front and the back of a list",     text: `${START}\n${push(4)}\n${push(5)}\n${pop("bpf_list_front")}\n${pop("bpf_list_back")}\n${pop("bpf_list_pop_front")}\n${END}`, r0: 454n },
  { rule: "a node in a list cannot be pushed",    text: `${START}\n${push(1)}\nr1 = r8\ncall ksym[bpf_list_front]\nr1 = r8\nr2 = r0\nr3 = 0\nr4 = 0\ncall ksym[bpf_list_push_back_impl]\nexit`, r0: -22n },
  { rule: "a tree is in order",                   text: `${START}\n${insert(3)}\n${insert(1)}\n${insert(2)}\n${takeFirst}\n${takeFirst}\n${takeFirst}\n${takeFirst}\n${END}\n${LESS}`, r0: 123n },
  { rule: "a node that is in no tree",            text: `${START}\n${insert(3)}\nr1 = ${type}\nr2 = 0\ncall ksym[bpf_obj_new_impl]\nr1 = r8\nr2 = r0\nr2 += 8\ncall ksym[bpf_rbtree_remove]\nexit\n${LESS}`, r0: 0n },
  { rule: "left of the root is less",             text: `${START}\n${insert(3)}\n${insert(1)}\n${insert(2)}\nr1 = r8\ncall ksym[bpf_rbtree_root]\nr1 = r8\nr2 = r0\ncall ksym[bpf_rbtree_left]\nr0 = *(u64 *)(r0 - 8)\nexit\n${LESS}`, r0: 1n },
  { rule: "objects live until the last reference", text: `r1 = ${type}\nr2 = 0\ncall ksym[bpf_obj_new_impl]\nr6 = r0\nr1 = r0\nr2 = 0\ncall ksym[bpf_refcount_acquire_impl]\nr1 = r0\nr2 = 0\ncall ksym[bpf_obj_drop_impl]\n*(u64 *)(r6 + 40) = 5\nr0 = *(u64 *)(r6 + 40)\nexit`, r0: 5n },
  { rule: "objects per CPU",                      text: `r1 = ${type}\nr2 = 0\ncall ksym[bpf_percpu_obj_new_impl]\nr6 = r0\nr1 = r0\nr2 = 1\ncall bpf_per_cpu_ptr\n*(u64 *)(r0 + 0) = 9\nr1 = r6\ncall bpf_this_cpu_ptr\nr7 = *(u64 *)(r0 + 0)\nr1 = r6\nr2 = 2\ncall bpf_per_cpu_ptr\nr0 += r7\nexit`, r0: 0n },
];

for (const engine of ENGINES) {
  test.each(RESULTS)(`${engine}: $rule`, ({ text, r0 }) => {
    expect(run(engine, text)).toBe(r0);
  });

  test(`${engine}: an object that was dropped is nobody's`, () => {
    const text = `r1 = ${type}\nr2 = 0\ncall ksym[bpf_obj_new_impl]\nr6 = r0\nr1 = r0\nr2 = 0\ncall ksym[bpf_obj_drop_impl]\nr0 = *(u64 *)(r6 + 0)\nexit`;
    expect(() => run(engine, text)).toThrow(/objects of the program .* holds nothing there/);
    expect(() =>
      run(engine, text.replace("r0 = *(u64 *)(r6 + 0)", "r1 = r6\nr2 = 0\ncall ksym[bpf_obj_drop_impl]")),
    ).toThrow(/no object/);
  });

  test(`${engine}: an exception callback has the last word, also after a tail call in a function`, () => {
    const vm = new Machine({ engine });
    vm.createMap(mapSpec({ type: "progArray", name: "next", valueSize: 4 }));
    const thrower = asm(
      "call f\nr0 = 1\nexit\nf:\nr1 = 20\ncall ksym[bpf_throw]\nexit\nhandler:\nr0 = r1\nr0 += 1\nexit",
    );
    const id = vm.load({ name: "thrower", insns: thrower, exceptionCallback: 6 });
    expect(vm.run("thrower").r0).toBe(21n);
    vm.map("next").update(u32(0), u32(id));
    vm.load({
      name: "caller",
      insns: asm(
        "r6 = 100\ncall f\nr0 += r6\nexit\nf:\nr2 = map[next]\nr3 = 0\ncall bpf_tail_call\nr0 = 1\nexit",
      ),
    });
    expect(vm.run("caller", { ctx: u64(0n) }).r0).toBe(121n);
    using runner = vm.runner("thrower");
    expect([runner.run(), runner.run()]).toEqual([21, 21]);
  });

  test(`${engine}: a callback that throws is called until the steps are used up`, () => {
    const vm = new Machine({ engine, maxSteps: 1000 });
    vm.load({
      name: "p",
      insns: asm("call ksym[bpf_throw]\nexit\nhandler:\ncall ksym[bpf_throw]\nexit"),
      exceptionCallback: 2,
    });
    expect(() => vm.run("p")).toThrow(/did not end/);
  });

  test(`${engine}: memory for objects has an end`, () => {
    const vm = new Machine({ engine, memoryBytes: 1 << 20 });
    vm.load(
      {
        name: "p",
        insns: asm(
          `r6 = 0\nagain:\nr1 = ${type}\nr2 = 0\ncall ksym[bpf_obj_new_impl]\nr6 += 1\nif r0 != 0 goto again\nr0 = r6\nexit`,
        ),
      },
      btf,
    );
    const made = Number(vm.run("p").r0);
    expect(made).toBeGreaterThan(10_000);
    expect(made).toBeLessThan(25_000);
  });
}

test("the names are the kernel's, and each stands once", () => {
  const names = KFUNC_RECORDS.map(({ name }) => name);
  expect(names.filter((name) => !/^(bpf|cgroup|crash)_[a-z0-9_]+$/.test(name))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
});
