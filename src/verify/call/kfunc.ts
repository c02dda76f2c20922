import type { Insn } from "../../isa/insn.ts";
import type { Environment } from "../environment.ts";

export type Kfunc = Readonly<{
  name: string;
  iterator?: "new" | "next" | "destroy";
  callsBack?: boolean;
  sleeps?: boolean;
  params: readonly unknown[];
}>;

export function kfuncOf(_env: Environment, _insn: Insn): Kfunc | undefined {
  return undefined;
}
