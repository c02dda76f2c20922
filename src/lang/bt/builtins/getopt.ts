import type { Builtin } from "../builtin.ts";
import { isSwitch } from "../const-eval.ts";
import { literalBytes } from "../lower-memory.ts";
import { BOOL, I64 } from "../types.ts";

const getopt: Builtin = {
  name: "getopt",
  effect: true,
  usage: 'getopt("name", default)',
  doc: "The value of an option given to the script behind `--`, as `-- --name=value`; known when it is compiled.",
  form: "call",
  arity: [1, 3],
  check(c, use, [name, otherwise]) {
    if (name?.kind !== "string")
      return c.fail(
        "type/constant",
        name?.span ?? use.span,
        "the option's name must be a string literal",
        'write for example `getopt("pid", 0)`',
      );
    const text = c.text(use);
    if (text !== undefined) return { kind: "string", size: literalBytes(text).length };
    const isFlag = isSwitch(otherwise);
    if (c.constant(use) !== undefined) return isFlag ? BOOL : I64;
    const given = c.env.options.named.get(name.value) ?? "";
    const what = isFlag ? "true or false" : "a number";
    return c.fail(
      "args/option",
      use.span,
      given === ""
        ? `--${name.value} needs a value: ${what}`
        : `--${name.value} takes ${what}, not \`${given}\``,
      isFlag ? `give --${name.value} or --${name.value}=false` : `give for example --${name.value}=1`,
    );
  },
  lower(l, use) {
    const text = l.text(use);
    if (text !== undefined) return { kind: "text", text };
    return { kind: "int", value: l.b.const(BigInt.asUintN(64, l.constant(use) ?? 0n)) };
  },
};

export const optionBuiltins: readonly Builtin[] = [getopt];
