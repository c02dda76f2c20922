import type { Func, Module } from "../ir/ir.ts";

/** One improvement of a function. `run` changes the function in place and tells whether it did. */
export type Pass = Readonly<{
  name: string;
  run(func: Func, module: Module): boolean;
}>;
