// The pieces that generated programs are made of. Each leaves r6 (context), r7 and r8 (numbers) as they are for the next
// one, or writes numbers to r7 and r8; r9 and the stack below -64 are a piece's own.
import type { MemSize } from "../../src/isa/insn.ts";
import type { Dice } from "./verify-dice.ts";
import { type Code, imm, reg } from "./verify-programs.ts";
import { anyHelper, anyKfunc } from "./verify-snippets-calls.ts";
import { KERNEL_SNIPPETS } from "./verify-snippets-kernel.ts";
import { NUMBER_SNIPPETS } from "./verify-snippets-numbers.ts";
import { OBJECT_SNIPPETS } from "./verify-snippets-objects.ts";

const SIZES: readonly MemSize[] = [1, 2, 4, 8];
const CONDITIONS = ["eq", "ne", "gt", "ge", "lt", "le", "sgt", "sge", "slt", "sle"] as const;
const OPERATIONS = ["add", "sub", "mul", "or", "and", "xor", "lsh", "rsh", "arsh", "div", "mod"] as const;

export type Snippet = (code: Code, depth: number) => void;

function number(dice: Dice): number {
  return dice.pick([
    0, 1, 2, 3, 4, 7, 8, 15, 16, 24, 31, 32, 63, 64, 100, 255, 256, 1000, 4095, 65535, -1, -8, -64, 0x7fffffff,
  ]);
}

/** Numbers change. */
const arithmetic: Snippet = (code) => {
  const { dice } = code;
  const dst = dice.pick([7, 8]);
  for (let i = 1 + dice.below(3); i > 0; i--) {
    const op = dice.pick(OPERATIONS);
    const shift = op === "lsh" || op === "rsh" || op === "arsh";
    const divide = op === "div" || op === "mod";
    const bits = dice.pick([32, 64, 64] as const);
    if (dice.once(3) && !shift) code.alu(op, dst, reg(dice.pick([7, 8])), bits);
    else code.alu(op, dst, imm(shift ? dice.below(bits) : divide ? 1 + dice.below(9) : number(dice)), bits);
  }
};

/** A field of the context, or what a helper says. */
const source: Snippet = (code) => {
  const { dice } = code;
  const dst = dice.pick([7, 8]);
  const choice = dice.below(4);
  if (choice === 0) {
    code.call(dice.pick(["bpf_ktime_get_ns", "bpf_get_prandom_u32", "bpf_get_smp_processor_id"]));
    code.mov(dst, reg(0));
  } else if (choice === 1) code.mov(dst, imm(number(dice)), dice.pick([32, 64] as const));
  else readContext(code, dst);
};

function readContext(code: Code, dst: number): void {
  const { dice, type } = code;
  const size = dice.pick(SIZES);
  const offsets = type === "tracepoint" ? 8 + size * dice.below(8) : size * dice.below(6);
  if (type === "kprobe" || type === "rawTracepoint" || type === "tracepoint" || type === "syscall")
    code.load(size, dst, 6, offsets);
  else if (type === "xdp") code.load(4, dst, 6, dice.pick([12, 16]));
  else if (type === "schedCls" || type === "socketFilter" || type === "cgroupSkb")
    code.load(dice.pick([4, 4, 2, 1] as const), dst, 6, dice.pick([0, 4, 8, 16, 20, 36, 48, 68]));
  else code.load(4, dst, 6, 4 * dice.below(8));
}

/** A number is bounded, on one side or both; the rest of the program runs only there, or anyway. */
const bound: Snippet = (code, depth) => {
  const { dice } = code;
  const r = dice.pick([7, 8]);
  const bits = dice.pick([32, 64, 64] as const);
  const most = dice.pick([1, 4, 8, 15, 16, 24, 63, 64, 200]);
  const choice = dice.below(4);
  if (choice === 0) code.alu("and", r, imm(dice.pick([1, 3, 7, 15, 31, 63, 255])), bits);
  else if (choice === 1)
    code.when(dice.pick(["lt", "le"] as const), r, imm(most), () => snippets(code, depth + 1), bits);
  else if (choice === 2)
    code.when(
      "sge",
      r,
      imm(0),
      () => code.when("slt", r, imm(most), () => snippets(code, depth + 1), bits),
      bits,
    );
  else
    code.when(
      dice.pick(CONDITIONS),
      r,
      dice.once(2) ? reg(15 - r) : imm(most),
      () => snippets(code, depth + 1),
      bits,
    );
};

