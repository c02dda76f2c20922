// Pieces about objects that programs own: in maps, in lists and trees, from allocation; exceptions, arenas, storage.

import { TYPES_OF_PROGRAMS } from "./verify-maps.ts";
import { type Code, imm, reg } from "./verify-programs.ts";
import type { Snippet } from "./verify-snippets.ts";
import { GLOBALS } from "./verify-types.ts";

const at = (code: Code, r: number, off: number) => {
  code.mov(r, reg(10));
  code.alu("add", r, imm(off));
};

const direct = (code: Code, r: number, map: string, off = 0) =>
  code.add({ kind: "loadImm64", dst: r as 1, imm: 0n, ref: { kind: "mapValue", map, off } });

/** Leaves a new node in r9, and ends the program where there is none. */
function newNode(code: Code): void {
  code.add({ kind: "loadImm64", dst: 1, imm: BigInt(TYPES_OF_PROGRAMS.node) });
  code.mov(2, imm(0));
  code.kfunc("bpf_obj_new_impl");
  const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
  if (!code.dice.once(15)) {
    code.jump("ne", 0, imm(0), end);
    code.exit(1);
    code.drafts.push(end);
  }
  code.mov(9, reg(0));
}

function drop(code: Code): void {
  if (code.dice.once(12)) return;
  code.mov(1, reg(9));
  code.mov(2, imm(0));
  code.kfunc("bpf_obj_drop_impl");
  if (code.dice.once(12)) code.load(8, 7, 9, 64);
}

/** Objects from allocation: fields, references, into a list or tree and out again. */
export const nodes: Snippet = (code) => {
  const { dice } = code;
  newNode(code);
  if (dice.once(2)) code.store(8, 9, dice.once(12) ? dice.pick([0, 24, 56]) : 64, reg(7));
  const choice = dice.below(4);
  if (choice === 0) return drop(code);
  if (choice === 1) {
    code.mov(1, reg(9));
    code.mov(2, imm(0));
    code.kfunc("bpf_refcount_acquire_impl");
    code.store(8, 10, -152, reg(0));
    drop(code);
    code.load(8, 9, 10, -152);
    if (dice.once(15)) return;
    return code.when("ne", 9, imm(0), () => drop(code));
  }
  inLock(code, () => {
    direct(code, 1, "lists", choice === 2 ? 8 : 24);
    code.mov(2, reg(9));
    code.alu("add", 2, imm(choice === 2 ? 0 : 24));
    code.mov(3, imm(0));
    code.mov(4, imm(0));
    if (choice === 2) code.kfunc(dice.pick(["bpf_list_push_front_impl", "bpf_list_push_back_impl"]));
    else {
      code.functionAddress(3, (inner) => {
        inner.mov(6, reg(1));
        if (dice.once(3)) inner.load(8, 7, 6, 40);
        inner.exit(0);
      });
      code.kfunc("bpf_rbtree_add_impl");
    }
    if (dice.once(6)) code.load(8, 7, 9, 64);
  });
  if (dice.once(15)) code.load(8, 7, 9, 64);
};

function inLock(code: Code, body: () => void): void {
  direct(code, 1, code.dice.once(20) ? "lock1" : "lists");
  if (!code.dice.once(15)) code.call("bpf_spin_lock");
  body();
  direct(code, 1, "lists");
  if (!code.dice.once(15)) code.call("bpf_spin_unlock");
}

/** The first node of a list or tree, looked at or taken out. */
export const popped: Snippet = (code) => {
  const { dice } = code;
  const list = dice.once(2);
  inLock(code, () => {
    direct(code, 1, "lists", list ? 8 : 24);
    code.kfunc(list ? dice.pick(["bpf_list_pop_front", "bpf_list_pop_back"]) : "bpf_rbtree_first");
    if (!list && dice.once(2))
      code.when("ne", 0, imm(0), () => {
        code.load(8, 7, 0, dice.once(5) ? 40 : 8);
        if (dice.once(2)) return;
        code.mov(2, reg(0));
        direct(code, 1, "lists", 24);
        code.kfunc("bpf_rbtree_remove");
        code.store(8, 10, -152, reg(0));
      });
    code.mov(9, reg(0));
  });
  if (list)
    code.when("ne", 9, imm(0), () => {
      if (dice.once(2)) code.load(8, 7, 9, dice.once(6) ? 0 : 64);
      drop(code);
    });
};

