// Calls of any helper and of any kernel function, with arguments that its prototype asks for, most of the time.

import type { HelperArg } from "../../src/abi/helper-types.ts";
import { HELPERS, helperArgs, mayCall } from "../../src/abi/helpers.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { resolve } from "../../src/btf/layout.ts";
import type { Param } from "../../src/btf/types.ts";
import { KFUNC_ENTRIES } from "../../src/verify/call/kfunc-table.ts";
import { MAPS, mapsOf } from "./verify-maps.ts";
import { type Code, imm, KERNEL_BTF, reg } from "./verify-programs.ts";
import type { Snippet } from "./verify-snippets.ts";

const BUFFER = 32; // bytes for each argument's memory
const FIRST_BUFFER = -200;

/** Where the memory of argument `index` (1 to 5) is on the stack. */
const bufferAt = (index: number) => FIRST_BUFFER - BUFFER * index;

function toBuffer(code: Code, r: number, index: number): void {
  code.mov(r, reg(10));
  code.alu("add", r, imm(bufferAt(index)));
}

function fillBuffer(code: Code, index: number, bytes = BUFFER): void {
  for (let at = 0; at < bytes; at += 8) code.store(8, 10, bufferAt(index) + at, imm(at === 0 ? 1 : 0));
}

const direct = (code: Code, r: number, map: string, off = 0) =>
  code.add({ kind: "loadImm64", dst: r as 1, imm: 0n, ref: { kind: "mapValue", map, off } });

/** Any helper that programs of this type may call. */
export const anyHelper: Snippet = (code) => {
  const { dice, type } = code;
  const callable = HELPERS.filter((helper) => mayCall(helper, { program: type }) && !AVOIDED.has(helper.name));
  const helper = dice.once(30) ? dice.pick(HELPERS) : dice.pick(callable);
  const args = helperArgs(helper, type);
  const fitting = mapsOf(helper.maps);
  const map = dice.once(20) || fitting.length === 0 ? dice.pick(MAPS) : dice.pick(fitting);
  for (const [i, arg] of args.entries()) prepare(code, arg, i + 1, map);
  for (const [i, arg] of args.entries()) {
    const given = dice.once(40) ? dice.pick(args) : arg;
    pass(code, given, i + 1, map, args[i - 1]);
  }
  code.add({ kind: "call", target: { kind: "helper", id: helper.id } });
  useResult(code, helper.returns, helper.acquires === true);
};

/** Those that end programs, or are tried by pieces of their own. */
const AVOIDED: ReadonlySet<string> = new Set(["bpf_tail_call", "bpf_override_return"]);

/** What must be done before the argument registers are set: calls, memory. */
function prepare(code: Code, arg: HelperArg, index: number, map: MapSpec): void {
  switch (arg.kind) {
    case "mapKey":
      return fillBuffer(code, index);
    case "mapValue":
    case "fixedMem":
    case "mem":
      if (arg.access !== "write" || code.dice.once(3)) fillBuffer(code, index);
      return;
    case "btf":
      return takeObject(code, arg.type);
    case "sockCommon":
    case "contextSock":
    case "fullSock":
      return takeSocket(code);
    case "dynptr":
      if (!("make" in arg)) makeDynptr(code, index);
      return;
    case "kptr":
      return code.dice.once(2) ? takeObject(code, "task_struct") : code.mov(9, imm(0));
    default:
      void map;
  }
}

function takeObject(code: Code, type: string): void {
  if (type === "task_struct") code.call("bpf_get_current_task_btf");
  else if (type === "cgroup") {
    code.mov(1, imm(1));
    code.kfunc("bpf_cgroup_from_id");
  } else if (code.dice.once(3)) code.load(8, 0, 6, 0);
  else code.mov(0, imm(0));
  code.mov(9, reg(0));
}

const SOCKET_AT: Readonly<Record<string, number>> = {
  schedCls: 168,
  schedAct: 168,
  cgroupSkb: 168,
  socketFilter: 168,
  skSkb: 168,
  lwtXmit: 168,
  cgroupSockAddr: 64,
  sockOps: 184,
  skMsg: 72,
  skLookup: 0,
  cgroupSockopt: 0,
  skReuseport: 40,
};

