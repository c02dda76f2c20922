import { btfInfo, getIdAttr, linkInfo, mapInfo, objInfoAttr, progInfo } from "../abi/attr-object.ts";
import { checkInput, U32, word } from "../base/check-input.ts";
import type { ValueOf } from "../base/struct.ts";
import { bpf, bpfFd } from "./bpf.ts";
import type { BpfCommand } from "./bpf-commands.ts";
import { textOf } from "./bpf-prog.ts";
import { checkKernel } from "./check-arguments.ts";
import { ERRNO } from "./errno.ts";
import { FD, type Fd } from "./fd.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

export type ProgInfo = ValueOf<typeof progInfo>;
export type MapInfo = ValueOf<typeof mapInfo>;
export type LinkInfo = ValueOf<typeof linkInfo>;

/** Kinds of objects that have ids. */
export type ObjectKind = "prog" | "map" | "link" | "btf";

// biome-ignore format: one kind per line
const COMMANDS: Readonly<Record<ObjectKind, Readonly<{ next: BpfCommand; open: BpfCommand }>>> = {
  prog: { next: "BPF_PROG_GET_NEXT_ID", open: "BPF_PROG_GET_FD_BY_ID" },
  map:  { next: "BPF_MAP_GET_NEXT_ID",  open: "BPF_MAP_GET_FD_BY_ID" },
  link: { next: "BPF_LINK_GET_NEXT_ID", open: "BPF_LINK_GET_FD_BY_ID" },
  btf:  { next: "BPF_BTF_GET_NEXT_ID",  open: "BPF_BTF_GET_FD_BY_ID" },
};

const KIND = word("prog", "map", "link", "btf");

/** Ids of all objects of a kind that the kernel holds, rising. Needs CAP_SYS_ADMIN. Throws SystemError. */
export function* objectIds(kernel: Kernel, kind: ObjectKind): Generator<number> {
  checkKernel(kernel);
  const { next } = COMMANDS[checkInput("the kind of objects", kind, KIND)];
  for (let id = 0; ; ) {
    const attr = getIdAttr.encode({ id });
    const result = bpf(kernel, next, attr);
    if (result === -ERRNO.ENOENT) return;
    if (result < 0) throw new SystemError(`list what the kernel holds (${kind})`, next, result);
    id = getIdAttr.decode(attr).nextId;
    yield id;
  }
}

/** Opens an object by its id; undefined when it is gone by now. Throws SystemError. */
export function openObject(kernel: Kernel, kind: ObjectKind, id: number): Fd | undefined {
  checkKernel(kernel);
  checkInput(`the id of a ${String(kind)}`, id, U32);
  const { open } = COMMANDS[checkInput("the kind of objects", kind, KIND)];
  try {
    return bpfFd(kernel, open, getIdAttr.encode({ id }), `open ${kind} ${id}`);
  } catch (error) {
    if (error instanceof SystemError && error.errno === "ENOENT") return undefined;
    throw error;
  }
}

export function programInfo(kernel: Kernel, program: Fd): ProgInfo {
  return progInfo.decode(info(kernel, program, progInfo.bytes));
}

export function mapInfoOf(kernel: Kernel, map: Fd): MapInfo {
  return mapInfo.decode(info(kernel, map, mapInfo.bytes));
}

export function linkInfoOf(kernel: Kernel, link: Fd): LinkInfo {
  return linkInfo.decode(info(kernel, link, linkInfo.bytes));
}

/** What the kernel tells of a BTF blob: "vmlinux" or a module's name where it is the kernel's own. */
export type BtfDescription = Readonly<{ id: number; bytes: number; name: string; ofKernel: boolean }>;

const BTF_NAME_BYTES = 64; // MODULE_NAME_LEN is 56

export function btfInfoOf(kernel: Kernel, btf: Fd): BtfDescription {
  const name = new Uint8Array(BTF_NAME_BYTES);
  const request = btfInfo.encode({ name: kernel.addressOf(name), nameLen: name.length });
  fetchInfo(kernel, btf, request);
  const { id, btfSize, kernelBtf } = btfInfo.decode(request);
  return { id, bytes: btfSize, name: textOf(name), ofKernel: kernelBtf !== 0 };
}

/** The bytes of a BTF blob that the kernel holds. */
export function readBtf(kernel: Kernel, btf: Fd): Uint8Array {
  const { btfSize } = btfInfo.decode(info(kernel, btf, btfInfo.bytes));
  const bytes = new Uint8Array(btfSize);
  const request = btfInfo.encode({ btf: kernel.addressOf(bytes), btfSize });
  fetchInfo(kernel, btf, request);
  return bytes;
}

/** Ids of the maps that a program uses. */
export function programMapIds(kernel: Kernel, program: Fd): number[] {
  const { nrMapIds } = programInfo(kernel, program);
  const ids = new Uint32Array(nrMapIds);
  if (nrMapIds === 0) return [];
  const request = progInfo.encode({ nrMapIds, mapIds: kernel.addressOf(new Uint8Array(ids.buffer)) });
  fetchInfo(kernel, program, request);
  return [...ids.subarray(0, progInfo.decode(request).nrMapIds)];
}

function info(kernel: Kernel, object: Fd, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  fetchInfo(kernel, object, out);
  return out;
}

/** Fills `into` with what the kernel tells of an object; one that knows less leaves the rest as it is. Throws SystemError. */
export function fetchInfo(kernel: Kernel, object: Fd, into: Uint8Array): void {
  checkKernel(kernel);
  if (!FD.accepts(object)) checkInput("the object to ask the kernel about", object, FD);
  const attr = objInfoAttr.encode({
    bpfFd: object.number,
    infoLen: into.length,
    info: kernel.addressOf(into),
  });
  const result = bpf(kernel, "BPF_OBJ_GET_INFO_BY_FD", attr);
  if (result < 0) throw new SystemError("ask the kernel about an object", "BPF_OBJ_GET_INFO_BY_FD", result);
}
