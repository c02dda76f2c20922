import type { MapSpec } from "../../src/abi/map-spec.ts";
import type { Insn, Reg } from "../../src/isa/insn.ts";
import type { ObjectSpec, ProgramSpec } from "../../src/object/object.ts";

// Programs written by hand, so that these tests need no compiler. All are limited to one process, or to events that
// only the test makes.

const MMAPABLE = 1 << 10;
const imm = (value: number) => ({ kind: "imm", imm: value }) as const;

export const mov = (dst: Reg, src: Reg | bigint): Insn => ({
  kind: "alu",
  op: "mov",
  bits: 64,
  dst,
  src: typeof src === "bigint" ? imm(Number(src)) : { kind: "reg", reg: src },
});
export const call = (id: number): Insn => ({ kind: "call", target: { kind: "helper", id } });
export const valueAddress = (dst: Reg, map: string, off = 0): Insn => ({
  kind: "loadImm64",
  dst,
  imm: 0n,
  ref: { kind: "mapValue", map, off },
});
export const mapAddress = (dst: Reg, map: string): Insn => ({
  kind: "loadImm64",
  dst,
  imm: 0n,
  ref: { kind: "map", map },
});
export const load = (dst: Reg, base: Reg, off: number, size: 4 | 8 = 8): Insn => ({
  kind: "load",
  size,
  signed: false,
  dst,
  base,
  off,
});
export const store = (base: Reg, off: number, src: Reg): Insn => ({
  kind: "store",
  size: 8,
  base,
  off,
  src: { kind: "reg", reg: src },
});
export const exit: Insn = { kind: "exit" };

const GET_PID_TGID = 14;
const KTIME_GET_NS = 5;
const RINGBUF_RESERVE = 131;
const RINGBUF_SUBMIT = 132;
const GET_ATTACH_COOKIE = 174;
const GET_SMP_PROCESSOR_ID = 8;
const PERF_EVENT_OUTPUT = 25;

/** A jump over `body` unless it is the main thread of process `pid`: Node's others make calls of their own. r0 is 0 afterwards. */
export function ifProcess(pid: number, body: readonly Insn[]): Insn[] {
  const slots = body.reduce((sum, insn) => sum + (insn.kind === "loadImm64" ? 2 : 1), 0);
  return [
    mov(6, 1),
    call(GET_PID_TGID),
    { kind: "loadImm64", dst: 1, imm: (BigInt(pid) << 32n) | BigInt(pid) },
    { kind: "jump", op: "ne", bits: 64, dst: 0, src: { kind: "reg", reg: 1 }, off: slots },
    ...body,
    mov(0, 0n),
    exit,
  ];
}

/** Adds one to the u64 at `off` of the value of array map `counts`. */
export const countAt = (off: number): Insn[] => [
  valueAddress(1, "counts", off),
  mov(2, 1n),
  { kind: "atomic", op: "add", fetch: false, size: 8, base: 1, off: 0, src: 2 },
];

/** Adds one to the u64 whose index is the attach cookie; cookies from 0 to 7. */
export const countByCookie: Insn[] = [
  mov(1, 6),
  call(GET_ATTACH_COOKIE),
  { kind: "alu", op: "and", bits: 64, dst: 0, src: imm(7) },
  { kind: "alu", op: "lsh", bits: 64, dst: 0, src: imm(3) },
  valueAddress(1, "counts"),
  { kind: "alu", op: "add", bits: 64, dst: 1, src: { kind: "reg", reg: 0 } },
  mov(2, 1n),
  { kind: "atomic", op: "add", fetch: false, size: 8, base: 1, off: 0, src: 2 },
];

/**
 * Runs `body` when a raw tracepoint `sys_enter` (r6 is its context) is for system call `number`.
 * The context's second word is the number.
 */
export function ifSyscall(number: number, body: readonly Insn[]): Insn[] {
  const slots = body.reduce((sum, insn) => sum + (insn.kind === "loadImm64" ? 2 : 1), 0);
  return [load(1, 6, 8), { kind: "jump", op: "ne", bits: 64, dst: 1, src: imm(number), off: slots }, ...body];
}

/**
 * Sends an event of 24 bytes to ring buffer `events`: sequence number, time, CPU. Wakes the reader only while the
 * first word of `control` is 0. Events that find no room are counted at offset 56 of `counts`.
 */
export const sendEvent: Insn[] = [
  valueAddress(1, "control"),
  load(7, 1, 0),
  mapAddress(1, "events"),
  mov(2, 24n),
  mov(3, 0n),
  call(RINGBUF_RESERVE),
  { kind: "jump", op: "ne", bits: 64, dst: 0, src: imm(0), off: 5 },
  ...countAt(56),
  { kind: "ja", off: 13, wide: false },
  mov(8, 0),
  valueAddress(1, "counts", 48),
  mov(2, 1n),
  { kind: "atomic", op: "add", fetch: true, size: 8, base: 1, off: 0, src: 2 },
  store(8, 0, 2),
  call(KTIME_GET_NS),
  store(8, 8, 0),
  call(GET_SMP_PROCESSOR_ID),
  store(8, 16, 0),
  mov(1, 8),
  mov(2, 7),
  call(RINGBUF_SUBMIT),
];

/** The same event into perf buffer `events`, from a program whose context is in r6. */
export const sendPerfEvent: Insn[] = [
  valueAddress(1, "counts", 48),
  mov(2, 1n),
  { kind: "atomic", op: "add", fetch: true, size: 8, base: 1, off: 0, src: 2 },
  store(10, -24, 2),
  call(KTIME_GET_NS),
  store(10, -16, 0),
  call(GET_SMP_PROCESSOR_ID),
  store(10, -8, 0),
  mov(1, 6),
  mapAddress(2, "events"),
  { kind: "alu", op: "mov", bits: 32, dst: 3, src: imm(-1) }, // this CPU's buffer
  mov(4, 10),
  { kind: "alu", op: "add", bits: 64, dst: 4, src: imm(-24) },
  mov(5, 24n),
  call(PERF_EVENT_OUTPUT),
];

export const COUNTS: MapSpec = {
  name: "counts",
  type: "array",
  keySize: 4,
  valueSize: 64,
  maxEntries: 1,
  flags: 0,
};
export const CONTROL: MapSpec = {
  name: "control",
  type: "array",
  keySize: 4,
  valueSize: 16,
  maxEntries: 1,
  flags: MMAPABLE,
};
export const ringOf = (sizeBytes: number): MapSpec => ({
  name: "events",
  type: "ringbuf",
  keySize: 0,
  valueSize: 0,
  maxEntries: sizeBytes,
  flags: 0,
});

/** An object of one program, named so that `bpftool prog list` can tell it apart. */
export function objectOf(
  program: Pick<ProgramSpec, "name" | "type" | "section" | "insns">,
  maps: readonly MapSpec[] = [COUNTS],
): ObjectSpec {
  return { programs: [{ ...program, functions: [] }], maps, license: "GPL" };
}

/** The u64 counters of map `counts`. */
export function readCounts(map: { lookup(key: Uint8Array): Uint8Array | undefined }): bigint[] {
  const value = map.lookup(new Uint8Array(4)) ?? new Uint8Array(64);
  return [...new BigUint64Array(value.slice().buffer)];
}
