import { SkepError } from "../base/errors.ts";
import { fitPlan } from "../fit-plan.ts";
import type { Compiled } from "../pipeline.ts";
import type { Target } from "../plan/target.ts";
import { unpackScript } from "../shipped.ts";

/** A built script, ready for the machine at hand. Throws SkepError where it does not fit. */
export function openShipped(
  bytes: Uint8Array,
  target: Target,
  pid: number | undefined,
  verbose: boolean,
): Compiled {
  const { compiled, facts } = unpackScript(bytes);
  if (facts.arch !== target.arch)
    throw new SkepError(`the script was built for ${facts.arch}, and this is ${target.arch}`, {
      code: "ship/arch",
      remedy: "build it on a machine of this kind, or run its source",
    });
  const plan = fitPlan(compiled.plan, target, {
    ...(pid !== undefined && { pid }),
    onMissing: (probe) => {
      if (verbose) process.stderr.write(`note: this machine has no ${probe}\n`);
    },
  });
  return { object: compiled.object, plan };
}
