import { ERRNO } from "../errno.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import type { HelperCall } from "../helpers/helper-call.ts";

const MASK_BYTES = 1024; // struct cpumask of a kernel for up to 8192 CPUs
const OBJECT_BYTES = MASK_BYTES + 8; // struct bpf_cpumask: a count of references follows

/** A CPU mask's bits, as far as there are CPUs. */
function bits(call: HelperCall, arg: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(call.env.cpus / 8));
  if (call.state.space.find(call.address(arg), bytes.length, false)) return call.read(arg, bytes.length);
  call.probe(call.u64(arg), bytes, "kernel");
  return bytes;
}

function mask(call: HelperCall, arg: number): Uint8Array {
  return call.write(arg, MASK_BYTES);
}

function has(mask: Uint8Array, cpu: number): boolean {
  return ((mask[cpu >>> 3] ?? 0) & (1 << (cpu & 7))) !== 0;
}

function put(mask: Uint8Array, cpu: number, value: boolean): void {
  const bit = 1 << (cpu & 7);
  const old = mask[cpu >>> 3] as number;
  mask[cpu >>> 3] = value ? old | bit : old & ~bit;
}

/** The first CPU for which the test holds, or how many there are. */
function first(call: HelperCall, test: (cpu: number) => boolean): number {
  const { cpus } = call.env;
  for (let cpu = 0; cpu < cpus; cpu++) if (test(cpu)) return cpu;
  return cpus;
}

function count(call: HelperCall, test: (cpu: number) => boolean): number {
  let found = 0;
  for (let cpu = 0; cpu < call.env.cpus; cpu++) if (test(cpu)) found++;
  return found;
}

/** Sets or clears one CPU; what it was. Numbers that no CPU has are ignored. */
function change(value: boolean) {
  return (call: HelperCall): number => {
    const cpu = call.u32(1);
    if (cpu >= call.env.cpus) return 0;
    const target = mask(call, 2);
    const old = has(target, cpu);
    put(target, cpu, value);
    return old ? 1 : 0;
  };
}

function withoutResult(run: (call: HelperCall) => void) {
  return (call: HelperCall): number => {
    run(call);
    return 0;
  };
}

/** bpf_cpumask_and(target, a, b) and the like; whether a CPU is left. */
function combine(op: (a: boolean, b: boolean) => boolean) {
  return (call: HelperCall): number => {
    const [a, b] = [bits(call, 2).slice(), bits(call, 3).slice()];
    const target = mask(call, 1);
    for (let cpu = 0; cpu < call.env.cpus; cpu++) put(target, cpu, op(has(a, cpu), has(b, cpu)));
    return count(call, (cpu) => has(target, cpu)) > 0 ? 1 : 0;
  };
}

function compare(differs: (a: boolean, b: boolean) => boolean, expected: number) {
  return (call: HelperCall): number => {
    const [a, b] = [bits(call, 1), bits(call, 2)];
    const found = count(call, (cpu) => differs(has(a, cpu), has(b, cpu))) > 0;
    return found ? 1 - expected : expected;
  };
}

/** A CPU of those, each in its turn. */
function any(call: HelperCall, test: (cpu: number) => boolean): number {
  const { cpus } = call.env;
  const start = call.env.random() % cpus;
  for (let i = 0; i < cpus; i++) if (test((start + i) % cpus)) return (start + i) % cpus;
  return cpus;
}

/** bpf_cpumask_populate(mask, source, size): 0 or -errno. */
function populate(call: HelperCall): number {
  const size = call.size(3);
  const target = mask(call, 1);
  const needed = Math.ceil(call.env.cpus / 64) * 8;
  if (size < needed) return -ERRNO.EACCES;
  if (size > MASK_BYTES) return -ERRNO.E2BIG;
  target.fill(0);
  target.set(call.read(2, size));
  return 0;
}

/** Sets of CPUs. Source: kernel/bpf/cpumask.c, v6.18. */
export const CPUMASK_KFUNCS: readonly KfuncRecord[] = [
  { name: "bpf_cpumask_create", args: 0, run: (call) => call.state.objects.make(OBJECT_BYTES) },
  {
    name: "bpf_cpumask_acquire",
    args: 1,
    run: (call) => (call.state.objects.acquire(call.address(1)) ? call.u64(1) : 0),
  },
  {
    name: "bpf_cpumask_release",
    args: 1,
    run: withoutResult((call) => call.state.objects.release(call.address(1))),
  },
  { name: "bpf_cpumask_first", args: 1, run: (call) => first(call, (cpu) => has(bits(call, 1), cpu)) },
  { name: "bpf_cpumask_first_zero", args: 1, run: (call) => first(call, (cpu) => !has(bits(call, 1), cpu)) },
  {
    name: "bpf_cpumask_first_and",
    args: 2,
    run: (call) => first(call, (cpu) => has(bits(call, 1), cpu) && has(bits(call, 2), cpu)),
  },
  { name: "bpf_cpumask_set_cpu", args: 2, run: withoutResult(change(true)) },
  { name: "bpf_cpumask_clear_cpu", args: 2, run: withoutResult(change(false)) },
  {
    name: "bpf_cpumask_test_cpu",
    args: 2,
    run: (call) => (call.u32(1) < call.env.cpus && has(bits(call, 2), call.u32(1)) ? 1 : 0),
  },
  { name: "bpf_cpumask_test_and_set_cpu", args: 2, run: change(true) },
  { name: "bpf_cpumask_test_and_clear_cpu", args: 2, run: change(false) },
  {
    name: "bpf_cpumask_setall",
    args: 1,
    run: withoutResult((call) => {
      const target = mask(call, 1);
      for (let cpu = 0; cpu < call.env.cpus; cpu++) put(target, cpu, true);
    }),
  },
  { name: "bpf_cpumask_clear", args: 1, run: withoutResult((call) => mask(call, 1).fill(0)) },
  { name: "bpf_cpumask_and", args: 3, run: combine((a, b) => a && b) },
  { name: "bpf_cpumask_or", args: 3, run: withoutResult(combine((a, b) => a || b)) },
  { name: "bpf_cpumask_xor", args: 3, run: withoutResult(combine((a, b) => a !== b)) },
  { name: "bpf_cpumask_equal", args: 2, run: compare((a, b) => a !== b, 1) },
  { name: "bpf_cpumask_intersects", args: 2, run: compare((a, b) => a && b, 0) },
  { name: "bpf_cpumask_subset", args: 2, run: compare((a, b) => a && !b, 1) },
  {
    name: "bpf_cpumask_empty",
    args: 1,
    run: (call) => (count(call, (cpu) => has(bits(call, 1), cpu)) === 0 ? 1 : 0),
  },
  {
    name: "bpf_cpumask_full",
    args: 1,
    run: (call) => (count(call, (cpu) => !has(bits(call, 1), cpu)) === 0 ? 1 : 0),
  },
  {
    name: "bpf_cpumask_copy",
    args: 2,
    run: withoutResult((call) => {
      const source = bits(call, 2).slice();
      mask(call, 1).fill(0).set(source);
    }),
  },
  { name: "bpf_cpumask_any_distribute", args: 1, run: (call) => any(call, (cpu) => has(bits(call, 1), cpu)) },
  {
    name: "bpf_cpumask_any_and_distribute",
    args: 2,
    run: (call) => any(call, (cpu) => has(bits(call, 1), cpu) && has(bits(call, 2), cpu)),
  },
  { name: "bpf_cpumask_weight", args: 1, run: (call) => count(call, (cpu) => has(bits(call, 1), cpu)) },
  { name: "bpf_cpumask_populate", args: 3, run: populate },
];
