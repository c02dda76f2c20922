import { didYouMean } from "../../base/suggest.ts";
import type { Config, ConfigEntry } from "./ast.ts";
import type { Env } from "./env.ts";

/** What a script may set, by its name in small letters. Settings that Skep has no use for are accepted. */
const SETTINGS: Readonly<Record<string, (value: bigint, env: Env) => boolean>> = {
  max_strlen: (value, env) => setNumber(value, 1n, 65_536n, (n) => env.set({ maxStringBytes: n })),
  max_map_keys: (value, env) => setNumber(value, 1n, 0xffff_ffffn, (n) => env.set({ maxMapEntries: n })),
  perf_rb_pages: (value, env) =>
    setNumber(value, 1n, 1n << 20n, (n) => env.set({ ringBytes: powerOfTwo(n * env.target.pageSize) })),
};

/** Names of bpftrace's settings that change nothing here, since what they tune is done in another way. */
const ACCEPTED = new Set(
  "cache_user_symbols cpp_demangle lazy_symbolication license log_size max_ast_nodes max_bpf_progs max_cat_bytes max_probes max_type_res_iterations missing_probes on_stack_limit print_maps_on_exit show_debug_info stack_mode str_trunc_trailer symbol_source unstable_import unstable_map_decl unstable_tseries use_blazesym verify_llvm_ir".split(
    " ",
  ),
);

function setNumber(value: bigint, min: bigint, max: bigint, set: (value: number) => void): boolean {
  if (value < min || value > max) return false;
  set(Number(value));
  return true;
}

function powerOfTwo(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(4096, bytes)));
}

/** Takes in a `config = { … }` block. Names may have the prefix and the capitals of the environment variables. */
export function applyConfig(config: Config, env: Env): void {
  for (const entry of config.entries) apply(entry, env);
}

function apply(entry: ConfigEntry, env: Env): void {
  const name = entry.name.toLowerCase().replace(/^bpftrace_/, "");
  const set = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  if (!set) {
    if (ACCEPTED.has(name)) return;
    const names = [...Object.keys(SETTINGS), ...ACCEPTED];
    env.report.error(
      "config/unknown",
      entry.nameSpan,
      `there is no setting \`${entry.name}\``,
      didYouMean(name, names) ?? "leave it away",
    );
    return;
  }
  const value = entry.value.kind === "integer" ? entry.value.value : undefined;
  if (value === undefined || !set(value, env))
    env.report.error(
      "config/value",
      entry.value.span,
      `\`${name}\` takes a number in its range`,
      `write for example \`${name} = 64\``,
    );
}
