import { writeFileSync } from "node:fs";
import { programTypeOf } from "../abi/program-types.ts";
import { SkepError } from "../base/errors.ts";
import type { Fd } from "../linux/fd.ts";
import { programInfo } from "../linux/objects.ts";
import { LinuxResolver } from "../linux/resolver.ts";
import { type MachineInsn, openDisassembler } from "./machine-code.ts";
import type { ObjectCall } from "./object-command.ts";
import { programTypeName } from "./object-command-facts.ts";
import { openSelected, tagText, takeSelection } from "./object-command-select.ts";
import { type JitedFunction, readJited, readXlated, type SourceLine } from "./prog-code.ts";
import { flowGraph } from "./prog-command-graph.ts";
import { type XlatedLine, xlatedLines } from "./prog-command-xlated.ts";
import { UsageError } from "./report-error.ts";

type Wishes = Readonly<{ opcodes: boolean; linum: boolean; visual: boolean; file?: string }>;

const USAGE =
  "write skep prog dump xlated PROG [opcodes] [linum] [visual] [file FILE], or skep prog dump jited PROG …";

/** `prog dump xlated|jited PROG …`. */
export async function dumpProgram(call: ObjectCall): Promise<void> {
  const { kernel, words, out } = call;
  const [what, ...rest] = words;
  if (what !== "xlated" && what !== "jited") throw new UsageError("what is to be shown of the program?", USAGE);
  const { selection, rest: more } = takeSelection("prog", rest);
  const wishes = wishesOf(more, what);
  if (wishes.visual && out.json) throw new UsageError("a graph is no JSON", "leave out --json or visual");
  const programs = openSelected(kernel, "prog", selection);
  try {
    if (wishes.file !== undefined && programs.length > 1)
      throw new UsageError(
        `${programs.length} programs are called so`,
        "name one by its id to write it to a file",
      );
    const several = programs.length > 1;
    const shown: unknown[] = [];
    for (const program of programs) {
      if (several && !out.json) out.text(`${headline(call, program)}\n`);
      const json =
        what === "xlated" ? dumpXlated(call, program, wishes) : await dumpJited(call, program, wishes);
      shown.push(several ? { ...header(call, program), insns: json } : json);
    }
    if (out.json) out.value(wishes.file !== undefined ? null : several ? shown : shown[0]);
  } finally {
    for (const program of programs) program.close();
  }
}

function wishesOf(words: readonly string[], what: string): Wishes {
  const [opcodes, linum, visual, file] = [
    words.includes("opcodes"),
    words.includes("linum"),
    words.includes("visual"),
    words.indexOf("file"),
  ];
  const path = file === -1 ? undefined : words[file + 1];
  const known = words.filter(
    (word, i) => !["opcodes", "linum", "visual", "file"].includes(word) && i !== file + 1,
  );
  const [unknown] =
    file === -1 ? words.filter((word) => !["opcodes", "linum", "visual"].includes(word)) : known;
  if (unknown !== undefined || (file !== -1 && path === undefined) || (visual && what === "jited"))
    throw new UsageError(`\`${unknown ?? (path === undefined ? "file" : "visual")}\` does not fit here`, USAGE);
  return { opcodes, linum, visual, ...(path !== undefined && { file: path }) };
}

function header({ kernel }: ObjectCall, program: Fd) {
  const { id, type: number, name, tag, gplCompatible } = programInfo(kernel, program);
  const type = programTypeOf(number);
  return {
    id,
    type: type === undefined ? String(number) : programTypeName(type),
    name: name === "" ? undefined : name,
    tag: tagText(tag),
    gpl_compatible: (gplCompatible & 1) === 1,
  };
}

function headline(call: ObjectCall, program: Fd): string {
  const { id, type, name, tag } = header(call, program);
  return `${id}: ${type}${name === undefined ? "" : ` ${name}`}, tag ${tag}`;
}

function dumpXlated({ kernel, out }: ObjectCall, program: Fd, wishes: Wishes): unknown {
  const code = readXlated(kernel, program);
  if (code.insns.length === 0) throw hidden("bytecode");
  if (wishes.file !== undefined) return writeImage(wishes.file, code.insns);
  const lines = xlatedLines(code);
  if (out.json) return lines.map((line) => xlatedJson(line, wishes));
  out.text(wishes.visual ? flowGraph(lines) : lines.map((line) => xlatedText(line, wishes)).join(""));
  return undefined;
}

function xlatedJson({ proto, source, disasm, opcodes }: XlatedLine, wishes: Wishes): unknown {
  return {
    proto,
    ...sourceJson(source, wishes),
    disasm,
    ...(wishes.opcodes && { opcodes: opcodesJson(opcodes) }),
  };
}

/** The parts of an instruction, as bpftool names them. */
function opcodesJson(bytes: Uint8Array): unknown {
  const registers = bytes[1] ?? 0;
  return {
    code: `0x${hex(bytes[0] ?? 0)}`,
    src_reg: `0x${(registers >> 4).toString(16)}`,
    dst_reg: `0x${(registers & 15).toString(16)}`,
    off: bytesJson(bytes.subarray(2, 4)),
    imm: bytesJson(bytes.subarray(4)), // of a wide one with the four bytes between its halves
  };
}

