// Every helper and kernel function with arguments of all kinds, right and wrong, several in a row: both engines give the
// same result or the same error with a code, and memory and time stay bounded.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ProgramType } from "../abi/attach-spec.ts";
import { HELPERS } from "../abi/helpers.ts";
import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import { parseBtf } from "../btf/decode.ts";
import { BtfBuilder } from "../btf/encode.ts";
import type { Insn, InsnBody, Reg } from "../isa/insn.ts";
import { type Environment, plainEnvironment } from "./environment.ts";
import { REFUSED_HELPERS } from "./helpers/refused-helpers.ts";
import { KFUNC_RECORDS } from "./kfuncs/table.ts";
import { Machine } from "./machine.ts";
import type { SocketInfo } from "./network.ts";
import { mapSpec, u32 } from "./test-program.ts";

// biome-ignore format: one map per line
const MAPS: readonly MapSpec[] = [
  mapSpec({ type: "hash", name: "hash" }),
  mapSpec({ type: "array", name: "array", valueSize: 64 }),
  mapSpec({ type: "percpuHash", name: "percpu" }),
  mapSpec({ type: "lruHash", name: "lru" }),
  mapSpec({ type: "lpmTrie", name: "lpm", keySize: 8, flags: MAP_FLAGS.noPrealloc }),
  mapSpec({ type: "queue", name: "queue", keySize: 0 }),
  mapSpec({ type: "bloomFilter", name: "bloom", keySize: 0 }),
  mapSpec({ type: "ringbuf", name: "ring", keySize: 0, valueSize: 0, maxEntries: 4096 }),
  mapSpec({ type: "userRingbuf", name: "samples", keySize: 0, valueSize: 0, maxEntries: 4096 }),
  mapSpec({ type: "perfEventArray", name: "events", valueSize: 4 }),
  mapSpec({ type: "stackTrace", name: "stacks", valueSize: 80 }),
  mapSpec({ type: "progArray", name: "programs", valueSize: 4 }),
  mapSpec({ type: "cgroupArray", name: "groups", valueSize: 4 }),
  mapSpec({ type: "devmap", name: "devices", valueSize: 4 }),
  mapSpec({ type: "sockmap", name: "sockets", valueSize: 8 }),
  mapSpec({ type: "sockhash", name: "sockhash", valueSize: 8 }),
  mapSpec({ type: "taskStorage", name: "storage", flags: MAP_FLAGS.noPrealloc }),
  mapSpec({ type: "skStorage", name: "skstorage", flags: MAP_FLAGS.noPrealloc }),
  mapSpec({ type: "cgroupStorage", name: "local", keySize: 8 }),
  mapSpec({ type: "arrayOfMaps", name: "maps", valueSize: 4, inner: mapSpec({ type: "array", name: "array", valueSize: 64 }) }),
  mapSpec({ type: "arena", name: "arena", keySize: 0, valueSize: 0, flags: MAP_FLAGS.mmapable }),
];

function types() {
  const builder = new BtfBuilder();
  const long = builder.addInt(8, false);
  const members = Array.from({ length: 8 }, (_, i) => ({ name: `m${i}`, type: long, bitOffset: i * 64 }));
  builder.add({ kind: "struct", name: "object", bytes: 64, members });
  return parseBtf(builder.finish());
}

const btf = types();
const socket: SocketInfo = {
  ...{ cookie: 1n, address: 0x1234n, family: 2, type: 1, protocol: 6, state: 10 },
  ...{ source: new Uint8Array(4), sourcePort: 1, destination: new Uint8Array(4), destinationPort: 2 },
  ...{ mark: 0, priority: 0, ifindex: 1, rxQueue: 0, uid: 0, cgroupId: 1n, isMini: false, tcp: {} },
};

