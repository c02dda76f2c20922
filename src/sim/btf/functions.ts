import { FUNCTIONS_BLOCK } from "./facts/functions-block.gen.ts";
import { FUNCTIONS_BY_HAND } from "./facts/functions-by-hand.ts";
import { FUNCTIONS_FILES } from "./facts/functions-files.gen.ts";
import { FUNCTIONS_MEMORY } from "./facts/functions-memory.gen.ts";
import { FUNCTIONS_NETWORK } from "./facts/functions-network.gen.ts";
import { FUNCTIONS_NETWORK_BY_HAND } from "./facts/functions-network-by-hand.ts";
import { FUNCTIONS_OF_STORAGE } from "./facts/functions-of-storage.ts";
import { FUNCTIONS_SECURITY } from "./facts/functions-security.gen.ts";
import { FUNCTIONS_TASKS } from "./facts/functions-tasks.gen.ts";
import { joinedLines } from "./split-text.ts";
import { splitParams } from "./tracepoint-text.ts";
import type { TypeMaker } from "./type-maker.ts";

const TEXTS: readonly string[] = [
  FUNCTIONS_BY_HAND,
  FUNCTIONS_OF_STORAGE,
  FUNCTIONS_FILES,
  FUNCTIONS_BLOCK,
  FUNCTIONS_MEMORY,
  FUNCTIONS_TASKS,
  FUNCTIONS_SECURITY,
  FUNCTIONS_NETWORK,
  FUNCTIONS_NETWORK_BY_HAND,
];

/** Adds the functions that programs can attach to: one prototype an entry, `returns name(parameters);`. */
export function addFunctions(maker: TypeMaker): void {
  for (const text of TEXTS)
    for (const entry of joinedLines(text)) {
      const [, returns = "", name = "", params = ""] = /^(.*?[ *])(\w+)\((.*)\);$/.exec(entry) ?? [];
      if (name === "") throw new Error(`bug: no function: ${entry}`);
      maker.declarations.func(name, maker.prototype(returns, splitParams(params)));
    }
}
