// Helpers that ask the environment about the place where a program is attached, about tasks and counters; work queues.
import { expect, test } from "vitest";
import { type Environment, plainEnvironment } from "../environment.ts";
import { Machine } from "../machine.ts";
import { asm, mapSpec, u32, u64 } from "../test-program.ts";

const ENGINES = ["interpreter", "jit"] as const;
const TASK = 0xffff_8880_0010_0000n;
const OTHER = 0xffff_8880_0020_0000n;
const replaced: string[] = [];

const environment: Environment = {
  ...plainEnvironment({ task: { address: TASK, tid: 5, tgid: 4, cgroupId: 30n } }),
  ancestorCgroup: (level) => [1n, 20n, 30n][level] ?? 0n,
  symbolAt: (address) => (address === 0x1000n ? { name: "vfs_read", offset: 16, size: 400 } : undefined),
  path: (address) => (address === 0x5000n ? "/etc/passwd" : undefined),
  hook: {
    argumentCount: () => 2,
    hasReturnValue: () => true,
    returnValue: () => -1,
    sysctl: () => ({
      name: "net/ipv4/tcp_mem",
      current: "1 2 3",
      next: "4 5 6",
      replace(value) {
        replaced.push(value);
        return 0;
      },
    }),
    session: () => ({ isReturn: true, cookie: 99n }),
  },
  counters: {
    read: (map, index) =>
      index === 0 ? { counter: 1n << 40n, enabledNs: 5n, runningNs: BigInt(map.length) } : -2,
    own: () => ({ counter: 3n, enabledNs: 4n, runningNs: 5n }),
    branches: () => new Uint8Array(48).fill(7),
  },
  objects: {
    taskByPid: (pid) => (pid === 9 ? OTHER : undefined),
    tasks: (walk, of) => (walk === "processes" ? [TASK, OTHER] : walk === "threadsOf" ? [of] : []),
    memoryArea: (_task, address) => (address < 0x2000n ? 0xffff_8880_0030_0000n : undefined),
    taskStack: () => [11n, 12n, 13n],
    taskRegisters: (task) => task + 0x3f58n,
    readTask(task, address, into) {
      into.fill(task === OTHER ? Number(address & 0xffn) : 0);
      return task === OTHER;
    },
    cgroupById: (id) => (id === 30n ? 0xffff_8880_0040_0000n : undefined),
    isTaskIn: (task) => task === TASK,
    extendedAttribute: (_object, name) => (name === "user.tag" ? Uint8Array.of(1, 2, 3) : undefined),
    slabCache: (address) => (address === 1n ? 0x77n : undefined),
  },
};

/** Text of up to 32 bytes at r10 - 32, for the host to read by way of the map "out". */
const keep = `
  r1 = map[out]
  *(u32 *)(r10 - 40) = 0
  r2 = r10
  r2 += -40
  r3 = r10
  r3 += -32
  r4 = 0
  r9 = r0
  call bpf_map_update_elem
  r0 = r9
  exit`;
const clear = [32, 24, 16, 8].map((at) => `*(u64 *)(r10 - ${at}) = 0`).join("\n");
const sysctl = (helper: string, more = "") =>
  `${clear}\nr2 = r10\nr2 += -32\nr3 = 32\n${more}\ncall ${helper}\n${keep}`;

type Case = Readonly<{ rule: string; text: string; r0: bigint; out?: string }>;

