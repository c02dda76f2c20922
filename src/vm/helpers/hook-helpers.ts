import { CURRENT_CPU } from "../../abi/map-flags.ts";
import { ERRNO } from "../errno.ts";
import type { CounterValue, SysctlAccess } from "../hook-world.ts";
import { PerfEventArray } from "../maps/event-maps.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

const BASE_NAME = 1n; // BPF_F_SYSCTL_BASE_NAME
const COUNTER_BYTES = 24; // struct bpf_perf_event_value
const BRANCH_BYTES = 24; // struct perf_branch_entry
const BRANCHES_SIZE = 1n; // BPF_F_GET_BRANCH_RECORDS_SIZE
const MAX_SYSCTL = 4095;

// ---- the traced function: its context is its arguments, and in probes of its end, what it returned

/** 64-bit words of the context. */
function words(call: HelperCall): number {
  const at = call.readable(1, 8);
  const { space } = call.state;
  return Math.floor((space.windowStart + space.windowSize - at) / 8);
}

function argumentCount(call: HelperCall): number {
  return call.env.hook?.argumentCount?.(call.u64(1)) ?? words(call);
}

/** Copies a word of the context to where an argument points. */
function copyWord(call: HelperCall, index: number, arg: number): number {
  const from = call.readable(1, (index + 1) * 8) + index * 8;
  const into = call.writable(arg, 8);
  const { view } = call.state.space;
  view.setBigUint64(into, view.getBigUint64(from, true), true);
  return 0;
}

function getArgument(call: HelperCall): number {
  const index = call.u32(2);
  return index < argumentCount(call) ? copyWord(call, index, 3) : -ERRNO.EINVAL;
}

function getReturn(call: HelperCall): number {
  const { hook } = call.env;
  if (hook?.hasReturnValue && !hook.hasReturnValue(call.u64(1))) return -ERRNO.EOPNOTSUPP;
  const count = hook?.argumentCount?.(call.u64(1)) ?? words(call) - 1;
  return copyWord(call, count, 2);
}

function overrideReturn(call: HelperCall): number {
  const [ctx, value] = [call.u64(1), call.u64(2)];
  call.state.effect().overriddenReturn = value;
  return call.env.hook?.overrideReturn?.(ctx, value) ?? 0;
}

// ---- what the system call returns

function returnValue(call: HelperCall): number {
  return call.state.effects?.returnValue ?? call.env.hook?.returnValue?.() ?? 0;
}

function setReturnValue(call: HelperCall): number {
  const value = call.s32(1);
  const status = call.env.hook?.setReturnValue?.(value) ?? 0;
  if (status === 0) call.state.effect().returnValue = value;
  return status;
}

// ---- sysctls

function sysctl(call: HelperCall): SysctlAccess {
  return call.env.hook?.sysctl?.(call.u64(1)) ?? { name: "", current: "" };
}

/** Text as the kernel's strscpy copies it: bytes without the NUL, or -E2BIG when it was cut. */
function copyText(into: Uint8Array, text: string): number {
  if (into.length === 0) return -ERRNO.E2BIG;
  const bytes = new TextEncoder().encode(text);
  into.set(bytes.subarray(0, into.length - 1));
  into[Math.min(bytes.length, into.length - 1)] = 0;
  return bytes.length < into.length ? bytes.length : -ERRNO.E2BIG;
}

function sysctlName(call: HelperCall): number {
  const { name } = sysctl(call);
  const isBase = (call.u64(4) & BASE_NAME) !== 0n;
  return copyText(call.write(2, call.size(3)), isBase ? (name.split("/").at(-1) ?? "") : name);
}

/** The value in a buffer that is zero behind it: bytes, or -E2BIG when it was cut. */
function sysctlValue(call: HelperCall, text: string | undefined): number {
  const into = call.write(2, call.size(3));
  if (into.length === 0) return -ERRNO.E2BIG;
  into.fill(0);
  if (text === undefined || text === "") return -ERRNO.EINVAL;
  return copyText(into, text);
}

function setSysctl(call: HelperCall): number {
  const size = call.size(3);
  const access = sysctl(call);
  if (access.next === undefined || size === 0) return -ERRNO.EINVAL;
  if (size > MAX_SYSCTL) return -ERRNO.E2BIG;
  const text = new TextDecoder().decode(call.read(2, size).slice()).replace(/\0.*$/s, "");
  call.state.effect().sysctlValue = text;
  return access.replace?.(text) ?? 0;
}