/** An entry of a map is looked up, tested and used. */
const lookup: Snippet = (code) => {
  const { dice } = code;
  const [map, keySize, valueSize] = dice.pick([
    ["hash", 8, 24],
    ["array", 4, 64],
    ["percpu", 4, 16],
    ["lru", 4, 8],
  ] as const);
  const at = dice.pick([-8, -16, -24]);
  if (dice.once(3)) code.store(keySize, 10, at, reg(dice.pick([7, 8])));
  else code.store(keySize, 10, at, imm(dice.below(5)));
  code.mov(2, reg(10));
  code.alu("add", 2, imm(at));
  code.map(1, map);
  code.call("bpf_map_lookup_elem");
  const use = () => useMemory(code, 0, valueSize);
  if (dice.once(12)) use();
  else code.when("ne", 0, imm(0), use);
};

/** Reads and writes within `size` bytes at the pointer in `base`. */
function useMemory(code: Code, base: number, size: number): void {
  const { dice } = code;
  code.mov(9, reg(base));
  for (let i = 1 + dice.below(3); i > 0; i--) {
    const width = dice.pick(SIZES);
    let off = dice.below(Math.max(1, size - width + 1));
    if (dice.once(25)) off += size;
    const choice = dice.below(6);
    if (choice === 0) {
      const r = dice.pick([7, 8]);
      code.mov(1, reg(r));
      if (!dice.once(10)) code.alu("and", 1, imm(dice.pick([1, 3, 7, 7, 15])));
      else code.when("lt", 1, imm(size), () => {});
      code.alu("add", 9, reg(1));
      code.load(1, dice.pick([7, 8]), 9, 0);
      return;
    }
    if (choice === 1) code.store(width, 9, off, reg(dice.pick([7, 8])));
    else if (choice === 2) code.store(width, 9, off, imm(number(dice)));
    else if (choice === 3) {
      const wide = dice.pick([4, 8] as const);
      const aligned = dice.once(20) ? off : Math.floor(off / wide) * wide;
      const op = dice.pick(["add", "or", "and", "xor", "xchg", "cmpxchg"] as const);
      code.mov(1, reg(7));
      code.mov(0, reg(8));
      const fetch = op === "xchg" || op === "cmpxchg" || dice.once(2);
      code.add({ kind: "atomic", op, fetch, size: wide, base: 9, off: aligned, src: 1 });
      if (fetch) code.mov(dice.pick([7, 8]), reg(op === "cmpxchg" ? 0 : 1));
    } else code.load(width, dice.pick([7, 8]), 9, off, dice.once(4));
  }
}

const update: Snippet = (code) => {
  const { dice } = code;
  const [map, keySize, words] = dice.pick([
    ["hash", 8, 3],
    ["array", 4, 8],
    ["lru", 4, 1],
  ] as const);
  const missing = dice.once(15) ? dice.below(words) : -1;
  code.store(keySize, 10, -8, reg(7));
  for (let i = 0; i < words; i++)
    if (i !== missing) code.store(8, 10, -80 + 8 * i, dice.once(2) ? imm(i) : reg(8));
  code.mov(2, reg(10));
  code.alu("add", 2, imm(-8));
  code.mov(3, reg(10));
  code.alu("add", 3, imm(-80));
  code.mov(4, imm(0));
  code.map(1, map);
  if (dice.once(4)) code.call("bpf_map_delete_elem");
  else code.call("bpf_map_update_elem");
  code.mov(dice.pick([7, 8]), reg(0));
};