// biome-ignore format: one case per line
const CASES: readonly Case[] = [
  { rule: "an argument of the traced function", text: "r2 = 1\nr3 = r10\nr3 += -8\ncall bpf_get_func_arg\nr1 = *(u64 *)(r10 - 8)\nr0 += r1\nexit", r0: 22n },
  { rule: "an argument that it does not have", text: "r2 = 2\nr3 = r10\nr3 += -8\ncall bpf_get_func_arg\nexit", r0: -22n },
  { rule: "what it returned",           text: "r2 = r10\nr2 += -8\ncall bpf_get_func_ret\nr1 = *(u64 *)(r10 - 8)\nr0 += r1\nexit", r0: 33n },
  { rule: "how many arguments it has",  text: "call bpf_get_func_arg_cnt\nexit", r0: 2n },
  { rule: "what the system call returns", text: "call bpf_get_retval\nr6 = r0\nr1 = -13\ncall bpf_set_retval\ncall bpf_get_retval\nr0 <<= 8\nr6 &= 0xff\nr0 |= r6\nexit", r0: (-13n << 8n) | 0xffn },
  { rule: "the name of a sysctl",       text: sysctl("bpf_sysctl_get_name", "r4 = 0"), r0: 16n, out: "net/ipv4/tcp_mem" },
  { rule: "its last part",              text: sysctl("bpf_sysctl_get_name", "r4 = 1"), r0: 7n, out: "tcp_mem" },
  { rule: "a name that is cut",         text: sysctl("bpf_sysctl_get_name", "r3 = 5\nr4 = 0"), r0: -7n, out: "net/" },
  { rule: "its value",                  text: sysctl("bpf_sysctl_get_current_value"), r0: 5n, out: "1 2 3" },
  { rule: "its next value",             text: sysctl("bpf_sysctl_get_new_value", "r3 = 4"), r0: -7n, out: "4 5" },
  { rule: "another next value",         text: "*(u32 *)(r10 - 8) = 0x00393837\nr2 = r10\nr2 += -8\nr3 = 4\ncall bpf_sysctl_set_new_value\nexit", r0: 0n },
  { rule: "a counter",                  text: "r1 = map[events]\nr2 = 0\ncall bpf_perf_event_read\nexit", r0: 1n << 40n },
  { rule: "a counter that is not there", text: "r1 = map[events]\nr2 = 1\ncall bpf_perf_event_read\nexit", r0: -2n },
  { rule: "a counter behind the end",   text: "r1 = map[events]\nr2 = 8\ncall bpf_perf_event_read\nexit", r0: -7n },
  { rule: "a counter with its times",   text: `${clear}\nr1 = map[events]\nr2 = 0xffffffff ll\nr3 = r10\nr3 += -24\nr4 = 24\ncall bpf_perf_event_read_value\nr1 = *(u64 *)(r10 - 8)\nr0 += r1\nexit`, r0: 6n },
  { rule: "the program's own counter",  text: "r2 = r10\nr2 += -24\nr3 = 24\ncall bpf_perf_prog_read_value\nr1 = *(u64 *)(r10 - 24)\nr0 += r1\nexit", r0: 3n },
  { rule: "branches",                   text: `${clear}\nr2 = r10\nr2 += -24\nr3 = 24\nr4 = 0\ncall bpf_read_branch_records\nr1 = *(u8 *)(r10 - 1)\nr0 += r1\nexit`, r0: 31n },
  { rule: "how many branches",          text: "r2 = 0\nr3 = 0\nr4 = 1\ncall bpf_read_branch_records\nexit", r0: 48n },
  { rule: "a task by its number",       text: "r1 = 9\ncall ksym[bpf_task_from_pid]\nexit", r0: BigInt.asIntN(64, OTHER) },
  { rule: "no task of that number",     text: "r1 = 10\ncall ksym[bpf_task_from_pid]\nexit", r0: 0n },
  { rule: "the current task, by number", text: "r1 = 5\ncall ksym[bpf_task_from_pid]\nexit", r0: BigInt.asIntN(64, TASK) },
  { rule: "a walk of tasks",            text: "r7 = 0\nr1 = r10\nr1 += -8\nr2 = 0\nr3 = 0\ncall ksym[bpf_iter_task_new]\nagain:\nr1 = r10\nr1 += -8\ncall ksym[bpf_iter_task_next]\nif r0 == 0 goto done\nr7 += 1\ngoto again\ndone:\nr1 = r10\nr1 += -8\ncall ksym[bpf_iter_task_destroy]\nr0 = r7\nexit", r0: 2n },
  { rule: "a walk of what is unknown",  text: "r1 = r10\nr1 += -8\nr2 = 0\nr3 = 7\ncall ksym[bpf_iter_task_new]\nexit", r0: -22n },
  { rule: "the stack of another task",  text: `${clear}\nr1 = ${OTHER} ll\nr2 = r10\nr2 += -32\nr3 = 16\nr4 = 1\ncall bpf_get_task_stack\nr1 = *(u64 *)(r10 - 32)\nr0 += r1\nexit`, r0: 28n },
  { rule: "registers of a task",        text: `r1 = ${OTHER} ll\ncall bpf_task_pt_regs\nr1 = ${OTHER} ll\nr0 -= r1\nexit`, r0: 0x3f58n },
  { rule: "memory of another process",  text: `r1 = r10\nr1 += -8\nr2 = 8\nr3 = 0x1234\nr4 = ${OTHER} ll\nr5 = 0\ncall bpf_copy_from_user_task\nr0 = *(u64 *)(r10 - 8)\nexit`, r0: 0x3434343434343434n },
  { rule: "an area of memory",          text: `r6 = 0\n*(u64 *)(r10 - 8) = 0\nr1 = ${TASK} ll\nr2 = 0x1000\nr3 = subprog[area] ll\nr4 = r10\nr4 += -8\nr5 = 0\ncall bpf_find_vma\nr1 = *(u64 *)(r10 - 8)\nr0 += r1\nexit\narea:\nr2 >>= 12\nr2 &= 0xfff\n*(u64 *)(r3 + 0) = r2\nr0 = 0\nexit`, r0: 0x300n },
  { rule: "no area of memory",          text: `r1 = ${TASK} ll\nr2 = 0x3000\nr3 = subprog[area] ll\nr4 = 0\nr5 = 0\ncall bpf_find_vma\nexit\narea:\nr0 = 0\nexit`, r0: -2n },
  { rule: "a cgroup of the map is above", text: "r1 = map[groups]\nr2 = 0\ncall bpf_current_task_under_cgroup\nexit", r0: 1n },
  { rule: "a cgroup of the map is not above", text: "r1 = map[groups]\nr2 = 1\ncall bpf_current_task_under_cgroup\nexit", r0: 0n },
  { rule: "no cgroup is in the map",    text: "r1 = map[groups]\nr2 = 2\ncall bpf_current_task_under_cgroup\nexit", r0: -11n },
  { rule: "a cgroup by its id",         text: "r1 = 30\ncall ksym[bpf_cgroup_from_id]\nr1 = 0xffff888000400000 ll\nr0 -= r1\nexit", r0: 0n },
  { rule: "a slab cache",               text: "r1 = 1\ncall ksym[bpf_get_kmem_cache]\nexit", r0: 0x77n },
  { rule: "a session of two probes",    text: "call ksym[bpf_session_is_return]\nr6 = r0\ncall ksym[bpf_session_cookie]\nr0 += r6\nexit", r0: 100n },
  { rule: "a path",                     text: `${clear}\nr1 = 0x5000\nr2 = r10\nr2 += -32\nr3 = 32\ncall bpf_d_path\n${keep}`, r0: 12n, out: "/etc/passwd" },
];

