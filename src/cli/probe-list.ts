import { demangle } from "../base/demangle.ts";
import { SkepError, unreachable } from "../base/errors.ts";
import { globMatcher, isPattern } from "../base/glob.ts";
import { nearest } from "../base/suggest.ts";
import { findByPattern } from "../btf/lookup.ts";
import { typeName } from "../btf/print-c.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { protoOf, protoTypeOf } from "../lang/bt/function-args.ts";
import { type ProbeType, probeTypeNames, probeTypeOf } from "../lang/bt/probe-types.ts";
import { rawTracepointParams } from "../lang/bt/raw-tracepoint-args.ts";
import { BPF_MODULE } from "../lang/bt/resolve-bpf-function.ts";
import { hardwareEventNames } from "../lang/bt/resolve-hardware.ts";
import { iteratorKinds } from "../lang/bt/resolve-iterator.ts";
import type { FunctionKind } from "../lang/bt/resolve-kernel-function.ts";
import { softwareEventNames } from "../lang/bt/resolve-perf.ts";
import { functionsOfSource, isLanguage } from "../lang/bt/resolve-user-probe.ts";
import type { Target, TracepointField, UsdtArgument } from "../plan/target.ts";

/** An argument as C spells its type; `where` is an operand that tells no type. */
export type ListedArg = Readonly<{ type: string; name: string; where?: string }>;

/** A probe by its full name, with its arguments looked up when they are asked for. */
export type ListedProbe = Readonly<{ probe: string; args: () => readonly ListedArg[] }>;

/** What a pattern matched; when that is nothing, `help` says what might have been meant. */
export type Listing = Readonly<{ probes: readonly ListedProbe[]; help?: string }>;

/** Where user probes are looked for when a pattern names no file: what a process has mapped. */
export type ListScope = Readonly<{ pid?: number; mapped: () => readonly string[] }>;

const FUNCTION_KINDS = ["kprobe", "kretprobe", "fentry", "fexit"] as const;
const NO_ARGS = (): readonly ListedArg[] => [];

/** The probes that match a pattern such as `tracepoint:syscalls:sys_enter_open*`, `uprobe:/bin/bash:read*` or `*open*`. */
export function matchProbes(pattern: string, target: Target, scope: ListScope): Listing {
  const [first = "", ...rest] = pattern.split(":");
  const type = probeTypeOf(first);
  if (type !== undefined) return ofType(type, rest, target, scope);
  if (rest.length === 2 && isPattern(first)) return anyType(first, rest, target, scope);
  if (rest.length === 1) {
    const found = tracepoints(first, rest[0] ?? "*", target);
    if (found.length > 0) return { probes: found };
  }
  return anywhere(pattern, target);
}

function ofType(type: ProbeType, parts: readonly string[], target: Target, scope: ListScope): Listing {
  switch (type) {
    case "tracepoint":
      return listTracepoints(parts, target);
    case "rawtracepoint":
      return near(rawTracepoints(parts.at(-1) ?? "*", target), parts.at(-1), () => target.rawTracepoints("*"));
    case "kprobe":
    case "kretprobe":
    case "fentry":
    case "fexit":
      return listFunctions(type, parts, target);
    case "software":
      return near(software(parts[0] ?? "*"), parts[0], softwareEventNames);
    case "profile":
    case "interval":
      return { probes: rates(type) };
    case "hardware":
      return near(events("hardware", hardwareEventNames(), parts[0] ?? "*"), parts[0], hardwareEventNames);
    case "iter":
      return listIterators(parts[0] ?? "*", target);
    case "begin":
    case "end":
      return { probes: [{ probe: type.toUpperCase(), args: NO_ARGS }] };
    case "self":
      return {
        probes: ["SIGUSR1", "SIGUSR2"].map((name) => ({ probe: `self:signal:${name}`, args: NO_ARGS })),
      };
    case "uprobe":
    case "uretprobe":
    case "usdt":
      return listUser(type, parts, target, scope);
    case "watchpoint":
    case "asyncwatchpoint":
      return { probes: [], help: `a ${type} is on any address: ${type}:0x7ffe1000:8:w` };
    case "test":
    case "bench":
      return { probes: [], help: `a script names its own: \`${type}:NAME { … }\`` };
    default:
      return unreachable(type);
  }
}

