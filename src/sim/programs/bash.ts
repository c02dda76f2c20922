import type { Thread } from "../thread.ts";
import type { Duration } from "../world/duration.ts";
import type { Code } from "../world/wait.ts";
import { type InstalledBinary, LIBC_PATH } from "./program.ts";
import { runLine, shell } from "./shell.ts";
import { through } from "./through.ts";

/** bash has readline built in, and exports its functions. */
export const BASH: InstalledBinary = {
  path: "/usr/bin/bash",
  aliases: ["/bin/bash"],
  fileBytes: 1_298_416,
  functions: [
    "_start", "main", "shell_initialize", "reader_loop", "read_command", "parse_command", "yyparse", "readline",
    "readline_internal_char", "rl_read_key", "rl_gets", "add_history", "execute_command", "execute_command_internal",
    "execute_disk_command", "shell_execve", "make_child", "wait_for", "waitchld", "find_user_command", "initialize_job_control",
    "xmalloc", "xfree", "expand_words",
  ],
  libraries: [LIBC_PATH],
  language: "c",
  make: shell,
}; // biome-ignore format: one list

const KEY_NS = 110_000_000;
const MOST_LINE = 512;
const STDERR = 2;

export type TypedLine = string | Readonly<{ text: string; after: Duration }>;

/** Somebody types lines at an interactive bash, one after the other; `pause` passes before each. */
export function* interactiveBash(
  p: Thread,
  lines: () => Iterable<TypedLine>,
  pause: (p: Thread) => number,
): Code {
  for (const file of ["/etc/profile", ".bashrc", ".bash_history"]) yield* p.readFile(file);
  yield* p.enter("reader_loop", [], function* () {
    for (const line of lines()) {
      const { text, after } = typeof line === "string" ? { text: line, after: pause(p) } : line;
      yield* p.sleep(after);
      const typed = yield* readline(p, text);
      if (typed.trim() === "exit") return 0;
      yield* through(p, ["execute_command", "execute_command_internal"], () => runLine(p, typed));
    }
    return 0;
  });
}

/** readline(3): waits for the keys one by one, then returns the line, which the caller frees. */
function* readline(p: Thread, text: string): Code<string> {
  const { task } = p;
  const place = yield* p.malloc(MOST_LINE);
  yield* p.write(STDERR, "$ ");
  yield* p.enter("readline", [task.userText("$ ")], function* () {
    const bytes = new TextEncoder().encode(`${text}\0`);
    for (let i = 0; i < text.length; i += 4) {
      yield* p.sleep(Math.round(p.random().latency(KEY_NS / 4, 0.4)));
      yield* p.write(STDERR, text.slice(i, i + 4));
    }
    task.process.memory?.write(place, bytes.subarray(0, MOST_LINE));
    return place;
  });
  yield* p.free(place);
  return text;
}
