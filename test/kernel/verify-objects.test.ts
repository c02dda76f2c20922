// The programs of examples/hooks, as clang builds them: what the running kernel says of each, and what we say.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openLinux } from "../../src/linux/backend.ts";
import { VerifierRefused } from "../../src/linux/verifier-refused.ts";
import type { ObjectSpec } from "../../src/object/object.ts";
import { relocate } from "../../src/object/relocate.ts";
import { verify } from "../../src/verify/verify.ts";
import { exampleObject } from "./example-lab.ts";

const HOOKS = join(import.meta.dirname, "../../examples/hooks");
const SUFFIX = ".bpf.c";
const names = readdirSync(HOOKS)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length));

const backend = openLinux();
afterAll(() => backend[Symbol.dispose]());

/** Undefined where this kernel, or its policy, does not come to verifying the program. */
function kernelAccepts(object: ObjectSpec): boolean | undefined {
  try {
    backend.load(object).close();
    return true;
  } catch (error) {
    return error instanceof VerifierRefused ? false : undefined;
  }
}

test.each(names)("%s", (name) => {
  const object = exampleObject(name);
  if (object === undefined) return;
  const kernelBtf = backend.target.kernelBtf();
  for (const program of object.programs) {
    const one = { ...object, programs: [program] };
    const theirs = kernelAccepts(one);
    if (theirs === undefined) continue;
    const verdict = verify(relocate(one, backend.target), kernelBtf ? { kernelBtf } : {});
    expect(verdict.ok, `${program.name}: ${verdict.programs[0]?.findings[0]?.message}`).toBe(theirs);
  }
});
