import { readFileSync } from "node:fs";
import { btfInfo, objInfoAttr } from "../abi/attr-object.ts";
import type { BtfBlob } from "../btf/decode.ts";
import { parseBtf } from "../btf/decode.ts";
import type { Btf, BtfId, BtfType } from "../btf/types.ts";
import { bpf } from "./bpf.ts";
import { textOf } from "./bpf-prog.ts";
import type { Fd } from "./fd.ts";
import { objectIds, openObject, readBtf } from "./objects.ts";
import type { Kernel } from "./syscall.ts";

/** A type of the kernel's: of its own BTF, or of a module's, whose descriptor is needed to name it. */
export type KernelType = Readonly<{ btf: Btf; id: BtfId; module?: Fd }>;

type Module = Readonly<{ name: string; fd: Fd; btf: BtfBlob }>;

/** The types of the kernel and of its modules. Modules are read when the kernel itself has not what is asked for. */
export class KernelTypes implements Disposable {
  readonly #kernel: Kernel;
  readonly #vmlinux: () => BtfBlob | undefined;
  #modules: readonly Module[] | undefined;

  constructor(kernel: Kernel, vmlinux: () => BtfBlob | undefined) {
    this.#kernel = kernel;
    this.#vmlinux = vmlinux;
  }

  /** The kernel's own types; undefined where it has no BTF. */
  get own(): Btf | undefined {
    return this.#vmlinux();
  }

  /** The first type of that name and kind: of the kernel, or of `module` alone where it is given. */
  find(name: string, kind: BtfType["kind"], module?: string): KernelType | undefined {
    const own = this.#vmlinux();
    const [id] = module === undefined || module === "vmlinux" ? (own?.find(name, kind) ?? []) : [];
    if (own !== undefined && id !== undefined) return { btf: own, id };
    if (own === undefined || module === "vmlinux") return undefined;
    for (const { name: of, fd, btf } of this.modules()) {
      if (module !== undefined && module !== of) continue;
      const found = btf.find(name, kind).find((type) => type >= btf.firstId);
      if (found !== undefined) return { btf, id: found, module: fd };
    }
    return undefined;
  }

  /** Modules with BTF. None without CAP_SYS_ADMIN, which listing them takes, and on kernels before 5.11. */
  modules(): readonly Module[] {
    this.#modules ??= this.#readModules();
    return this.#modules;
  }

  [Symbol.dispose](): void {
    for (const { fd } of this.#modules ?? []) fd.close();
    this.#modules = undefined;
  }

  #readModules(): Module[] {
    const base = this.#vmlinux();
    const loaded = loadedModules();
    if (base === undefined || loaded.size === 0) return [];
    const found: Module[] = [];
    for (const id of objectIds(this.#kernel, "btf")) {
      const fd = openObject(this.#kernel, "btf", id);
      if (fd === undefined) continue;
      const name = this.#nameOf(fd);
      if (name !== undefined && loaded.has(name))
        found.push({ name, fd, btf: parseBtf(readBtf(this.#kernel, fd), base) });
      else fd.close();
    }
    return found;
  }

  /** Undefined for BTF that is not the kernel's. */
  #nameOf(fd: Fd): string | undefined {
    const name = new Uint8Array(64);
    const info = btfInfo.encode({ name: this.#kernel.addressOf(name), nameLen: name.length });
    const attr = objInfoAttr.encode({
      bpfFd: fd.number,
      infoLen: info.length,
      info: this.#kernel.addressOf(info),
    });
    const result = bpf(this.#kernel, "BPF_OBJ_GET_INFO_BY_FD", attr);
    return result < 0 || btfInfo.decode(info).kernelBtf === 0 ? undefined : textOf(name);
  }
}

function loadedModules(): ReadonlySet<string> {
  try {
    const lines = readFileSync("/proc/modules", "utf8").split("\n");
    return new Set(lines.map((line) => line.split(" ")[0] ?? "").filter((name) => name !== ""));
  } catch {
    return new Set(); // a kernel without modules
  }
}
