import { globMatcher, isPattern } from "../../base/glob.ts";
import { nearest } from "../../base/suggest.ts";
import type { KernelFunctionName } from "../../plan/target.ts";
import type { AttachPoint } from "./ast.ts";
import { type Env, typeAsText } from "./env.ts";
import { functionPrototype, registerArgs, tracingArgs } from "./function-args.ts";
import { partText } from "./part-text.ts";
import { otherNamesOf } from "./renamed-function.ts";
import { BPF_MODULE, resolveBpfFunction } from "./resolve-bpf-function.ts";
import type { ProbeUses, ResolvedPoint } from "./resolve-probes.ts";
import { hasTracepoint, rawTracepointOf } from "./same-tracepoint.ts";
import { reportNoFunctionProbes, tracepointsInstead } from "./unknown-probe.ts";

export type FunctionKind = "kprobe" | "kretprobe" | "fentry" | "fexit";

const MOST_ARGUMENTS = 12; // of a function that fentry takes, kernel/bpf/btf.c, v6.12

/** The kernel functions that `kprobe:`, `kretprobe:`, `fentry:` and `fexit:` name. */
export function resolveKernelFunction(
  point: AttachPoint,
  kind: FunctionKind,
  uses: ProbeUses,
  env: Env,
): readonly ResolvedPoint[] {
  const parts = point.parts.map((part) => partText(part, env) ?? "");
  const name = parts.at(-1) ?? "";
  if ((kind === "fentry" || kind === "fexit") && parts[0] === BPF_MODULE && parts.length > 1)
    return resolveBpfFunction(point, kind, parts, env);
  if (parts.length < 1 || parts.length > 2 || name === "") {
    env.report.error(
      "probe/parts",
      point.span,
      `a ${kind} is written \`${kind}:FUNCTION\` or \`${kind}:MODULE:FUNCTION\``,
      `for example \`${kind}:vfs_read { … }\`; list functions with \`skep list '${kind}:*'\``,
    );
    return [];
  }
  const isTyped = kind === "fentry" || kind === "fexit";
  if (!env.target.has(isTyped ? "fentry" : "kprobe")) {
    const instead = otherProbe(
      { kind, name, module: parts.length === 2 ? parts[0] : undefined },
      point,
      uses,
      env,
    );
    if (instead.length === 0) reportNoFunctionProbes(point, name, env);
    return instead;
  }
  const found = functionsCalled({ kind, name, module: parts.length === 2 ? parts[0] : undefined }, point, env);
  if (found.length === 0) {
    reportMissing(point, kind, name, env);
    return [];
  }
  const offset = Number(point.parts.at(-1)?.offset ?? 0n);
  if (offset !== 0 && kind !== "kprobe") {
    env.report.error(
      "probe/offset",
      point.span,
      `a ${kind} has no offset`,
      "use kprobe to probe inside of a function",
    );
    return [];
  }
  if (isTyped) return found.flatMap((fn) => typedPoint(point, kind, fn, found.length > 1, env));
  return found.map((fn) => registerPoint(kind, fn, offset, uses, env));
}

/** A function's probe under the name that was asked for; kprobes leave the kernel's own name out. */
function nameAs(kind: FunctionKind, probe: string): string {
  const rest = probe.slice(probe.indexOf(":") + 1).replace(/^vmlinux:/, "");
  if (kind === "kprobe" || kind === "kretprobe" || rest.includes(":")) return `${kind}:${rest}`;
  return `${kind}:vmlinux:${rest}`;
}

type Wanted = Readonly<{ kind: FunctionKind; name: string; module: string | undefined }>;

/** Where the kernel lacks one way to probe functions, another that shows the same; empty where there is none. */
function otherProbe(
  { kind, name, module }: Wanted,
  point: AttachPoint,
  uses: ProbeUses,
  env: Env,
): readonly ResolvedPoint[] {
  const offset = point.parts.at(-1)?.offset ?? 0n;
  if (offset !== 0n || uses.registers) return [];
  const isReturn = kind === "kretprobe" || kind === "fexit";
  const found = functionsCalled({ kind, name, module }, point, env);
  const note = (what: string) =>
    env.options.onNote?.(`${kind}:${name}: this kernel has no ${kind}; ${what} is used`);
  let points: readonly ResolvedPoint[] = [];
  if ((kind === "kprobe" || kind === "kretprobe") && env.target.has("fentry")) {
    const other = isReturn ? "fexit" : "fentry";
    points = found.flatMap((fn) => typedPoint(point, other, fn, true, env));
    if (points.length > 0) note(other);
  } else if ((kind === "fentry" || kind === "fexit") && env.target.has("kprobe") && !(isReturn && uses.entry)) {
    const other = isReturn ? "kretprobe" : "kprobe";
    points = found.map((fn) => registerPoint(other, fn, 0, uses, env));
    if (points.length > 0) note(other);
  }
  if (points.length > 0) return points.map((p) => ({ ...p, probe: nameAs(kind, p.probe) }));
  const raw = rawTracepointOf(name, kind, uses, env);
  if (raw) note(`rawtracepoint:${raw.attach.kind === "rawTracepoint" ? raw.attach.name : ""}`);
  return raw ? [raw] : [];
}

