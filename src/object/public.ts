// `skep/object`: what an eBPF object file holds, as data.

export { BAD_RELOCATION, type MissingRelocation, missingRelocation } from "./core-patch.ts";
export { CORE_KINDS, type CoreKind, type CoreRelocation, coreRelocation } from "./core-relocation.ts";
export { ObjectError } from "./error.ts";
export { explainMissing } from "./explain-missing.ts";
export { type FromElfOptions, fromElf } from "./from-elf.ts";
export { link, linkFiles, type NamedFile } from "./link.ts";
export type { ExternSpec, FunctionInfo, ObjectSpec, ProgramSpec } from "./object.ts";
export { isRelocated, type Relocated, type Relocation, relocate } from "./relocate.ts";
export { parseKconfig } from "./relocate-kconfig.ts";
export type { KernelSymbol } from "./relocate-symbols.ts";
export type { ModuleBtf, RelocationTarget } from "./relocation-target.ts";
export { toElf } from "./to-elf.ts";
