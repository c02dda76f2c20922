import type { Report } from "../../base/diagnostic.ts";
import type { SourceText, Span } from "../../base/span.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { Func, Module } from "../../ir/ir.ts";
import type { Library } from "../../plan/library.ts";
import type { Plan, ProgramPlan } from "../../plan/plan.ts";
import type { Target } from "../../plan/target.ts";
import { activeItems } from "./active-items.ts";
import type { AttachPoint, Script, TopLevel } from "./ast.ts";
import { builtinNames } from "./builtins/table.ts";
import { CHeaders } from "./c-headers.ts";
import { resolveCTypes } from "./c-types.ts";
import { checkPrograms } from "./check.ts";
import { applyConfig, applyEnvironment } from "./config.ts";
import { withConfigValues } from "./config-values.ts";
import { constantOf } from "./const-eval.ts";
import { type BtOptions, Env, type ImportedFunction } from "./env.ts";
import { expandMacros } from "./expand-macros.ts";
import { isKnownHeader } from "./find-header.ts";
import { followFamily } from "./follow-family.ts";
import { useHeaderMacros } from "./header-macros.ts";
import { ScriptFiles } from "./include-files.ts";
import { lowerProgram } from "./lower-program.ts";
import { DECLARED_TYPES } from "./map-layout.ts";
import { ownTexts } from "./own-texts.ts";
import { parseScript } from "./parse.ts";
import { PlanBuilder } from "./plan-builder.ts";
import type { ProbeKind, ProbeVariant } from "./probe-variant.ts";
import { resolveProbes } from "./resolve-probes.ts";
import type { CDefinition } from "./type-syntax.ts";
import { alignOf } from "./types.ts";
import { warnOfUnknownOptions } from "./unknown-options.ts";
import { saidOfFeature } from "./unstable.ts";

/** A script as programs in SSA form, what user space does for it, and the objects whose functions its programs call. */
export type CompiledScript = Readonly<{ module: Module; plan: Plan; libraries: readonly Library[] }>;

/** Compiles a script for a target. Faults go to `report`; undefined when there is an error. */
export function compileBt(
  source: SourceText,
  target: Target,
  report: Report,
  options: BtOptions = {},
): CompiledScript | undefined {
  const script = parseScript(source, report);
  return script && compileParsed(script, new Env(source, target, report, options, new Set(builtinNames())));
}

/** As `compileBt`, for a script that was parsed already. */
function compileParsed(parsed: Script, env: Env): CompiledScript | undefined {
  const { report } = env;
  const script = prepare(parsed, env);
  if (report.hasErrors) return undefined;
  warnOfUnknownOptions([parsed, script], env);
  const { variants, probeNames } = resolveProbes(script, env);
  if (report.hasErrors) return undefined;
  if (variants.length === 0) {
    const probes = script.items.filter((item) => item.kind === "probe");
    const [idle] = probes;
    const help = 'write for example `BEGIN { printf("hello\\n"); }`';
    if (idle === undefined) report.error("syntax/no-probe", parsed.span, "the script has no probe", help);
    else if (probes.some(({ attachPoints }) => attachPoints.some(({ type }) => !OWN.has(type))))
      report.error(
        "probe/not-found",
        idle.span,
        "none of the script's probes is there",
        "take out `missing_probes` from `config` to see what is missing",
      );
    else
      report.error(
        "probe/idle",
        idle.span,
        "the script has only test and bench probes, which nothing fires",
        "run them with --test or --bench",
      );
    return undefined;
  }
  if (!withinLimits(parsed.span, variants, env)) return undefined;
  const checked = checkPrograms(variants, env);
  if (report.hasErrors) return undefined;
  const plan = new PlanBuilder(env);
  const funcs: Func[] = [];
  for (const variant of variants) {
    const types = checked.get(variant);
    if (!types) throw new Error("bug: a program that was not checked");
    const phase = variant.attachedLater ? "watch" : phaseOf(variant.kind);
    const thin = env.options.thinnable && phase === "trace" ? plan.useThin() : undefined;
    const stoppable = phase === "trace" && hangsOnMany(variant, env);
    funcs.push(...lowerProgram(variant, types, env, plan, { thin, stoppable }));
    plan.program({
      program: variant.program,
      phase,
      ...(thin !== undefined && { thin }),
      ...(stoppable && { stoppable }),
      ...(variant.probe.silent && { silent: true }),
      points: variant.points,
      ...(variant.own !== undefined && { name: variant.own }),
    });
  }
  const colours = mayWrite(ESCAPED, parsed, env) ? ownTexts(script.items, env.defines) : [];
  const finished = plan.finish(probeNames, colours);
  const types = env.options.relocatable ? env.btf?.btf : undefined;
  const module: Module = {
    source: env.source,
    funcs,
    maps: finished.maps,
    license: env.settings.license,
    ...(types && { types }),
    ...(env.usedFunctions.size > 0 && externsOf(env)),
  };
  const libraries = [...env.usedFunctions.values()].flatMap(({ library }) =>
    "kernel" in library ? [] : library,
  );
  return { module, plan: finished.plan, libraries: [...new Set(libraries)] };
}

