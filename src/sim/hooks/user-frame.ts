import type { BinaryFunction } from "./binary.ts";

/** A function of a program that a task is in. */
export type UserFrame = Readonly<{
  function: BinaryFunction;
  /** Where it stands: an address of the process. */
  ip: number;
}>;
