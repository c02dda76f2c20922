import type { HookList, HookProgram } from "../hooks/hook-program.ts";
import type { Task } from "../world/task.ts";
import type { AttachWork, Detach, OpenOptions } from "./attach-work.ts";

/** What a program's run on entry leaves for the one on return. */
type Call = Readonly<{ wanted: boolean; shared: bigint }>;

/**
 * Attaches a program to both ends of a function. It runs on entry and, where that gave 0, on return; both runs of a call
 * share 8 bytes. Source: kernel/trace/bpf_trace.c, v6.12.
 */
export function attachSession(
  work: AttachWork,
  at: Readonly<{ entry: HookList; exit: HookList }>,
  options: OpenOptions,
): Detach[] {
  const { world } = work;
  const region = work.cookieRegion();
  const calls = new WeakMap<Task, Call[]>(); // of each task's calls that have not returned
  const end = (isReturn: boolean) =>
    work.open({ ...options, place: { session: { isReturn, cookie: region.address } } });
  const [onEntry, onReturn] = [end(false), end(true)];
  const entry: HookProgram = {
    ...forwarding(onEntry),
    run(ctx) {
      region.write(0n);
      const verdict = onEntry.run(ctx);
      const open = calls.get(world.task) ?? [];
      open.push({ wanted: verdict === 0, shared: region.read() });
      calls.set(world.task, open);
      return verdict;
    },
  };
  const exit: HookProgram = {
    ...forwarding(onReturn),
    run(ctx) {
      const call = calls.get(world.task)?.pop();
      if (call?.wanted !== true) return 0;
      region.write(call.shared);
      return onReturn.run(ctx);
    },
  };
  return [at.entry.add(entry), at.exit.add(exit), () => region.close()];
}

function forwarding(program: HookProgram): Omit<HookProgram, "run"> {
  return { runPacket: (packet, ctx) => program.runPacket(packet, ctx), pid: program.pid };
}
