import { type HelpRow, helpTable, optionRows, wrapText } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";
import type { OptionSpec } from "./options.ts";

export type ObjectTopic = "prog" | "map" | "link" | "btf" | "struct_ops" | "iter";

type Topic = Readonly<{ about: string; forms: readonly HelpRow[]; notes: readonly string[] }>;

// biome-ignore format: one form per line
const TOPICS: Readonly<Record<ObjectTopic, Topic>> = {
  prog: {
    about: "Look at the programs that the kernel holds, load, run, attach and measure them.",
    forms: [
      ["list", "all programs: what they are attached to, what they cost, who holds them"],
      ["show PROG", "all that is known of one"],
      ["top [PROG] [-n N] [--interval TIME] [--duration TIME]", "live: runs per second, ns per run and share of a CPU"],
      ["dump xlated PROG [opcodes] [linum] [visual] [file FILE]", "its instructions as the kernel runs them, with source lines; visual: the control flow as a graph for dot"],
      ["dump jited PROG [opcodes] [linum] [file FILE]", "its machine code"],
      ["load FILE.o PATH [type TYPE] [map {name NAME|idx N} MAP] [pinmaps FOLDER] [autoattach]", "load its first program and pin it there, on a bpf file system; autoattach: attach it and pin the link"],
      ["loadall FILE.o FOLDER […]", "load all of them and pin each by its name"],
      ["pin PROG PATH", "keep a program under a file"],
      ["attach PROG TYPE [MAP]", "attach without a link, until detached: sk_msg_verdict, sk_skb_verdict, sk_skb_stream_verdict, sk_skb_stream_parser, flow_dissector"],
      ["detach PROG TYPE [MAP]", "undo that"],
      ["run PROG [data_in FILE] [ctx_in FILE] [data_out FILE] [ctx_out FILE] [repeat N]", "run it by itself; - for the standard output"],
      ["profile PROG [duration SECONDS] METRIC…", "events of the processor while it runs, until Ctrl-C: cycles, instructions, l1d_loads, llc_misses, itlb_misses, dtlb_misses; without hardware counters cpu_clock, page_faults, context_switches"],
      ["tracelog", "what bpf_printk() writes, until Ctrl-C"],
    ],
    notes: ["PROG: its id, or `id N`, `name NAME`, `tag TAG`, `pinned PATH`. MAP likewise. Verbs may be shortened."],
  },
  map: {
    about: "Look at the maps that the kernel holds, read and write them.",
    forms: [
      ["list", "all maps: the programs that use them, who holds them"],
      ["show MAP", "one"],
      ["dump MAP", "its entries, decoded by its types"],
      ["lookup MAP key KEY", "one entry; of a bloom filter: value VALUE"],
      ["update MAP key KEY value VALUE [any|noexist|exist]", "write an entry; for per-CPU maps the same value on every CPU"],
      ["delete MAP key KEY", "delete an entry"],
      ["getnext MAP [key KEY]", "the key behind a key, or the first one"],
      ["create PATH type TYPE key BYTES value BYTES entries N name NAME [flags N] [inner_map MAP] [dev NAME]", "make a map and pin it there"],
      ["pin MAP PATH", "keep a map under a file"],
      ["freeze MAP", "no more writes from user space"],
      ["push MAP value VALUE, enqueue MAP …", "add to a stack or queue, or to a bloom filter"],
      ["peek MAP", "the next value of a stack or queue"],
      ["pop MAP, dequeue MAP", "the same, and take it out"],
      ["event_pipe MAP [cpu N index M]", "print what comes through a perf event array, until Ctrl-C"],
    ],
    notes: [
      "MAP: its id, or `id N`, `name NAME`, `pinned PATH`.",
      "KEY and VALUE: one number per byte (1 0 0 0, or hex 01 00 00 00), or one word: a number, a text, or JSON such as '{\"pid\": 181}' where the map's types are known; members that are left out are zero.",
      "VALUE in a map of maps: a MAP; in a program array: a PROG; in a cgroup array: the cgroup's folder.",
    ],
  },
  link: {
    about: "Look at the links that attach programs, pin and detach them.",
    forms: [
      ["list", "all links: where they attach, who holds them"],
      ["show LINK", "one"],
      ["pin LINK PATH", "keep a link, and so the attachment, under a file"],
      ["detach LINK", "detach now, whoever holds it"],
    ],
    notes: ["LINK: its id, or `id N`, `pinned PATH`."],
  },
  btf: {
    about: "Print types (BTF) of the kernel, of a file, or of what the kernel holds.",
    forms: [
      ["list", "all that the kernel holds, and which programs and maps use them"],
      ["show id N", "one"],
      ["dump", "the types of this kernel"],
      ["dump file PATH", "of an object file, or of a bare file of types: needs no privileges"],
      ["dump id N", "of one that the kernel holds"],
      ["dump prog PROG", "of a program"],
      ["dump map MAP [key|value|kv|all]", "of a map's keys and values"],
      ["dump --format c > vmlinux.h", "a header of this kernel"],
      ["dump --format ts > kernel.ts", "TypeScript types of its structs"],
    ],
    notes: ["PROG and MAP: an id, or `id N`, `name NAME`, `pinned PATH`. `format c` behind the place is understood, too."],
  },
  struct_ops: {
    about: "Look at the kernel interfaces that programs implement (TCP congestion control, schedulers …), register and unregister them.",
    forms: [
      ["list", "all that are registered"],
      ["show [MAP]", "one"],
      ["dump [MAP]", "the values: which program implements which function"],
      ["register FILE.o [FOLDER]", "load an object and register its structs; FOLDER on a bpf file system keeps the links of those that have one"],
      ["unregister MAP", "take one away"],
    ],
    notes: ["MAP: its id, or `id N`, `name NAME`."],
  },
  iter: {
    about: "Make iterators: files that run a program over all tasks, maps or sockets when they are read.",
    forms: [
      ["pin FILE.o PATH [map MAP]", "load its iterator and pin it there, on a bpf file system: `cat PATH` reads it"],
    ],
    notes: ["MAP: the map to walk, for iterators of map elements: its id, or `id N`, `name NAME`, `pinned PATH`."],
  },
};

/** What `skep prog --help` and its like print. */
export function objectHelp(topic: ObjectTopic, options: readonly OptionSpec[]): string {
  const { about, forms, notes } = TOPICS[topic];
  const call = `${plainCall()} ${topic}`;
  return `${about}

${helpTable(forms.map(([form, does]) => [`${call} ${form}`, does]))}
Options:
${helpTable(optionRows(options))}
${notes.map((note) => wrapText(note)).join("\n")}
With --json everything is written as \`bpftool -j\` writes it. Needs root (CAP_SYS_ADMIN to list).
`;
}
