import type { Span } from "../../base/span.ts";
import { didYouMean } from "../../base/suggest.ts";
import type { Config, ConfigEntry, ConfigValue } from "./ast.ts";
import type { Env } from "./env.ts";
import type { Settings } from "./settings.ts";

/** A kind of value: its name in messages, an example, and how the text of one is read. */
type Kind<T> = Readonly<{ what: string; example: string; read(value: ConfigValue): T | undefined }>;
type Setting = Readonly<{ kind: Kind<unknown>; set(value: never, env: Env): void }>;

function number(min: number, max: number, example: string): Kind<number> {
  return {
    what: `a number from ${min} to ${max}`,
    example,
    read(value) {
      const text = textOf(value);
      const read = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
      return read !== undefined && read >= min && read <= max ? read : undefined;
    },
  };
}

function word<T extends string>(...words: readonly T[]): Kind<T> {
  return {
    what: words.map((one) => `\`${one}\``).join(" or "),
    example: words[0] ?? "",
    read: (value) => words.find((one) => one.toLowerCase() === textOf(value).toLowerCase()),
  };
}

const BOOL: Kind<boolean> = {
  what: "`true` or `false`",
  example: "false",
  read(value) {
    const text = textOf(value);
    if (text === "true" || text === "1") return true;
    return text === "false" || text === "0" ? false : undefined;
  },
};

const TEXT: Kind<string> = { what: "a text", example: '".."', read: textOf };

function textOf(value: ConfigValue): string {
  return String(value.value);
}

function setting<T>(kind: Kind<T>, set: (value: T, env: Env) => void): Setting {
  return { kind, set: set as Setting["set"] };
}

function keeps<K extends keyof Settings>(kind: Kind<Settings[K]>, name: K): Setting {
  return setting(kind, (value, env) => {
    env.settings = { ...env.settings, [name]: value };
  });
}

const ALLOWED = word("error", "warn", "enable");
/** Features that a script may forbid itself. */
const nothing = (kind: Kind<unknown>): Setting => setting(kind, () => {});

/** Licenses that let programs use every helper. Source: license_is_gpl_compatible, include/linux/license.h, v6.12. */
const LICENSES = word(
  "GPL",
  "GPL v2",
  "GPL and additional rights",
  "Dual BSD/GPL",
  "Dual MIT/GPL",
  "Dual MPL/GPL",
);

/** What a script may set, by its name in small letters. What Skep does in another way is read and has no effect. */
// biome-ignore format: one setting per line
const SETTINGS: Readonly<Record<string, Setting>> = {
  max_strlen: setting(number(1, 65_536, "64"), (n, env) => env.set({ maxStringBytes: n })),
  max_map_keys: setting(number(1, 0xffff_ffff, "10000"), (n, env) => env.set({ maxMapEntries: n })),
  perf_rb_pages: setting(number(1, 1 << 20, "64"), (n, env) => env.set({ ringBytes: powerOfTwo(n * env.target.pageSize) })),
  print_maps_on_exit: keeps(BOOL, "printMapsAtEnd"),
  stack_mode: keeps(word("bpftrace", "perf", "raw", "build_id"), "stackMode"),
  user_stacks: keeps(word("unwind", "frame_pointers"), "userStacks"),
  str_trunc_trailer: keeps(TEXT, "cutMark"),
  max_cat_bytes: keeps(number(1, 1 << 30, "10240"), "maxCatBytes"),
  missing_probes: keeps(word("error", "warn", "ignore"), "missingProbes"),
  max_probes: keeps(number(1, 1 << 30, "1024"), "maxProbes"),
  max_bpf_progs: keeps(number(1, 1 << 30, "1024"), "maxPrograms"),
  license: keeps(LICENSES, "license"),
  unstable_map_decl: keeps(ALLOWED, "mapDeclarations"),
  unstable_tseries: keeps(ALLOWED, "timeSeries"),
  unstable_addr: keeps(ALLOWED, "addresses"),
  unstable_dw_ustack: keeps(ALLOWED, "dwarfStacks"),
  unstable_import: nothing(ALLOWED),
  unstable_import_statement: nothing(ALLOWED),
  unstable_macro: nothing(ALLOWED),
  unstable_typeinfo: nothing(ALLOWED),
  cache_user_symbols: nothing(word("PER_PID", "PER_PROGRAM", "NONE", "0", "1")),
  cpp_demangle: keeps(BOOL, "demangle"),
  lazy_symbolication: nothing(BOOL),
  show_debug_info: keeps(BOOL, "showSources"),
  use_blazesym: nothing(BOOL),
  verify_llvm_ir: nothing(BOOL),
  debug_output: nothing(BOOL),
  no_cpp_demangle: setting(BOOL, (no, env) => { env.settings = { ...env.settings, demangle: !no }; }),
  symbol_source: nothing(word("dwarf", "symbol_table")),
  log_size: nothing(number(0, 0xffff_ffff, "1000000")),
  on_stack_limit: nothing(number(0, 0xffff_ffff, "32")),
  max_ast_nodes: nothing(number(0, 0xffff_ffff, "0")),
  max_type_res_iterations: nothing(number(0, 0xffff_ffff, "0")),
};

/** Names that older scripts and settings of the environment have. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  strlen: "max_strlen",
  map_keys_max: "max_map_keys",
  cat_bytes_max: "max_cat_bytes",
};

function powerOfTwo(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(4096, bytes)));
}

/** Takes in a `config = { … }` block. Names may have the prefix and the capitals of the environment variables. */
export function applyConfig(config: Config, env: Env): void {
  for (const entry of config.entries) apply(entry, env);
}

/**
 * Takes in settings of the environment, by their names such as BPFTRACE_MAX_STRLEN: they go before those of the script.
 * Names that are no settings are left alone; what is wrong with a value is told at the head of the script.
 */
export function applyEnvironment(variables: ReadonlyMap<string, string>, env: Env): void {
  for (const [name, value] of variables) {
    if (!findSetting(name)) continue;
    const span: Span = { start: 0, end: 0 };
    const text: ConfigValue = { kind: "string", value, span };
    apply({ name, nameSpan: span, value: text, span }, env, `set the variable to a value: `);
  }
}

function findSetting(written: string): { name: string; setting: Setting } | undefined {
  const plain = written.toLowerCase().replace(/^bpftrace_/, "");
  const name = (Object.hasOwn(OLD_NAMES, plain) && OLD_NAMES[plain]) || plain;
  const found = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  return found && { name, setting: found };
}

function apply(entry: ConfigEntry, env: Env, how = "write for example "): void {
  const found = findSetting(entry.name);
  if (!found) {
    env.report.error(
      "config/unknown",
      entry.nameSpan,
      `there is no setting \`${entry.name}\``,
      didYouMean(entry.name.toLowerCase().replace(/^bpftrace_/, ""), Object.keys(SETTINGS)) ?? "leave it away",
    );
    return;
  }
  const { kind, set } = found.setting;
  const value = kind.read(entry.value);
  if (value !== undefined) set(value as never, env);
  else
    env.report.error(
      "config/value",
      entry.value.span,
      `\`${entry.name}\` takes ${kind.what}, not \`${textOf(entry.value)}\``,
      `${how}\`${entry.name} = ${kind.example}\``,
    );
}
