import { readFileSync, statSync } from "node:fs";
import { mayImport } from "./imports.ts";
import { isMoreName } from "./more-names.ts";
import { refusedPrivileges } from "./this-machine.ts";

/** Whether a command line may need more than the small bundles have: see build-parts.ts. */
export function needsMore([command = "", ...rest]: readonly string[]): boolean {
  const words = [command, ...rest];
  if (words.some((word) => MORE_OPTIONS.has(word) || word.startsWith("--emit-elf"))) return true;
  if (words.some((word) => mayImport(word))) return true;
  if (words.some((word) => (word === command || word.endsWith(".bt")) && mayImport(scriptText(word))))
    return true;
  if (isMoreName(command) || words.some((word) => word.startsWith("--sim"))) return true;
  return process.platform !== "linux" || refusedPrivileges() !== undefined; // then a simulated machine is shown
}

/** A script's text, if the word names one. */
function scriptText(word: string): string {
  try {
    return statSync(word).isFile() ? readFileSync(word, "latin1") : "";
  } catch {
    return "";
  }
}

/** Options of the main job that are for more than tracing. */
const MORE_OPTIONS: ReadonlySet<string> = new Set(["--test", "--bench", "--info"]);