function externsOf({ usedFunctions }: Env): Pick<Module, "externs" | "kernelFunctions"> {
  const stack = ({ name, library }: ImportedFunction) =>
    "kernel" in library ? 0 : (library.functions.get(name)?.stackBytes ?? 0);
  const called = [...usedFunctions.values()];
  return {
    externs: new Map(called.map((callee) => [callee.name, stack(callee)])),
    kernelFunctions: new Map(
      called.flatMap(({ name, library }) =>
        "kernel" in library ? [[name, { btf: library.btf, type: library.kernel }] as const] : [],
      ),
    ),
  };
}

/** What user space runs itself when it is asked to. */
const OWN: ReadonlySet<AttachPoint["type"]> = new Set(["test", "bench"]);

const MANY_PLACES = 8; // detaching from each takes a kernel 15 to 30 ms

/** Whether the program is attached to many places by an event for each. */
function hangsOnMany({ points }: ProbeVariant, env: Env): boolean {
  const [first] = points;
  if (first === undefined || points.length < MANY_PLACES) return false;
  const { kind } = first.attach;
  if (kind === "uprobe" || kind === "usdt") return !env.target.has("uprobeMulti");
  return kind === "kprobe" || kind === "tracepoint";
}

function phaseOf(kind: ProbeKind): ProgramPlan["phase"] {
  switch (kind) {
    case "begin":
    case "end":
    case "iter":
    case "test":
    case "bench":
      return kind;
    case "self":
      return "signal";
    default:
      return "trace";
  }
}

/** Whether a script keeps to the limits that it or the environment sets. */
function withinLimits(at: Span, variants: readonly ProbeVariant[], env: Env): boolean {
  const { maxProbes, maxPrograms } = env.settings;
  const places = variants.reduce((sum, v) => sum + v.points.reduce((n, p) => n + (p.places ?? 1), 0), 0);
  const span = { start: at.start, end: at.start };
  if (maxProbes !== undefined && places > maxProbes)
    env.report.error(
      "config/limit",
      span,
      `the script probes ${places} places, more than max_probes = ${maxProbes}`,
      "name fewer places, or raise `max_probes`",
    );
  if (maxPrograms !== undefined && variants.length > maxPrograms)
    env.report.error(
      "config/limit",
      span,
      `the script needs ${variants.length} programs, more than max_bpf_progs = ${maxPrograms}`,
      "name fewer places, or raise `max_bpf_progs`",
    );
  return !env.report.hasErrors;
}

/** Items that can lead to conditions. */
const CONDITIONAL: ReadonlySet<string> = new Set(["conditional", "include", "import"]);

