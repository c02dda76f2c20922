import { Binary } from "../hooks/binary.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";

const COMPILE_NS = 1_200_000;

/**
 * A just-in-time compiler makes code of these functions: they lie in memory of their own, `p.enter` calls them, and
 * /tmp/perf-PID.map says where each is, as `node --perf-basic-prof` and others write it.
 */
export function* compileFunctions(p: Thread, names: readonly string[]): Code {
  const { process } = p.task;
  const code = new Binary({ path: `//anon ${p.pid}`, functions: names });
  const base = process.mapCode(code);
  let text = "";
  for (const { name, offset, size } of code.functions.values()) {
    yield* p.compute(COMPILE_NS);
    text += `${(base + offset).toString(16)} ${size.toString(16)} ${name}\n`;
  }
  yield* p.writeFile(`/tmp/perf-${p.pid}.map`, text);
}
