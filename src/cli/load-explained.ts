import { SkepError } from "../base/errors.ts";
import { VerifierRefused } from "../linux/verifier-refused.ts";
import type { ObjectSpec } from "../object/object.ts";
import type { Loaded, LoadOptions } from "../runtime/backend.ts";
import { explainRefusal } from "../verify/public.ts";
import { plainCall } from "./invocation.ts";

type Loads<T extends Loaded> = Readonly<{ load(object: ObjectSpec, options?: LoadOptions): T }>;

/**
 * Loads an object of the user's: that the kernel refuses a program of it is no bug of ours. `path` is the
 * object's file. Throws SkepError.
 */
export function loadExplained<T extends Loaded>(
  backend: Loads<T>,
  object: ObjectSpec,
  options: LoadOptions & Readonly<{ path: string }>,
): T {
  const { path, ...rest } = options;
  try {
    return backend.load(object, { ...rest, explainRefusal });
  } catch (error) {
    if (!(error instanceof VerifierRefused)) throw error;
    throw new SkepError(error.message, {
      code: "load/refused",
      remedy: `ask for all faults at once, of any kernel: ${plainCall()} verify ${path} --program ${error.program}`,
      cause: error,
    });
  }
}
