import type { TracingAttach } from "../../abi/attach-spec.ts";
import { SkepError } from "../../base/errors.ts";
import { nearest } from "../../base/suggest.ts";
import type { HookProgram } from "../hooks/hook-program.ts";
import type { KernelFunction } from "../hooks/kernel-function.ts";
import { PT_REGS_BYTES } from "../hooks/registers.ts";
import type { Task } from "../world/task.ts";
import type { World } from "../world/world.ts";
import type { AttachWork, Detach } from "./attach-work.ts";

const ARGUMENT_BYTES = 104; // twelve arguments and the result

type FunctionAttach = Extract<
  TracingAttach,
  { kind: "kprobe" | "kprobeMulti" | "ksyscall" | "fentry" | "fexit" | "fmodRet" }
>;

/** Attaches to functions of the simulated kernel. */
export function attachFunction(work: AttachWork, attach: FunctionAttach): Detach[] {
  const { world, cookie } = work;
  switch (attach.kind) {
    case "kprobe": {
      if (attach.offset) throw insideFunction(attach.function);
      const name =
        attach.address === undefined ? attach.function : nameAt(world, attach.address, attach.function);
      return [probe(functionNamed(world, name), attach.return, work.open(PT_REGS_BYTES, cookie, 0))];
    }
    case "ksyscall": {
      const fn = functionNamed(world, `__x64_sys_${attach.name}`);
      return [probe(fn, attach.return, work.open(PT_REGS_BYTES, cookie, 0))];
    }
    case "kprobeMulti": {
      const functions = attach.functions.map((name) => functionNamed(world, name));
      return functions.flatMap((fn, i) => {
        const program = work.open(PT_REGS_BYTES, attach.cookies?.[i] ?? cookie, 0);
        return attach.session ? session(world, fn, program) : [probe(fn, attach.return, program)];
      });
    }
    case "fentry":
      return [typed(world, attach.function).fentry.add(work.open(ARGUMENT_BYTES, cookie, 0))];
    case "fexit":
      return [typed(world, attach.function).fexit.add(work.open(ARGUMENT_BYTES, cookie, 0))];
    case "fmodRet":
      return [typed(world, attach.function).modifyReturn.add(work.open(ARGUMENT_BYTES, cookie, 0))];
  }
}

function probe(fn: KernelFunction, onReturn: boolean, program: HookProgram): Detach {
  return (onReturn ? fn.kretprobe : fn.kprobe).add(program);
}

/** Runs on entry and, where that gave 0, on return: 6.10. */
function session(world: World, fn: KernelFunction, program: HookProgram): Detach[] {
  const wanted = new WeakMap<Task, boolean[]>(); // of each task's calls that have not returned
  const entry: HookProgram = {
    ...forwarding(program),
    run(ctx) {
      const verdict = program.run(ctx);
      const calls = wanted.get(world.task) ?? [];
      calls.push(verdict === 0);
      wanted.set(world.task, calls);
      return verdict;
    },
  };
  const exit: HookProgram = {
    ...forwarding(program),
    run: (ctx) => (wanted.get(world.task)?.pop() ? program.run(ctx) : 0),
  };
  return [fn.kprobe.add(entry), fn.kretprobe.add(exit)];
}

function forwarding(program: HookProgram): Omit<HookProgram, "run"> {
  return { runPacket: (packet, ctx) => program.runPacket(packet, ctx), pid: program.pid };
}

/** fentry and its kind need the prototype in BTF. */
function typed(world: World, name: string): KernelFunction {
  const fn = functionNamed(world, name);
  if (fn.params !== undefined) return fn;
  throw new SkepError(`the simulated kernel's BTF has no prototype of ${name}`, {
    code: "sim/no-function",
    remedy: `attach a kprobe instead: kprobe:${name}`,
  });
}

function functionNamed(world: World, name: string): KernelFunction {
  if (world.hooks.symbols.address(name) !== undefined) return world.hooks.function(name);
  const near = nearest(name, world.hooks.symbols.functions());
  throw new SkepError(`the simulated kernel has no function ${name}`, {
    code: "sim/no-function",
    remedy: near.length > 0 ? `write ${near.join(" or ")}` : "use a tracepoint, or run on a real kernel",
  });
}

function nameAt(world: World, address: bigint, name: string): string {
  return world.hooks.symbols.find(address)?.name ?? name;
}

function insideFunction(name: string): SkepError {
  return new SkepError(
    `the simulated kernel's functions have no instructions: ${name} can be probed at its start only`,
    {
      code: "sim/unsupported-attach",
      remedy: "leave the offset out",
    },
  );
}
