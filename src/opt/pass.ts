import type { Graphs } from "../ir/graphs.ts";
import type { Func, Module } from "../ir/ir.ts";

/** One improvement of a function. `run` changes the function in place and tells whether it did. `graphs`: of the function. */
export type Pass = Readonly<{
  name: string;
  run(func: Func, module: Module, graphs: Graphs): boolean;
}>;
