import { type HelpRow, helpTable, optionRows, wrapText } from "./help-layout.ts";
import { RUN_OPTIONS } from "./run-command-options.ts";

/** What `skep run --help` prints; `call` is how skep was called. */
export function runHelp(call: string): string {
  // biome-ignore format: one example per line
  const examples: readonly HelpRow[] = [
    [`${call} run filter.o --packet capture.pcap`, "what an XDP program does with each packet of a capture"],
    [`${call} run filter.o --packet 'ff ff ff ff ff ff …' --trace`, "one packet, instruction by instruction"],
    [`${call} run sum.asm --ctx 0x000000000000002a --repeat 100000`, "how long assembly takes, with a word of context"],
    [`${call} run count.o --program count --maps`, "what a program leaves in its maps"],
    [`llvm-objdump -d -j xdp prog.o | ${call} run - --format asm`, "from the standard input"],
  ];
  return `Run a compiled eBPF program in a machine of its own: no root, no kernel, no Linux needed.

Usage: ${call} run PROG [options]

${wrapText("PROG is an object file (.o), assembly as llvm-objdump, bpftool and the kernel's log print it, or as ubpf has it (.asm), bytes in hex, or 64-bit words with 0x (.hex), or bytes (.bin); `-` is the standard input. In files of hex and in HEX arguments bytes may be separated or not.")}

${helpTable(optionRows(RUN_OPTIONS))}
Examples:
${helpTable(examples)}
${wrapText("A program that touches memory that is not its own ends with the instruction, the address, what lies near it and the registers. Time passes by 1 µs each time a program asks; random numbers are the same in every run.")}

Exit status: 0 it ran, 1 the program is wrong, 2 the command line is, 3 something is missing here, 70 a bug of skep.
`;
}
