import type { Span } from "../../base/span.ts";
import type { Expr, RecordField, TopLevel } from "./ast.ts";
import type { Env } from "./env.ts";
import { replaceNodes } from "./replace-nodes.ts";

type Value = number | string | boolean;

/** What the `config` of an expression holds: a script's settings as they are in effect, by their names. */
function valuesOf({ settings, options, target }: Env): Readonly<Record<string, Value>> {
  return {
    cache_user_symbols: "PER_PID",
    cpp_demangle: settings.demangle,
    lazy_symbolication: false,
    license: settings.license,
    log_size: 1_000_000,
    max_bpf_progs: settings.maxPrograms ?? 1024,
    max_cat_bytes: settings.maxCatBytes ?? 10_240,
    max_map_keys: options.maxMapEntries,
    max_probes: settings.maxProbes ?? 1024,
    max_strlen: options.maxStringBytes,
    missing_probes: settings.missingProbes ?? "error",
    on_stack_limit: 32,
    perf_rb_pages: Math.ceil(options.ringBytes / target.pageSize),
    print_maps_on_exit: settings.printMapsAtEnd,
    show_debug_info: settings.showSources,
    stack_mode: settings.stackMode,
    str_trunc_trailer: settings.cutMark ?? "..",
    unstable_dw_ustack: settings.dwarfStacks,
    unstable_tseries: settings.timeSeries,
    user_stacks: settings.userStacks,
  };
}

/** The items with `config` and `config.max_strlen` in the probes' code as what they stand for: constants. */
export function withConfigValues(items: readonly TopLevel[], env: Env): readonly TopLevel[] {
  const values = valuesOf(env);
  return replaceNodes(items, (node) => {
    const expr = node as Expr | TopLevel;
    if (expr.kind === "config") return expr; // the block of settings itself
    if (isConfig(expr)) return asRecord(values, expr.span);
    if (expr.kind !== "member" || !isConfig(expr.object) || !Object.hasOwn(values, expr.name)) return undefined;
    return literal(values[expr.name] ?? 0, expr.span);
  });
}

function isConfig(expr: Expr | TopLevel): boolean {
  return (
    (expr.kind === "identifier" && expr.name === "config") ||
    (expr.kind === "call" && expr.name === "config" && expr.args.length === 0)
  );
}

function asRecord(values: Readonly<Record<string, Value>>, span: Span): Expr {
  const fields = Object.entries(values).map(
    ([name, value]): RecordField => ({ name, nameSpan: span, value: literal(value, span), span }),
  );
  return { kind: "record", fields, span };
}

function literal(value: Value, span: Span): Expr {
  switch (typeof value) {
    case "number":
      return { kind: "integer", value: BigInt(value), suffix: "", text: String(value), span };
    case "boolean":
      return { kind: "bool", value, span };
    default:
      return { kind: "string", value, bytes: new TextEncoder().encode(value), span };
  }
}