/** A function that this kernel has only inside of others, by the raw tracepoint in it. */
export function inlinedFunction(point: AttachPoint, uses: ProbeUses, env: Env): ResolvedPoint | undefined {
  const { type } = point;
  const name = point.parts.at(-1)?.text ?? "";
  const isFunction = type === "kprobe" || type === "kretprobe" || type === "fentry" || type === "fexit";
  if (!isFunction || !hasTracepoint(name) || uses.registers || (point.parts.at(-1)?.offset ?? 0n) !== 0n)
    return undefined;
  const raw = rawTracepointOf(name, type, uses, env);
  if (raw?.attach.kind === "rawTracepoint")
    env.options.onNote?.(
      `${type}:${name}: this kernel has no such function; rawtracepoint:${raw.attach.name} is used`,
    );
  return raw;
}

/** The functions of that name; where there is none, the one that this kernel calls otherwise. */
function functionsCalled(
  { kind, name, module }: Wanted,
  point: AttachPoint,
  env: Env,
): readonly KernelFunctionName[] {
  const found = functionsNamed(name, module, env);
  if (found.length > 0 || (point.parts.at(-1)?.offset ?? 0n) !== 0n) return found;
  for (const other of otherNamesOf(name)) {
    const renamed = functionsNamed(other, module, env);
    if (renamed.length === 0) continue;
    env.options.onNote?.(`${kind}:${name}: this kernel calls the function ${other}`);
    return renamed;
  }
  return found;
}

function functionsNamed(name: string, module: string | undefined, env: Env): readonly KernelFunctionName[] {
  const inModule = module === undefined ? () => true : globMatcher(module);
  return env.target.kernelFunctions(name).filter((fn) => inModule(fn.module ?? "vmlinux"));
}

function registerPoint(
  kind: "kprobe" | "kretprobe",
  fn: KernelFunctionName,
  offset: number,
  uses: ProbeUses,
  env: Env,
): ResolvedPoint {
  const isReturn = kind === "kretprobe";
  const prototype = uses.args && !isReturn && offset === 0 ? functionPrototype(fn.name, env.btf) : undefined;
  const args = prototype && registerArgs(fn.name, prototype, env.target.arch);
  const place = { function: fn.name, return: isReturn, ...(fn.module !== undefined && { module: fn.module }) };
  return {
    kind,
    programType: "kprobe",
    section: `${kind}/${fn.name}`,
    attach: { kind: "kprobe", ...place, ...(offset > 0 && { offset }) },
    probe: `${kind}:${fn.module === undefined ? "" : `${fn.module}:`}${fn.name}${offset > 0 ? `+${offset}` : ""}`,
    func: fn.name,
    signature: `${kind} ${
      args
        ?.fields()
        .map(({ name, type }) => `${name} ${typeAsText(type)}`)
        .join(", ") ?? ""
    }`,
    space: "kernel",
    ...(args && { args }),
  };
}

/** fentry and fexit: one program for each function, whose prototype the kernel's types must have. */
function typedPoint(
  point: AttachPoint,
  kind: "fentry" | "fexit",
  fn: KernelFunctionName,
  oneOfMany: boolean,
  env: Env,
): readonly ResolvedPoint[] {
  const prototype = functionPrototype(fn.name, env.btf);
  if (prototype === undefined || prototype.params.length > MOST_ARGUMENTS) {
    if (!oneOfMany)
      env.report.error(
        "probe/no-prototype",
        point.parts.at(-1)?.span ?? point.span,
        prototype === undefined
          ? `the kernel's types have no prototype of \`${fn.name}\``
          : `\`${fn.name}\` takes more than ${MOST_ARGUMENTS} arguments`,
        `use ${kind === "fentry" ? "kprobe" : "kretprobe"}:${fn.name}`,
      );
    return [];
  }
  const full = `${kind}:${fn.module ?? "vmlinux"}:${fn.name}`;
  return [
    {
      kind,
      programType: "tracing",
      section: `${kind}/${fn.name}`,
      attach: { kind, function: fn.name, ...(fn.module !== undefined && { module: fn.module }) },
      probe: full,
      func: fn.name,
      signature: full, // the program is loaded for this function
      space: "kernel",
      args: tracingArgs(fn.name, prototype),
      returns: prototype.returns,
    },
  ];
}

function reportMissing(point: AttachPoint, kind: FunctionKind, name: string, env: Env): void {
  const instead = tracepointsInstead(name, env).map((t) => `\`tracepoint:${t}\``);
  const near = isPattern(name)
    ? []
    : nearest(
        name,
        env.target.kernelFunctions("*").map((fn) => fn.name),
        2,
      ).map((other) => `\`${kind}:${other}\``);
  const suggestions = [...near, ...instead];
  env.report.error(
    "probe/not-found",
    point.parts.at(-1)?.span ?? point.span,
    `this kernel has no function \`${name}\` that can be probed`,
    suggestions.length > 0
      ? `did you mean ${suggestions.join(" or ")}?`
      : `list functions with \`skep list '${kind}:*'\``,
  );
}
