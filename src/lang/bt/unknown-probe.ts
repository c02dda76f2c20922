import { nearest } from "../../base/suggest.ts";
import type { AttachPoint } from "./ast.ts";
import type { Env } from "./env.ts";
import { probeTypeNames } from "./probe-types.ts";
import { softwareEventNames } from "./resolve-perf.ts";

/** The probe's type is not known: finds what was probably meant, also where a category stands in the type's place. */
export function reportUnknownProbe(point: AttachPoint, env: Env): void {
  const first = point.parts[0]?.text ?? "";
  const name = point.parts.at(-1)?.text ?? "";
  const asCategory = env.target.tracepoints(point.written, first);
  const anywhere = name === "" ? [] : env.target.tracepoints("*", name);
  let suggestions: string[] = [];
  if (asCategory.length > 0)
    suggestions = asCategory.slice(0, 2).map((t) => `tracepoint:${t.category}:${t.name}`);
  else if (anywhere.length > 0)
    suggestions = anywhere.slice(0, 2).map((t) => `tracepoint:${t.category}:${t.name}`);
  else if (softwareEventNames().includes(name.replaceAll("_", "-")))
    suggestions = [`software:${name.replaceAll("_", "-")}:1`];
  else if (env.target.tracepoints(point.written, "*").length > 0) {
    const all = env.target.tracepoints(point.written, "*").map((t) => t.name);
    suggestions = nearest(first, all, 2).map((t) => `tracepoint:${point.written}:${t}`);
    if (suggestions.length === 0) suggestions = [`tracepoint:${point.written}:${all[0] ?? "*"}`];
  } else {
    const rest = point.parts.map((part) => `:${part.text}`).join("");
    suggestions = nearest(point.written, probeTypeNames(), 2).map((type) => `${type}${rest}`);
  }
  env.report.error(
    "probe/unknown-type",
    point.writtenSpan,
    `there is no probe type \`${point.written}\``,
    suggestions.length > 0
      ? `did you mean ${suggestions.map((s) => `\`${s}\``).join(" or ")}?`
      : "a probe starts with its type, such as `tracepoint:syscalls:sys_enter_openat`, `uprobe:PATH:FUNCTION`, `profile:hz:99`, `interval:s:1`, `BEGIN` or `END`",
  );
}

/** A probe type that exists in the language and that this version cannot attach. */
export function reportUnsupportedProbe(point: AttachPoint, env: Env): void {
  const name = point.parts.at(-1)?.text ?? "";
  const isFunction =
    point.type === "kprobe" || point.type === "kretprobe" || point.type === "fentry" || point.type === "fexit";
  let help = "use a tracepoint, rawtracepoint, uprobe, usdt, profile, interval or software probe";
  if (isFunction && name !== "") help = functionHelp(name, env);
  env.report.error(
    "probe/unsupported",
    point.writtenSpan,
    `${point.type ?? point.written} probes cannot be attached by this version of skep`,
    help,
  );
}

function functionHelp(name: string, env: Env): string {
  const wild = /[*?[]/.test(name);
  const exists = wild || env.target.kernelSymbol(name) !== undefined;
  const word = name.replace(/^_+/, "").replace(/^(x64_|arm64_)?sys_/, "sys_enter_");
  const tracepoints = env.target.tracepoints("*", "*").map((t) => `${t.category}:${t.name}`);
  const near = nearest(word.startsWith("sys_enter_") ? `syscalls:${word}` : word, tracepoints, 2);
  const instead =
    near.length > 0 ? `; near tracepoints: ${near.map((n) => `\`tracepoint:${n}\``).join(", ")}` : "";
  const missing = exists ? "" : `this kernel has no function \`${name}\`: `;
  return `${missing}trace the same thing with a tracepoint (\`skep list 'tracepoint:*'\`)${instead}`;
}