function takeSocket(code: Code): void {
  const { dice, type } = code;
  const at = SOCKET_AT[type];
  if (at !== undefined) code.load(8, 9, 6, at);
  else code.mov(9, type === "cgroupSock" ? reg(6) : imm(0));
  if (dice.once(4)) return;
  if (dice.once(3)) {
    code.mov(1, reg(9));
    code.when("ne", 9, imm(0), () => {
      code.mov(1, reg(9));
      code.call("bpf_sk_fullsock");
      code.mov(9, reg(0));
    });
    if (dice.once(3)) return;
  }
  const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
  code.jump("ne", 9, imm(0), end);
  code.exit(1);
  code.drafts.push(end);
}

function makeDynptr(code: Code, index: number): void {
  direct(code, 1, "one");
  code.mov(2, imm(code.dice.pick([8, 32])));
  code.mov(3, imm(0));
  toBuffer(code, 4, index);
  code.call("bpf_dynptr_from_mem");
}

function pass(code: Code, arg: HelperArg, r: number, map: MapSpec, before: HelperArg | undefined): void {
  const { dice } = code;
  if ("nullable" in arg && arg.nullable && dice.once(4)) return code.mov(r, imm(0));
  switch (arg.kind) {
    case "scalar":
      return code.mov(r, dice.pick([imm(0), imm(0), imm(1), imm(8), reg(7), reg(8)]));
    case "ctx":
      return code.mov(r, reg(6));
    case "map":
      return code.map(r, map.name);
    case "mem":
    case "mapKey":
    case "mapValue":
    case "fixedMem":
      if (dice.once(12)) return void direct(code, r, "one", dice.pick([0, 8]));
      return toBuffer(code, r, r);
    case "size":
      code.mov(r, imm(dice.pick([1, 4, 8, 8, 16, BUFFER, BUFFER])));
      if (arg.zero && dice.once(6)) code.mov(r, imm(0));
      if (!dice.once(4)) return;
      code.mov(r, reg(7));
      if (!dice.once(4)) code.alu("and", r, imm(dice.pick([7, 15, 31, 63])));
      return;
    case "constSize":
      return code.mov(r, imm(dice.pick([4, 8, 16])));
    case "constString":
      return void direct(code, r, "rodata", 4);
    case "spinLock":
      return void direct(code, r, "lock1");
    case "timer":
      return void direct(code, r, "timer1", 8);
    case "kptrSlot":
      return void direct(code, r, "owners", dice.pick([0, 0, 0, 8, 16, 24]));
    case "kptr":
    case "btf":
    case "sockCommon":
    case "contextSock":
    case "fullSock":
    case "percpu":
    case "ringbufRecord":
      return code.mov(r, reg(9));
    case "dynptr":
      return toBuffer(code, r, r);
    case "callback":
      return callbackFor(code, r);
    case "callbackContext":
      if (dice.once(3)) return code.mov(r, imm(0));
      return toBuffer(code, r, r);
    default:
      void before;
  }
}

function callbackFor(code: Code, r: number): void {
  const { dice } = code;
  code.functionAddress(r, (inner) => {
    inner.mov(6, reg(dice.pick([1, 2, 2, 3])));
    if (dice.once(3)) inner.load(8, 7, 6, 0);
    inner.exit(dice.below(2));
  });
}

function useResult(code: Code, returns: (typeof HELPERS)[number]["returns"], acquires: boolean): void {
  const { dice } = code;
  switch (returns.kind) {
    case "void":
      return;
    case "int":
    case "size":
      if (dice.once(2)) code.mov(dice.pick([7, 8]), reg(0));
      return;
    default: {
      const release = dice.once(10) ? "" : returns.kind === "mem" ? "bpf_ringbuf_discard" : "bpf_sk_release";
      const use = () => {
        code.mov(9, reg(0));
        code.load(dice.pick([4, 8] as const), 7, 9, dice.pick([0, 0, 4, 8, 12]));
        if (!acquires || release === "") return;
        code.mov(1, reg(9));
        code.mov(2, imm(0));
        code.call(release);
      };
      if (dice.once(12)) use();
      else code.when("ne", 0, imm(0), use);
    }
  }
}

/**
 * Kernel functions that are never called with arguments by chance. Linux 6.18's own verifier reads through NULL, and the
 * kernel with it, where bpf_wq_init() or a task work function gets a map whose values hold no special field. The others
 * are tried by pieces of their own, or hardly by anybody.
 */
