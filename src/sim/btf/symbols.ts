import { idsOfKind, nameOf } from "../../btf/lookup.ts";
import type { Btf } from "../../btf/types.ts";
import { moduleOf } from "./modules.ts";

/** A line of /proc/kallsyms, with the symbol's size, which that file leaves out. */
export type KernelSymbol = Readonly<{
  name: string;
  address: bigint;
  size: number;
  /** As nm(1) shows it: "T" code, "D" data, "B" data that begins as zeros, "A" an offset into each CPU's area. */
  type: "T" | "D" | "B" | "A";
  /** Undefined for the kernel's own. */
  module?: string;
}>;

// Without address randomization. Source: Documentation/arch/x86/x86_64/mm.rst, v6.12.
const TEXT = 0xffff_ffff_8100_0000n;
const MODULES = 0xffff_ffff_c000_0000n;
const DATA = 0xffff_ffff_8260_0000n;
const PAGE = 4096;

/** Variables, their sizes in bytes, and whether they begin as zeros. Those of one CPU are in PER_CPU. */
// biome-ignore format: one variable per line
const VARIABLES: readonly (readonly [name: string, size: number, type: "D" | "B"])[] = [
  ["init_task", 16384, "D"],
  ["init_mm", 2048, "D"],
  ["init_net", 8192, "D"],
  ["init_pid_ns", 256, "D"],
  ["init_user_ns", 1024, "D"],
  ["init_uts_ns", 512, "D"],
  ["init_nsproxy", 128, "D"],
  ["init_cred", 256, "D"],
  ["init_css_set", 1024, "D"],
  ["cgrp_dfl_root", 8192, "D"],
  ["root_task_group", 1024, "B"],
  ["jiffies", 8, "D"],
  ["jiffies_64", 8, "D"],
  ["loops_per_jiffy", 8, "D"],
  ["system_wq", 8, "D"],
  ["system_highpri_wq", 8, "D"],
  ["system_unbound_wq", 8, "D"],
  ["tcp_prot", 512, "D"],
  ["tcpv6_prot", 512, "D"],
  ["udp_prot", 512, "D"],
  ["inet_stream_ops", 256, "D"],
  ["def_blk_fops", 256, "D"],
  ["simple_dir_operations", 256, "D"],
  ["modules", 16, "D"],
  ["super_blocks", 16, "D"],
  ["file_systems", 8, "B"],
  ["net_namespace_list", 16, "D"],
  ["dentry_hashtable", 8, "D"],
  ["inode_hashtable", 8, "D"],
  ["sys_call_table", 3728, "D"],
  ["idt_table", 4096, "B"],
  ["saved_command_line", 8, "B"],
  ["linux_banner", 256, "D"],
  ["panic_timeout", 4, "D"],
  ["oom_lock", 32, "D"],
  ["avenrun", 24, "B"],
  ["total_forks", 8, "B"],
  ["nr_threads", 4, "B"],
  ["max_threads", 4, "B"],
  ["pid_max", 4, "D"],
  ["node_data", 8192, "B"],
  ["vm_node_stat", 512, "B"],
  ["totalram_pages", 8, "B"],
  ["_totalram_pages", 8, "B"],
  ["nr_cpu_ids", 4, "D"],
  ["__cpu_possible_mask", 32, "D"],
  ["__cpu_online_mask", 32, "D"],
  ["__per_cpu_offset", 512, "D"],
  ["tainted_mask", 8, "B"],
  ["vmlinux_build_id", 20, "D"],
];

/** Variables that each CPU has: offsets into its area. Source: the kernel's BTF, section .data..percpu. */
const PER_CPU: readonly (readonly [name: string, size: number])[] = [
  ["fixed_percpu_data", 64],
  ["pcpu_hot", 64],
  ["this_cpu_off", 8],
  ["cpu_number", 4],
  ["kernel_cpustat", 80],
  ["kstat", 64],
  ["softnet_data", 832],
  ["irq_stat", 64],
  ["vm_event_states", 1024],
  ["bpf_prog_active", 4],
  ["hrtimer_bases", 576],
  ["timer_bases", 8192],
  ["cpu_hw_events", 4096],
  ["runqueues", 3328],
];

/** Names and addresses of a kernel's functions and variables, the same for the same BTF. */
export class KernelSymbolTable {
  /** By address; functions come in the order of the BTF. */
  readonly all: readonly KernelSymbol[];
  readonly #byName = new Map<string, KernelSymbol>();

  constructor(btf: Btf) {
    const functions = idsOfKind(btf, "func").map((id) => nameOf(btf, id));
    const own = functions.filter((name) => moduleOf(name) === undefined);
    const symbols = [
      ...place(PER_CPU, 0n, ([name, size]) => ({ name, size, type: "A" as const })),
      ...place(["_text", ...own], TEXT, functionOf),
      ...place(VARIABLES, DATA, ([name, size, type]) => ({ name, size, type })),
      ...placeModules(functions),
    ];
    this.all = symbols;
    for (const symbol of symbols) if (!this.#byName.has(symbol.name)) this.#byName.set(symbol.name, symbol);
  }

  find(name: string): KernelSymbol | undefined {
    return this.#byName.get(name);
  }

  /** The symbol that holds an address. `offset` counts bytes from its start. */
  at(address: bigint): Readonly<{ symbol: KernelSymbol; offset: bigint }> | undefined {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.all[middle] as KernelSymbol).address <= address) low = middle + 1;
      else high = middle;
    }
    const symbol = this.all[low - 1];
    if (symbol === undefined || address >= symbol.address + BigInt(symbol.size)) return undefined;
    return { symbol, offset: address - symbol.address };
  }
}

type Sized = Readonly<{ name: string; size: number; type: KernelSymbol["type"] }>;

/** Puts entries behind each other, each at the next multiple of 16. */
function place<T>(entries: readonly T[], from: bigint, sized: (entry: T) => Sized): KernelSymbol[] {
  let address = from;
  return entries.map((entry) => {
    const symbol = { ...sized(entry), address };
    address = (address + BigInt(symbol.size) + 15n) & ~15n;
    return symbol;
  });
}

/** Each module begins on a page of its own, in the order of the modules' first functions. */
function placeModules(functions: readonly string[]): KernelSymbol[] {
  const modules = new Map<string, string[]>();
  for (const name of functions) {
    const module = moduleOf(name);
    if (module !== undefined) modules.set(module, [...(modules.get(module) ?? []), name]);
  }
  const symbols: KernelSymbol[] = [];
  let from = MODULES;
  for (const [module, names] of modules) {
    for (const symbol of place(names, from, functionOf)) symbols.push({ ...symbol, module });
    const last = symbols.at(-1);
    if (last) from = (last.address + BigInt(last.size + PAGE - 1)) & ~BigInt(PAGE - 1);
  }
  return symbols;
}

/** Functions are between 64 bytes and 2 KiB long, by their names. */
function functionOf(name: string): Sized {
  let hash = 2166136261;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  return { name, size: 64 + ((hash >>> 5) % 125) * 16, type: "T" };
}
