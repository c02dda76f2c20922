import type { ProgramType } from "../abi/attach-spec.ts";
import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { LINK_TYPES } from "../abi/link-types.ts";
import { MAP_TYPES } from "../abi/map-types.ts";
import { readKernelConfig } from "../linux/kernel-config.ts";
import { KERNEL_OPTIONS, kernelOptions } from "../linux/kernel-options.ts";
import {
  ATTACH_TYPE_NAMES,
  hasAttachType,
  hasMapType,
  hasMisc,
  hasProgramType,
  helpersOf,
  MAP_TYPE_NAMES,
  MISC_FEATURES,
  type MiscFeature,
  PROGRAM_TYPE_NAMES,
} from "../linux/probe-features.ts";
import { LINK_TYPE_NAMES, tryLink } from "../linux/probe-links.ts";
import { readOptional } from "../linux/procfs.ts";
import type { TrialLoader } from "../linux/trial-load.ts";
import { programTypeName } from "./object-command-facts.ts";

/** What was found, under bpftool's names. Sections that a network card has not are absent. */
export type FeatureReport = Readonly<{
  system_config?: Readonly<Record<string, number | string | null>>;
  syscall_config: Readonly<{ have_bpf_syscall: boolean }>;
  program_types: Readonly<Record<string, boolean>>;
  map_types: Readonly<Record<string, boolean>>;
  attach_types?: Readonly<Record<string, boolean>>;
  link_types?: Readonly<Record<string, boolean>>;
  helpers: Readonly<Record<string, readonly string[]>>;
  misc: Readonly<Record<string, boolean>>;
}>;

export type ProbeOptions = Readonly<{ full: boolean; ifindex: number }>;

/** What cards run: the kernel's own code for them knows no other types. */
const CARD_PROGRAMS: readonly ProgramType[] = ["schedCls", "xdp"];
const CARD_MAPS = ["hash", "array"] as const;

/** Asks the kernel for everything; programs and maps are made and dropped. */
export function probeAll(loader: TrialLoader, { full, ifindex }: ProbeOptions): FeatureReport {
  const isCard = ifindex !== 0;
  const programs = isCard ? CARD_PROGRAMS : PROGRAM_TYPE_NAMES;
  const maps = isCard ? CARD_MAPS : MAP_TYPE_NAMES;
  const helpers = (type: ProgramType) => helpersOf(loader, type, { full, ifindex }) ?? [];
  return {
    ...(!isCard && { system_config: systemConfig() }),
    syscall_config: { have_bpf_syscall: loader.load("socketFilter").errno !== NO_SYSCALL },
    program_types: table(programs, (t) => [
      `have_${programTypeName(t)}_prog_type`,
      hasProgramType(loader, t, ifindex),
    ]),
    map_types: table(maps, (t) => [`have_${mapTypeName(t)}_map_type`, hasMapType(loader, t, ifindex)]),
    ...(!isCard && {
      attach_types: table(ATTACH_TYPE_NAMES, (t) => [
        `have_${attachTypeName(t)}_attach_type`,
        hasAttachType(loader, t),
      ]),
      link_types: table(LINK_TYPE_NAMES, (t) => [
        `have_${linkTypeName(t)}_link_type`,
        tryLink(loader, t).works,
      ]),
    }),
    helpers: table(programs, (t) => [`${programTypeName(t)}_available_helpers`, helpers(t)]),
    misc: table(MISC_FEATURES, (f) => [MISC_NAMES[f], hasMisc(loader, f, ifindex)]),
  };
}

const NO_SYSCALL = 38; // ENOSYS

function table<N, V>(names: readonly N[], row: (name: N) => readonly [string, V]): Record<string, V> {
  return Object.fromEntries(names.map(row));
}

// biome-ignore format: one per line
const MISC_NAMES: Readonly<Record<MiscFeature, string>> = {
  largeInsnLimit: "have_large_insn_limit",
  boundedLoops: "have_bounded_loops",
  v2Isa: "have_v2_isa_extension",
  v3Isa: "have_v3_isa_extension",
  v4Isa: "have_v4_isa_extension",
};

export function mapTypeName(type: keyof typeof MAP_TYPES): string {
  return MAP_TYPES[type].kernelName.slice("BPF_MAP_TYPE_".length).toLowerCase();
}

export function attachTypeName(type: keyof typeof ATTACH_TYPES): string {
  return ATTACH_TYPES[type].kernelName.slice("BPF_".length).toLowerCase();
}

export function linkTypeName(type: keyof typeof LINK_TYPES): string {
  return LINK_TYPES[type].kernelName.slice("BPF_LINK_TYPE_".length).toLowerCase();
}

// biome-ignore format: one file per line
const SYSCTLS: readonly (readonly [name: string, path: string])[] = [
  ["unprivileged_bpf_disabled", "/proc/sys/kernel/unprivileged_bpf_disabled"],
  ["bpf_jit_enable",            "/proc/sys/net/core/bpf_jit_enable"],
  ["bpf_jit_harden",            "/proc/sys/net/core/bpf_jit_harden"],
  ["bpf_jit_kallsyms",          "/proc/sys/net/core/bpf_jit_kallsyms"],
  ["bpf_jit_limit",             "/proc/sys/net/core/bpf_jit_limit"],
];

/** Settings as numbers, -1 for those that cannot be read; build options as the kernel's record has them, null for unset. */
function systemConfig(): Record<string, number | string | null> {
  const config: Record<string, number | string | null> = {};
  for (const [name, path] of SYSCTLS) config[name] = Number(readOptional(path)?.trim() ?? -1);
  const text = readKernelConfig();
  if (text === undefined) return config;
  const options = kernelOptions(text);
  for (const name of KERNEL_OPTIONS) config[name] = options.get(name) ?? null;
  return config;
}