/** Pointers that maps own are exchanged, loaded, overwritten. */
export const owners: Snippet = (code) => {
  const { dice } = code;
  const choice = dice.below(5);
  const off = dice.pick([0, 0, 16, 24, 8]);
  if (dice.once(2)) direct(code, 9, "owners");
  else {
    code.store(4, 10, -4, imm(0));
    at(code, 2, -4);
    code.map(1, "owned");
    code.call("bpf_map_lookup_elem");
    const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
    code.jump("ne", 0, imm(0), end);
    code.exit(0);
    code.drafts.push(end);
    code.mov(9, reg(0));
  }
  if (choice === 0) {
    // Taken out, and released.
    code.mov(1, reg(9));
    code.alu("add", 1, imm(off));
    code.mov(2, imm(0));
    code.call("bpf_kptr_xchg");
    code.when("ne", 0, imm(0), () => {
      code.mov(9, reg(0));
      if (dice.once(3)) code.load(4, 7, 9, 0);
      if (off === 16) return drop(code);
      code.mov(1, reg(9));
      if (!dice.once(12)) code.kfunc(off === 24 ? "bpf_cpumask_release" : "bpf_task_release");
    });
  } else if (choice === 1) {
    // Loaded: valid within an RCU section.
    const rcu = dice.once(2);
    if (rcu) code.kfunc("bpf_rcu_read_lock");
    code.load(dice.once(15) ? 4 : 8, 1, 9, off);
    const use = () => code.load(dice.pick([4, 8] as const), 7, 1, dice.pick([0, 8, 64]));
    if (dice.once(6)) use();
    else code.when("ne", 1, imm(0), use);
    if (rcu) code.kfunc("bpf_rcu_read_unlock");
  } else if (choice === 2) {
    code.store(8, 9, off, dice.once(2) ? imm(0) : dice.once(2) ? imm(1) : reg(7));
  } else if (choice === 3) {
    // The current task moves in.
    code.store(8, 10, -152, reg(9));
    code.call("bpf_get_current_task_btf");
    code.mov(1, reg(0));
    code.kfunc("bpf_task_acquire");
    code.when("ne", 0, imm(0), () => {
      code.mov(2, reg(0));
      code.load(8, 1, 10, -152);
      code.alu("add", 1, imm(dice.once(8) ? 24 : 0));
      code.call("bpf_kptr_xchg");
      code.when("ne", 0, imm(0), () => {
        code.mov(1, reg(0));
        if (!dice.once(12)) code.kfunc("bpf_task_release");
      });
    });
  } else {
    newNode(code);
    direct(code, 1, "owners", dice.once(10) ? 0 : 16);
    code.mov(2, reg(9));
    code.call("bpf_kptr_xchg");
    code.mov(9, reg(0));
    code.when("ne", 9, imm(0), () => drop(code));
  }
};

/** Functions of every prototype. */
export const globals: Snippet = (code) => {
  const { dice } = code;
  const kind = dice.pick(GLOBALS);
  const right = !dice.once(8);
  prepareGlobal(code, kind, right);
  const r0 = (inner: Code) => inner.mov(0, dice.once(10) ? reg(7) : imm(dice.below(2)));
  code.callGlobal((inner) => {
    inner.mov(6, reg(1));
    inner.mov(7, imm(0));
    inner.mov(8, imm(0));
    const size = kind === "context" ? 4 : 8;
    const use = () => inner.load(size, 7, 6, kind === "context" && inner.type !== "tracepoint" ? 0 : 8);
    if (kind === "numbers") inner.alu("add", 6, reg(2));
    else if (kind === "dynptr") {
      at(inner, 1, -16);
      inner.mov(2, imm(8));
      inner.mov(3, reg(6));
      inner.mov(4, imm(0));
      inner.mov(5, imm(0));
      inner.call("bpf_dynptr_read");
    } else if (dice.once(3) || kind === "nonnull") use();
    else inner.when("ne", 6, imm(0), use);
    r0(inner);
    inner.add({ kind: "exit" });
  }, kind);
  if (dice.once(2)) code.mov(8, reg(0));
};

function prepareGlobal(code: Code, kind: (typeof GLOBALS)[number], right: boolean): void {
  const { dice } = code;
  switch (kind) {
    case "numbers":
      code.mov(1, right ? reg(7) : reg(10));
      code.mov(2, imm(3));
      return;
    case "context":
      return code.mov(1, right ? reg(6) : imm(0));
    case "nonnull":
      for (const off of [-128, -120]) code.store(8, 10, off, imm(1));
      at(code, 1, right ? -128 : -8);
      if (dice.once(8)) code.mov(1, imm(0));
      return;
    case "dynptr":
      direct(code, 1, "one");
      code.mov(2, imm(16));
      code.mov(3, imm(0));
      at(code, 4, -168);
      code.call("bpf_dynptr_from_mem");
      return at(code, 1, right ? -168 : -160);
    default:
      if (right) code.call("bpf_get_current_task_btf");
      code.mov(1, right ? reg(0) : dice.once(2) ? imm(0) : reg(7));
  }
}

