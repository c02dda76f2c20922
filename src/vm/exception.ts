import type { Btf, BtfId } from "../btf/types.ts";
import type { FunctionInfo } from "../object/object.ts";
import type { Program } from "./program.ts";
import type { Engine } from "./run-state.ts";

const TAG = "exception_callback:";

/** What bpf_throw throws: it ends the program, from whatever function, with what its exception callback says. */
export class Thrown {
  readonly cookie: bigint;

  constructor(cookie: bigint) {
    this.cookie = cookie;
  }
}

/** r0 of a program after an exception: its callback's when it has one, else the exception's number. Throws what is none. */
export function resultOf(error: unknown, program: Program, engine: Engine, frame: number): bigint {
  for (let thrown = error; ; ) {
    if (!(thrown instanceof Thrown)) throw thrown;
    if (program.exceptionCallback === -1) return thrown.cookie;
    try {
      return engine.run(program, program.exceptionCallback, [thrown.cookie], frame);
    } catch (next) {
      thrown = next; // thrown by the callback: it is called again, until the steps are used up
    }
  }
}

/**
 * The function that a program's entry names as its exception callback, by a tag in BTF: "exception_callback:name".
 * Source: check_btf_func and add_hidden_subprog in kernel/bpf/verifier.c, v6.18.
 */
export function exceptionCallbackOf(
  btf: Btf | undefined,
  functions: readonly FunctionInfo[],
): number | undefined {
  const entry = functions.find(({ insnIndex }) => insnIndex === 0);
  if (btf === undefined || entry === undefined) return undefined;
  for (let id = 1; id < btf.count; id++) {
    if (btf.kindOf(id as BtfId) !== "declTag") continue;
    const tag = btf.type(id as BtfId);
    if (tag.kind !== "declTag" || tag.target !== entry.btfId || !tag.name.startsWith(TAG)) continue;
    const name = tag.name.slice(TAG.length);
    return functions.find((info) => info.name === name)?.insnIndex;
  }
  return undefined;
}
