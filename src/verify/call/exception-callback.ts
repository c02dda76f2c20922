import type { Environment } from "../environment.ts";
import type { Fault } from "../finding/finding.ts";
import { declTag } from "../program/fields.ts";
import type { Subprogram } from "../program/prepared.ts";
import { globalSignature } from "./global-signature.ts";

/** What is called when the program throws. `index`: the function; undefined, the program names none. */
export type ExceptionCallback = Readonly<{ index: number | undefined; fault?: Fault }>;

const TAG = "exception_callback:";
const NONE: ExceptionCallback = { index: undefined };

/**
 * The function that the main one's tag `exception_callback:NAME` names. Source: bpf_find_exception_callback_insn_off and
 * do_check_common, kernel/bpf, v6.18.
 */
export function exceptionCallback(env: Environment, subprograms: readonly Subprogram[]): ExceptionCallback {
  const [main] = subprograms;
  const { btf } = env;
  if (btf === undefined || main === undefined || main.btfId === 0) return NONE;
  const tag = declTag(btf, main.btfId, -1, TAG);
  if (tag === undefined) return NONE;
  const name = tag.slice(TAG.length);
  const wrong = (index: number | undefined, what: string): ExceptionCallback => ({
    index,
    fault: {
      code: "verify/exception",
      message: `the exception callback ${what}`,
      values: { fix: `give it the form __noinline int ${name}(__u64 cookie) { … }, not static` },
    },
  });
  const found = subprograms.find((one) => one.index > 0 && one.name === name);
  if (found === undefined) return wrong(undefined, `\`${name}\` is no function of the program`);
  if (found.linkage !== "global") return wrong(found.index, `${name}() is static; it must be global`);
  const signature = globalSignature(env, btf, found.btfId, name);
  if (signature.kind === "fault") return { index: found.index }; // said where the function is verified
  const [only, second] = signature.args;
  if (only?.kind === "number" && second === undefined) return { index: found.index };
  return wrong(
    found.index,
    `${name}() takes ${signature.args.length === 1 ? "a pointer" : `${signature.args.length} arguments`}; it is given one number`,
  );
}
