import { STACK_FLAGS } from "../../abi/map-flags.ts";
import { KIND } from "../../btf/kinds.ts";
import type { BtfType } from "../../btf/types.ts";
import { ERRNO } from "../errno.ts";
import { indexKey } from "../maps/array-map.ts";
import { ReferenceMap } from "../maps/reference-maps.ts";
import type { HelperRecord } from "./helper.ts";
import type { HelperCall } from "./helper-call.ts";

/** bpf_btf_find_by_name_kind(name, size, kind, flags): the type's id in the kernel's BTF. */
function findType(call: HelperCall): number {
  const size = call.s32(2);
  if (call.s32(4) !== 0 || size <= 1) return -ERRNO.EINVAL;
  const bytes = call.read(1, size);
  if (bytes[size - 1] !== 0) return -ERRNO.EINVAL;
  const name = new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  const kinds = Object.keys(KIND) as (keyof typeof KIND)[];
  const kind = kinds.find((known) => KIND[known] === call.u32(3));
  if (kind === undefined || kind === "void") return -ERRNO.ENOENT;
  return call.env.kernelBtf?.()?.find(name, kind as BtfType["kind"])[0] ?? -ERRNO.ENOENT;
}

/** bpf_find_vma(task, address, callback, context, flags). */
function findArea(call: HelperCall): number | bigint {
  const [task, address, callback, context] = [call.u64(1), call.u64(2), call.u64(3), call.u64(4)];
  if (call.u64(5) !== 0n) return -ERRNO.EINVAL;
  const area = task === 0n ? undefined : call.env.objects?.memoryArea?.(task, address);
  if (area === undefined) return -ERRNO.ENOENT;
  call.callback(callback, [task, area, context]);
  return 0;
}

/** bpf_copy_from_user_task(to, size, address, task, flags). */
function copyFromTask(call: HelperCall): number {
  const size = call.size(2);
  if (call.u64(5) !== 0n) return -ERRNO.EINVAL;
  if (size === 0) return 0;
  const into = call.write(1, size);
  if (call.readMemory(call.u64(3), into, "user", call.u64(4))) return 0;
  into.fill(0);
  return -ERRNO.EFAULT;
}

/** bpf_get_task_stack(task, buffer, size, flags). */
function taskStack(call: HelperCall): number {
  const size = call.size(3);
  const flags = Number(BigInt.asUintN(32, call.u64(4)));
  const buffer = call.write(2, size);
  const task = call.u64(1);
  if (task === 0n || size % 8 !== 0) return -ERRNO.EINVAL;
  const [user, skip, maxFrames] = [(flags & STACK_FLAGS.user) !== 0, flags & STACK_FLAGS.skipFrames, size / 8];
  const isCurrent = task === call.env.task().address;
  const frames = isCurrent
    ? call.env.stack({ user, skip, maxFrames, ctx: 0n })
    : (call.env.objects?.taskStack?.(task, user) ?? []).slice(skip);
  buffer.fill(0);
  if (frames.length === 0) return -ERRNO.EFAULT;
  const view = new DataView(buffer.buffer, buffer.byteOffset, size);
  const shown = frames.slice(0, maxFrames);
  for (const [i, frame] of shown.entries()) view.setBigUint64(i * 8, frame, true);
  return shown.length * 8;
}

/** bpf_ima_{inode,file}_hash(object, to, size): which algorithm, or -errno. */
function imaHash(of: "inode" | "file") {
  return (call: HelperCall): number => {
    const size = call.size(3);
    const into = call.write(2, size);
    const found = call.env.objects?.imaHash?.(call.u64(1), of);
    if (found === undefined) return -ERRNO.EOPNOTSUPP;
    into.set(found.hash.subarray(0, size));
    return found.algorithm;
  };
}

/** Whether a cgroup that a map holds is one of those above: 1, 0 or -errno. */
function isUnder(call: HelperCall, mapArg: number, isIn: (cgroup: bigint) => boolean | undefined): number {
  const map = call.map(mapArg);
  const index = call.u32(mapArg + 1);
  if (index >= map.spec.maxEntries) return -ERRNO.E2BIG;
  const id = map instanceof ReferenceMap ? map.referredByKey(indexKey(index)) : undefined;
  if (id === undefined) return -ERRNO.EAGAIN;
  return isIn(BigInt(id)) ? 1 : 0;
}

const MAX_LEVELS = 64;

/** Whether a cgroup is another or lies below it, by what the environment says of each level. */
function isBelow(own: bigint, wanted: bigint, ancestor: (level: number) => bigint): boolean {
  if (own === wanted) return true;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const above = ancestor(level);
    if (above === 0n) return false;
    if (above === wanted) return true;
  }
  return false;
}

function taskUnder(call: HelperCall): number {
  const { env } = call;
  return isUnder(call, 1, (id) => isBelow(env.task().cgroupId, id, (level) => env.ancestorCgroup(level)));
}

function packetUnder(call: HelperCall): number {
  const { network } = call.env;
  const own = network?.contextSocket?.(call.u64(1))?.cgroupId;
  if (own === undefined) return -ERRNO.ENOENT;
  return isUnder(call, 2, (id) => isBelow(own, id, (level) => network?.ancestorCgroup?.(own, level) ?? 0n));
}

/** bpf_sys_bpf(command, attr, size). */
function systemCall(call: HelperCall): number {
  const attr = call.read(2, call.u32(3)).slice();
  const status = call.env.system?.bpf?.(call.s32(1), attr) ?? -ERRNO.EPERM;
  if (call.state.space.find(call.address(2), attr.length, true)) call.write(2, attr.length).set(attr);
  return status;
}

/** bpf_skb_get_xfrm_state(skb, index, state, size, flags): packets here went through no IPsec. */
function transformation(call: HelperCall): number {
  call.write(3, call.u32(4)).fill(0);
  return -ERRNO.EINVAL;
}

/** Types, tasks, files, cgroups, system calls. */
export const SYSTEM_RECORDS: readonly HelperRecord[] = [
  { name: "bpf_btf_find_by_name_kind", run: findType },
  { name: "bpf_find_vma", run: findArea },
  { name: "bpf_copy_from_user_task", run: copyFromTask },
  { name: "bpf_get_task_stack", run: taskStack },
  { name: "bpf_task_pt_regs", run: (call) => call.env.objects?.taskRegisters?.(call.u64(1)) ?? 0n },
  { name: "bpf_ima_inode_hash", run: imaHash("inode") },
  { name: "bpf_ima_file_hash", run: imaHash("file") },
  { name: "bpf_sock_from_file", run: (call) => call.env.objects?.fileSocket?.(call.u64(1)) ?? 0n },
  { name: "bpf_current_task_under_cgroup", run: taskUnder },
  { name: "bpf_skb_under_cgroup", run: packetUnder },
  { name: "bpf_sys_bpf", run: systemCall },
  { name: "bpf_sys_close", run: (call) => call.env.system?.close?.(call.u32(1)) ?? -ERRNO.EBADF },
  { name: "bpf_skb_get_xfrm_state", run: transformation, differs: "packets here went through no IPsec" },
];
