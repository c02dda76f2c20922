import type { MapSpec } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import { WIDE_SCRATCH } from "../codegen/scratch.ts";
import { fitPlan } from "../fit-plan.ts";
import type { ObjectSpec } from "../object/object.ts";
import type { Compiled } from "../pipeline.ts";
import type { Backend } from "../runtime/backend.ts";
import { asCompiled, unpackScript } from "../shipped.ts";
import { kernelBuild } from "./kernel-build.ts";
import { UsageError } from "./report-error.ts";
import type { RunOptions, ScriptProgram } from "./run-script.ts";

/** A built script as a program to run. */
export function shippedProgram(
  bytes: Uint8Array,
  { verbose, command, compile }: Pick<RunOptions, "verbose" | "command" | "compile">,
): ScriptProgram {
  if (compile.follow === "family")
    throw new UsageError(
      "--family needs the source of the script",
      "run the source, or test `pid == cpid` in the script",
    );
  return (backend, pid) =>
    openShipped(bytes, backend, {
      verbose,
      everybody: command !== undefined,
      ...(pid !== undefined && { pid }),
    });
}

/** A built script, ready for the machine at hand. Throws SkepError where it does not fit. */
function openShipped(
  bytes: Uint8Array,
  { name, target }: Pick<Backend, "name" | "target">,
  { verbose, ...whose }: Readonly<{ verbose: boolean; everybody: boolean; pid?: number }>,
): Compiled {
  const { compiled, facts } = unpackScript(bytes);
  if (facts.arch !== target.arch)
    throw new SkepError(`the script was built for ${facts.arch}, and this is ${target.arch}`, {
      code: "ship/arch",
      remedy: "build it on a machine of this kind, or run its source",
    });
  const plan = fitPlan(compiled.plan, target, {
    ...whose,
    onMissing: (probe) => {
      if (verbose) process.stderr.write(`note: this machine has no ${probe}\n`);
    },
  });
  const isAtHome = name === "linux" && facts.kernel !== undefined && facts.kernel === kernelBuild();
  const object = withPlaces(compiled.object, target.cpus);
  return { object: isAtHome ? asCompiled(object) : object, plan };
}

/** The object with as many places for large variables as the machine has CPUs. */
function withPlaces(object: ObjectSpec, cpus: number): ObjectSpec {
  if (!object.maps.some((map) => map.name.startsWith(WIDE_SCRATCH))) return object;
  const fit = (map: MapSpec) => (map.name.startsWith(WIDE_SCRATCH) ? { ...map, maxEntries: cpus } : map);
  return { ...object, maps: object.maps.map(fit) };
}
