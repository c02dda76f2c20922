import { progInfo } from "../abi/attr-object.ts";
import { funcInfo } from "../abi/attr-prog.ts";
import { PROGRAM_TYPES, programTypeOf } from "../abi/program-types.ts";
import { globMatcher } from "../base/glob.ts";
import { type BtfBlob, parseBtf } from "../btf/decode.ts";
import type { BtfId } from "../btf/types.ts";
import type { BpfFunction } from "../plan/target.ts";
import type { Fd } from "./fd.ts";
import { fetchInfo, objectIds, openObject, type ProgInfo, programInfo, readBtf } from "./objects.ts";
import type { Kernel } from "./syscall.ts";

/**
 * Functions of the programs that are loaded, by a pattern for their names and one for the programs' ids: each program's own
 * and its subprograms, by program and in the order of their code. Programs without types have none. Needs CAP_SYS_ADMIN.
 * Throws SystemError.
 */
export function bpfFunctions(kernel: Kernel, pattern: string, ids: string): BpfFunction[] {
  const matches = globMatcher(pattern);
  const isWanted = globMatcher(ids);
  const types = new Map<number, BtfBlob | undefined>();
  const found: BpfFunction[] = [];
  for (const id of objectIds(kernel, "prog")) {
    if (!isWanted(String(id))) continue;
    using program = openObject(kernel, "prog", id);
    if (program === undefined) continue; // it is gone
    const info = programInfo(kernel, program);
    if (info.btfId === 0 || info.nrFuncInfo === 0) continue;
    if (!types.has(info.btfId)) types.set(info.btfId, typesOf(kernel, info.btfId));
    const btf = types.get(info.btfId);
    if (btf !== undefined) found.push(...functionsOf(kernel, program, info, btf, matches));
  }
  return found;
}

function typesOf(kernel: Kernel, btfId: number): BtfBlob | undefined {
  using fd = openObject(kernel, "btf", btfId);
  return fd && parseBtf(readBtf(kernel, fd));
}

function functionsOf(
  kernel: Kernel,
  program: Fd,
  info: ProgInfo,
  btf: BtfBlob,
  matches: (name: string) => boolean,
): BpfFunction[] {
  const bytes = new Uint8Array(info.nrFuncInfo * funcInfo.bytes);
  const request = progInfo.encode({
    nrFuncInfo: info.nrFuncInfo,
    funcInfoRecSize: funcInfo.bytes,
    funcInfo: kernel.addressOf(bytes),
  });
  fetchInfo(kernel, program, request);
  const count = Math.min(info.nrFuncInfo, progInfo.decode(request).nrFuncInfo);
  const traces = info.type === PROGRAM_TYPES.tracing.number || info.type === PROGRAM_TYPES.ext.number;
  return Array.from({ length: count }, (_, i) => funcInfo.decode(bytes.subarray(i * funcInfo.bytes)).typeId)
    .map((typeId) => ({ name: btf.nameOf(typeId as BtfId), id: typeId as BtfId }))
    .filter(({ name }) => matches(name))
    .map(({ name, id }) => {
      const type = programTypeOf(info.type);
      return { program: info.id, name, btf, id, ...(type && { type }), ...(traces && { traces }) };
    });
}
