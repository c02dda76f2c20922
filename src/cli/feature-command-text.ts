import { formatTable } from "../output/table.ts";
import type { FeatureReport } from "./feature-command-report.ts";
import { wrapText } from "./help-layout.ts";

/** What was found, for people. */
export function reportText(report: FeatureReport): string {
  const { system_config: system, program_types, map_types, attach_types, link_types, helpers, misc } = report;
  const parts = [
    system === undefined ? "" : systemText(system),
    yesNo("Program types", program_types, /^have_(.*)_prog_type$/),
    yesNo("Map types", map_types, /^have_(.*)_map_type$/),
    attach_types ? yesNo("Attach types", attach_types, /^have_(.*)_attach_type$/) : "",
    link_types ? yesNo("Link types", link_types, /^have_(.*)_link_type$/) : "",
    yesNo("Other", misc, /^have_(.*)$/),
    helpersText(helpers),
  ];
  const call = report.syscall_config.have_bpf_syscall ? "" : "bpf(2) is missing from this kernel.\n";
  return [call, ...parts].filter((part) => part !== "").join("\n");
}

function systemText(system: NonNullable<FeatureReport["system_config"]>): string {
  const rows = Object.entries(system).map(([name, value]) => [name, shown(value)]);
  return formatTable({ columns: [{ name: "SETTING" }, { name: "VALUE" }] }, rows);
}

function shown(value: number | string | null): string {
  if (value === null) return "not set";
  return value === -1 ? "cannot be read" : String(value);
}

/** The names that there are, then those that are missing. */
function yesNo(title: string, found: Readonly<Record<string, boolean>>, shape: RegExp): string {
  const names = (wanted: boolean) =>
    Object.entries(found)
      .filter(([, value]) => value === wanted)
      .map(([name]) => shape.exec(name)?.[1] ?? name);
  const [yes, no] = [names(true), names(false)];
  const lines = [`${title}: ${yes.length} of ${yes.length + no.length}`];
  if (yes.length > 0) lines.push(wrapText(yes.join(" "), "  "));
  if (no.length > 0) lines.push(wrapText(`missing: ${no.join(" ")}`, "  "));
  return `${lines.join("\n")}\n`;
}

/** Helpers that every loadable type has are told once. */
function helpersText(helpers: FeatureReport["helpers"]): string {
  const types = Object.entries(helpers)
    .map(([name, list]) => ({ type: name.replace(/_available_helpers$/, ""), list }))
    .filter(({ list }) => list.length > 0);
  const [first, ...more] = types;
  if (first === undefined) return "";
  const common = first.list.filter((helper) => more.every(({ list }) => list.includes(helper)));
  const short = (list: readonly string[]) => list.map((helper) => helper.replace(/^bpf_/, "")).join(" ");
  const lines = [
    `Helpers of every program type that loads here: ${common.length}`,
    wrapText(short(common), "  "),
  ];
  for (const { type, list } of types) {
    const own = list.filter((helper) => !common.includes(helper));
    lines.push(`Helpers of ${type}: ${list.length}${own.length > 0 ? ", among them" : ""}`);
    if (own.length > 0) lines.push(wrapText(short(own), "  "));
  }
  return `${lines.join("\n")}\n`;
}

/** The same as C macros, under bpftool's names. */
export function reportMacros(report: FeatureReport, prefix: string): string {
  const { system_config: system, syscall_config, helpers } = report;
  const lines = ["/*** Misc kernel config items ***/"];
  const hz = system?.["CONFIG_HZ"];
  if (hz !== undefined && hz !== null) lines.push(`#define ${prefix}CONFIG_HZ ${hz}`);
  lines.push("", ...macros("System call availability", prefix, syscall_config));
  lines.push("", ...macros("eBPF program types", prefix, report.program_types));
  lines.push("", ...macros("eBPF map types", prefix, report.map_types));
  if (report.attach_types) lines.push("", ...macros("eBPF attach types", prefix, report.attach_types));
  if (report.link_types) lines.push("", ...macros("eBPF link types", prefix, report.link_types));
  lines.push(
    "",
    "/*** eBPF helper functions ***/",
    `/* Use as: #if ${prefix}HAVE_PROG_TYPE_HELPER(prog_type_name, helper_name) */`,
    `#define ${prefix}HAVE_PROG_TYPE_HELPER(prog_type, helper)\t\\`,
    `\t${prefix}BPF__PROG_TYPE_ ## prog_type ## __HELPER_ ## helper`,
  );
  for (const [name, list] of Object.entries(helpers))
    for (const helper of list) {
      const type = name.replace(/_available_helpers$/, "");
      lines.push(`#define ${prefix}BPF__PROG_TYPE_${type}__HELPER_${helper} 1`);
    }
  return `${[...lines, "", ...macros("eBPF misc features", prefix, report.misc)].join("\n")}\n`;
}

function macros(title: string, prefix: string, found: Readonly<Record<string, boolean>>): string[] {
  const define = (name: string, has: boolean) => `#define ${prefix}${has ? "" : "NO_"}${name.toUpperCase()}`;
  return [`/*** ${title} ***/`, ...Object.entries(found).map(([name, has]) => define(name, has))];
}
