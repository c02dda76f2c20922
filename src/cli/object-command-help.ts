import { type HelpRow, helpTable, wrapText } from "./help-layout.ts";
import { plainCall } from "./invocation.ts";

export type ObjectTopic = "prog" | "map" | "link";

type Topic = Readonly<{ about: string; forms: readonly HelpRow[]; notes: readonly string[] }>;

// biome-ignore format: one form per line
const TOPICS: Readonly<Record<ObjectTopic, Topic>> = {
  prog: {
    about: "Look at the programs that the kernel holds, load and run them.",
    forms: [
      ["list", "all programs"],
      ["show PROG", "one"],
      ["dump xlated PROG [opcodes]", "its instructions as the kernel runs them, with source lines"],
      ["load FILE.o PATH", "load its first program and pin it there, on a bpf file system"],
      ["loadall FILE.o FOLDER [pinmaps FOLDER]", "load all of them and pin each by its name"],
      ["pin PROG PATH", "keep a program under a file"],
      ["run PROG [data_in FILE] [ctx_in FILE] [data_out FILE] [ctx_out FILE] [repeat N]", "run it by itself; - for the standard output"],
    ],
    notes: ["PROG: its id, or `id N`, `name NAME`, `tag TAG`, `pinned PATH`."],
  },
  map: {
    about: "Look at the maps that the kernel holds, read and write them.",
    forms: [
      ["list", "all maps"],
      ["show MAP", "one"],
      ["dump MAP", "its entries, decoded by its types"],
      ["lookup MAP key KEY", "one entry"],
      ["update MAP key KEY value VALUE [any|noexist|exist]", "write an entry; for per-CPU maps the same value on every CPU"],
      ["delete MAP key KEY", "delete an entry"],
    ],
    notes: [
      "MAP: its id, or `id N`, `name NAME`, `pinned PATH`.",
      "KEY and VALUE: one number per byte (1 0 0 0, or hex 01 00 00 00), or one word: a number, a text, or JSON such as '{\"pid\": 181}' where the map's types are known; members that are left out are zero.",
    ],
  },
  link: {
    about: "Look at the links that attach programs, and detach them.",
    forms: [
      ["list", "all links"],
      ["show LINK", "one"],
      ["detach LINK", "detach now, whoever holds it"],
    ],
    notes: ["LINK: its id, or `id N`, `pinned PATH`."],
  },
};

/** What `skep prog --help` and its like print. */
export function objectHelp(topic: ObjectTopic): string {
  const { about, forms, notes } = TOPICS[topic];
  const call = `${plainCall()} ${topic}`;
  return `${about}

${helpTable(forms.map(([form, does]) => [`${call} ${form}`, does]))}
${notes.map((note) => wrapText(note)).join("\n")}
With --json everything is written as \`bpftool -j\` writes it. Needs root (CAP_SYS_ADMIN).
`;
}
