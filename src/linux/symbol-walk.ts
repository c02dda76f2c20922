import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { HELPERS } from "../abi/helpers.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { SkepError } from "../base/errors.ts";
import { resolve } from "../btf/layout.ts";
import { findMember } from "../btf/lookup.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { assemble } from "../isa/assemble.ts";
import { bindNames } from "../isa/bind-names.ts";
import { encodeProgram } from "../isa/encode.ts";
import { createIteratorLink } from "./attach-iter.ts";
import { loadProgram } from "./bpf-prog.ts";
import { readIteratorText } from "./iterator.ts";
import { LinuxLink } from "./link.ts";
import type { Kernel } from "./syscall.ts";

const WALK = "bpf_iter_ksym"; // walks all symbols, of modules too (6.0)
const LONGEST_PREFIX = 64; // an instruction or two for each character

/**
 * What the kernel writes of a symbol, between tabs: its address, the code of nm's letter, its name, its module, and what the
 * kernel calls that address (of several symbols at one place only one) and the one 4 bytes behind it.
 */
const FORMAT = "%llx\t%llx\t%s\t%s\t%ps\t%ps\n";
const VALUES = 6;
const BEHIND = 4; // bytes: see traceable-symbols.ts

/**
 * The kernel's symbols whose names begin with `prefix`, a line each (see `parseSymbolWalk`), told by a program that walks
 * them: 200 ms in an emulated machine, where the list of functions takes 600 and /proc/kallsyms 900. Undefined where the
 * kernel has no such walk (before 6.0) or does not let this process; empty where it hides addresses from it.
 */
export function walkSymbols(kernel: Kernel, btf: Btf, prefix: string): string | undefined {
  const [target] = btf.find(WALK, "func");
  const text = target === undefined ? undefined : programText(btf, target, prefix.slice(0, LONGEST_PREFIX));
  if (target === undefined || text === undefined) return undefined;
  const ids = new Map(HELPERS.map((helper) => [helper.name, helper.id]));
  const { insns } = assemble({ name: "walk", text }, { helperId: (name) => ids.get(name) });
  if (insns === undefined) throw new Error("bug: the program that walks symbols does not assemble");
  const loaded = loadProgram(kernel, {
    name: "skep_symbols",
    type: PROGRAM_TYPES.tracing.number,
    expectedAttachType: ATTACH_TYPES.traceIter.number,
    attachBtfId: target,
    insns: encodeProgram(bindNames(insns, {})),
    license: "GPL",
  });
  if (loaded.kind === "refused") return undefined;
  using program = loaded.fd;
  try {
    using link = LinuxLink.opened(kernel, createIteratorLink(kernel, program));
    return readIteratorText(kernel, link);
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
    return undefined;
  }
}

type Offsets = Readonly<Record<"value" | "shown" | "type" | "name" | "module" | "seq", number>>;

/** Where the walk's context has what. The walk's function takes a pointer to what is common to walks, and the symbol. */
function offsetsOf(btf: Btf, walk: BtfId): Offsets | undefined {
  const func = btf.type(walk);
  const proto = func.kind === "func" ? resolve(btf, func.proto) : undefined;
  if (proto?.kind !== "funcProto" || proto.params.length !== 2) return undefined;
  const [meta, symbol] = proto.params.map(({ type }) => {
    const pointer = resolve(btf, type);
    return pointer.kind === "pointer" ? pointer.to : type;
  });
  const offset = (struct: BtfId | undefined, name: string): number | undefined => {
    const member = struct === undefined ? undefined : findMember(btf, struct, name);
    return member && member.bitOffset / 8;
  };
  const [value, shown, type] = ["value", "show_value", "type"].map((name) => offset(symbol, name));
  const [name, module, seq] = [offset(symbol, "name"), offset(symbol, "module_name"), offset(meta, "seq")];
  if (value === undefined || shown === undefined || type === undefined) return undefined;
  if (name === undefined || module === undefined || seq === undefined) return undefined;
  return { value, shown, type, name, module, seq };
}

function programText(btf: Btf, walk: BtfId, prefix: string): string | undefined {
  const at = offsetsOf(btf, walk);
  if (at === undefined) return undefined;
  const format = formatWords();
  const valuesAt = VALUES * 8; // below r10; then how to write them
  const formatAt = valuesAt + format.length * 4;
  const value = (index: number) => `*(u64 *)(r10 - ${valuesAt - 8 * index})`;
  return [
    "r6 = r1",
    "r7 = *(u64 *)(r6 + 8)",
    "if r7 == 0 goto out",
    ...[...new TextEncoder().encode(prefix)].flatMap((byte, index) => [
      `r1 = *(u8 *)(r7 + ${at.name + index})`,
      `if r1 != ${byte} goto out`,
    ]),
    `r1 = *(u8 *)(r7 + ${at.shown})`,
    "if r1 == 0 goto out", // addresses are hidden from this process
    `r1 = *(u64 *)(r7 + ${at.value})`,
    `${value(0)} = r1`,
    `${value(4)} = r1`, // only its name is written
    `r1 += ${BEHIND}`,
    `${value(5)} = r1`,
    `r1 = *(u8 *)(r7 + ${at.type})`,
    `${value(1)} = r1`,
    "r1 = r7",
    `r1 += ${at.name}`,
    `${value(2)} = r1`,
    "r1 = r7",
    `r1 += ${at.module}`,
    `${value(3)} = r1`,
    ...format.map((word, index) => `*(u32 *)(r10 - ${formatAt - 4 * index}) = ${word}`),
    "r1 = *(u64 *)(r6 + 0)",
    `r1 = *(u64 *)(r1 + ${at.seq})`,
    "r2 = r10",
    `r2 += -${formatAt}`,
    `r3 = ${format.length * 4}`,
    "r4 = r10",
    `r4 += -${valuesAt}`,
    `r5 = ${valuesAt}`,
    "call bpf_seq_printf",
    "out:",
    "r0 = 0",
    "exit",
    "",
  ].join("\n");
}

/** The format with its NUL, as words of the machine's order, which is little-endian wherever this runs. */
function formatWords(): readonly number[] {
  const bytes = new Uint8Array(Math.ceil((FORMAT.length + 1) / 8) * 8);
  new TextEncoder().encodeInto(FORMAT, bytes);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / 4 }, (_, index) => view.getInt32(index * 4, true));
}
