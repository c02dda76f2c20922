import { checkModule } from "../../src/ir/check.ts";
import { Graphs } from "../../src/ir/graphs.ts";
import type { Func } from "../../src/ir/ir.ts";
import { parseModule } from "../../src/ir/parse.ts";
import { printFunc } from "../../src/ir/print.ts";
import type { Pass } from "../../src/opt/pass.ts";

const MAPS = `map {"name":"m","type":"array","keySize":4,"valueSize":64,"maxEntries":1,"flags":0}`;

/**
 * Runs a pass on a program with this body and gives the blocks afterwards, one line per instruction. A short body is
 * one block without its label. Throws when the IR is not well-formed
 * before or after.
 */
export function runPass(
  pass: Pass,
  body: string,
  slots = "",
  program = 'tracepoint "tp"',
): { lines: string[]; changed: boolean } {
  const blocks = body.startsWith("b0") ? body : `b0:\n${body}`;
  const text = `source "t" ""\nlicense "GPL"\n${MAPS}\nprogram "p" ${program} {\n${slots}\n${blocks}\n}`;
  const module = parseModule(text);
  const check = (when: string) => {
    const problems = checkModule(module);
    if (problems.length > 0) throw new Error(`${when}: ${problems.join("; ")}`);
  };
  check("before");
  const func = module.funcs[0] as Func;
  const changed = pass.run(func, module, new Graphs(func)) !== false;
  check("after");
  const lines = printFunc(func).split("\n").slice(1, -1);
  return {
    lines: lines.map((line) => line.trim()).filter((line) => line !== "b0:" && !line.startsWith("slot ")),
    changed,
  };
}
