import type { Builtin } from "../builtin.ts";
import { actionBuiltins } from "./actions.ts";
import { addressBuiltins } from "./address.ts";
import { aggregateBuiltins } from "./aggregate.ts";
import { assertionBuiltins } from "./assertions.ts";
import { concatBuiltins } from "./concat.ts";
import { emptyMapBuiltins } from "./empty-map.ts";
import { optionBuiltins } from "./getopt.ts";
import { kernelBuiltins } from "./kernel.ts";
import { mapBuiltins } from "./maps.ts";
import { outputBuiltins } from "./output.ts";
import { packetBuiltins } from "./packets.ts";
import { contextBuiltins } from "./probe-context.ts";
import { searchBuiltins } from "./search.ts";
import { stackBuiltins } from "./stack.ts";
import { taskBuiltins } from "./task.ts";
import { textBuiltins } from "./text.ts";
import { timeBuiltins } from "./time.ts";
import { seriesBuiltins } from "./time-series.ts";

/** Every builtin of the language. */
export const BUILTINS: readonly Builtin[] = [
  ...taskBuiltins,
  ...timeBuiltins,
  ...contextBuiltins,
  ...stackBuiltins,
  ...textBuiltins,
  ...concatBuiltins,
  ...addressBuiltins,
  ...aggregateBuiltins,
  ...outputBuiltins,
  ...packetBuiltins,
  ...mapBuiltins,
  ...emptyMapBuiltins,
  ...optionBuiltins,
  ...seriesBuiltins,
  ...actionBuiltins,
  ...assertionBuiltins,
  ...searchBuiltins,
  ...kernelBuiltins,
];

const BY_NAME: ReadonlyMap<string, Builtin> = new Map(BUILTINS.map((builtin) => [builtin.name, builtin]));

export function findBuiltin(name: string): Builtin | undefined {
  return BY_NAME.get(name);
}

/** Names for suggestions: of all builtins, or of those that are called. */
export function builtinNames(form?: "call"): string[] {
  return BUILTINS.filter((b) => form === undefined || b.form !== "word").map((b) => b.name);
}
