import { parseBtf } from "../../btf/decode.ts";
import type { Btf } from "../../btf/types.ts";
import type { KernelTables } from "../kernel-tables.ts";
import { addFunctions } from "./functions.ts";
import { addSyscallFunctions, readSyscalls, syscallInfo } from "./syscalls.ts";
import { addTracepointTypes, readTracepointClasses, tracepointFormats } from "./tracepoints.ts";
import { TypeMaker } from "./type-maker.ts";
import { addTypes } from "./type-texts.ts";

/**
 * BTF, tracepoints and system calls of the simulated kernel. Names and types of members are those of Linux 6.12 on
 * x86_64; offsets are not, since only some members are there, so that programs must relocate. Records of tracepoints
 * are a real kernel's. Made anew by each call, which takes a moment: keep the result.
 */
export function simKernelTables(): KernelTables {
  const maker = new TypeMaker();
  addTypes(maker);
  const syscalls = readSyscalls();
  const classes = readTracepointClasses();
  addSyscallFunctions(maker, syscalls);
  addTracepointTypes(maker, classes);
  addFunctions(maker);
  const btf = parseBtf(maker.declarations.finish());
  return {
    btf,
    tracepoints: tracepointFormats(btf, classes, syscalls),
    syscalls: new Map(syscalls.map((call) => [call.name, syscallInfo(call)])),
    rawTracepoints: classes.flatMap(({ events }) => events).sort(),
  };
}

/** Only the BTF of `simKernelTables`. */
export function simKernelTypes(): Btf {
  return simKernelTables().btf;
}
