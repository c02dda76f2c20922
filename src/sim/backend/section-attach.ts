import type { AttachSpec } from "../../abi/attach-spec.ts";
import { parseSection } from "../../abi/section-names.ts";
import { SkepError } from "../../base/errors.ts";
import { globMatcher } from "../../base/glob.ts";
import type { ProgramSpec } from "../../object/object.ts";
import type { Target } from "../../plan/target.ts";
import type { World } from "../world/world.ts";

/**
 * Where a program of an object file is to be attached, as its section says by libbpf's conventions. Undefined for those
 * whose section does not say it: an interface, a cgroup or a period must be named. Throws SkepError for a place that the
 * machine does not have.
 */
export function attachOfSection(program: ProgramSpec, world: World, target: Target): AttachSpec | undefined {
  const parsed = parseSection(program.section);
  const text = program.attachTo ?? parsed?.target;
  const name = parsed?.rule.name;
  if (name === undefined || text === undefined || text === "") return undefined;
  switch (name) {
    case "tracepoint":
    case "tp": {
      const [category = "", event = ""] = text.split("/");
      return { kind: "tracepoint", category, name: event };
    }
    case "raw_tracepoint":
    case "raw_tp":
    case "raw_tracepoint.w":
    case "raw_tp.w":
      return { kind: "rawTracepoint", name: text };
    case "tp_btf":
      return { kind: "btfTracepoint", name: text };
    case "kprobe":
    case "kretprobe":
      return kprobe(text, name === "kretprobe");
    case "kprobe.multi":
    case "kretprobe.multi":
    case "kprobe.session":
      return {
        kind: "kprobeMulti",
        functions: world.hooks.symbols.functions().filter(globMatcher(text)),
        return: name === "kretprobe.multi",
        ...(name === "kprobe.session" && { session: true }),
      };
    case "ksyscall":
    case "kretsyscall":
      return { kind: "ksyscall", name: text, return: name === "kretsyscall" };
    case "fentry":
    case "fexit":
      return { kind: name, function: text };
    case "fmod_ret":
      return { kind: "fmodRet", function: text };
    case "iter":
      return { kind: "iter", target: text };
    case "lsm":
      return { kind: "lsm", hook: text };
    case "uprobe":
    case "uretprobe":
      return uprobe(text, name === "uretprobe", target);
    case "usdt":
      return usdt(text, target);
    default:
      return undefined;
  }
}

/** "do_unlinkat" or "do_unlinkat+0x10". */
function kprobe(text: string, onReturn: boolean): AttachSpec {
  const [fn = "", offset] = text.split("+");
  return {
    kind: "kprobe",
    function: fn,
    return: onReturn,
    ...(offset !== undefined && { offset: Number(offset) }),
  };
}

/** "/usr/bin/bash:readline" or "libc:malloc+0x10". */
function uprobe(text: string, onReturn: boolean, target: Target): AttachSpec {
  const at = text.lastIndexOf(":");
  const [name = "", added = "0"] = text.slice(at + 1).split("+");
  const path = pathOf(text.slice(0, at), target);
  const fn = target.userFunctions(path, name)[0];
  if (fn === undefined)
    throw new SkepError(`${path} has no function ${name}`, {
      code: "sim/no-code",
      remedy: "name one of its functions; `skep --sim -l 'uprobe:PATH:*'` lists them",
    });
  return { kind: "uprobe", path, offset: fn.offset + Number(added), return: onReturn };
}

/** "/usr/bin/node:node:http__server__request". */
function usdt(text: string, target: Target): AttachSpec {
  const [file = "", provider = "", name = ""] = text.split(":");
  return { kind: "usdt", path: pathOf(file, target), provider, name };
}

function pathOf(name: string, target: Target): string {
  const path = target.resolveBinary(name);
  if (path !== undefined) return path;
  throw new SkepError(`the simulated machine has no program ${name}`, {
    code: "sim/no-binary",
    remedy: "name a program or library of the scenario",
  });
}
