import { progInfo } from "../abi/attr-object.ts";
import { funcInfo, lineInfo } from "../abi/attr-prog.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { parseBtf } from "../btf/decode.ts";
import { typeName } from "../btf/print-c.ts";
import type { BtfId } from "../btf/types.ts";
import { disassembleXlated } from "../isa/disassemble-xlated.ts";
import type { ImmRef } from "../isa/insn.ts";
import type { Fd } from "../linux/fd.ts";
import { fetchInfo, openObject, programInfo, readBtf } from "../linux/objects.ts";
import { readKallsyms } from "../linux/procfs.ts";
import type { Kernel } from "../linux/syscall.ts";
import { Kallsyms } from "../symbols/kallsyms.ts";

/** One instruction of a program as the kernel runs it. `proto` and `src` stand before it where they are known. */
export type XlatedLine = Readonly<{
  proto?: string;
  src?: string;
  disasm: string;
  slot: number;
  opcodes: Uint8Array;
}>;

const HELPER_BASE = "__bpf_call_base"; // calls of helpers count from here

/** A program's instructions as text, with its functions and source lines. Throws SystemError. */
export function xlatedLines(kernel: Kernel, program: Fd): XlatedLine[] {
  const { insns, functions, lines, btfId } = fetchXlated(kernel, program);
  const btf = btfId === 0 ? undefined : openBtf(kernel, btfId);
  const protos = new Map(functions.map(({ insnOff, typeId }) => [insnOff, btf && prototype(btf, typeId)]));
  const sources = new Map(lines.map(({ insnOff, lineOff }) => [insnOff, btf?.string(lineOff).trimStart()]));
  const text = disassembleXlated(insns, { reference, helperName: helperNames() }).trimEnd().split("\n");
  return text.map((line) => {
    const [, number = "0", disasm = ""] = /^\s*(\d+): (.*)$/.exec(line) ?? [];
    const slot = Number(number);
    const proto = protos.get(slot);
    const src = sources.get(slot);
    const bytes = insns[slot * 8] === 0x18 ? 16 : 8;
    return {
      ...(proto !== undefined && { proto }),
      ...(src !== undefined && { src }),
      disasm,
      slot,
      opcodes: insns.subarray(slot * 8, slot * 8 + bytes),
    };
  });
}

function fetchXlated(kernel: Kernel, program: Fd) {
  const { xlatedProgLen, nrFuncInfo, nrLineInfo, btfId } = programInfo(kernel, program);
  const insns = new Uint8Array(xlatedProgLen);
  const functions = new Uint8Array(nrFuncInfo * funcInfo.bytes);
  const lines = new Uint8Array(nrLineInfo * lineInfo.bytes);
  const address = (bytes: Uint8Array) => (bytes.length === 0 ? 0n : kernel.addressOf(bytes));
  const request = progInfo.encode({
    xlatedProgLen,
    xlatedProgInsns: address(insns),
    ...(nrFuncInfo > 0 && { nrFuncInfo, funcInfoRecSize: funcInfo.bytes, funcInfo: address(functions) }),
    ...(nrLineInfo > 0 && { nrLineInfo, lineInfoRecSize: lineInfo.bytes, lineInfo: address(lines) }),
  });
  fetchInfo(kernel, program, request);
  return {
    insns,
    btfId,
    functions: Array.from({ length: nrFuncInfo }, (_, i) => funcInfo.decode(functions, i * funcInfo.bytes)),
    lines: Array.from({ length: nrLineInfo }, (_, i) => lineInfo.decode(lines, i * lineInfo.bytes)),
  };
}

function openBtf(kernel: Kernel, id: number): BtfBlob | undefined {
  using fd = openObject(kernel, "btf", id);
  return fd && parseBtf(readBtf(kernel, fd));
}

function prototype(btf: BtfBlob, id: number): string | undefined {
  const type = btf.type(id as BtfId);
  if (type.kind !== "func") return undefined;
  const proto = btf.type(type.proto);
  if (proto.kind !== "funcProto") return undefined;
  const params = proto.params.map((param) => {
    const words = typeName(btf, param.type).replace(/(\w)\*/, "$1 *");
    return `${words}${param.name === "" ? "" : ` ${param.name}`}`;
  });
  return `${typeName(btf, proto.returns)} ${type.name}(${params.join(", ")})`;
}

function reference(ref: ImmRef): string | undefined {
  if (ref.kind === "mapFd") return `map[id:${ref.fd}]`;
  return ref.kind === "mapValueFd" ? `map[id:${ref.fd}][0]+${ref.off}` : undefined;
}

/** Names of helpers by their distance from the kernel's base; nothing where addresses are hidden. */
function helperNames(): (id: number) => string | undefined {
  let symbols: Kallsyms | undefined;
  return (id) => {
    symbols ??= new Kallsyms(readKallsyms());
    const base = symbols.address(HELPER_BASE);
    if (base === undefined || base === 0n) return undefined;
    const found = symbols.find(base + BigInt(id));
    return found && found.offset === 0n ? found.name : undefined;
  };
}
