import type { ProgramMaker } from "../process/programs.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";

const FOLDERS = ["/usr/local/bin", "/usr/bin", "/usr/sbin", "/bin"];
const NOT_FOUND = 127;

/** /bin/sh: `sh -c 'a; b && c || d'` runs programs one after the other; `sh FILE` those of a script's lines. */
export const shell: ProgramMaker = ([, ...args]) =>
  function* (p) {
    yield* p.loadLibraries("libc.so.6");
    const at = args.indexOf("-c");
    const text =
      at === -1
        ? yield* scriptText(
            p,
            args.find((arg) => !arg.startsWith("-")),
          )
        : (args[at + 1] ?? "");
    return yield* runLine(p, text);
  };

function* scriptText(p: Thread, path: string | undefined): Code<string> {
  return path === undefined ? "" : ((yield* p.readText(path)) ?? "");
}

/** Runs the commands of a line, or of several: its exit code is that of the last. */
export function* runLine(p: Thread, text: string): Code<number> {
  let status = 0;
  let joint = "";
  for (const part of commandsOf(text)) {
    if (/^(;|\n|&&|\|\|)$/.test(part)) {
      joint = part;
      continue;
    }
    if (part.startsWith("#") || (joint === "&&" && status !== 0) || (joint === "||" && status === 0)) continue;
    status = yield* command(p, wordsOf(part));
  }
  return status;
}

/** Commands and what stands between them; quotes protect it. */
function commandsOf(text: string): readonly string[] {
  const parts = text.match(/;|\n|&&|\|\||(?:'[^']*'|"[^"]*"|[^;\n&|'"]|[&|'"])+?(?=;|\n|&&|\|\||$)/g) ?? [];
  return parts.map((part) => (part === "\n" ? part : part.trim())).filter((part) => part !== "");
}

function* command(p: Thread, [name = "", ...args]: readonly string[]): Code<number> {
  if (name === "cd") return (yield* p.chdir(args[0] ?? "/")) < 0 ? 1 : 0;
  if (name === "exit") return yield* p.exit(Number(args[0] ?? 0));
  if (name === "echo" || name === ":") return 0;
  const path = yield* lookUp(p, name);
  return path === undefined ? NOT_FOUND : yield* p.run(path, ...args);
}

/** Looks for a program in the folders of $PATH, as shells do: with stat(2). */
function* lookUp(p: Thread, name: string): Code<string | undefined> {
  if (name.includes("/")) return name;
  for (const folder of FOLDERS) {
    const found = yield* p.stat(`${folder}/${name}`);
    if (typeof found !== "number") return `${folder}/${name}`;
  }
  return undefined;
}

/** Words of a command, quotes taken off. */
export function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? "",
  );
}
