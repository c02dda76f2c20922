import { demangle, spellings } from "../../base/demangle.ts";
import { SkepError } from "../../base/errors.ts";
import { globMatcher, isPattern } from "../../base/glob.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { Again } from "../../plan/plan.ts";
import type { UsdtArgument, UsdtProbe, UserFunction } from "../../plan/target.ts";
import type { AttachPoint } from "./ast.ts";
import type { Composite, CompositeField } from "./composite.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import type { ProbeUses, ResolvedPoint } from "./resolve-probes.ts";
import { functionHolding, isNameless, placesOfLine, type SourceLine, sourceLineOf } from "./source-line.ts";
import { typeName, U64 } from "./types.ts";
import { type UserPrototype, userPrototype } from "./user-function-args.ts";

/** The places in a program or library that `uprobe:`, `uretprobe:` and `usdt:` name. */
export function resolveUserProbe(
  point: AttachPoint,
  kind: "uprobe" | "uretprobe" | "usdt",
  uses: ProbeUses,
  env: Env,
): readonly ResolvedPoint[] {
  const parts = ofProcess(
    point.parts.map((part) => partText(part, env) ?? ""),
    kind,
    env,
  );
  const binary = parts[0] ?? "";
  if (parts.length < 2 || binary === "") {
    env.report.error(
      "probe/parts",
      point.span,
      kind === "usdt"
        ? "a USDT probe is written `usdt:PATH:PROVIDER:NAME`"
        : `a ${kind} is written \`${kind}:PATH:FUNCTION\``,
      kind === "usdt"
        ? "list a program's with `skep list 'usdt:PATH:*'`; PATH can be left out with -p PID"
        : `for example \`${kind}:/bin/bash:readline { … }\``,
    );
    return [];
  }
  if (isPattern(binary) && env.target.resolveBinary(binary) === undefined)
    return mapped(point, kind, parts, uses, env);
  const line = kind === "usdt" ? undefined : sourceLineOf(parts);
  const path = env.target.resolveBinary(line?.binary ?? binary, env.options.pid || undefined);
  if (path === undefined) {
    env.report.error(
      "probe/no-binary",
      point.parts[0]?.span ?? point.span,
      `there is no program or library \`${binary}\``,
      env.defines.has(binary)
        ? "`#define` does not reach into the names of probes: write the name, or `$1` and give it as an argument"
        : "give the path of an existing file, or the name of a program in PATH or of a library such as `libc`",
    );
    return [];
  }
  env.programs.add(path);
  return kind === "usdt" ? usdt(point, parts, path, env) : functions(point, kind, parts, path, uses, env);
}

/** With a process, `usdt::PROVIDER:NAME` and `usdt:NAME` stand for whatever it has mapped. */
function ofProcess(parts: readonly string[], kind: string, { options }: Env): readonly string[] {
  const [first = ""] = parts;
  if (kind !== "usdt" || options.pid === 0) return parts;
  if (first === "") return ["*", ...parts.slice(1)];
  return parts.length === 1 && !first.includes("/") ? ["*", first] : parts;
}

/**
 * A pattern in the file's place: whatever the traced process has mapped and holds such a function or probe. USDT probes
 * are looked for in all processes where none is named.
 */
function mapped(
  point: AttachPoint,
  kind: "uprobe" | "uretprobe" | "usdt",
  parts: readonly string[],
  uses: ProbeUses,
  env: Env,
): readonly ResolvedPoint[] {
  const { pid, program } = env.options;
  const [pattern = "", ...rest] = parts;
  const isWanted = globMatcher(pattern);
  const files =
    pid > 0 || kind === "usdt"
      ? filesOf(pid, program, env).filter((path) => isWanted(path.replace(CONTAINER, "")))
      : [];
  const name = globMatcher(rest.at(-1) ?? "*");
  const holds = (path: string) =>
    kind === "usdt"
      ? env.target.usdtProbes(path).some((probe) => name(probe.name))
      : functionsCalled(["", ...rest], path, env).length > 0;
  const found = files.filter((path) => isProgram(path, env) && holds(path));
  for (const path of found) env.programs.add(path);
  if (found.length === 0)
    env.report.error(
      "probe/no-binary",
      point.parts[0]?.span ?? point.span,
      pid > 0
        ? `nothing that process ${pid} has mapped has such a probe`
        : kind === "usdt"
          ? "nothing that any process runs has such a probe"
          : "a pattern for files needs a process",
      pid > 0 || kind === "usdt"
        ? "name the program or library"
        : "give the process with -p PID, or start one with -c COMMAND",
    );
  return found.flatMap((path) =>
    kind === "usdt"
      ? usdt(point, [path, ...rest], path, env)
      : functions(point, kind, [path, ...rest], path, uses, env),
  );
}

