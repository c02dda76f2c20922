import { type HelpRow, helpTable, optionRows, wrapText } from "./help-layout.ts";
import { VERIFY_OPTIONS } from "./verify-command-options.ts";

/** What `skep verify --help` prints; `call` is how skep was called. */
export function verifyHelp(call: string): string {
  // biome-ignore format: one example per line
  const examples: readonly HelpRow[] = [
    [`${call} verify prog.o`, "would the kernel that runs here take these programs? If not, why, and what helps"],
    [`${call} verify prog.o --kernel all`, "a table: which kernels take them, and what the others lack"],
    [`${call} verify script.bt --kernel 5.15`, "a script, as it is compiled for Linux 5.15"],
    [`${call} verify filter.asm --type xdp --map counts:hash:4:8:64`, "assembly, with a map"],
  ];
  return `Say what a kernel's verifier would say of eBPF programs, why it refuses them, and what to write instead.

Usage: ${call} verify FILE [options]

${wrapText("FILE is an object file (.o), a script (.bt), assembly (.asm), bytes in hex (.hex) or bytes (.bin); `-` is the standard input. Nothing is loaded: no root, no Linux needed. `id N`, `name NAME`, `tag TAG` or `pinned PATH` in place of FILE: a program that the kernel holds, read back from it (root).")}

${helpTable(optionRows(VERIFY_OPTIONS))}
Examples:
${helpTable(examples)}
Exit status: 0 all programs are accepted, 1 one is refused or cannot be read, 2 the command line is wrong.
`;
}
