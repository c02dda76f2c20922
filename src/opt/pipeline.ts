import { checkFunc } from "../ir/check.ts";
import type { Func, Module } from "../ir/ir.ts";
import { foldConstants } from "./fold-constants.ts";
import { fuseBranches } from "./fuse-branches.ts";
import { hoistConstants } from "./hoist-constants.ts";
import { mergeParams } from "./merge-params.ts";
import type { Pass } from "./pass.ts";
import { promoteSlots } from "./promote-slots.ts";
import { reduceStrength } from "./reduce-strength.ts";
import { removeDead } from "./remove-dead.ts";
import { removeDeadSlots } from "./remove-dead-slots.ts";
import { shareLookups } from "./share-lookups.ts";
import { shareValues } from "./share-values.ts";
import { simplify } from "./simplify.ts";
import { simplifyControlFlow } from "./simplify-control-flow.ts";
import { sink } from "./sink.ts";

/**
 * The passes in their order; the whole list runs a second time if it found something.
 *
 * All but the first expect what `simplifyControlFlow` leaves: reachable blocks in reverse post-order.
 */
// biome-ignore format: one pass per line
export const DEFAULT_PASSES: readonly Pass[] = [
  simplifyControlFlow, // first: unreachable blocks would hide what their successors receive
  promoteSlots,        // values are what all others work on
  mergeParams,         // most of the parameters that promotion adds carry one value
  foldConstants,
  simplify,
  reduceStrength,      // after simplify, which needs to see multiplications as such
  hoistConstants,      // empties blocks for the next pass but one
  shareValues,         // equal constants are one value by now
  shareLookups,        // keys that are equal are one value by now
  fuseBranches,
  removeDeadSlots,
  removeDead,          // before control flow: blocks that held only comparisons are empty now
  simplifyControlFlow,
  sink,                // last: it spreads out what sharing brought together
];

const MOST_ROUNDS = 2; // the second finds 2% more, the third next to nothing

export type OptimizeOptions = Readonly<{
  /** Checks the IR after every pass and throws when a pass broke it. */
  check?: boolean;
}>;

/** Improves every function in place. The result means the same to whoever runs it, and the verifier learns no less. */
export function optimize(
  module: Module,
  passes: readonly Pass[] = DEFAULT_PASSES,
  options: OptimizeOptions = {},
): void {
  for (const func of module.funcs) optimizeFunc(func, module, passes, options);
}

function optimizeFunc(func: Func, module: Module, passes: readonly Pass[], options: OptimizeOptions): void {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let changed = false;
    for (const pass of passes) {
      if (!pass.run(func, module)) continue;
      changed = true;
      if (!options.check) continue;
      const problems = checkFunc(func, module);
      if (problems.length > 0) throw new Error(`bug: ${pass.name} broke the IR:\n${problems.join("\n")}`);
    }
    if (!changed) return;
  }
}
