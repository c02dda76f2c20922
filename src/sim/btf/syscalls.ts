import { syscallNumbers } from "../../abi/syscalls.ts";
import type { SyscallInfo } from "../kernel-tables.ts";
import { SYSCALLS } from "./facts/syscalls.gen.ts";
import { joinedLines } from "./split-text.ts";
import { splitParams } from "./tracepoint-text.ts";
import type { TypeMaker } from "./type-maker.ts";

/** A system call by the name in its tracepoint; `params` as C declares them. */
export type SyscallText = Readonly<{ name: string; number: number; params: readonly string[] }>;

/** Every system call of x86_64 that has tracepoints, by number. */
export function readSyscalls(): SyscallText[] {
  const numbers = syscallNumbers("x86_64");
  return joinedLines(SYSCALLS).map((entry) => {
    const [, name = "", params = ""] = /^(\w+)\((.*)\)$/.exec(entry) ?? [];
    const number = numbers.get(name);
    if (number === undefined) throw new Error(`bug: no system call: ${entry}`);
    return { name, number, params: splitParams(params) };
  });
}

/** Arguments with the spelling of their types: "const char *" and "filename". */
export function syscallInfo({ number, params }: SyscallText): SyscallInfo {
  const args = params.map((param) => {
    const [, type = "", name = ""] = /^(.*?)\s*(\w+)$/.exec(param) ?? [];
    return { name, type };
  });
  return { number, args };
}

/**
 * Adds the functions of system calls: `__x64_sys_NAME`, which gets the registers, and `__do_sys_NAME`, which gets the
 * arguments, if there are any. Source: arch/x86/include/asm/syscall_wrapper.h, v6.12.
 */
export function addSyscallFunctions(maker: TypeMaker, syscalls: readonly SyscallText[]): void {
  const { declarations } = maker;
  const wrapper = maker.prototype("long", ["const struct pt_regs *regs"]);
  for (const { name, params } of syscalls) {
    declarations.func(`__x64_sys_${name}`, wrapper);
    declarations.func(`__do_sys_${name}`, params.length === 0 ? wrapper : maker.prototype("long", params));
  }
}
