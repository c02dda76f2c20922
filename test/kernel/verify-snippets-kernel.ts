// Pieces that use the kernel's own objects: kernel functions, iterators, dynptrs, locks, timers, sockets, typed pointers.

import { type Code, imm, reg } from "./verify-programs.ts";
import type { Snippet } from "./verify-snippets.ts";

const at = (code: Code, r: number, off: number) => {
  code.mov(r, reg(10));
  code.alu("add", r, imm(off));
};

/** for (i = a; i < b; i++) with the kernel's iterator. */
export const numbers: Snippet = (code) => {
  const { dice } = code;
  at(code, 1, -24);
  code.mov(2, imm(0));
  code.mov(3, dice.once(4) ? reg(7) : imm(dice.pick([0, 3, 10, 1000])));
  code.kfunc("bpf_iter_num_new");
  const start = code.place();
  at(code, 1, -24);
  code.kfunc("bpf_iter_num_next");
  const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
  code.jump("eq", 0, imm(0), end);
  code.load(4, 8, 0, 0);
  if (dice.once(2)) code.alu("add", 7, imm(1));
  if (dice.once(3)) {
    code.alu("and", 8, imm(7));
    code.mov(9, reg(10));
    code.alu("add", 9, imm(-48));
    code.alu("add", 9, reg(8));
    code.store(1, 9, 0, imm(1));
  }
  code.goto(start);
  code.drafts.push(end);
  if (dice.once(15)) return;
  at(code, 1, -24);
  code.kfunc("bpf_iter_num_destroy");
};

export const sections: Snippet = (code, depth) => {
  const { dice } = code;
  const [open, close] = dice.pick([
    ["bpf_rcu_read_lock", "bpf_rcu_read_unlock"],
    ["bpf_preempt_disable", "bpf_preempt_enable"],
    ["bpf_local_irq_save", "bpf_local_irq_restore"],
  ] as const);
  const irq = open === "bpf_local_irq_save";
  if (irq) at(code, 1, -88);
  code.kfunc(open);
  code.call("bpf_ktime_get_ns");
  code.mov(7, reg(0));
  if (dice.once(12)) return;
  void depth;
  if (irq) at(code, 1, -88);
  code.kfunc(close);
};

export const dynptr: Snippet = (code) => {
  const { dice, type } = code;
  const skb = type === "schedCls" || type === "socketFilter" || type === "cgroupSkb";
  const choice = dice.below(3);
  if (choice === 0 && skb) {
    code.mov(1, reg(6));
    code.mov(2, imm(0));
    at(code, 3, -104);
    code.kfunc("bpf_dynptr_from_skb");
  } else if (choice === 1) {
    code.add({ kind: "loadImm64", dst: 1, imm: 0n, ref: { kind: "mapValue", map: "one", off: 0 } });
    code.mov(2, imm(dice.pick([8, 16, 32, 40])));
    code.mov(3, imm(0));
    at(code, 4, -104);
    code.call("bpf_dynptr_from_mem");
  } else {
    code.map(1, "ring");
    code.mov(2, dice.once(2) ? reg(7) : imm(64));
    code.mov(3, imm(0));
    at(code, 4, -104);
    code.call("bpf_ringbuf_reserve_dynptr");
  }
  if (dice.once(2)) {
    at(code, 1, -104);
    code.mov(2, imm(0));
    code.mov(3, imm(8));
    code.call("bpf_dynptr_data");
    code.when("ne", 0, imm(0), () => {
      if (dice.once(2)) code.store(8, 0, 0, reg(7));
      else code.load(8, 7, 0, dice.once(8) ? 8 : 0);
    });
  } else {
    at(code, 1, -16);
    code.mov(2, imm(dice.pick([4, 8, 16])));
    at(code, 3, -104);
    code.mov(4, imm(0));
    code.mov(5, imm(0));
    code.call("bpf_dynptr_read");
    code.load(4, 8, 10, -16);
  }
  if (choice === 2 || (choice === 0 && !skb)) {
    if (dice.once(12)) return;
    at(code, 1, -104);
    code.mov(2, imm(0));
    code.call(dice.pick(["bpf_ringbuf_submit_dynptr", "bpf_ringbuf_discard_dynptr"]));
  }
};

/** A value with a lock. */
export const lock: Snippet = (code) => {
  const { dice } = code;
  code.store(4, 10, -4, imm(0));
  at(code, 2, -4);
  code.map(1, "locked");
  code.call("bpf_map_lookup_elem");
  code.when("ne", 0, imm(0), () => {
    code.mov(9, reg(0));
    code.mov(1, reg(9));
    if (!dice.once(12)) code.call("bpf_spin_lock");
    code.load(4, 8, 9, dice.once(10) ? 0 : 4);
    code.store(8, 9, 8, reg(7));
    if (dice.once(12)) code.call("bpf_ktime_get_ns");
    code.mov(1, reg(9));
    if (!dice.once(10)) code.call("bpf_spin_unlock");
  });
};

