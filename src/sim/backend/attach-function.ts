import type { TracingAttach } from "../../abi/attach-spec.ts";
import { SkepError } from "../../base/errors.ts";
import { nearest } from "../../base/suggest.ts";
import type { KernelFunction } from "../hooks/kernel-function.ts";
import { PT_REGS_BYTES } from "../hooks/registers.ts";
import type { World } from "../world/world.ts";
import { attachSession } from "./attach-session.ts";
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
      return [probe(work, functionNamed(world, name), attach.return, cookie)];
    }
    case "ksyscall":
      return [probe(work, functionNamed(world, `__x64_sys_${attach.name}`), attach.return, cookie)];
    case "kprobeMulti": {
      const functions = attach.functions.map((name) => functionNamed(world, name));
      return functions.flatMap((fn, i) => {
        const own = attach.cookies?.[i] ?? cookie;
        if (!attach.session) return [probe(work, fn, attach.return, own)];
        return attachSession(
          work,
          { entry: fn.kprobe, exit: fn.kretprobe },
          { ctxBytes: PT_REGS_BYTES, cookie: own },
        );
      });
    }
    case "fentry":
    case "fexit":
    case "fmodRet":
      return [trampoline(work, typed(world, attach.function), attach.kind)];
  }
}

function probe(work: AttachWork, fn: KernelFunction, onReturn: boolean, cookie: bigint): Detach {
  return (onReturn ? fn.kretprobe : fn.kprobe).add(work.open({ ctxBytes: PT_REGS_BYTES, cookie }));
}

function trampoline(work: AttachWork, fn: KernelFunction, kind: "fentry" | "fexit" | "fmodRet"): Detach {
  const place = { ...(fn.params !== undefined && { params: fn.params }), hasResult: kind !== "fentry" };
  const program = work.open({ ctxBytes: ARGUMENT_BYTES, cookie: work.cookie, place });
  const list = kind === "fentry" ? fn.fentry : kind === "fexit" ? fn.fexit : fn.modifyReturn;
  return list.add(program);
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
