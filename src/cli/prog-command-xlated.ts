import { disassembleXlated } from "../isa/disassemble-xlated.ts";
import type { ImmRef } from "../isa/insn.ts";
import { readKallsyms } from "../linux/procfs.ts";
import { Kallsyms } from "../symbols/kallsyms.ts";
import type { SourceLine, XlatedCode } from "./prog-code.ts";

/** One instruction of a program as the kernel runs it. `proto` and `source` stand before it where they are known. */
export type XlatedLine = Readonly<{
  proto?: string;
  source?: SourceLine;
  disasm: string;
  slot: number;
  opcodes: Uint8Array;
}>;

const HELPER_BASE = "__bpf_call_base"; // calls of helpers count from here

/** A program's instructions as text, with its functions and source lines. */
export function xlatedLines({ insns, protos, lines }: XlatedCode): XlatedLine[] {
  const text = disassembleXlated(insns, { reference, helperName: helperNames() }).trimEnd().split("\n");
  return text.map((line) => {
    const [, number = "0", disasm = ""] = /^\s*(\d+): (.*)$/.exec(line) ?? [];
    const slot = Number(number);
    const proto = protos.get(slot);
    const source = lines.get(slot);
    const bytes = insns[slot * 8] === 0x18 ? 16 : 8;
    return {
      ...(proto !== undefined && { proto }),
      ...(source !== undefined && { source }),
      disasm,
      slot,
      opcodes: insns.subarray(slot * 8, slot * 8 + bytes),
    };
  });
}

function reference(ref: ImmRef): string | undefined {
  if (ref.kind === "mapFd") return `map[id:${ref.fd}]`;
  return ref.kind === "mapValueFd" ? `map[id:${ref.fd}][0]+${ref.off}` : undefined;
}

/** Names of helpers, and of what is called in their place, by their distance from the kernel's base; nothing where addresses are hidden. */
export function helperNames(): (id: number) => string | undefined {
  let symbols: Kallsyms | undefined;
  return (id) => {
    symbols ??= new Kallsyms(readKallsyms());
    const base = symbols.address(HELPER_BASE);
    if (base === undefined || base === 0n) return undefined;
    const found = symbols.find(base + BigInt(id));
    return found && found.offset === 0n ? found.name : undefined;
  };
}