export const timer: Snippet = (code) => {
  const { dice } = code;
  code.store(4, 10, -4, imm(0));
  at(code, 2, -4);
  code.map(1, "timed");
  code.call("bpf_map_lookup_elem");
  code.when("ne", 0, imm(0), () => {
    code.mov(9, reg(0));
    code.mov(1, reg(9));
    code.alu("add", 1, imm(dice.once(10) ? 0 : 8));
    const step = dice.pick(["init", "callback", "start"]);
    if (step === "init") {
      code.map(2, dice.once(10) ? "locked" : "timed");
      code.mov(3, imm(1));
      code.call("bpf_timer_init");
    } else if (step === "callback") {
      code.functionAddress(2, (inner) => {
        inner.load(8, 0, 3, 0);
        inner.exit(dice.once(6) ? 1 : 0);
      });
      code.call("bpf_timer_set_callback");
    } else {
      code.mov(2, imm(1000));
      code.mov(3, imm(0));
      code.call("bpf_timer_start");
    }
  });
};

export const socket: Snippet = (code) => {
  const { dice, type } = code;
  if (type !== "schedCls" && type !== "xdp") return numbers(code, 0);
  for (const off of [-16, -8]) code.store(8, 10, off, imm(0));
  code.mov(1, reg(6));
  at(code, 2, -16);
  code.mov(3, imm(12));
  code.add({ kind: "loadImm64", dst: 4, imm: 0xffffffffffffffffn });
  code.mov(5, imm(0));
  code.call(dice.pick(["bpf_sk_lookup_tcp", "bpf_sk_lookup_udp", "bpf_skc_lookup_tcp"]));
  const release = !dice.once(12);
  const test = !dice.once(12);
  const use = () => {
    code.mov(9, reg(0));
    code.load(4, 7, 9, dice.pick([0, 4, 8, 12, 24, 44, 48, 72]));
    if (!release) return;
    code.mov(1, reg(9));
    code.call("bpf_sk_release");
    if (dice.once(10)) code.load(4, 7, 9, 4);
  };
  if (test) code.when("ne", 0, imm(0), use);
  else use();
};

/** A task by its number, or the current one. */
export const task: Snippet = (code) => {
  const { dice, type } = code;
  if (type !== "tracing" && type !== "tracepoint" && type !== "perfEvent") return dynptr(code, 0);
  if (dice.once(2)) {
    code.call("bpf_get_current_task_btf");
    code.mov(9, reg(0));
    fields(code, 9);
    if (dice.once(2)) {
      code.mov(1, reg(9));
      code.kfunc("bpf_task_acquire");
      code.when("ne", 0, imm(0), () => {
        code.mov(1, reg(0));
        if (!dice.once(12)) code.kfunc("bpf_task_release");
      });
    }
    return;
  }
  code.mov(1, reg(7));
  code.kfunc("bpf_task_from_pid");
  const use = () => {
    code.mov(9, reg(0));
    fields(code, 9);
    code.mov(1, reg(9));
    if (!dice.once(12)) code.kfunc("bpf_task_release");
  };
  if (dice.once(12)) use();
  else code.when("ne", 0, imm(0), use);
};

/** Some fields of a task, through pointers now and then. */
function fields(code: Code, base: number): void {
  const { dice } = code;
  const offset = (name: string) => OFFSETS[name] ?? 0;
  const choice = dice.below(4);
  if (choice === 0) code.load(4, 7, base, offset("pid"));
  else if (choice === 1) {
    code.load(8, 1, base, offset("real_parent"));
    code.load(4, 7, 1, offset("pid"));
  } else if (choice === 2) {
    code.load(8, 1, base, offset("mm"));
    if (dice.once(2)) code.when("ne", 1, imm(0), () => code.load(8, 7, 1, 0));
    else code.load(8, 7, 1, 8);
  } else code.load(dice.pick([4, 8] as const), 7, base, 8 * dice.below(300));
}

/** Filled in by the generator, from the kernel's BTF. */
export const OFFSETS: Record<string, number> = {};

export const globalCall: Snippet = (code, depth) => {
  const { dice } = code;
  code.mov(1, reg(7));
  for (const off of [-128, -120]) code.store(8, 10, off, imm(1));
  at(code, 2, -128);
  if (dice.once(10)) code.mov(2, imm(0));
  code.callGlobal((inner) => {
    inner.mov(7, reg(1));
    inner.mov(8, imm(1));
    inner.mov(9, reg(2));
    if (dice.once(8)) inner.load(8, 8, 9, 0);
    else inner.when("ne", 9, imm(0), () => inner.load(8, 8, 9, dice.once(8) ? 16 : 8));
    if (dice.once(2)) inner.alu("add", 7, reg(8));
    inner.mov(6, imm(0));
    inner.mov(0, reg(dice.once(10) ? 9 : 7));
    inner.add({ kind: "exit" });
  });
  code.mov(8, reg(0));
  void depth;
};

export const KERNEL_SNIPPETS: readonly Snippet[] = [
  numbers,
  sections,
  dynptr,
  lock,
  timer,
  socket,
  task,
  task,
  globalCall,
];