/** `*:syscalls:*open*`: each type of probe whose name matches. */
function anyType(first: string, rest: readonly string[], target: Target, scope: ListScope): Listing {
  const matches = globMatcher(first);
  const types = (["tracepoint", "rawtracepoint", "software"] as const).filter(matches);
  return { probes: types.flatMap((type) => ofType(type, rest, target, scope).probes) };
}

function listTracepoints(parts: readonly string[], target: Target): Listing {
  const [category = "*", name] = parts;
  if (name !== undefined) {
    const found = tracepoints(category, name, target);
    return near(found, `${category}:${name}`, () => allTracepoints(target));
  }
  const inCategory = tracepoints(category, "*", target);
  if (inCategory.length > 0) return { probes: inCategory };
  return near(tracepoints("*", category, target), category, () => allTracepoints(target));
}

function allTracepoints(target: Target): string[] {
  return target.tracepoints("*", "*").flatMap((t) => [`${t.category}:${t.name}`, t.name]);
}

function near(
  probes: readonly ListedProbe[],
  wanted: string | undefined,
  names: () => readonly string[],
): Listing {
  if (probes.length > 0 || wanted === undefined) return { probes };
  const found = nearest(wanted.replaceAll("*", ""), names());
  return found.length > 0 ? { probes, help: `near names: ${found.join(", ")}` } : { probes };
}

/** A pattern without a type: every kernel probe whose name holds it. */
function anywhere(pattern: string, target: Target): Listing {
  const matches = globMatcher(isPattern(pattern) ? pattern : `*${pattern}*`);
  const all = [
    ...(pattern === "*" ? [] : withoutPlace(target)),
    ...software("*"),
    ...(target.has("hardwareCounters") ? events("hardware", hardwareEventNames(), "*") : []),
    ...listIterators("*", target).probes,
    ...tracepoints("*", "*", target),
    ...rawTracepoints("*", target),
    ...FUNCTION_KINDS.flatMap((kind) => listFunctions(kind, ["*"], target).probes),
  ];
  const probes = all.filter(({ probe }) => matches(probe) || matches(probe.slice(probe.indexOf(":") + 1)));
  if (probes.length > 0 || isPattern(pattern)) return { probes };
  const [first = "", ...rest] = pattern.split(":");
  const softwareNames = rest
    .map((part) => part.replaceAll("_", "-"))
    .filter((part) => softwareEventNames().includes(part));
  if (softwareNames.length > 0) return { probes, help: `near names: software:${softwareNames[0]}` };
  const types = rest.length > 0 ? nearest(first, probeTypeNames(), 2) : [];
  if (types.length > 0)
    return { probes, help: `there is no probe type \`${first}\`; near names: ${types.join(", ")}` };
  return near(probes, rest.at(-1) ?? pattern, () => [...allTracepoints(target), ...softwareEventNames()]);
}

function tracepoints(category: string, name: string, target: Target): ListedProbe[] {
  return target.tracepoints(category, name).map((t) => ({
    probe: `tracepoint:${t.category}:${t.name}`,
    args: () => (target.tracepointFormat(t.category, t.name)?.fields ?? []).flatMap(tracepointArg),
  }));
}

/** `char[16]` stands behind the name in C. */
function tracepointArg({ name, type, dataLoc }: TracepointField): ListedArg[] {
  if (name.startsWith("common_")) return [];
  if (dataLoc) return [{ type: `__data_loc ${type}`, name }];
  const array = /^(.*?)\s*(\[.*\])$/.exec(type);
  return [array ? { type: array[1] ?? type, name: `${name}${array[2]}` } : { type, name }];
}

function rawTracepoints(pattern: string, target: Target): ListedProbe[] {
  return target.rawTracepoints(pattern).map((name) => ({
    probe: `rawtracepoint:${name}`,
    args: () => {
      const btf = target.kernelBtf();
      const params = btf && rawTracepointParams(name, btf);
      return btf && params ? params.map((p) => ({ type: typeName(btf, p.type), name: p.name })) : [];
    },
  }));
}

