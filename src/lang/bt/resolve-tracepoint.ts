import { didYouMean, nearest } from "../../base/suggest.ts";
import type { TracepointFormat, TracepointName } from "../../plan/target.ts";
import type { AttachPoint } from "./ast.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import { asObjects, rawSyscallArgs, rawTracepointArgs } from "./raw-tracepoint-args.ts";
import type { ProbeUses, ResolvedPoint } from "./resolve-probes.ts";
import { tracepointArgs } from "./tracepoint-args.ts";

/** So many system calls and more in one attach point share one raw tracepoint instead of one perf event each. */
const SHARED_SYSCALLS = 4;

/** The tracepoints that `tracepoint:category:name` matches. */
export function resolveTracepoint(point: AttachPoint, uses: ProbeUses, env: Env): readonly ResolvedPoint[] {
  const [category, name] = point.parts.map((part) => partText(part, env));
  if (category === undefined || name === undefined || point.parts.length !== 2) {
    reportParts(point, category, env);
    return [];
  }
  const found = env.target.tracepoints(category, name);
  if (found.length === 0) {
    reportMissing(point, category, name, env);
    return [];
  }
  return byDirection(found).flatMap((group) => {
    const shared = shareSyscalls(group, uses, env);
    return shared ? [shared] : group.map((tracepoint) => one(tracepoint, uses, env));
  });
}

/** System calls that begin, those that end, and everything else. */
function byDirection(found: readonly TracepointName[]): readonly (readonly TracepointName[])[] {
  const directionOf = ({ name }: TracepointName) => /^sys_(enter|exit)_/.exec(name)?.[1];
  return ["enter", "exit", undefined].map((which) => found.filter((t) => directionOf(t) === which));
}

function one({ category, name }: TracepointName, uses: ProbeUses, env: Env): ResolvedPoint {
  const probe = `tracepoint:${category}:${name}`;
  const raw = category === "raw_syscalls" && !uses.own ? rawDirection(name) : undefined;
  if (raw && env.target.rawTracepoints(name).length > 0) {
    return {
      ...rawPoint(probe, name),
      signature: `raw_syscalls ${name}`,
      args: rawSyscallArgs(raw, env.btf, env.target.arch),
      rawSyscall: raw,
    };
  }
  if (!uses.args && !uses.own && category !== "syscalls" && env.target.rawTracepoints(name).length > 0)
    return rawPoint(probe, name);
  const base = {
    kind: "tracepoint",
    programType: "tracepoint",
    section: `tracepoint/${category}/${name}`,
    probe,
    func: "",
    space: category === "syscalls" ? "user" : "kernel",
  } as const;
  if (!uses.args) return { ...base, attach: { kind: "tracepoint", category, name }, signature: "no args" };
  const format = env.target.tracepointFormat(category, name);
  if (!format) return { ...base, attach: { kind: "tracepoint", category, name }, signature: probe };
  const args = tracepointArgs(category, name, format, env.btf);
  return {
    ...base,
    attach: { kind: "tracepoint", category, name, id: format.id },
    signature: signatureOf(args),
    args,
    ...(env.options.relocatable && { again: { kind: "record", category, name, fields: fieldsOf(format) } }),
  };
}

function fieldsOf({ fields }: TracepointFormat): Record<string, readonly [number, number]> {
  return Object.fromEntries(fields.map(({ name, offset, size }) => [name, [offset, size]]));
}

/** A program that does not look at the arguments runs cheaper from the raw tracepoint of the same name. */
function rawPoint(probe: string, name: string): ResolvedPoint {
  return {
    kind: "tracepoint",
    programType: "rawTracepoint",
    section: `raw_tp/${name}`,
    attach: { kind: "rawTracepoint", name },
    probe,
    func: "",
    signature: "no args",
    space: "kernel",
  };
}

function rawDirection(name: string): "enter" | "exit" | undefined {
  return name === "sys_enter" ? "enter" : name === "sys_exit" ? "exit" : undefined;
}

function signatureOf(args: NonNullable<ResolvedPoint["args"]>): string {
  return args
    .fields()
    .map((f) => `${f.name}:${f.offset}:${f.type.kind}:${"size" in f.type ? f.type.size : ""}`)
    .join(" ");
}

