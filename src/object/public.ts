// `skep/object`: what an eBPF object file holds, as data.
export { CORE_KINDS, type CoreKind, type CoreRelocation, coreRelocation } from "./core-relocation.ts";
export { ObjectError } from "./error.ts";
export { type FromElfOptions, fromElf } from "./from-elf.ts";
export type { ExternSpec, FunctionInfo, ObjectSpec, ProgramSpec } from "./object.ts";
