import type { AttachSpec } from "../abi/attach-spec.ts";
import { parseSection } from "../abi/section-names.ts";
import { SkepError } from "../base/errors.ts";
import { isPattern } from "../base/glob.ts";
import { didYouMean } from "../base/suggest.ts";
import type { ProgramSpec } from "../object/object.ts";
import type { LinuxTarget } from "./target.ts";

type Machine = Pick<LinuxTarget, "resolveBinary" | "userFunctions" | "kernelFunctions">;

/**
 * Where a program's section says that it is to be attached: "kprobe/vfs_read", "uprobe//usr/bin/x:main+0x4". Undefined
 * when it does not say it, because it takes an interface, a cgroup, a socket or the like. Throws SkepError when what it
 * names is not there.
 */
export function sectionPoints(program: ProgramSpec, machine: Machine): readonly AttachSpec[] | undefined {
  const parsed = parseSection(program.section);
  const target = program.attachTo ?? parsed?.target;
  if (parsed === undefined || target === undefined || target === "") return undefined;
  const { name } = parsed.rule;
  switch (name) {
    case "kprobe":
    case "kretprobe":
      return [kprobeOf(program, target, name === "kretprobe")];
    case "kprobe.multi":
    case "kretprobe.multi":
    case "kprobe.session":
      return [kprobesOf(program, target, name, machine)];
    case "ksyscall":
    case "kretsyscall":
      return [{ kind: "ksyscall", name: target, return: name === "kretsyscall" }];
    case "uprobe":
    case "uretprobe":
    case "uprobe.multi":
    case "uretprobe.multi":
    case "uprobe.session":
      return [uprobesOf(program, target, name, machine)];
    case "usdt":
      return [usdtOf(program, target, machine)];
    default:
      return simplePoint(name, target);
  }
}

function simplePoint(name: string, target: string): readonly AttachSpec[] | undefined {
  const [first = "", second] = target.split(":");
  const where = second === undefined ? { function: first } : { function: second, module: first };
  switch (name) {
    case "tracepoint":
    case "tp": {
      const [category = "", event = ""] = target.split("/");
      return [{ kind: "tracepoint", category, name: event }];
    }
    case "raw_tracepoint":
    case "raw_tp":
    case "raw_tracepoint.w":
    case "raw_tp.w":
      return [{ kind: "rawTracepoint", name: target }];
    case "tp_btf":
      return [{ kind: "btfTracepoint", name: target }];
    case "fentry":
    case "fexit":
      return [{ kind: name, ...where }];
    case "fmod_ret":
      return [{ kind: "fmodRet", ...where }];
    case "lsm":
      return [{ kind: "lsm", hook: target }];
    case "iter":
      return /^(bpf_map_elem|bpf_sk_storage_map|sockmap|cgroup)$/.test(target)
        ? undefined
        : [{ kind: "iter", target }];
    default:
      return undefined; // lsm_cgroup takes a cgroup, freplace a program, struct_ops its map
  }
}

// "do_unlinkat", "do_unlinkat+0x4", "nf_tables:nft_do_chain"
function kprobeOf(program: ProgramSpec, target: string, onReturn: boolean): AttachSpec {
  const [, module, name, offset = "0"] =
    /^(?:([\w-]+):)?([\w.$]+)(?:\+(0x[0-9a-f]+|\d+))?$/i.exec(target) ?? [];
  if (name === undefined || (onReturn && Number(offset) !== 0))
    throw misspelt(program, "kprobe/FUNCTION, kprobe/FUNCTION+OFFSET or kretprobe/FUNCTION");
  return {
    kind: "kprobe",
    function: name,
    return: onReturn,
    ...(Number(offset) !== 0 && { offset: Number(offset) }),
    ...(module !== undefined && { module }),
  };
}

function kprobesOf(program: ProgramSpec, target: string, name: string, machine: Machine): AttachSpec {
  const functions = isPattern(target)
    ? [...new Set(machine.kernelFunctions(target).map((f) => f.name))]
    : [target];
  if (functions.length === 0) throw missing(program, `no function of this kernel matches \`${target}\``);
  return {
    kind: "kprobeMulti",
    functions,
    return: name === "kretprobe.multi",
    ...(name === "kprobe.session" && { session: true }),
  };
}

// "PATH:FUNCTION", "PATH:FUNCTION+OFFSET", "PATH:OFFSET" (from the file's start), "PATH:PATTERN" for many
function uprobesOf(program: ProgramSpec, target: string, name: string, machine: Machine): AttachSpec {
  const [, file, symbol, more] = /^(.+):([^:+]+)(?:\+(0x[0-9a-f]+|\d+))?$/i.exec(target) ?? [];
  if (file === undefined || symbol === undefined)
    throw misspelt(program, "uprobe/PATH:FUNCTION or uprobe/PATH:FUNCTION+OFFSET");
  const path = binaryOf(program, file, machine);
  const onReturn = name.startsWith("uretprobe");
  const offsets = /^(0x[0-9a-f]+|\d+)$/i.test(symbol)
    ? [Number(symbol)]
    : offsetsOf(program, path, symbol, machine).map((offset) => offset + Number(more ?? 0));
  if (name === "uprobe.session") return { kind: "uprobeMulti", path, offsets, return: false, session: true };
  const [only = 0] = offsets;
  if (offsets.length === 1) return { kind: "uprobe", path, offset: only, return: onReturn };
  return { kind: "uprobeMulti", path, offsets, return: onReturn };
}

function offsetsOf(program: ProgramSpec, path: string, symbol: string, machine: Machine): readonly number[] {
  const found = machine.userFunctions(path, symbol);
  if (found.length === 0) {
    const near = isPattern(symbol)
      ? undefined
      : didYouMean(
          symbol,
          machine.userFunctions(path, "*").map((f) => f.name),
        );
    throw missing(program, `${path} has no function ${symbol}`, near);
  }
  const offsets = isPattern(symbol) ? found.map((f) => f.offset) : [found[0]?.offset ?? 0];
  return [...new Set(offsets)];
}

function usdtOf(program: ProgramSpec, target: string, machine: Machine): AttachSpec {
  const [, file, provider, name] = /^(.+):([^:]*):([^:]+)$/.exec(target) ?? [];
  if (file === undefined || provider === undefined || name === undefined)
    throw misspelt(program, "usdt/PATH:PROVIDER:NAME");
  return { kind: "usdt", path: binaryOf(program, file, machine), provider, name };
}

function binaryOf(program: ProgramSpec, file: string, machine: Machine): string {
  const path = machine.resolveBinary(file);
  if (path === undefined) throw missing(program, `there is no program or library ${file}`);
  return path;
}

function misspelt(program: ProgramSpec, form: string): SkepError {
  return new SkepError(`program ${program.name}: section \`${program.section}\` does not say where to attach`, {
    code: "linux/unknown-section",
    remedy: `write ${form}`,
  });
}

function missing(program: ProgramSpec, why: string, near?: string): SkepError {
  return new SkepError(`program ${program.name}: ${why}`, {
    code: "linux/no-target",
    remedy: near ?? "correct the name in the section, or attach it to another place",
  });
}
