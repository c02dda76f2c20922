export { type ElfFunction, type ElfLocation, ElfSymbols } from "./elf-symbols.ts";
export { Kallsyms, type KernelLocation, type KernelSymbol } from "./kallsyms.ts";
export { fileOffset, findMapping, type Mapping, parseMaps } from "./maps.ts";
export type { OperandSource } from "./operand-source.ts";
export { type JitLocation, PerfMap } from "./perf-map.ts";
export { type ProcessFiles, type UserLocation, UserSymbolizer } from "./symbolize.ts";
export { readUsdtProbes, splitUsdtArguments, type UsdtProbe } from "./usdt.ts";
export { type OperandResult, parseUsdtOperand, type UsdtOperand } from "./usdt-operand.ts";