/** Values go to the stack and come back. */
const spill: Snippet = (code) => {
  const { dice } = code;
  const at = -8 * (1 + dice.below(6));
  const choice = dice.below(6);
  const size = dice.pick(SIZES);
  if (choice <= 1) {
    code.store(8, 10, at, reg(dice.pick([6, 7, 8])));
    code.load(8, dice.pick([9, 7, 8]), 10, at);
    if (dice.once(2)) code.mov(8, imm(3));
    code.mov(7, imm(5));
  } else if (choice === 2) {
    code.store(size, 10, at, reg(7));
    code.load(dice.once(4) ? dice.pick(SIZES) : size, 8, 10, at, dice.once(3));
  } else if (choice === 3) {
    code.store(8, 10, at, imm(dice.pick([0, 0, 1, -1])));
    code.load(size, 7, 10, at + (dice.once(2) ? 0 : dice.below(8 / size) * size));
  } else if (choice === 4) {
    code.mov(9, reg(10));
    code.alu("add", 9, imm(-64));
    code.mov(1, reg(7));
    code.alu("and", 1, imm(dice.pick([7, 15, 31, 56])));
    code.alu("add", 9, reg(1));
    if (dice.once(2)) code.store(dice.pick([1, 1, 8] as const), 9, 0, dice.once(2) ? reg(8) : imm(0));
    code.load(1, 8, 9, 0);
  } else {
    code.store(size, 10, at + dice.below(8), reg(8));
    code.load(size, 7, 10, at);
  }
};

/** Packet bytes behind a comparison with the packet's end. */
const packet: Snippet = (code, depth) => {
  const { dice, type } = code;
  if (type !== "xdp" && type !== "schedCls" && type !== "cgroupSkb") return arithmetic(code, depth);
  const [data, end] = type === "xdp" ? [0, 4] : [76, 80];
  const bytes = dice.pick([1, 14, 20, 34, 64]);
  code.load(4, 2, 6, data);
  code.load(4, 3, 6, end);
  if (dice.once(3)) {
    code.mov(1, reg(7));
    code.alu("and", 1, imm(dice.pick([15, 63, 255])));
    code.alu("add", 2, reg(1));
  }
  code.mov(4, reg(2));
  code.alu("add", 4, imm(bytes));
  const width = dice.pick(SIZES);
  const off = dice.once(15) ? bytes : dice.below(Math.max(1, bytes - width + 1));
  const use = () => {
    if (dice.once(4) && type !== "cgroupSkb") code.store(width, 2, off, reg(8));
    else code.load(width, dice.pick([7, 8]), 2, off);
  };
  const choice = dice.below(4);
  if (choice === 0) code.when("le", 4, reg(3), use);
  else if (choice === 1) code.when("ge", 3, reg(4), use);
  else if (choice === 2) code.when("lt", 4, reg(3), use);
  else code.when("gt", 3, reg(4), use);
};

/** A loop with a counter, in a register or on the stack. */
const loop: Snippet = (code, depth) => {
  const { dice } = code;
  const rounds = dice.pick([1, 2, 3, 4, 6]);
  const inMemory = dice.once(3);
  if (inMemory) code.store(8, 10, -512 + 8 * depth, imm(0));
  else code.store(8, 10, -504 + 8 * depth, reg(9));
  if (!inMemory) code.mov(9, imm(0));
  const start = code.place();
  if (inMemory) {
    code.load(8, 1, 10, -512 + 8 * depth);
    code.alu("add", 1, imm(1));
    code.store(8, 10, -512 + 8 * depth, reg(1));
    arithmetic(code, depth);
    code.load(8, 1, 10, -512 + 8 * depth);
    code.jump(dice.pick(["lt", "slt", "ne"] as const), 1, imm(rounds), start);
    return;
  }
  arithmetic(code, depth);
  if (dice.once(2)) code.alu("add", 7, reg(9));
  if (!dice.once(40)) code.alu("add", 9, imm(1));
  code.jump(dice.pick(["lt", "slt", "ne", "le"] as const), 9, imm(rounds), start);
};

