import type { Btf } from "../btf/types.ts";

/** What relocation asks of the kernel that programs are for. `linux/` and `sim/` answer; nothing is asked unneeded. */
export type RelocationTarget = Readonly<{
  /** LINUX_VERSION_CODE: major << 16 | minor << 8 | patch. */
  kernelVersion: number;
  kernelBtf(): Btf | undefined;
  /** BTF of the modules that are loaded, each with the kernel's as its base. */
  moduleBtfs?(): readonly ModuleBtf[];
  /** Address of a kernel symbol, or undefined. */
  kernelSymbol(name: string): bigint | undefined;
  /** Text of the kernel's configuration, such as that of /proc/config.gz unpacked; undefined where it is not known. */
  kconfig?(): string | undefined;
}>;

export type ModuleBtf = Readonly<{ name: string; btf: Btf }>;