function world(): Environment {
  return {
    ...plainEnvironment({ cpus: 2 }),
    readKernel(address, into) {
      if (address >> 48n !== 0xffffn) return false;
      into.fill(Number(address & 0x7fn));
      return true;
    },
    stack: () => [1n, 2n, 3n],
    kernelBtf: () => btf,
    network: {
      contextSocket: () => socket,
      findSocket: () => socket,
      socketByCookie: () => socket,
      device: (ifindex) => ({ ifindex, mtu: 1500, isUp: true, forwards: true }),
      route: () => ({ kind: "found", ifindex: 1, mtu: 0, metric: 0 }),
    },
    objects: { tasks: () => [1n, 2n], memoryArea: () => 5n, taskStack: () => [1n] },
    hook: { argumentCount: () => 2, sysctl: () => ({ name: "a/b", current: "1", next: "2" }) },
    counters: {
      read: () => ({ counter: 1n, enabledNs: 2n, runningNs: 3n }),
      branches: () => new Uint8Array(48),
    },
  };
}

function machine(engine: "jit" | "interpreter"): Machine {
  const made = new Machine({ engine, maxSteps: 20_000, memoryBytes: 64 << 20, environment: world() });
  for (const spec of MAPS) made.createMap(spec);
  made.map("maps").update(u32(0), u32(made.map("array").id));
  return made;
}

const mov = (dst: Reg, src: Reg | number): InsnBody => {
  const operand = { kind: "imm" as const, imm: src };
  return { kind: "alu", op: "mov", bits: 64, dst, src: operand };
};
const copy = (dst: Reg, src: Reg): InsnBody => {
  return { kind: "alu", op: "mov", bits: 64, dst, src: { kind: "reg", reg: src } };
};
const add = (dst: Reg, imm: number): InsnBody => {
  return { kind: "alu", op: "add", bits: 64, dst, src: { kind: "imm", imm } };
};
const FUNCTION = -1; // the offset of references to the callback, aimed below

/** Ways to fill an argument. r6 is the context, r7 what the last call gave, r8 the packet, r10 the stack. */
const argument = (dst: Reg): fc.Arbitrary<readonly InsnBody[]> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...MAPS).map(({ name }): InsnBody[] => [{ kind: "loadImm64", dst, imm: 0n, ref: { kind: "map", map: name } }]) },
    { weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 4, 8, 12, 16, 24, 64, -1, -22, 4096).map((imm) => [mov(dst, imm)]) },
    { weight: 4, arbitrary: fc.constantFrom(-8, -16, -24, -64, -128, -256, -512, -4).map((imm) => [copy(dst, 10), add(dst, imm)]) },
    { weight: 1, arbitrary: fc.integer({ min: -600, max: 40 }).map((imm) => [copy(dst, 10), add(dst, imm)]) },
    { weight: 2, arbitrary: fc.constantFrom<Reg[]>(6, 7, 8).map((src) => [copy(dst, src)]) },
    { weight: 1, arbitrary: fc.constant<readonly InsnBody[]>([{ kind: "loadImm64", dst, imm: 0n, ref: { kind: "mapValue", map: "array", off: 8 } }]) },
    { weight: 1, arbitrary: fc.constant<readonly InsnBody[]>([{ kind: "loadImm64", dst, imm: 0n, ref: { kind: "funcOff", off: FUNCTION } }]) },
    { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((imm): InsnBody[] => [{ kind: "loadImm64", dst, imm }]) },
    { weight: 1, arbitrary: fc.constantFrom(0xffff_ffffn, 0xffff_8880_0000_1000n, 0x1_0000n).map((imm): InsnBody[] => [{ kind: "loadImm64", dst, imm }]) },
  ); // biome-ignore format: one way per line