/** `kprobe:vfs_*`, `fentry:MODULE:FUNCTION`. Arguments are known where BTF has the function; of the kernel's own, fentry takes no others. */
function listFunctions(type: FunctionKind, parts: readonly string[], target: Target): Listing {
  const isTyped = type === "fentry" || type === "fexit";
  if (!target.has(isTyped ? "fentry" : "kprobe"))
    return { probes: [], help: `this kernel cannot attach ${type} probes; use a tracepoint` };
  if (isTyped && parts[0] === BPF_MODULE && parts.length > 1) return listBpfFunctions(type, parts, target);
  const name = parts.at(-1) ?? "*";
  const inModule = globMatcher(parts.length > 1 ? (parts[0] ?? "*") : "*");
  const btf = target.kernelBtf();
  const typed = isTyped && btf ? new Set(findByPattern(btf, "func", name).map((fn) => fn.name)) : undefined;
  const found = target
    .kernelFunctions(name)
    .filter(({ module = "vmlinux" }) => inModule(module))
    .filter((fn) => typed === undefined || fn.module !== undefined || typed.has(fn.name));
  const probes = found.map(({ name: fn, module }) => ({
    probe: isTyped
      ? `${type}:${module ?? "vmlinux"}:${fn}`
      : `${type}:${module === undefined ? "" : `${module}:`}${fn}`,
    args: () => {
      const proto = btf && protoOf(fn, btf);
      if (btf === undefined || proto === undefined) return [];
      const params =
        type === "kretprobe" ? [] : proto.params.map((p) => ({ type: typeName(btf, p.type), name: p.name }));
      const returned = { type: typeName(btf, proto.returns), name: "retval" };
      return type === "fexit" || type === "kretprobe" ? [...params, returned] : params;
    },
  }));
  return near(probes, name, () => target.kernelFunctions("*").map((fn) => fn.name));
}

/** `fentry:bpf:NAME`, `fentry:bpf:ID:NAME`: functions of loaded BPF programs that can be traced. */
function listBpfFunctions(type: FunctionKind, parts: readonly string[], target: Target): Listing {
  const ids = parts.length > 2 ? (parts[1] ?? "*") : "*";
  const found = (target.bpfFunctions?.(parts.at(-1) ?? "*", ids) ?? []).filter((fn) => !fn.traces);
  const probes = found.map(({ program, name, btf, id }) => ({
    probe: `${type}:${BPF_MODULE}:${program}:${name}`,
    args: () => {
      const proto = protoTypeOf(id, btf);
      const params = (proto?.params ?? []).map((p) => ({ type: typeName(btf, p.type), name: p.name }));
      return type === "fexit" && proto
        ? [...params, { type: typeName(btf, proto.returns), name: "retval" }]
        : params;
    },
  }));
  if (probes.length > 0) return { probes };
  return { probes, help: "no BPF program that is loaded with types has such a function; see `skep prog`" };
}

const software = (pattern: string) => events("software", softwareEventNames(), pattern);

function events(type: string, names: readonly string[], pattern: string): ListedProbe[] {
  return names.filter(globMatcher(pattern)).map((name) => ({ probe: `${type}:${name}:`, args: NO_ARGS }));
}

/** Iterators with the fields of their context. */
function listIterators(pattern: string, target: Target): Listing {
  const btf = target.kernelBtf();
  const names = btf === undefined ? [] : iteratorKinds(btf);
  const probes = names
    .filter(({ name }) => globMatcher(pattern)(name))
    .map(({ name, id }): ListedProbe => {
      const args = () => (btf === undefined ? [] : contextFields(btf, id));
      return { probe: `iter:${name}`, args };
    });
  return near(
    probes.toSorted((a, b) => (a.probe < b.probe ? -1 : 1)),
    pattern,
    () => names.map(({ name }) => name),
  );
}

/** A context wraps each pointer in an unnamed union, for the sake of its size. */
function contextFields(btf: Btf, id: BtfId): ListedArg[] {
  const type = btf.type(id);
  if (type.kind !== "struct" && type.kind !== "union") return [];
  return type.members.flatMap((member) =>
    member.name === ""
      ? contextFields(btf, member.type)
      : [{ type: typeName(btf, member.type), name: member.name }],
  );
}

/** What every machine has, so that only a pattern for it lists it. */
function withoutPlace(target: Target): readonly ListedProbe[] {
  const types = ["begin", "end", "self", "profile", "interval"] as const;
  return types.flatMap((type) => ofType(type, [], target, { mapped: () => [] }).probes);
}

function rates(type: "profile" | "interval"): ListedProbe[] {
  return ["hz", "s", "ms", "us"].map((unit) => ({ probe: `${type}:${unit}:`, args: NO_ARGS }));
}

type UserKind = "uprobe" | "uretprobe" | "usdt";