const NEVER_BY_CHANCE =
  /^(?:bpf_wq_|bpf_task_work_|bpf_arena_|bpf_list_|bpf_rbtree_|bpf_res_spin_|bpf_stream_|bpf_crypto_|bpf_xdp_|css_|bpf_sock_destroy|bpf_modify_return|__bpf_trap|bpf_session_|bpf_percpu_)/;

/** A kernel function that programs of this type may call. */
export const anyKfunc: Snippet = (code) => {
  const { dice, type } = code;
  const safe = KFUNC_ENTRIES.filter(({ name }) => !NEVER_BY_CHANCE.test(name));
  const callable = safe.filter(({ programs }) => programs === "all" || programs.includes(type));
  const entry = dice.pick(dice.once(30) ? safe : callable);
  const func = KERNEL_BTF?.find(entry.name, "func")[0];
  const found = func === undefined ? undefined : KERNEL_BTF?.type(func);
  const proto = found?.kind === "func" && KERNEL_BTF ? resolve(KERNEL_BTF, found.proto) : undefined;
  if (proto?.kind !== "funcProto") return;
  for (const [i, param] of proto.params.entries()) prepareParam(code, param, i + 1);
  for (const [i, param] of proto.params.entries()) passParam(code, param, i + 1);
  code.kfunc(entry.name);
  if (!entry.mayBeNull) return code.mov(7, imm(3));
  const use = () => {
    code.mov(9, reg(0));
    if (dice.once(3)) code.load(dice.pick([4, 8] as const), 8, 9, dice.pick([0, 8, 16]));
    const release = entry.release?.replace("()", "");
    if (!release || dice.once(10)) return;
    code.mov(1, reg(9));
    code.mov(2, imm(0));
    code.kfunc(release === "bpf_obj_drop" ? "bpf_obj_drop_impl" : release);
  };
  if (dice.once(12)) use();
  else code.when("ne", 0, imm(0), use);
};

/** Name of the struct that a parameter points to; "" for other pointers, undefined for numbers. */
function pointee(param: Param): string | undefined {
  if (!KERNEL_BTF) return undefined;
  const type = resolve(KERNEL_BTF, param.type);
  if (type.kind !== "pointer") return undefined;
  const to = resolve(KERNEL_BTF, type.to);
  return to.kind === "struct" ? to.name : "";
}

function prepareParam(code: Code, param: Param, index: number): void {
  const of = pointee(param);
  if (of === undefined || param.name.endsWith("__ign")) return;
  if (of === "task_struct" || of === "cgroup") return takeObject(code, of);
  if (of === "cpumask" || of === "bpf_cpumask") {
    code.kfunc("bpf_cpumask_create");
    code.mov(9, reg(0));
    const end = { insn: { kind: "alu", op: "mov", bits: 64, dst: 0, src: imm(0) } } as const;
    code.jump("ne", 0, imm(0), end);
    code.exit(1);
    code.drafts.push(end);
  } else if (of === "bpf_dynptr" && !param.name.endsWith("__uninit")) makeDynptr(code, index);
  else if (of === "") fillBuffer(code, index);
}

function passParam(code: Code, param: Param, r: number): void {
  const { dice } = code;
  const of = pointee(param);
  if (param.name.endsWith("__ign")) return code.mov(r, imm(0));
  if (param.name.endsWith("__str")) return void direct(code, r, "rodata", 4);
  if (of === undefined) {
    if (param.name.endsWith("__sz") || param.name.endsWith("__szk"))
      return code.mov(r, imm(dice.pick([4, 8, 16])));
    return code.mov(r, param.name.endsWith("__k") ? imm(0) : dice.pick([imm(0), imm(1), imm(4), reg(7)]));
  }
  if (param.name.endsWith("__map")) return code.map(r, "worked");
  switch (of) {
    case "task_struct":
    case "cgroup":
    case "cpumask":
    case "bpf_cpumask":
      return code.mov(r, dice.once(10) ? imm(0) : reg(9));
    case "bpf_wq":
      return void direct(code, r, "worked", 8);
    case "bpf_rb_root":
      return void direct(code, r, "lists", 24);
    case "bpf_list_head":
      return void direct(code, r, "lists", 8);
    case "__sk_buff":
    case "xdp_md":
    case "sk_buff":
    case "bpf_sock_addr_kern":
      return code.mov(r, reg(6));
    default:
      if (param.name.includes("nullable") && dice.once(3)) return code.mov(r, imm(0));
      return toBuffer(code, r, r);
  }
}