const helpers = HELPERS.filter(({ name }) => !(name in REFUSED_HELPERS)).map(({ id }): InsnBody => {
  return { kind: "call", target: { kind: "helper", id } };
});
const kfuncs = KFUNC_RECORDS.map(({ name }): InsnBody => {
  return { kind: "call", target: { kind: "ksym", name, weak: false } };
});
const calling = (name: string): InsnBody => {
  const id = HELPERS.find((helper) => helper.name === name)?.id;
  const target =
    id === undefined ? ({ kind: "ksym", name, weak: false } as const) : ({ kind: "helper", id } as const);
  return { kind: "call", target };
};
/** What makes the stack hold something: a dynptr, a walk, a packet's dynptr; or r7 an object. */
const setup: fc.Arbitrary<readonly InsnBody[]> = fc.constantFrom<readonly InsnBody[]>(
  [],
  [copy(1, 10), add(1, -128), mov(2, 64), mov(3, 0), copy(4, 10), add(4, -16), calling("bpf_dynptr_from_mem")],
  [copy(1, 10), add(1, -8), mov(2, 0), mov(3, 9), calling("bpf_iter_num_new")],
  [copy(1, 10), add(1, -16), copy(2, 10), add(2, -64), mov(3, 2), calling("bpf_iter_bits_new")],
  [copy(1, 10), add(1, -8), mov(2, 0), mov(3, 0), calling("bpf_iter_task_new")],
  [copy(1, 6), mov(2, 0), copy(3, 10), add(3, -16), calling("bpf_dynptr_from_skb")],
  [mov(1, 2), mov(2, 0), calling("bpf_obj_new_impl"), copy(7, 0)],
  [calling("bpf_cpumask_create"), copy(7, 0)],
  [mov(1, 24), { kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "map", map: "ring" } }, mov(2, 24), mov(3, 0), calling("bpf_ringbuf_reserve"), copy(7, 0)],
); // biome-ignore format: one way per line
const callee = fc.oneof(fc.constantFrom(...helpers), fc.constantFrom(...kfuncs));
const call: fc.Arbitrary<readonly InsnBody[]> = fc
  .tuple(argument(1), argument(2), argument(3), argument(4), argument(5), callee, fc.boolean())
  .map(([a, b, c, d, e, insn, keep]) => [...a, ...b, ...c, ...d, ...e, insn, ...(keep ? [copy(7, 0)] : [])]);

function slots(insns: readonly InsnBody[]): number {
  return insns.reduce((sum, insn) => sum + (insn.kind === "loadImm64" ? 2 : 1), 0);
}

/** The calls, and behind them a callback that writes to what it is given last. */
function program(calls: readonly (readonly InsnBody[])[]): readonly Insn[] {
  const body: InsnBody[] = [
    copy(6, 1),
    { kind: "load", size: 4, signed: false, dst: 8, base: 1, off: 0 },
    ...calls.flat(),
    { kind: "exit" },
  ];
  const total = slots(body);
  const aimed = body.map((insn, i): InsnBody => {
    if (insn.kind !== "loadImm64" || insn.ref?.kind !== "funcOff") return insn;
    return { ...insn, ref: { kind: "funcOff", off: total - slots(body.slice(0, i)) - 1 } };
  });
  return [...aimed, add(1, 1), mov(0, 0), { kind: "exit" }];
}

type Outcome = Readonly<{ end: string; ctx: string; packet: string }>;

function outcome(vm: Machine, type: ProgramType, insns: readonly Insn[]): Outcome | string {
  try {
    vm.load({ name: "p", type, insns }, btf);
    const ctx = new Uint8Array(192);
    const result = vm.run("p", { ctx, packet: Uint8Array.from({ length: 80 }, (_, i) => i) });
    // What programs find in their packet's and context's fields are addresses, which are the same in both.
    return {
      end: `${result.r0} after ${result.steps}`,
      ctx: result.ctx.join(),
      packet: result.packet?.join() ?? "",
    };
  } catch (error) {
    if (error instanceof SkepError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

test("any helper with any arguments", () => {
  const machines = [machine("jit"), machine("interpreter")] as const;
  const seen = new Map<string, number>();
  let slowest = 0;
  const program1 = fc.tuple(
    fc.constantFrom<ProgramType[]>("schedCls", "xdp", "syscall", "skMsg", "sockOps", "kprobe"),
    fc.tuple(setup, fc.array(call, { minLength: 1, maxLength: 6 })).map(([first, calls]) => [first, ...calls]),
  );
  fc.assert(
    fc.property(program1, ([type, calls]) => {
      const insns = program(calls);
      const before = process.cpuUsage();
      const found = machines.map((vm) => outcome(vm, type, insns));
      slowest = Math.max(slowest, process.cpuUsage(before).user / 1000);
      expect(found[0]).toEqual(found[1]);
      const kind = typeof found[0] === "string" ? found[0].slice(0, found[0].indexOf(":")) : "fine";
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }),
    { numRuns: 4_000, endOnFailure: true },
  );
  for (const kind of seen.keys()) expect(kind).toMatch(/^(fine|vm\/[a-z-]+)$/);
  expect(seen.get("fine")).toBeGreaterThan(300);
  expect(slowest).toBeLessThan(3_000);
});