function listUser(kind: UserKind, parts: readonly string[], target: Target, scope: ListScope): Listing {
  const [binary = "*", ...rest] = parts;
  const place = kind === "usdt" ? "PATH:PROVIDER:NAME" : "PATH:FUNCTION";
  const mapped = () =>
    scope
      .mapped()
      .filter(globMatcher(binary))
      .filter((path) => isProgram(path, target));
  const paths = isPattern(binary) ? mapped() : resolved(binary, target, scope);
  if (paths.length === 0) {
    const ask = `give a program or library, as in \`skep list '${kind}:/bin/bash:*'\``;
    return {
      probes: [],
      help: isPattern(binary) ? `${ask}, or a process with -p` : `there is no file \`${binary}\`; ${ask}`,
    };
  }
  const probes = paths.flatMap((path) =>
    kind === "usdt" ? usdt(path, rest, target) : functions(kind, path, rest, target),
  );
  const wanted = rest.at(-1);
  const [path = ""] = paths;
  if (kind !== "usdt") return near(probes, wanted, () => target.userFunctions(path, "*").map((f) => f.name));
  const all = paths.flatMap((p) => target.usdtProbes(p).map((u) => `${u.provider}:${u.name}`));
  if (all.length > 0) return near(probes, rest.join(":"), () => all);
  const which = paths.length === 1 ? path : "what this process has mapped";
  return {
    probes,
    help: `${which} was built without USDT probes (${kind}:${place}); trace its functions with uprobe`,
  };
}

/** Processes map files of other kinds, too. */
function isProgram(path: string, target: Target): boolean {
  try {
    target.userFunctions(path, "");
    return true;
  } catch (error) {
    if (error instanceof SkepError) return false;
    throw error;
  }
}

function resolved(binary: string, target: Target, { pid }: ListScope): string[] {
  const path = target.resolveBinary(binary, pid);
  return path === undefined ? [] : [path];
}

function functions(kind: UserKind, path: string, rest: readonly string[], target: Target): ListedProbe[] {
  const [language, ...name] = rest;
  const ofSource = name.length > 0 && isLanguage(language);
  const found = ofSource
    ? functionsOfSource(path, unquoted(name.join(":")), target)
    : target.userFunctions(path, rest.at(-1) ?? "*");
  const called = (symbol: string) => (ofSource ? `${language}:${inSource(symbol)}` : symbol);
  const byName = new Map(found.map((f) => [called(f.name), f]));
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([shown, f]) => ({
      probe: `${kind}:${path}:${shown}`,
      args: () => userArgs(kind, path, f, target),
    }));
}

/** The name of the source as a script can have it, in quotes; of a C function its own. */
function inSource(symbol: string): string {
  const name = demangle(symbol);
  return name === undefined ? symbol : `"${name}"`;
}

function unquoted(name: string): string {
  return name.replace(/^"(.*)"$/, "$1");
}

/** What a function takes, where the program has debug information. */
function userArgs(
  kind: UserKind,
  path: string,
  { address }: { address: bigint },
  target: Target,
): readonly ListedArg[] {
  const found = target.userTypes?.(path)?.function(address);
  const proto = found && protoTypeOf(found.id, found.btf);
  if (found === undefined || proto === undefined) return [];
  const { btf } = found;
  if (kind === "uretprobe") return [{ type: typeName(btf, proto.returns), name: "retval" }];
  return proto.params.map((param) => ({ type: typeName(btf, param.type), name: param.name }));
}

/** A probe with several places is listed once. */
function usdt(path: string, rest: readonly string[], target: Target): ListedProbe[] {
  const [provider, name] =
    rest.length >= 2
      ? [globMatcher(rest[0] ?? "*"), globMatcher(rest.slice(1).join(":"))]
      : [undefined, globMatcher(rest[0] ?? "*")];
  const found = new Map<string, ListedProbe>();
  for (const probe of target.usdtProbes(path)) {
    if (!(provider?.(probe.provider) ?? true) || !name(probe.name)) continue;
    const full = `usdt:${path}:${probe.provider}:${probe.name}`;
    if (!found.has(full)) found.set(full, { probe: full, args: () => probe.args.map(usdtArg) });
  }
  return [...found.values()];
}

function usdtArg({ text, operand }: UsdtArgument, index: number): ListedArg {
  const type = operand ? `${operand.signed ? "" : "u"}int${operand.size * 8}` : "?";
  return { type, name: `arg${index}`, where: text };
}
