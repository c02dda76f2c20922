import type { Graphs } from "../ir/graphs.ts";
import type { Func, Module } from "../ir/ir.ts";

/**
 * What a pass did. "leftovers": all that went were constants and addresses of slots that nobody read, which gives no
 * pass new work but the one that looks for empty blocks.
 */
export type Changed = boolean | "leftovers";

/** One improvement of a function. `run` changes the function in place and tells whether it did. `graphs`: of the function. */
export type Pass = Readonly<{
  name: string;
  run(func: Func, module: Module, graphs: Graphs): Changed;
}>;