/** Many system calls at once: one raw tracepoint that looks the call's number up. Only where arguments are not asked. */
function shareSyscalls(found: readonly TracepointName[], uses: ProbeUses, env: Env): ResolvedPoint | undefined {
  const match = /^sys_(enter|exit)_/.exec(found[0]?.name ?? "");
  const direction = match?.[1] === "enter" ? "enter" : "exit";
  const prefix = `sys_${direction}_`;
  if (!match || uses.own || found.length < SHARED_SYSCALLS) return undefined;
  if (found.some((t) => t.category !== "syscalls" || !t.name.startsWith(prefix))) return undefined;
  if (uses.args && direction === "enter") return undefined;
  if (env.target.rawTracepoints(`sys_${direction}`).length === 0) return undefined;
  const syscalls = new Map<number, number>();
  for (const [index, { name }] of found.entries()) {
    const number = env.target.syscallNumber(name.slice(prefix.length));
    if (number === undefined) return undefined;
    syscalls.set(number, index + 1);
  }
  return {
    ...rawPoint(`tracepoint:syscalls:${prefix}*`, `sys_${direction}`),
    signature: `syscalls ${direction}`,
    args: rawSyscallArgs(direction, env.btf, env.target.arch),
    rawSyscall: direction,
    syscalls,
    names: found.map((t) => `tracepoint:${t.category}:${t.name}`),
    space: "user",
  };
}

/** The raw tracepoints that `rawtracepoint:name` matches; `rawtracepoint:module:name` is accepted too. */
export function resolveRawTracepoint(point: AttachPoint, uses: ProbeUses, env: Env): readonly ResolvedPoint[] {
  const pattern = partText(point.parts.at(-1), env);
  if (pattern === undefined || point.parts.length > 2) {
    env.report.error(
      "probe/parts",
      point.span,
      "a raw tracepoint is written `rawtracepoint:name`",
      "for example `rawtracepoint:sched_switch { … }`; list them with `skep list 'rawtracepoint:*'`",
    );
    return [];
  }
  const found = env.target.rawTracepoints(pattern);
  if (found.length === 0) {
    const near = didYouMean(pattern, env.target.rawTracepoints("*"));
    env.report.error(
      "probe/not-found",
      point.parts.at(-1)?.span ?? point.span,
      `this kernel has no raw tracepoint \`${pattern}\``,
      near ?? "list them with `skep list 'rawtracepoint:*'`",
    );
  }
  return found.map((name) => {
    const plain = uses.args || uses.lent() ? rawTracepointArgs(name, env.btf) : undefined;
    // The verifier then knows what the arguments are, and lets the program call functions of the kernel with them.
    const typed = plain !== undefined && uses.lent();
    const args = typed ? asObjects(plain) : plain;
    return {
      kind: "rawtracepoint",
      programType: typed ? "tracing" : "rawTracepoint",
      section: typed ? `tp_btf/${name}` : `raw_tp/${name}`,
      attach: { kind: typed ? "btfTracepoint" : "rawTracepoint", name },
      probe: `rawtracepoint:${name}`,
      func: "",
      signature: args ? signatureOf(args) : uses.args ? name : "no args",
      space: "kernel",
      ...(args && { args }),
    };
  });
}

function reportParts(point: AttachPoint, first: string | undefined, env: Env): void {
  const found = first === undefined ? [] : env.target.tracepoints("*", first);
  const names = found.slice(0, 3).map((t) => `\`tracepoint:${t.category}:${t.name}\``);
  env.report.error(
    "probe/parts",
    point.span,
    "a tracepoint is written `tracepoint:category:name`",
    names.length > 0
      ? `did you mean ${names.join(" or ")}?`
      : "for example `tracepoint:syscalls:sys_enter_openat { … }`",
  );
}

function reportMissing(point: AttachPoint, category: string, name: string, env: Env): void {
  const elsewhere = env.target.tracepoints("*", name).slice(0, 3);
  const all = env.target.tracepoints("*", "*");
  if (all.length === 0) {
    env.report.error(
      "probe/no-tracefs",
      point.span,
      "the kernel's list of tracepoints cannot be read",
      "run as root: tracefs is readable for root only; `skep doctor` says what is missing",
    );
    return;
  }
  const inCategory = env.target.tracepoints(category, "*");
  let help = elsewhere.length > 0 ? names(elsewhere) : undefined;
  if (!help && inCategory.length > 0) {
    const near = nearest(
      name,
      inCategory.map((t) => t.name),
    );
    if (near.length > 0) help = names(near.map((n) => ({ category, name: n })));
  }
  if (!help) {
    const full = nearest(
      `${category}:${name}`,
      all.map((t) => `${t.category}:${t.name}`),
    );
    if (full.length > 0) help = `did you mean ${full.map((n) => `\`tracepoint:${n}\``).join(" or ")}?`;
  }
  const known = inCategory.length > 0;
  env.report.error(
    "probe/not-found",
    (known ? point.parts[1] : point.parts[0])?.span ?? point.span,
    known
      ? `this kernel has no tracepoint \`${name}\` in \`${category}\``
      : `this kernel has no tracepoints of the category \`${category}\``,
    help ?? `list what there is with \`skep list 'tracepoint:${known ? category : "*"}:*'\``,
  );
}

function names(found: readonly TracepointName[]): string {
  return `did you mean ${found.map((t) => `\`tracepoint:${t.category}:${t.name}\``).join(" or ")}?`;
}
