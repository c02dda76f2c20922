import type { Simulated } from "../../src/simulate.ts";
import { findTool } from "../../src/tools/table.ts";

/** A tool's command line or a script: "opensnoop -x -n cat" or "tracepoint:… { … }". */
export function simulatedOf(text: string): Simulated {
  const [name = "", ...words] = text.trim().split(/\s+/);
  const tool = findTool(name);
  if (tool === undefined) return text;
  const options: Record<string, string | boolean> = {};
  for (let i = 0; i < words.length; i++) {
    const word = (words[i] ?? "").replace(/^--?/, "");
    const found = Object.entries(tool.options ?? {}).find(
      ([long, { short }]) => long === word || short === word,
    );
    if (found === undefined) throw new Error(`${name} has no option ${words[i]}`);
    options[found[0]] = found[1].type === "switch" ? true : (words[++i] ?? "");
  }
  return { tool, options };
}

/** What stands between the quotes of `-e '…'`, or the line itself for tools. */
export function programOf(line: string): string {
  return /^-e '([\s\S]*?)'( --duration \S+)?$/.exec(line)?.[1] ?? line;
}
