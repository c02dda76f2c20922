import type { FuncBuilder } from "../../ir/build.ts";
import type { Value } from "../../ir/ir.ts";
import type { Variable } from "./checker.ts";
import { Temporaries } from "./lower-memory.ts";
import type { DirectPlace } from "./lowering.ts";

/** What a function being lowered knows that differs between a program and the callbacks of its loops. */
export type Frame = {
  b: FuncBuilder;
  temporaries: Temporaries;
  /** Where each variable in scope is. */
  variables: Map<Variable, DirectPlace>;
  /** In callbacks: the program's context, handed in by the loop. */
  context?: Value;
  /** Leaves the innermost loop that is a block of this function, or the callback. */
  breakTo: (() => void)[];
  continueTo: (() => void)[];
  leave: () => void;
  /** Ends the function of the script's own whose body is being lowered. */
  endFunction?: (() => void) | undefined;
  /** How often the code here runs in one run of the function, as far as its own loops make it. */
  rounds: number;
};

export function newFrame(b: FuncBuilder): Frame {
  return {
    b,
    temporaries: new Temporaries(b),
    variables: new Map(),
    breakTo: [],
    continueTo: [],
    rounds: 1,
    leave: () => b.return(b.const(0)),
  };
}
