import { progInfo } from "../abi/attr-object.ts";
import { funcInfo, lineInfo } from "../abi/attr-prog.ts";
import { type BtfBlob, parseBtf } from "../btf/decode.ts";
import { typeName } from "../btf/print-c.ts";
import type { BtfId } from "../btf/types.ts";
import type { Fd } from "../linux/fd.ts";
import { fetchInfo, openObject, programInfo, readBtf } from "../linux/objects.ts";
import type { Kernel } from "../linux/syscall.ts";

/** A source line. `src` is its text without the indent. */
export type SourceLine = Readonly<{ src: string; file: string; line: number; column: number }>;

/** What the kernel holds of a program as it runs it. Offsets of `lines` and `protos` count 8-byte slots. */
export type XlatedCode = Readonly<{
  insns: Uint8Array;
  protos: ReadonlyMap<number, string>;
  lines: ReadonlyMap<number, SourceLine>;
  functions: readonly XlatedFunction[];
  /** The program's types. */
  btf: Uint8Array | undefined;
}>;

/** A function by the slot that it begins at; `btfId` is its FUNC. */
export type XlatedFunction = Readonly<{ slot: number; name: string; btfId: number }>;

/** Machine code of one function. Offsets of `lines` count its bytes. */
export type JitedFunction = Readonly<{
  address: bigint;
  proto: string | undefined;
  bytes: Uint8Array;
  lines: ReadonlyMap<number, SourceLine>;
}>;

/** Reads a program's instructions, and what its types say about them. Throws SystemError. */
export function readXlated(kernel: Kernel, program: Fd): XlatedCode {
  const info = programInfo(kernel, program);
  const insns = new Uint8Array(info.xlatedProgLen);
  fetchInfo(
    kernel,
    program,
    progInfo.encode({ xlatedProgLen: insns.length, xlatedProgInsns: at(kernel, insns) }),
  );
  const bytes = btfBytes(kernel, info.btfId);
  if (bytes === undefined) return { insns, protos: new Map(), lines: new Map(), functions: [], btf: undefined };
  const btf = parseBtf(bytes);
  const { functions, lines } = readDebug(kernel, program);
  return {
    insns,
    btf: bytes,
    functions: functions.map(({ insnOff, typeId }) => ({
      slot: insnOff,
      name: btf.nameOf(typeId as BtfId),
      btfId: typeId,
    })),
    protos: new Map(functions.flatMap(({ insnOff, typeId }) => entryOf(insnOff, prototype(btf, typeId)))),
    lines: new Map(lines.map((line) => [line.insnOff, sourceLine(btf, line)])),
  };
}

/** Reads a program's machine code, function by function; none when it is interpreted. Throws SystemError. */
export function readJited(kernel: Kernel, program: Fd): JitedFunction[] {
  const info = programInfo(kernel, program);
  if (info.jitedProgLen === 0) return [];
  const code = new Uint8Array(info.jitedProgLen);
  const count = Math.max(1, info.nrJitedFuncLens);
  const lengths = new Uint32Array(count);
  const addresses = new BigUint64Array(count);
  const lineAddresses = new BigUint64Array(info.nrJitedLineInfo);
  const request = {
    jitedProgLen: code.length,
    jitedProgInsns: at(kernel, code),
    nrJitedFuncLens: info.nrJitedFuncLens,
    jitedFuncLens: at(kernel, lengths),
    nrJitedKsyms: info.nrJitedKsyms,
    jitedKsyms: at(kernel, addresses),
    ...(info.nrJitedLineInfo > 0 && {
      nrJitedLineInfo: info.nrJitedLineInfo,
      jitedLineInfoRecSize: 8,
      jitedLineInfo: at(kernel, lineAddresses),
    }),
  };
  fetchInfo(kernel, program, progInfo.encode(request));
  if (info.nrJitedFuncLens === 0) lengths[0] = code.length;
  const btf = openBtf(kernel, info.btfId);
  const { functions, lines } = btf === undefined ? { functions: [], lines: [] } : readDebug(kernel, program);
  const found: JitedFunction[] = [];
  for (let i = 0, start = 0; i < count; i++) {
    const bytes = code.subarray(start, start + (lengths[i] ?? 0));
    start += bytes.length;
    const address = addresses[i] ?? 0n;
    const typeId = functions[i]?.typeId;
    const own = lines.flatMap((line, k) => {
      const offset = Number((lineAddresses[k] ?? 0n) - address);
      const isHere = btf !== undefined && address !== 0n && offset >= 0 && offset < bytes.length;
      return isHere ? [[offset, sourceLine(btf, line)] as const] : [];
    });
    const proto = btf && typeId !== undefined ? prototype(btf, typeId) : undefined;
    found.push({ address, proto, bytes, lines: new Map(own) });
  }
  return found;
}

function readDebug(kernel: Kernel, program: Fd) {
  const { nrFuncInfo, nrLineInfo } = programInfo(kernel, program);
  const functions = new Uint8Array(nrFuncInfo * funcInfo.bytes);
  const lines = new Uint8Array(nrLineInfo * lineInfo.bytes);
  const request = progInfo.encode({
    ...(nrFuncInfo > 0 && { nrFuncInfo, funcInfoRecSize: funcInfo.bytes, funcInfo: at(kernel, functions) }),
    ...(nrLineInfo > 0 && { nrLineInfo, lineInfoRecSize: lineInfo.bytes, lineInfo: at(kernel, lines) }),
  });
  fetchInfo(kernel, program, request);
  return {
    functions: Array.from({ length: nrFuncInfo }, (_, i) => funcInfo.decode(functions, i * funcInfo.bytes)),
    lines: Array.from({ length: nrLineInfo }, (_, i) => lineInfo.decode(lines, i * lineInfo.bytes)),
  };
}

type Line = ReturnType<typeof lineInfo.decode>;

function sourceLine(btf: BtfBlob, { lineOff, fileNameOff, lineCol }: Line): SourceLine {
  return {
    src: btf.string(lineOff).trimStart(),
    file: btf.string(fileNameOff),
    line: lineCol >>> 10,
    column: lineCol & 0x3ff,
  };
}

function entryOf<T>(key: number, value: T | undefined): (readonly [number, T])[] {
  return value === undefined ? [] : [[key, value]];
}

function at(kernel: Kernel, array: Uint8Array | Uint32Array | BigUint64Array): bigint {
  return array.length === 0 ? 0n : kernel.addressOf(new Uint8Array(array.buffer));
}

function openBtf(kernel: Kernel, id: number): BtfBlob | undefined {
  const bytes = btfBytes(kernel, id);
  return bytes && parseBtf(bytes);
}

function btfBytes(kernel: Kernel, id: number): Uint8Array | undefined {
  if (id === 0) return undefined;
  using fd = openObject(kernel, "btf", id);
  return fd && readBtf(kernel, fd);
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
