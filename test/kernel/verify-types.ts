import { BtfBuilder } from "../../src/btf/encode.ts";
import type { BtfId } from "../../src/btf/types.ts";

/** Types of the generated programs' functions and of map values with special fields. */
export type TestTypes = Readonly<{
  btf: Uint8Array;
  /** FUNC of entries, of static functions, and of global ones: of a number and memory, see GLOBALS. */
  entry: number;
  local: number;
  global: number;
  globals: Readonly<Record<GlobalKind, number>>;
  /** Map values: with a lock at 0, with a timer at 8, with kptrs, with a list and a tree, with a work queue at 8. */
  locked: number;
  timed: number;
  owners: number;
  lists: number;
  worked: number;
  /** struct test_node, which lists and trees hold. */
  node: number;
  pair: number;
  u32: number;
}>;

/** Global functions by what they take. */
export const GLOBALS = ["numbers", "nonnull", "context", "dynptr", "task", "taskOrNull", "untrusted"] as const;
export type GlobalKind = (typeof GLOBALS)[number];

class Types extends BtfBuilder {
  readonly u32 = this.addInt(4, false);
  readonly u64 = this.addInt(8, false);
  readonly int = this.addInt(4, true);

  struct(name: string, bytes: number, members: readonly (readonly [string, BtfId, number])[]): BtfId {
    return this.add({
      kind: "struct",
      name,
      bytes,
      members: members.map(([field, type, offset]) => ({ name: field, type, bitOffset: offset * 8 })),
    });
  }

  opaque(name: string, words: number): BtfId {
    return this.struct(name, words * 8, [["__opaque", this.addArray(this.u64, words), 0]]);
  }

  func(name: string, linkage: "static" | "global", params: readonly (readonly [string, BtfId])[]): BtfId {
    const named = params.map(([param, type]) => ({ name: param, type }));
    const proto = this.add({ kind: "funcProto", returns: this.int, params: named, variadic: false });
    return this.add({ kind: "func", name, proto, linkage });
  }

  tag(name: string, target: BtfId, componentIndex: number): BtfId {
    return this.add({ kind: "declTag", name, target, componentIndex });
  }

  /** A pointer that a map owns. */
  kptr(tag: string, to: BtfId): BtfId {
    return this.addPointer(this.add({ kind: "typeTag", name: tag, to }));
  }
}

function addGlobals(b: Types, pair: BtfId): Record<GlobalKind, BtfId> {
  const pairs = b.addPointer(pair);
  const tasks = b.addPointer(b.struct("task_struct", 0, []));
  const dynptrs = b.addPointer(b.opaque("bpf_dynptr", 2));
  const one = (name: string, type: BtfId, ...tags: readonly string[]) => {
    const func = b.func(name, "global", [["p", type]]);
    for (const tag of tags) b.tag(`arg:${tag}`, func, 0);
    return func;
  };
  return {
    numbers: b.func("numbers", "global", [
      ["a", b.u64],
      ["b", b.u32],
    ]),
    nonnull: one("nonnull", pairs, "nonnull"),
    context: one("context", b.addPointer(0 as BtfId), "ctx"),
    dynptr: one("dynptr", dynptrs),
    task: one("task", tasks, "trusted"),
    taskOrNull: one("task_or_null", tasks, "trusted", "nullable"),
    untrusted: one("untrusted", tasks, "untrusted"),
  };
}

function addOwners(b: Types): Readonly<{ owners: BtfId; lists: BtfId; node: BtfId }> {
  const lock = b.struct("bpf_spin_lock", 4, [["val", b.u32, 0]]);
  const node = b.struct("test_node", 72, [
    ["list", b.opaque("bpf_list_node", 3), 0],
    ["tree", b.opaque("bpf_rb_node", 4), 24],
    ["refs", b.struct("bpf_refcount", 4, [["__opaque", b.addArray(b.u32, 1), 0]]), 56],
    ["n", b.u64, 64],
  ]);
  const lists = b.struct("lists", 40, [
    ["lock", lock, 0],
    ["head", b.opaque("bpf_list_head", 2), 8],
    ["root", b.opaque("bpf_rb_root", 2), 24],
  ]);
  b.tag("contains:test_node:list", lists, 1);
  b.tag("contains:test_node:tree", lists, 2);
  const task = b.struct("task_struct", 0, []);
  const mask = b.struct("bpf_cpumask", 0, []);
  const owners = b.struct("owners", 40, [
    ["task", b.kptr("kptr", task), 0],
    ["raw", b.kptr("kptr_untrusted", task), 8],
    ["own", b.kptr("kptr", node), 16],
    ["mask", b.kptr("kptr", mask), 24],
    ["n", b.u64, 32],
  ]);
  return { owners, lists, node };
}

export function testTypes(): TestTypes {
  const b = new Types();
  const { u32, u64 } = b;
  const ctx = b.addPointer(0 as BtfId);
  const entry = b.func("entry", "global", [["ctx", ctx]]);
  const local = b.func("local", "static", [["ctx", ctx]]);
  const pair = b.struct("pair", 16, [
    ["a", u64, 0],
    ["b", u64, 8],
  ]);
  const global = b.func("global", "global", [
    ["n", u32],
    ["p", b.addPointer(pair)],
  ]);
  const globals = addGlobals(b, pair);
  const locked = b.struct("locked", 16, [
    ["lock", b.struct("bpf_spin_lock", 4, [["val", u32, 0]]), 0],
    ["n", u32, 4],
    ["m", u64, 8],
  ]);
  const timed = b.struct("timed", 24, [
    ["n", u64, 0],
    ["timer", b.opaque("bpf_timer", 2), 8],
  ]);
  const worked = b.struct("worked", 24, [
    ["n", u64, 0],
    ["work", b.opaque("bpf_wq", 2), 8],
  ]);
  const { owners, lists, node } = addOwners(b);
  return {
    btf: b.finish(),
    ...{ entry, local, global, globals, locked, timed, owners, lists, worked, node, pair, u32 },
  };
}