/** What the process has mapped; of a command that waits to be started, its program, too. */
function filesOf(pid: number, program: string, { target }: Env): readonly string[] {
  const mapped = target.mappedFiles?.(pid) ?? [];
  const own = pid > 0 && !program.startsWith("/proc/") ? target.resolveBinary(program) : undefined;
  return own === undefined || mapped.includes(own) ? mapped : [own, ...mapped];
}

const CONTAINER = /^\/proc\/\d+\/root(?=\/)/; // the file tree of a process in a container

/** Processes map files of other kinds, too. */
function isProgram(path: string, env: Env): boolean {
  try {
    env.target.userFunctions(path, "");
    return true;
  } catch (error) {
    if (error instanceof SkepError) return false;
    throw error;
  }
}

const LANGUAGES: ReadonlySet<string> = new Set(["cpp", "c++", "rust"]);

/** What stands before a function's name to say that it is the one of the source: `cpp:`. */
export function isLanguage(part: string | undefined): boolean {
  return LANGUAGES.has(part ?? "");
}

/** By the symbol's name; in C++ and Rust by the name in the source as well, which `cpp:` says or the name shows. */
function functionsCalled(parts: readonly string[], path: string, env: Env): readonly UserFunction[] {
  const name = parts.slice(parts.length > 2 && isLanguage(parts[1]) ? 2 : 1).join(":");
  const found = parts.length > 2 ? [] : env.target.userFunctions(path, name);
  if (found.length > 0 || (parts.length === 2 && !/::|\(/.test(name))) return found;
  return functionsOfSource(path, name, env.target);
}

/** Functions by their names in the source of a C++ or Rust program, whole or without what they take. */
export function functionsOfSource(path: string, name: string, target: Env["target"]): readonly UserFunction[] {
  const matches = globMatcher(name);
  const word = /(\w+)(?:\(|<|$)/.exec(name.replace(/\(.*$/, "("))?.[1] ?? "";
  return target.userFunctions(path, "*").filter((f) => {
    if (!f.name.includes(word)) return matches(f.name);
    const source = demangle(f.name) ?? f.name;
    return spellings(source).some(matches);
  });
}

/** As the source of a C++ or Rust program has it, like the frames of stacks; `cpp_demangle = 0` keeps the symbol. */
function nameInSource(symbol: string, { settings }: Env): string {
  return settings.demangle ? (demangle(symbol) ?? symbol) : symbol;
}

/** Libraries whose functions the C library took over; empty files are left of them. Source: glibc 2.34's release notes. */
const TAKEN_OVER = /^(?:.*\/)?lib(?:pthread|dl|rt|util|anl)(?:\.so(?:\.[\d.]+)?|-[\d.]+\.so)?$/;

/** The C library, for a probe in one of those; else undefined. */
function takenOver(parts: readonly string[], env: Env): string | undefined {
  const [binary = "", name = ""] = parts;
  if (parts.length !== 2 || !TAKEN_OVER.test(binary)) return undefined;
  const libc = env.target.resolveBinary("libc", env.options.pid || undefined);
  if (libc === undefined || env.target.userFunctions(libc, name).length === 0) return undefined;
  env.options.onNote(`${name} of ${binary} is in ${libc} here`);
  return libc;
}

function functions(
  point: AttachPoint,
  kind: "uprobe" | "uretprobe",
  parts: readonly string[],
  path: string,
  uses: ProbeUses,
  env: Env,
): readonly ResolvedPoint[] {
  const name = parts.at(-1) ?? "";
  const address = /^(0x[0-9a-fA-F]+|\d+)$/.test(name) && !sourceLineOf(parts) ? BigInt(name) : undefined;
  const holder = address === undefined ? undefined : functionHolding(path, address, env);
  const into = address !== undefined && holder !== undefined ? address - holder.address : 0n;
  const extra = into + (point.parts.at(-1)?.offset ?? 0n);
  const isReturn = kind === "uretprobe";
  if (isReturn && extra !== 0n) {
    env.report.error(
      "probe/offset",
      point.span,
      "a uretprobe fires when its function returns, not at an offset",
      "use uprobe",
    );
    return [];
  }
  const line = sourceLineOf(parts);
  if (line !== undefined) return atLine(line, point, kind, path, env);
  const found =
    address === undefined ? functionsCalled(parts, path, env) : holder === undefined ? [] : [holder];
  const libc = found.length === 0 ? takenOver(parts, env) : undefined;
  if (libc !== undefined) {
    env.programs.add(libc);
    return functions(point, kind, ["libc", name], libc, uses, env);
  }
  if (found.length === 0) {
    const near = didYouMean(
      name,
      env.target.userFunctions(path, "*").map((f) => f.name),
    );
    env.report.error(
      "probe/not-found",
      point.parts.at(-1)?.span ?? point.span,
      address === undefined ? `${path} has no function \`${name}\`` : `${path} has no code at address ${name}`,
      near ?? `list its functions with \`skep list 'uprobe:${path}:*'\``,
    );
  }
  const tooFar = found.find((f) => f.size > 0 && extra >= BigInt(f.size));
  if (tooFar) {
    env.report.error(
      "probe/offset",
      point.parts.at(-1)?.span ?? point.span,
      `\`${tooFar.name}\` is ${tooFar.size} bytes long, so +${extra} is behind its end`,
      "use an offset inside the function, at the start of an instruction",
    );
    return [];
  }
  const torn = found.find((f) => isInsideInstruction(path, f, extra, env));
  if (torn) {
    env.report.error(
      "probe/offset",
      point.parts.at(-1)?.span ?? point.span,
      `this place in \`${torn.name}\` is inside of an instruction: a probe there would damage the program`,
      `name the start of one; \`objdump -d --disassemble=${torn.name} ${path}\` shows them`,
    );
    return [];
  }
  const pid = env.probedProcess > 0 ? { pid: env.probedProcess } : {};
  return uniqueByOffset(found).map((f) => {
    const prototype = uses.args && extra === 0n ? prototypeOf(f, path, env) : undefined;
    const args = isReturn ? undefined : prototype?.args;
    return {
      kind,
      programType: "kprobe",
      section: `${kind}/${path}:${f.name}`,
      attach: { kind: "uprobe", path, offset: f.offset + Number(extra), return: isReturn, ...pid },
      probe: `${kind}:${path}:${f.name}${extra ? `+${extra}` : ""}`,
      func: nameInSource(f.name, env),
      signature: `${kind} ${prototype === undefined ? "" : signatureOf(prototype, isReturn)}`,
      space: "user",
      again: againFor(f, extra, { binary: parts[0] ?? "", path, isThisBuild: prototype !== undefined }, env),
      ...(args && { args }),
      ...(isReturn && prototype?.returns && { returns: prototype.returns }),
    };
  });
}

/** The kernel writes a breakpoint wherever it is told to: also over the middle of an instruction. */
function isInsideInstruction(path: string, f: UserFunction, extra: bigint, env: Env): boolean {
  return extra > 0n && (env.target.isInsideInstruction?.(path, f.offset, Number(extra)) ?? false);
}

/** How a machine that a script is shipped to finds the place. `isThisBuild`: only in the very file that is here. */
function againFor(
  f: UserFunction,
  extra: bigint,
  { binary, path, isThisBuild }: Readonly<{ binary: string; path: string; isThisBuild: boolean }>,
  env: Env,
): Again {
  const build = isThisBuild || isNameless(f) ? env.target.userBuild?.(path) : undefined;
  if (build !== undefined) return { kind: "build", binary, build };
  return { kind: "function", binary, name: f.name, extra: Number(extra) };
}

/** The code of a source line: in each function that the compiler put it into. */
function atLine(
  line: SourceLine,
  point: AttachPoint,
  kind: "uprobe" | "uretprobe",
  path: string,
  env: Env,
): readonly ResolvedPoint[] {
  if (kind === "uretprobe") {
    env.report.error(
      "probe/offset",
      point.span,
      "a uretprobe fires when its function returns, not at a line",
      "use uprobe",
    );
    return [];
  }
  const pid = env.probedProcess > 0 ? { pid: env.probedProcess } : {};
  return placesOfLine(line, point, path, env).map((f) => ({
    kind,
    programType: "kprobe",
    section: `${kind}/${path}:${f.name}`,
    attach: { kind: "uprobe", path, offset: f.offset, return: false, ...pid },
    probe: `${kind}:${path}@${line.file}:${line.line}`,
    func: nameInSource(f.name, env),
    signature: kind,
    space: "user",
    again: againFor(f, 0n, { binary: line.binary, path, isThisBuild: true }, env),
  }));
}

/** What the program's debug information says of a function; undefined without. */
function prototypeOf(f: UserFunction, path: string, env: Env): UserPrototype | undefined {
  const found = env.target.userTypes?.(path)?.function(f.address);
  return found && userPrototype(f.name, found, env.target.arch);
}

/** Functions that take the same arguments can share a program. */
function signatureOf({ args, returns }: UserPrototype, isReturn: boolean): string {
  if (isReturn) return returns === undefined ? "" : typeName(returns);
  const fields = args.fields();
  return fields
    .map((field) => `${field.name} ${typeName(field.type)} ${JSON.stringify(field.operand)}`)
    .join(", ");
}

/** Aliases of one function are one place: attached twice it would count twice. */
function uniqueByOffset(found: readonly UserFunction[]): UserFunction[] {
  return [...new Map(found.map((f) => [f.offset, f] as const).reverse()).values()].reverse();
}

function usdt(point: AttachPoint, parts: readonly string[], path: string, env: Env): readonly ResolvedPoint[] {
  const [provider, name] =
    parts.length >= 3 ? [parts[1] ?? "*", parts.slice(2).join(":")] : ["*", parts[1] ?? "*"];
  const all = env.target.usdtProbes(path);
  const providers = globMatcher(provider);
  const names = globMatcher(name);
  const found = all.filter((p) => providers(p.provider) && names(p.name));
  if (found.length === 0) {
    const near = didYouMean(
      name,
      all.map((p) => p.name),
    );
    env.report.error(
      "probe/not-found",
      point.parts.at(-1)?.span ?? point.span,
      all.length === 0 ? `${path} has no USDT probes` : `${path} has no USDT probe \`${provider}:${name}\``,
      all.length === 0
        ? "USDT probes are compiled into a program; trace its functions with uprobe instead"
        : (near ?? `list them with \`skep list 'usdt:${path}:*'\``),
    );
  }
  const pid = env.probedProcess > 0 ? { pid: env.probedProcess } : {};
  return found.map((place, index) => ({
    kind: "usdt",
    programType: "kprobe",
    section: `usdt/${path}:${place.provider}:${place.name}`,
    attach: {
      kind: "uprobe",
      path,
      offset: place.offset,
      return: false,
      ...pid,
      ...(place.semaphoreOffset !== undefined && { semaphoreOffset: place.semaphoreOffset }),
    },
    probe: `usdt:${path}:${place.provider}:${place.name}`,
    func: place.name,
    signature: `usdt ${place.args.map((a) => a.text).join(" ")}`,
    args: usdtArgs(place),
    space: "user",
    again: {
      kind: "usdt",
      binary: parts[0] ?? "",
      provider: place.provider,
      name: place.name,
      args: place.args.map((a) => a.text).join(" "),
      index: found.slice(0, index).filter((p) => p.provider === place.provider && p.name === place.name).length,
    },
  }));
}

/** The arguments of one place as fields arg0, arg1 …; each says in `operand` where it is. */
function usdtArgs(place: UsdtProbe): Composite {
  const fields = place.args.map((arg, index): CompositeField => field(arg, index));
  return {
    name: `usdt:${place.provider}:${place.name}`,
    bytes: fields.length * 8,
    field: (wanted) => fields.find((f) => f.name === wanted),
    fields: () => fields,
  };
}

function field(arg: UsdtArgument, index: number): CompositeField {
  const { operand } = arg;
  const type = operand ? ({ kind: "int", size: operand.size, signed: operand.signed } as const) : U64;
  return {
    name: `arg${index}`,
    type,
    offset: index * 8,
    operand: operand ?? { kind: "unknown", text: arg.text },
  };
}