/** Storage that belongs to a socket, a task or a cgroup. */
export const storage: Snippet = (code) => {
  const { dice, type } = code;
  const socket = type === "schedCls" || type === "cgroupSkb" || type === "skSkb";
  if (socket) {
    code.load(8, 9, 6, 168);
    const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
    if (!dice.once(10)) {
      code.jump("ne", 9, imm(0), end);
      code.exit(1);
      code.drafts.push(end);
    }
    if (dice.once(2)) {
      code.mov(1, reg(9));
      code.call("bpf_sk_fullsock");
      code.mov(9, reg(0));
      const full = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
      code.jump("ne", 9, imm(0), full);
      code.exit(1);
      code.drafts.push(full);
    }
  } else {
    code.call("bpf_get_current_task_btf");
    code.mov(9, reg(0));
  }
  code.map(1, dice.once(12) ? "cgrps" : socket ? "sks" : "tasks");
  code.mov(2, reg(9));
  code.mov(3, imm(0));
  code.mov(4, imm(dice.pick([0, 1, 1])));
  code.call(socket ? "bpf_sk_storage_get" : "bpf_task_storage_get");
  code.when("ne", 0, imm(0), () => {
    code.load(8, 7, 0, dice.once(10) ? 16 : 8);
    if (dice.once(2)) code.add({ kind: "atomic", op: "add", fetch: false, size: 8, base: 0, off: 0, src: 7 });
  });
};

/** Memory shared with user space. */
export const arena: Snippet = (code) => {
  const { dice } = code;
  code.map(1, "arena");
  code.mov(9, reg(1));
  code.mov(2, imm(0));
  code.mov(3, imm(1));
  code.mov(4, imm(-1));
  code.mov(5, imm(0));
  code.kfunc("bpf_arena_alloc_pages");
  if (!dice.once(3)) code.add({ kind: "addrSpaceCast", dst: 9, src: 0, toSpace: 0, fromSpace: 1 });
  else code.mov(9, reg(0));
  if (dice.once(2)) code.alu("add", 9, dice.once(2) ? imm(64) : reg(7));
  if (dice.once(2)) code.store(8, 9, dice.pick([0, 8, 4096]), reg(7));
  code.load(8, 8, 9, 0);
};

/** A function that gives up throws. */
export const throwing: Snippet = (code) => {
  const { dice } = code;
  const inFunction = dice.once(2);
  const body = (inner: Code) =>
    inner.when(dice.pick(["gt", "eq"] as const), 7, imm(dice.pick([3, 5])), () => {
      inner.mov(1, imm(dice.below(2)));
      inner.kfunc("bpf_throw");
    });
  if (!inFunction) return body(code);
  code.mov(1, reg(7));
  code.callFunction((inner) => {
    inner.mov(7, reg(1));
    body(inner);
    inner.exit(0);
  });
};

/** The old instructions that read from a packet. */
export const oldPacket: Snippet = (code) => {
  const { dice, type } = code;
  if (type !== "socketFilter" && type !== "schedCls" && !dice.once(20)) return owners(code, 0);
  const size = dice.pick([1, 2, 4] as const);
  if (dice.once(3)) code.add({ kind: "loadPacket", mode: "ind", size, src: 7, imm: 4 });
  else code.add({ kind: "loadPacket", mode: "abs", size, src: 0, imm: dice.pick([0, 12, 14]) });
  code.mov(dice.pick([7, 8]), reg(0));
};

/** Accesses with an order. */
export const ordered: Snippet = (code) => {
  const { dice } = code;
  direct(code, 9, dice.once(6) ? "rodata" : "one");
  const size = dice.pick([1, 2, 4, 8] as const);
  const off = dice.once(10) ? 31 : 8;
  if (dice.once(8)) code.mov(9, reg(6));
  if (dice.once(2)) code.add({ kind: "loadAcquire", size, dst: dice.pick([7, 8] as const), base: 9, off });
  else code.add({ kind: "storeRelease", size, base: 9, off, src: 7 });
};

export const OBJECT_SNIPPETS: readonly Snippet[] = [
  ...[nodes, nodes, popped, owners, owners, globals, globals, storage, arena, throwing, oldPacket, ordered],
];
