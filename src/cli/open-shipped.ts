import { SkepError } from "../base/errors.ts";
import { fitPlan } from "../fit-plan.ts";
import type { Compiled } from "../pipeline.ts";
import type { Backend } from "../runtime/backend.ts";
import { asCompiled, unpackScript } from "../shipped.ts";
import { kernelBuild } from "./kernel-build.ts";

/** A built script, ready for the machine at hand. Throws SkepError where it does not fit. */
export function openShipped(
  bytes: Uint8Array,
  { name, target }: Pick<Backend, "name" | "target">,
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
  const isAtHome = name === "linux" && facts.kernel !== undefined && facts.kernel === kernelBuild();
  return { object: isAtHome ? asCompiled(compiled.object) : compiled.object, plan };
}