function machine(engine: "interpreter" | "jit"): Machine {
  const vm = new Machine({ engine, environment });
  vm.createMap(mapSpec({ type: "array", name: "out", valueSize: 32, maxEntries: 1 }));
  vm.createMap(mapSpec({ type: "perfEventArray", name: "events", valueSize: 4 }));
  vm.createMap(mapSpec({ type: "cgroupArray", name: "groups", valueSize: 4 }));
  vm.map("groups").update(u32(0), u32(20));
  vm.map("groups").update(u32(1), u32(21));
  return vm;
}

const CONTEXT = new Uint8Array(BigUint64Array.of(11n, 22n, 33n).buffer);

for (const engine of ENGINES) {
  test.each(CASES)(`${engine}: $rule`, ({ text, r0, out }) => {
    const vm = machine(engine);
    vm.load({ name: "p", insns: asm(text) });
    expect(BigInt.asIntN(64, vm.run("p", { ctx: CONTEXT }).r0)).toBe(r0);
    const found = vm.map("out").lookup(u32(0)) ?? new Uint8Array(0);
    if (out !== undefined) expect(new TextDecoder().decode(found.subarray(0, found.indexOf(0)))).toBe(out);
  });

  test(`${engine}: what iterators print`, () => {
    const vm = machine(engine);
    vm.createMap(
      mapSpec({
        type: "array",
        name: "f",
        valueSize: 8,
        maxEntries: 1,
        initial: new TextEncoder().encode("%d %pS\0"),
        flags: 1 << 7,
      }),
    );
    const text = `
      r6 = r1
      *(u64 *)(r10 - 16) = 42
      *(u64 *)(r10 - 8) = 0x1000
      r2 = map[f][0]
      r3 = 8
      r4 = r10
      r4 += -16
      r5 = 16
      call bpf_seq_printf
      *(u64 *)(r10 - 8) = 0x0a21
      r1 = r6
      r2 = r10
      r2 += -8
      r3 = 2
      call bpf_seq_write
      exit`;
    vm.load({ name: "p", insns: asm(text) });
    const { output } = vm.run("p", { ctx: new Uint8Array(16) });
    expect(new TextDecoder().decode(output)).toBe("42 vfs_read+0x10/0x190!\n");
  });

  test(`${engine}: work queues`, () => {
    const vm = machine(engine);
    vm.createMap(mapSpec({ type: "hash", name: "w", valueSize: 32 }));
    vm.map("w").update(u32(6), new Uint8Array(32));
    const text = `
      *(u32 *)(r10 - 4) = 6
      r1 = map[w]
      r2 = r10
      r2 += -4
      call bpf_map_lookup_elem
      if r0 == 0 goto out
      r6 = r0
      r1 = r6
      r2 = map[w]
      r3 = 0
      call ksym[bpf_wq_init]
      r1 = r6
      r2 = subprog[work] ll
      r3 = 0
      r4 = 0
      call ksym[bpf_wq_set_callback_impl]
      r1 = r6
      r2 = 0
      call ksym[bpf_wq_start]
      out: exit
      work:
      r1 = *(u32 *)(r2 + 0)
      *(u64 *)(r3 + 24) = r1
      r0 = 0
      exit`;
    vm.load({ name: "p", insns: asm(text) });
    expect(vm.run("p").r0).toBe(0n);
    expect(vm.nextTimerNs).toBeDefined();
    expect(vm.runTimers()).toBe(1);
    expect(vm.map("w").lookup(u32(6))?.subarray(24)).toEqual(u64(6n));
    vm.run("p");
    vm.map("w").delete(u32(6));
    expect(vm.runTimers()).toBe(0);
  });
}

test("what was to be written to the sysctl", () => {
  expect(replaced).toContain("789");
});

test("struct_ops: registered, refused, taken back", () => {
  const calls: string[] = [];
  const vm = new Machine({
    environment: {
      ...plainEnvironment(),
      registerStructOps(map, value) {
        calls.push(`+${map.name} ${value.length}`);
        return value[64] === 0 ? -22 : 0;
      },
      unregisterStructOps: (map) => calls.push(`-${map.name}`),
    },
  });
  const map = vm.createMap(mapSpec({ type: "structOps", name: "tcp", valueSize: 72, maxEntries: 1 }));
  expect(() => map.update(u32(0), new Uint8Array(72))).toThrow(/EINVAL/);
  const value = new Uint8Array(72).fill(1, 64);
  map.update(u32(0), value);
  expect(map.lookup(u32(0))?.[4]).toBe(1);
  expect(() => map.update(u32(0), value)).toThrow(/EBUSY/);
  expect(map.delete(u32(0))).toBe(true);
  expect(calls).toEqual(["+tcp 72", "+tcp 72", "-tcp"]);
});