function xlatedText({ proto, source, slot, disasm, opcodes }: XlatedLine, wishes: Wishes): string {
  const head = (proto === undefined ? "" : `${proto}:\n`) + sourceText(source, wishes);
  const bytes = wishes.opcodes ? `       ${Array.from(opcodes, hex).join(" ")}\n` : "";
  return `${head}${String(slot).padStart(4)}: ${disasm}\n${bytes}`;
}

async function dumpJited({ kernel, out }: ObjectCall, program: Fd, wishes: Wishes): Promise<unknown> {
  const functions = readJited(kernel, program);
  if (functions.length === 0) throw notJited();
  const { tag } = programInfo(kernel, program);
  if (wishes.file !== undefined) return writeImage(wishes.file, joined(functions));
  const disassembler = await openDisassembler(process.arch);
  if (disassembler === undefined)
    process.stderr.write(
      `note: nothing here reads machine code of ${process.arch}, so it is shown as bytes; install the optional package: npm install @alexaltea/capstone-js\n`,
    );
  const resolver = new LinuxResolver(() => kernel);
  const nameOf = (address: bigint) => {
    const found = resolver.kernelSymbol(address);
    return found && `${found.name}${found.offset === 0n ? "" : `+0x${found.offset.toString(16)}`}`;
  };
  const shown = functions.map((code) => ({
    code,
    name: `bpf_prog_${tagText(tag)}${functionName(code)}`,
    insns: disassembler?.disassemble(code.bytes, code.address, nameOf) ?? plainBytes(code.bytes),
  }));
  disassembler?.close();
  if (out.json)
    return shown.map(({ code, name, insns }) => ({
      proto: code.proto,
      name,
      insns: insns.map((insn) => jitedJson(insn, code, wishes)),
    }));
  for (const { code, name, insns } of shown)
    out.text(
      `${code.proto ?? name}:\n0x${code.address.toString(16)} ${name}\n${insns.map((insn) => jitedText(insn, code, wishes)).join("")}`,
    );
  return undefined;
}

function jitedJson({ offset, bytes, operation, operands }: MachineInsn, code: JitedFunction, wishes: Wishes) {
  return {
    ...sourceJson(code.lines.get(offset), wishes),
    pc: `0x${offset.toString(16)}`,
    operation,
    operands: operands.length === 0 ? [null] : operands,
    ...(wishes.opcodes && { opcodes: bytesJson(bytes) }),
  };
}

function jitedText(
  { offset, bytes, operation, operands }: MachineInsn,
  code: JitedFunction,
  wishes: Wishes,
): string {
  const text = `${offset.toString(16).padStart(4)}:\t${operation.padEnd(6)} ${operands.join(",")}`.trimEnd();
  const raw = wishes.opcodes ? `\t${Array.from(bytes, hex).join(" ")}\n` : "";
  return `${sourceText(code.lines.get(offset), wishes)}${text}\n${raw}`;
}

function functionName({ proto }: JitedFunction): string {
  const name = /([\w$.]+)\(/.exec(proto ?? "")?.[1];
  return name === undefined ? "" : `_${name}`;
}

/** Where no disassembler is: eight bytes a line, cut at the lines of the source. */
function plainBytes(bytes: Uint8Array): MachineInsn[] {
  return Array.from({ length: Math.ceil(bytes.length / 8) }, (_, i) => {
    const some = bytes.subarray(i * 8, i * 8 + 8);
    return {
      offset: i * 8,
      bytes: some,
      operation: ".byte",
      operands: Array.from(some, (byte) => `0x${hex(byte)}`),
    };
  });
}

function joined(functions: readonly JitedFunction[]): Uint8Array {
  const all = new Uint8Array(functions.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of functions) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}

function sourceJson(source: SourceLine | undefined, { linum }: Wishes) {
  if (source === undefined) return {};
  const { src, file, line, column } = source;
  return linum ? { src, file, line_num: line || undefined, line_col: column || undefined } : { src };
}

function sourceText(source: SourceLine | undefined, { linum }: Wishes): string {
  if (source === undefined) return "";
  const where = linum ? ` [file:${source.file} line_num:${source.line} line_col:${source.column}]` : "";
  return `; ${source.src}${where}\n`;
}

function bytesJson(bytes: Uint8Array): string[] {
  return Array.from(bytes, (byte) => `0x${hex(byte)}`);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function writeImage(path: string, bytes: Uint8Array): null {
  try {
    writeFileSync(path, bytes);
    return null;
  } catch (cause) {
    throw new SkepError(`cannot write ${path}`, {
      code: "cli/output",
      remedy: "choose a file in a folder that exists and that you may write to",
      cause,
    });
  }
}

function hidden(what: string): SkepError {
  return new SkepError(`the kernel shows no ${what} of this program`, {
    code: "object/hidden-code",
    remedy: "run as root: addresses must not be hidden (sysctl kernel.kptr_restrict, net.core.bpf_jit_harden)",
  });
}

function notJited(): SkepError {
  return new SkepError("the kernel shows no machine code of this program", {
    code: "object/hidden-code",
    remedy:
      "the program is interpreted (sysctl net.core.bpf_jit_enable=1 compiles what is loaded next), or the code is hidden from you: run as root",
  });
}