// ---- counters

function counter(call: HelperCall, flags: bigint): CounterValue | number {
  const map = call.map(1);
  if (!(map instanceof PerfEventArray)) throw call.state.fail("vm/bad-map", `${map.spec.name} holds no events`);
  if (flags >> 32n !== 0n) return -ERRNO.EINVAL;
  const index = flags === CURRENT_CPU ? call.env.cpu() : Number(flags);
  if (index >= map.spec.maxEntries) return -ERRNO.E2BIG;
  return call.env.counters?.read?.(map.spec.name, index) ?? -ERRNO.ENOENT;
}

/** bpf_perf_event_read(map, flags): the counter, or -errno, which looks like one. */
function readCounter(call: HelperCall): number | bigint {
  const found = counter(call, call.u64(2));
  return typeof found === "number" ? found : found.counter;
}

function putCounter(call: HelperCall, arg: number, size: number, value: () => CounterValue | number): number {
  const into = call.writable(arg, size);
  const found = size === COUNTER_BYTES ? value() : -ERRNO.EINVAL;
  const { view, u8 } = call.state.space;
  if (typeof found === "number") {
    u8.fill(0, into, into + size);
    return found;
  }
  for (const [i, word] of [found.counter, found.enabledNs, found.runningNs].entries())
    view.setBigUint64(into + i * 8, word, true);
  return 0;
}

/** Branches into a buffer: bytes, or -errno. */
function branches(call: HelperCall, arg: number, size: number, found: Uint8Array | number): number {
  if (typeof found === "number") return found;
  if (size === 0 || size % BRANCH_BYTES !== 0) return -ERRNO.EINVAL;
  const bytes = found.subarray(0, size);
  call.write(arg, size).set(bytes);
  return bytes.length;
}

/** bpf_read_branch_records(ctx, buffer, size, flags). */
function readBranches(call: HelperCall): number {
  const flags = call.u64(4);
  if ((flags & ~BRANCHES_SIZE) !== 0n) return -ERRNO.EINVAL;
  const found = call.env.counters?.branches?.(call.u64(1)) ?? -ERRNO.ENOENT;
  if (flags === BRANCHES_SIZE) return typeof found === "number" ? found : found.length;
  if (!call.isNull(2)) return branches(call, 2, call.u32(3), found);
  return -ERRNO.EINVAL;
}

/** What depends on the place where the program is attached. */
export const HOOK_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_get_func_arg", run: getArgument },
  { name: "bpf_get_func_ret", run: getReturn },
  { name: "bpf_get_func_arg_cnt", run: argumentCount },
  { name: "bpf_override_return", run: overrideReturn },
  { name: "bpf_get_retval", run: returnValue },
  { name: "bpf_set_retval", run: setReturnValue },
  { name: "bpf_sysctl_get_name", run: sysctlName },
  { name: "bpf_sysctl_get_current_value", run: (call) => sysctlValue(call, sysctl(call).current) },
  { name: "bpf_sysctl_get_new_value", run: (call) => sysctlValue(call, sysctl(call).next) },
  { name: "bpf_sysctl_set_new_value", run: setSysctl },
  {
    name: "bpf_bprm_opts_set",
    run: (call) =>
      call.u64(2) > 1n ? -ERRNO.EINVAL : (call.env.hook?.setExecOptions?.(call.u64(1), call.u64(2)) ?? 0),
  },
  { name: "bpf_perf_event_read", run: readCounter },
  {
    name: "bpf_perf_event_read_value",
    run: (call) => putCounter(call, 3, call.size(4), () => counter(call, call.u64(2))),
  },
  {
    name: "bpf_perf_prog_read_value",
    run: (call) =>
      putCounter(call, 2, call.size(3), () => call.env.counters?.own?.(call.u64(1)) ?? -ERRNO.EINVAL),
  },
  { name: "bpf_read_branch_records", run: readBranches },
  {
    name: "bpf_get_branch_snapshot",
    run(call) {
      if (call.u64(3) !== 0n) return -ERRNO.EINVAL;
      return branches(call, 1, call.u32(2), call.env.counters?.branches?.(undefined) ?? -ERRNO.ENOENT);
    },
  },
];