/** A function of the program's own is called with numbers and pointers. */
const localCall: Snippet = (code, depth) => {
  const { dice } = code;
  code.mov(1, reg(6));
  code.mov(2, reg(7));
  code.mov(3, reg(10));
  code.alu("add", 3, imm(-16));
  code.store(8, 10, -16, reg(8));
  const stack = dice.pick([16, 64, 128, 256]);
  code.callFunction((inner) => {
    inner.mov(6, reg(1));
    inner.mov(7, reg(2));
    inner.mov(8, imm(4));
    if (dice.once(2)) inner.load(8, 8, 3, 0);
    if (dice.once(3)) inner.store(dice.pick([4, 8] as const), 3, 0, imm(1));
    inner.store(8, 10, -stack, reg(7));
    for (let i = dice.below(3); i > 0; i--) dice.pick([arithmetic, lookup, spill, source])(inner, depth + 2);
    if (dice.once(2)) inner.mov(0, reg(7));
    else inner.mov(0, imm(dice.below(3)));
    inner.add({ kind: "exit" });
  });
  code.mov(dice.pick([7, 8]), reg(0));
  if (dice.once(3)) code.load(8, 8, 10, -16);
};

/** A helper fills memory on the stack. */
const helperMemory: Snippet = (code) => {
  const { dice, type } = code;
  const tracing = type === "kprobe" || type === "tracepoint" || type === "rawTracepoint";
  const at = -8 * (2 + dice.below(8));
  const size = dice.pick([1, 4, 8, 16]);
  code.mov(1, reg(10));
  code.alu("add", 1, imm(at));
  if (tracing && dice.once(2)) {
    if (dice.once(4)) {
      code.mov(2, reg(7));
      if (!dice.once(4)) code.alu("and", 2, imm(7));
    } else code.mov(2, imm(size));
    code.mov(3, reg(8));
    code.call(dice.pick(["bpf_probe_read_kernel", "bpf_probe_read_user", "bpf_probe_read_kernel_str"]));
    if (dice.once(2)) code.mov(7, reg(0));
  } else {
    code.mov(2, imm(Math.max(size, dice.once(9) ? 0 : 1)));
    if (tracing) code.call("bpf_get_current_comm");
    else {
      code.store(8, 10, at, imm(0));
      if (size > 8) code.store(8, 10, at + 8, imm(0));
      code.mov(3, reg(1));
      code.mov(4, imm(4));
      code.mov(5, imm(0));
      code.mov(1, reg(3));
      code.mov(2, imm(4));
      code.call("bpf_csum_diff");
    }
  }
  code.load(dice.pick(SIZES), dice.pick([7, 8]), 10, at);
};

const ringbuf: Snippet = (code) => {
  const { dice } = code;
  const size = dice.pick([8, 16, 40]);
  code.map(1, "ring");
  code.mov(2, imm(size));
  code.mov(3, imm(0));
  if (dice.once(3)) {
    code.store(8, 10, -8, reg(7));
    code.mov(2, reg(10));
    code.alu("add", 2, imm(-8));
    code.mov(3, imm(8));
    code.mov(4, imm(0));
    code.call("bpf_ringbuf_output");
    return;
  }
  code.call("bpf_ringbuf_reserve");
  const leak = dice.once(12);
  code.when("ne", 0, imm(0), () => {
    useMemory(code, 0, size);
    if (leak) return;
    code.mov(1, reg(9));
    if (!dice.once(2)) code.mov(2, imm(0));
    else code.mov(2, imm(1));
    code.call(dice.pick(["bpf_ringbuf_submit", "bpf_ringbuf_discard"]));
  });
};

const directValue: Snippet = (code) => {
  const { dice } = code;
  const map = dice.pick(["one", "one", "rodata"]);
  const off = dice.below(map === "one" ? 32 : 16);
  code.add({ kind: "loadImm64", dst: 9, imm: 0n, ref: { kind: "mapValue", map, off } });
  const left = (map === "one" ? 32 : 16) - off;
  const size = dice.pick(SIZES);
  if (map === "one" && dice.once(2)) code.store(size, 9, Math.max(0, left - size), reg(7));
  else code.load(size, dice.pick([7, 8]), 9, Math.max(0, left - size));
};