/** Takes in everything that is not a probe: directives, types, map declarations, settings. */
function prepare(parsed: Script, env: Env): Script {
  const { report } = env;
  const conditions =
    parsed.items.some((item) => CONDITIONAL.has(item.kind)) || /#\s*(if|elif)/.test(env.source.text);
  const haveBtf = (conditions || env.options.includes.length > 0) && env.target.kernelBtf() !== undefined;
  const predefined = new Map<string, bigint>(haveBtf ? [["BPFTRACE_HAVE_BTF", 1n]] : []);
  const span = { start: 0, end: 0 };
  const before = env.options.includes.map(
    (path) => ({ kind: "include", path, system: isKnownHeader(path), span }) as const,
  );
  const headers = new CHeaders(env, predefined);
  const files = new ScriptFiles(env, headers);
  const active = activeItems([...before, ...parsed.items], headers, report, {
    open: (item, from) => files.open(item, from),
    at: { path: "", depth: 0 },
  });
  for (const [name, value] of active.defines) env.defines.set(name, value);
  if (headers.inUse) env.headers = headers;
  const own = headers.inUse || active.hasDefines ? useHeaderMacros(active.items, headers, env) : active.items;
  const items = expandMacros(own, report);
  const definitions = headers.inUse ? [] : items.filter(isDefinition);
  if (definitions.length > 0) defineTypes(definitions, env);
  for (const item of items) if (item.kind === "config") applyConfig(item, env);
  applyEnvironment(env.options.environment, env);
  for (const item of items) if (item.kind === "mapDeclaration") declareMap(item, env);
  const following = env.options.follow === "family" && env.options.pid > 0;
  const valued = mayWrite(/\bconfig\b/, parsed, env) ? withConfigValues(items, env) : items;
  return { ...parsed, items: following ? followFamily(valued, env) : valued };
}

/** Sequences in strings that may be control characters, and those themselves. */
const ESCAPED = /\\[^nt"\\]|[\0-\x08\x0b-\x1f\x7f-\x9f]/;

/** Whether the script's text, or another that it takes in, may have this: spares most scripts a walk over their trees. */
function mayWrite(what: RegExp, parsed: Script, { source, options }: Env): boolean {
  const takesIn = parsed.items.some(({ kind }) => kind === "include" || kind === "import");
  return takesIn || options.includes.length > 0 || what.test(source.text);
}

function isDefinition(item: TopLevel): item is CDefinition {
  return item.kind === "cRecord" || item.kind === "cEnum" || item.kind === "cTypedef";
}

function defineTypes(definitions: readonly CDefinition[], env: Env): void {
  const { types, enumerators } = resolveCTypes(definitions, {
    report: env.report,
    lookup(name) {
      const [tag, rest] = name.split(" ");
      const found =
        rest === undefined
          ? env.btf?.typedef(name)
          : tag === "enum"
            ? env.btf?.enum(rest)
            : env.btf?.struct(rest, tag === "union" ? "union" : "struct");
      return found && { type: found, align: alignOf(found) };
    },
    constant: (name) => constantOf({ kind: "identifier", name, span: { start: 0, end: 0 } }, env),
    space: "auto",
  });
  for (const [name, type] of types) env.scriptTypes.set(name, type);
  for (const [name, member] of enumerators) env.scriptEnums.set(name, member);
}

function declareMap(item: Extract<TopLevel, { kind: "mapDeclaration" }>, env: Env): void {
  const said = saidOfFeature("mapDeclarations", env);
  if (said !== undefined) {
    env.report[said.forbidden ? "error" : "warn"](said.code, item.span, said.message, said.help);
    if (said.forbidden) return;
  }
  const names = Object.keys(DECLARED_TYPES);
  if (!names.includes(item.mapType)) {
    env.report.error(
      "map/type",
      item.mapTypeSpan,
      `there is no map type \`${item.mapType}\``,
      didYouMean(item.mapType, names) ?? `use one of ${names.join(", ")}`,
    );
    return;
  }
  const [size] = item.args;
  const entries = size ? constantOf(size, env) : BigInt(env.options.maxMapEntries);
  if (entries === undefined || entries < 1n || entries > 0xffff_ffffn) {
    env.report.error(
      "map/size",
      size?.span ?? item.span,
      "the size of a map must be a constant from 1",
      `write \`let @${item.name} = ${item.mapType}(1000);\``,
    );
    return;
  }
  env.map(item.name).declared = { type: item.mapType, entries: Number(entries) };
}
