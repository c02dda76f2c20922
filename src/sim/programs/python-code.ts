import type { Result } from "../hooks/word.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";

/** A function of a Python program. */
export type PythonFunction = Readonly<{ file: string; name: string; line: number }>;

const CALL_NS = 900;

/** Calls a Python function: the interpreter's frame in user stacks, its probes on the way in and out. */
export function python<T extends Result>(p: Thread, fn: PythonFunction, body: () => Code<T>): Code<T> {
  const { task } = p;
  return p.enter("_PyEval_EvalFrameDefault", [], function* () {
    const place = () => [task.userText(fn.file), task.userText(fn.name), fn.line];
    p.usdt("python", "function__entry", place);
    yield* p.compute(CALL_NS);
    const result = yield* body();
    p.usdt("python", "function__return", place);
    return result;
  });
}

/** Collects garbage of a generation. */
export function* pythonGc(p: Thread, generation: 0 | 1 | 2): Code {
  const collected = p.random().integer(0, 400 * (generation + 1));
  yield* p.enter("gc_collect_main", [generation], function* () {
    p.usdt("python", "gc__start", () => [generation]);
    yield* p.compute(Math.round(p.random().latency(180_000 * 6 ** generation, 0.3)));
    p.usdt("python", "gc__done", () => [collected]);
    return collected;
  });
}

/** Starts the interpreter: its libraries, its modules, then `main` of a script. */
export function* pythonMain(p: Thread, script: string, main: (p: Thread) => Code): Code {
  yield* p.loadLibraries("libm.so.6", "libz.so.1", "libc.so.6");
  for (const module of ["encodings/__init__", "codecs", "io", "site", "os", "socket", "json/__init__"])
    yield* importModule(p, module);
  yield* p.readFile(script);
  yield* p.enter("Py_RunMain", [], () =>
    python(p, { file: script, name: "<module>", line: 1 }, function* () {
      yield* main(p);
      return 0;
    }),
  );
}

function* importModule(p: Thread, module: string): Code {
  const { task } = p;
  p.usdt("python", "import__find__load__start", () => [task.userText(module.replace("/__init__", ""))]);
  for (const folder of ["/usr/local/lib/python3.13", "/usr/lib/python3.13"]) {
    if ((yield* p.readFile(`${folder}/${module}.py`)) < 0) continue;
    break;
  }
  yield* p.compute("150 us");
  p.usdt("python", "import__find__load__done", () => [task.userText(module.replace("/__init__", "")), 1]);
}
