import type { Task } from "../world/task.ts";
import type { World } from "../world/world.ts";

const INNERMOST_OFFSET = 0x15n; // bytes into the innermost function at which it is found
const CALL_OFFSET = 0x20n; // bytes into a function of a program at which its callee returns to it

/** Where the kernel stands on the current CPU, innermost first, as bpf_get_stack gives it. */
export function kernelFrames(world: World): readonly bigint[] {
  return kernelFramesOf(world, world.task);
}

/** Where a task stands in the kernel, innermost first. */
export function kernelFramesOf(world: World, task: Task): readonly bigint[] {
  const { hooks } = world;
  const frames: bigint[] = [];
  const { kernelStack } = task;
  for (let i = kernelStack.length - 1; i >= 0; i--) {
    const fn = kernelStack[i];
    if (fn === undefined) continue;
    const innermost = i === kernelStack.length - 1;
    frames.push(innermost ? innermostAddress(fn.address, hooks.functionAddress) : fn.returnAddress);
  }
  for (const name of outermost(task)) frames.push(hooks.function(name).returnAddress);
  return frames;
}

/** At its first instruction when its own probe runs. */
function innermostAddress(address: bigint, probed: bigint): bigint {
  return address === probed ? address : address + INNERMOST_OFFSET;
}

function outermost(task: Task): readonly string[] {
  if (task.isIdle) return ["do_idle", "cpu_startup_entry", "start_secondary"];
  if (task.process.isKernelThread) return ["kthread", "ret_from_fork"];
  return task.syscall === undefined ? [] : ["do_syscall_64", "entry_SYSCALL_64_after_hwframe"];
}

/** Where the current task's program stands, innermost first. */
export function userFrames(task: Task): readonly bigint[] {
  if (task.process.isKernelThread) return [];
  const { userStack, world } = task;
  if (userStack.length === 0) return [BigInt(task.process.entryPoint)];
  const frames: bigint[] = [];
  for (let i = userStack.length - 1; i >= 0; i--) {
    const address = BigInt(userStack[i]?.ip ?? 0);
    const innermost = i === userStack.length - 1;
    frames.push(innermost ? innermostAddress(address, world.hooks.functionAddress) : address + CALL_OFFSET);
  }
  return frames;
}
