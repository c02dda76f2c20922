import { closeSync, openSync, statfsSync } from "node:fs";
import { ATTACH_TYPES } from "../abi/attach-types.ts";
import { iterCreateAttr, iterTaskInfo, linkIter } from "../abi/attr-link.ts";
import { HELPERS } from "../abi/helpers.ts";
import { PROGRAM_TYPES } from "../abi/program-types.ts";
import { SkepError } from "../base/errors.ts";
import { findMember } from "../btf/lookup.ts";
import type { Btf } from "../btf/types.ts";
import { assemble } from "../isa/assemble.ts";
import { bindNames } from "../isa/bind-names.ts";
import { encodeProgram } from "../isa/encode.ts";
import type { MissingTables } from "../runtime/backend.ts";
import { bpfFd } from "./bpf.ts";
import { loadProgram } from "./bpf-prog.ts";
import { ERRNO } from "./errno.ts";
import { Fd } from "./fd.ts";
import { createLink } from "./link-create.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

type FileKey = MissingTables["file"];

/** File systems whose stat(2) names another device or inode than mappings have. Source: uapi/linux/magic.h, v6.12. */
const OF_TWO_MINDS: ReadonlySet<number> = new Set([
  0x794c7630, // overlayfs: a mapping is of the file below
  0x9123683e, // btrfs: each subvolume is a device of its own
  0xca451a4e, // bcachefs
]);

/** Whether what stat(2) says of a file may differ from what the kernel has in a mapping of it. */
export function mayDiffer(path: string): boolean {
  try {
    return OF_TWO_MINDS.has(statfsSync(path).type);
  } catch {
    return false;
  }
}

const RECORD_BYTES = 24; // start, device, inode
const CHUNK_BYTES = 1 << 16;
const PROT_READ = 1;
const MAP_PRIVATE = 2;
const PAGE_BYTES = 4096;

/**
 * Tells which file the kernel means in a mapping, where stat(2) does not: maps the file into this process and lets a
 * program walk the process's mappings. Needs Linux 6.1 and BTF.
 */
export class KernelFileKeys implements Disposable {
  readonly #kernel: Kernel;
  readonly #link: Fd;

  private constructor(kernel: Kernel, link: Fd) {
    this.#kernel = kernel;
    this.#link = link;
  }

  /** Undefined where the kernel has no such thing. */
  static open(kernel: Kernel, btf: Btf): KernelFileKeys | undefined {
    const [target] = btf.find("bpf_iter_task_vma", "func");
    const text = programText(btf);
    if (target === undefined || text === undefined) return undefined;
    const ids = new Map(HELPERS.map((helper) => [helper.name, helper.id]));
    const { insns } = assemble({ name: "keys", text }, { helperId: (name) => ids.get(name) });
    if (insns === undefined) throw new Error("bug: the program that tells files does not assemble");
    const loaded = loadProgram(kernel, {
      name: "skep_files",
      type: PROGRAM_TYPES.tracing.number,
      expectedAttachType: ATTACH_TYPES.traceIter.number,
      attachBtfId: target,
      insns: encodeProgram(bindNames(insns, { map: () => undefined })),
      license: "GPL",
    });
    if (loaded.kind === "refused") return undefined;
    using program = loaded.fd;
    const info = iterTaskInfo.encode({ pid: process.pid });
    const rest = linkIter.encode({ iterInfo: kernel.addressOf(info), iterInfoLen: info.length });
    const link = createLink(kernel, { program, attachType: "traceIter", rest });
    return link < 0 ? undefined : new KernelFileKeys(kernel, new Fd(kernel, link));
  }

  /** Undefined for what cannot be opened or mapped. */
  keyOf(path: string): FileKey | undefined {
    let file: number;
    try {
      file = openSync(path, "r");
    } catch {
      return undefined;
    }
    const address = this.#kernel.call("mmap", 0, PAGE_BYTES, PROT_READ, MAP_PRIVATE, file, 0);
    closeSync(file);
    if (address < 0) return undefined;
    try {
      return this.#at(BigInt(address));
    } catch (error) {
      if (error instanceof SkepError) return undefined;
      throw error;
    } finally {
      this.#kernel.call("munmap", address, PAGE_BYTES);
    }
  }

  [Symbol.dispose](): void {
    this.#link.close();
  }

  #at(address: bigint): FileKey | undefined {
    const attr = iterCreateAttr.encode({ linkFd: this.#link.number });
    using walk = bpfFd(this.#kernel, "BPF_ITER_CREATE", attr, "look at what is mapped");
    const chunk = new Uint8Array(CHUNK_BYTES);
    let kept = 0; // bytes of a record that the next chunk goes on with
    for (;;) {
      const bytes = this.#kernel.call("read", walk.number, chunk.subarray(kept), chunk.length - kept);
      if (bytes === -ERRNO.EAGAIN || bytes === -ERRNO.EINTR) continue;
      if (bytes < 0) throw new SystemError("look at what is mapped", "read", bytes);
      if (bytes === 0) return undefined;
      const view = new DataView(chunk.buffer, 0, kept + bytes);
      let at = 0;
      for (; at + RECORD_BYTES <= view.byteLength; at += RECORD_BYTES)
        if (view.getBigUint64(at, true) === address)
          return { device: view.getBigUint64(at + 8, true), inode: view.getBigUint64(at + 16, true) };
      chunk.copyWithin(0, at, view.byteLength);
      kept = view.byteLength - at;
    }
  }
}

/** Writes where a mapping begins, and its file's device and inode. The context holds meta, task and vma. */
function programText(btf: Btf): string | undefined {
  const offset = (struct: string, name: string): number | undefined => {
    const [id] = btf.find(struct, "struct");
    const member = id === undefined ? undefined : findMember(btf, id, name);
    return member && member.bitOffset / 8;
  };
  const start = offset("vm_area_struct", "vm_start");
  const file = offset("vm_area_struct", "vm_file");
  const inode = offset("file", "f_inode");
  const number = offset("inode", "i_ino");
  const system = offset("inode", "i_sb");
  const device = offset("super_block", "s_dev");
  if ([start, file, inode, number, system, device].includes(undefined)) return undefined;
  return `
    r7 = r1
    r6 = *(u64 *)(r7 + 16)
    if r6 == 0 goto out
    r8 = *(u64 *)(r6 + ${file})
    if r8 == 0 goto out
    r1 = *(u64 *)(r6 + ${start})
    *(u64 *)(r10 - 24) = r1
    r1 = *(u64 *)(r8 + ${inode})
    if r1 == 0 goto out
    r2 = *(u64 *)(r1 + ${number})
    *(u64 *)(r10 - 8) = r2
    r2 = *(u64 *)(r1 + ${system})
    if r2 == 0 goto out
    r3 = *(u32 *)(r2 + ${device})
    *(u64 *)(r10 - 16) = r3
    r1 = *(u64 *)(r7 + 0)
    r1 = *(u64 *)(r1 + 0)
    r2 = r10
    r2 += -24
    r3 = ${RECORD_BYTES}
    call bpf_seq_write
  out:
    r0 = 0
    exit
`;
}
