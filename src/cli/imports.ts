import "./build-parts.ts";
import type { CompileOptions } from "../pipeline.ts";
import type { Target } from "../plan/target.ts";

/** Whether a script may import objects: only then is what reads them loaded. */
export function mayImport(script: string): boolean {
  return /\bimport\s*"/.test(script) && !script.slice(0, 64).includes("\nSKEP "); // built scripts import nothing
}

/** What compiling a script that imports objects or C needs beside the rest; `folders`: where its files are looked for. */
export async function importsOf(
  script: string,
  target: Target,
  folders: readonly string[],
): Promise<Pick<CompileOptions, "readLibrary" | "linkLibraries">> {
  if (!mayImport(script)) return {};
  if (!globalThis.SKEP_CORE) return (await import("./import-files.ts")).importFiles(target, folders);
  const message = "a script that is read from a pipe cannot import objects";
  return { readLibrary: () => ({ message, help: "write the script to a `.bt` file and give its name" }) };
}