const callback: Snippet = (code, depth) => {
  const { dice } = code;
  if (dice.once(2)) {
    code.mov(1, dice.once(2) ? imm(dice.pick([1, 5, 100])) : reg(7));
    code.functionAddress(2, (inner) => {
      inner.mov(6, reg(2));
      inner.mov(7, reg(1));
      inner.mov(8, imm(2));
      if (dice.once(2)) inner.load(8, 8, 6, 0);
      if (dice.once(2)) inner.store(8, 6, 0, reg(7));
      if (dice.once(2)) arithmetic(inner, depth);
      if (dice.once(8)) inner.mov(0, reg(7));
      else inner.mov(0, imm(dice.below(2)));
      inner.add({ kind: "exit" });
    });
    code.store(8, 10, -32, imm(0));
    code.mov(3, reg(10));
    code.alu("add", 3, imm(-32));
    code.mov(4, imm(0));
    code.call("bpf_loop");
  } else {
    code.map(1, dice.pick(["hash", "array"]));
    code.functionAddress(2, (inner) => {
      inner.mov(6, reg(4));
      inner.load(dice.pick([4, 8] as const), 7, dice.pick([2, 3]), 0);
      inner.store(8, 6, 0, reg(7));
      inner.exit(dice.once(10) ? 2 : dice.below(2));
    });
    code.store(8, 10, -32, imm(0));
    code.mov(3, reg(10));
    code.alu("add", 3, imm(-32));
    code.mov(4, imm(0));
    code.call("bpf_for_each_map_elem");
  }
  code.load(8, dice.pick([7, 8]), 10, -32);
};

const other: Snippet = (code) => {
  const { dice } = code;
  const choice = dice.below(4);
  if (choice === 0) {
    code.mov(1, reg(6));
    code.map(2, "progs");
    code.mov(3, dice.once(2) ? imm(1) : reg(7));
    code.call("bpf_tail_call");
  } else if (choice === 1) {
    code.store(8, 10, -24, imm(1));
    code.mov(1, reg(6));
    code.map(2, "events");
    code.add({ kind: "loadImm64", dst: 3, imm: 0xffffffffn });
    code.mov(4, reg(10));
    code.alu("add", 4, imm(-24));
    code.mov(5, imm(dice.pick([4, 8, 24])));
    code.call("bpf_perf_event_output");
  } else if (choice === 2) {
    code.store(8, 10, -8, reg(7));
    code.map(1, "queue");
    code.mov(2, reg(10));
    code.alu("add", 2, imm(-8));
    if (dice.once(2)) {
      code.mov(3, imm(0));
      code.call("bpf_map_push_elem");
    } else code.call("bpf_map_pop_elem");
    code.load(8, 8, 10, -8);
  } else {
    code.store(4, 10, -4, imm(0));
    code.mov(2, reg(10));
    code.alu("add", 2, imm(-4));
    code.map(1, "outer");
    code.call("bpf_map_lookup_elem");
    code.when("ne", 0, imm(0), () => {
      code.mov(1, reg(0));
      code.mov(2, reg(10));
      code.alu("add", 2, imm(-4));
      code.call("bpf_map_lookup_elem");
      code.when("ne", 0, imm(0), () => useMemory(code, 0, 8));
    });
  }
};

// biome-ignore format: weights
const ALL: readonly Snippet[] = [
  arithmetic, arithmetic, source, source, bound, bound, lookup, lookup, update, spill, spill, packet, packet, loop,
  localCall, helperMemory, ringbuf, directValue, callback, other,
];

const SPECIAL: readonly (readonly Snippet[])[] = [
  KERNEL_SNIPPETS,
  OBJECT_SNIPPETS,
  NUMBER_SNIPPETS,
  NUMBER_SNIPPETS,
  [anyHelper, anyHelper, anyKfunc],
];
const SPECIAL_SHARE = 2; // one piece in so many is of a special kind

/** Some pieces, one after the other. */
export function snippets(code: Code, depth: number): void {
  const { dice } = code;
  if (depth > 4) return arithmetic(code, depth);
  for (let i = 1 + dice.below(depth === 0 ? 6 : 2); i > 0; i--)
    dice.pick(dice.once(SPECIAL_SHARE) ? dice.pick(SPECIAL) : ALL)(code, depth);
}
