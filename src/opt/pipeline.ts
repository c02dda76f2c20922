import { checkFunc } from "../ir/check.ts";
import { Graphs } from "../ir/graphs.ts";
import type { Func, Module } from "../ir/ir.ts";
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
 * The passes in their order; a second round follows if the first found something.
 *
 * All but the first expect what `simplifyControlFlow` leaves: reachable blocks in reverse post-order.
 */
// biome-ignore format: one pass per line
export const DEFAULT_PASSES: readonly Pass[] = [
  simplifyControlFlow, // first: unreachable blocks would hide what their successors receive
  promoteSlots,        // values are what all others work on
  mergeParams,         // most of the parameters that promotion adds carry one value
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

/** Passes for which the first round leaves nothing to do: in a second they change one function of 800. */
const ONCE: ReadonlySet<Pass> = new Set([reduceStrength, shareValues, sink]);

/** Passes that find nothing before the others have had their first round: of 2,000 functions, in none. */
const LATE: ReadonlySet<Pass> = new Set([shareLookups]);

/** Passes that leftovers (pass.ts) are work for. */
const WOKEN_BY_LEFTOVERS: ReadonlySet<Pass> = new Set([simplifyControlFlow]);

/**
 * What may give a pass new work in a later round: it runs again only after one of these has changed something since it
 * ran last. Passes that are not named here run in every round.
 */
// biome-ignore format: one pass per line
const WOKEN_BY: ReadonlyMap<Pass, readonly Pass[]> = new Map([
  [simplifyControlFlow, [promoteSlots, mergeParams, simplify, shareLookups, fuseBranches, removeDead, sink, simplifyControlFlow]],
  [promoteSlots, [shareLookups, removeDeadSlots]],
  [mergeParams, [simplifyControlFlow, promoteSlots, simplify, shareValues, shareLookups, removeDead]],
  [simplify, [simplifyControlFlow, promoteSlots, mergeParams]],
  [hoistConstants, [simplifyControlFlow, promoteSlots, simplify, reduceStrength]],
  [shareLookups, [simplifyControlFlow, promoteSlots, mergeParams, simplify, shareValues]],
  [fuseBranches, [simplifyControlFlow, promoteSlots, mergeParams, simplify, shareValues, shareLookups, removeDead]],
  [removeDeadSlots, [promoteSlots, mergeParams, simplify, shareLookups, removeDead]],
  [removeDead, [simplifyControlFlow, promoteSlots, mergeParams, simplify, hoistConstants, shareValues, shareLookups, fuseBranches, removeDeadSlots]],
]);

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
  const schedule = passes.map((pass): Turn => {
    const wakers = WOKEN_BY.get(pass);
    return {
      pass,
      id: passes.indexOf(pass),
      once: ONCE.has(pass),
      late: LATE.has(pass),
      tidies: WOKEN_BY_LEFTOVERS.has(pass),
      wakers: wakers?.map((waker) => passes.indexOf(waker)).filter((id) => id !== -1),
    };
  });
  for (const func of module.funcs) optimizeFunc(func, module, schedule, options);
}

/** A pass in its place; passes are named by where they come first. */
type Turn = Readonly<{
  pass: Pass;
  id: number;
  once: boolean;
  late: boolean;
  tidies: boolean;
  wakers: readonly number[] | undefined;
}>;

function optimizeFunc(func: Func, module: Module, schedule: readonly Turn[], options: OptimizeOptions): void {
  const changedAt = new Int32Array(schedule.length); // when a pass last changed something, in passes run
  const ranAt = new Int32Array(schedule.length);
  const graphs = new Graphs(func);
  let leftoversAt = 0; // when something was left over last
  let now = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let changed = false;
    for (let i = 0; i < schedule.length; i++) {
      const { pass, id, once, late, tidies, wakers } = schedule[i] as Turn;
      const ran = ranAt[id] as number;
      if (round === 0) {
        if (late) {
          changed = true; // its turn is in the next round
          continue;
        }
      } else if (once || !(isWoken(wakers, ran, changedAt) || (tidies && leftoversAt >= ran))) continue;
      now++;
      ranAt[id] = now;
      const done = pass.run(func, module, graphs);
      if (done === false) continue;
      if (done === "leftovers") leftoversAt = now;
      else changedAt[id] = now;
      changed = true;
      if (!options.check) continue;
      const problems = checkFunc(func, module);
      if (problems.length > 0) throw new Error(`bug: ${pass.name} broke the IR:\n${problems.join("\n")}`);
    }
    if (!changed) return;
  }
}

/** Whether something that concerns a pass has changed since it ran; what it changed itself counts. */
function isWoken(wakers: readonly number[] | undefined, ranAt: number, changedAt: Int32Array): boolean {
  if (wakers === undefined) return true;
  for (let i = 0; i < wakers.length; i++) if ((changedAt[wakers[i] as number] as number) >= ranAt) return true;
  return false;
}
