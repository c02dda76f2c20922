import { globMatcher } from "../../base/glob.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { UsdtArgument, UsdtProbe, UserFunction } from "../../plan/target.ts";
import type { AttachPoint } from "./ast.ts";
import type { Composite, CompositeField } from "./composite.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import type { ResolvedPoint } from "./resolve-probes.ts";
import { U64 } from "./types.ts";

/** The places in a program or library that `uprobe:`, `uretprobe:` and `usdt:` name. */
export function resolveUserProbe(
  point: AttachPoint,
  kind: "uprobe" | "uretprobe" | "usdt",
  env: Env,
): readonly ResolvedPoint[] {
  const parts = point.parts.map((part) => partText(part, env) ?? "");
  const binary = parts[0] ?? "";
  if (parts.length < 2 || binary === "") {
    env.report.error(
      "probe/parts",
      point.span,
      kind === "usdt"
        ? "a USDT probe is written `usdt:PATH:PROVIDER:NAME`"
        : `a ${kind} is written \`${kind}:PATH:FUNCTION\``,
      kind === "usdt"
        ? "list a program's with `skep list 'usdt:PATH:*'`"
        : `for example \`${kind}:/bin/bash:readline { … }\``,
    );
    return [];
  }
  const path = env.target.resolveBinary(binary, env.options.pid || undefined);
  if (path === undefined) {
    env.report.error(
      "probe/no-binary",
      point.parts[0]?.span ?? point.span,
      `there is no program or library \`${binary}\``,
      "give the path of an existing file, or the name of a program in PATH or of a library such as `libc`",
    );
    return [];
  }
  return kind === "usdt" ? usdt(point, parts, path, env) : functions(point, kind, parts, path, env);
}

function functions(
  point: AttachPoint,
  kind: "uprobe" | "uretprobe",
  parts: readonly string[],
  path: string,
  env: Env,
): readonly ResolvedPoint[] {
  const name = parts.at(-1) ?? "";
  const extra = point.parts.at(-1)?.offset ?? 0n;
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
  const found = /^(0x[0-9a-fA-F]+|\d+)$/.test(name)
    ? byAddress(path, BigInt(name), env)
    : env.target.userFunctions(path, name);
  if (found.length === 0) {
    const near = didYouMean(
      name,
      env.target.userFunctions(path, "*").map((f) => f.name),
    );
    env.report.error(
      "probe/not-found",
      point.parts.at(-1)?.span ?? point.span,
      `${path} has no function \`${name}\``,
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
  const pid = env.options.pid > 0 ? { pid: env.options.pid } : {};
  return uniqueByOffset(found).map((f) => ({
    kind,
    programType: "kprobe",
    section: `${kind}/${path}:${f.name}`,
    attach: { kind: "uprobe", path, offset: f.offset + Number(extra), return: isReturn, ...pid },
    probe: `${kind}:${path}:${f.name}${extra ? `+${extra}` : ""}`,
    func: f.name,
    signature: kind,
    space: "user",
    again: { kind: "function", binary: parts[0] ?? "", name: f.name, extra: Number(extra) },
  }));
}

/** The place at a virtual address, as objdump and nm print it: in the function that holds it. */
function byAddress(path: string, address: bigint, env: Env): UserFunction[] {
  const holder = env.target
    .userFunctions(path, "*")
    .find((f) => f.address <= address && address < f.address + BigInt(Math.max(f.size, 1)));
  if (!holder) return [];
  const inside = Number(address - holder.address);
  return [{ ...holder, offset: holder.offset + inside, address, size: 0 }];
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
  const pid = env.options.pid > 0 ? { pid: env.options.pid } : {};
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
