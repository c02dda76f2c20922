import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const CACHE = join(import.meta.dirname, "../../node_modules/.cache/skep-compiled");

/** What is to be compiled: a file, or a text under a name such as "packet.c". */
export type Compilation = Readonly<{
  source: string | Readonly<{ name: string; text: string }>;
  /** The first of them that the machine has is taken. */
  compilers: readonly string[];
  /** Without the file, and without -o. */
  flags: readonly string[];
}>;

/** Objects for the kernel, as clang makes them of C. */
export const BPF_OBJECT = { compilers: ["clang", "clang-14"], flags: ["-target", "bpf", "-g", "-O2", "-c"] };

/**
 * Path of what a compiler makes of a source, which all tests share. Compiled once per text and flags: guests, whose one
 * processor is slow, find what the host compiled. Undefined without a compiler; throws when it refuses the source.
 */
export function compiledOnce({ source, compilers, flags }: Compilation): string | undefined {
  const name = typeof source === "string" ? basename(source) : source.name;
  const text = typeof source === "string" ? readFileSync(source, "utf8") : source.text;
  const what = JSON.stringify([name, text, compilers, flags, process.arch]);
  const folder = join(CACHE, createHash("sha256").update(what).digest("hex").slice(0, 16));
  const out = join(folder, "out");
  if (existsSync(out)) return out;
  mkdirSync(folder, { recursive: true });
  const path = typeof source === "string" ? source : join(folder, name);
  if (typeof source !== "string") writeFileSync(path, text);
  return compiledTo(out, compilers, (file) => [...flags, "-o", file, path]);
}

/** Writes `out` with the first compiler that there is, whole or not at all. Undefined without one; throws when it refuses. */
export function compiledTo(
  out: string,
  compilers: readonly string[],
  argsFor: (file: string) => readonly string[],
): string | undefined {
  const unfinished = `${out}.${process.pid}`;
  for (const compiler of compilers) {
    try {
      execFileSync(compiler, argsFor(unfinished), { stdio: ["ignore", "ignore", "pipe"] });
      renameSync(unfinished, out);
      return out;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") continue;
      throw error;
    }
  }
  return undefined;
}
