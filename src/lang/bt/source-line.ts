import { didYouMean } from "../../base/suggest.ts";
import type { UserFunction, UserTypes } from "../../plan/target.ts";
import type { AttachPoint } from "./ast.ts";
import type { Env } from "./env.ts";

/** A line of a program's source: `PATH@FILE:LINE` or `PATH:FILE:LINE`. */
export type SourceLine = Readonly<{ binary: string; file: string; line: number }>;

const NUMBER = /^\d{1,9}$/;

/** The line that a uprobe's parts name; undefined when they name something else. */
export function sourceLineOf(parts: readonly string[]): SourceLine | undefined {
  const last = parts.at(-1) ?? "";
  if (!NUMBER.test(last)) return undefined;
  const [first = "", second = ""] = parts;
  const at = first.lastIndexOf("@");
  if (parts.length === 2 && at > 0)
    return { binary: first.slice(0, at), file: first.slice(at + 1), line: Number(last) };
  if (parts.length === 3 && second.includes(".")) return { binary: first, file: second, line: Number(last) };
  return undefined;
}

/** Where the code of a source line begins; faults are reported. */
export function placesOfLine(
  { file, line }: SourceLine,
  point: AttachPoint,
  path: string,
  env: Env,
): readonly UserFunction[] {
  const types = env.target.userTypes?.(path);
  const span = point.parts.at(-1)?.span ?? point.span;
  if (types === undefined) {
    env.report.error(
      "probe/no-debug-information",
      span,
      `${path} has no debug information, which tells where the code of a line is`,
      "build it with -g, install its -dbgsym package, or name a function",
    );
    return [];
  }
  const places = types.line(file, line);
  const found = places.flatMap(({ address }) => functionAround(path, address, env));
  if (found.length === 0)
    env.report.error(
      "probe/not-found",
      span,
      `no code of ${path} comes from line ${line} of \`${file}\` or from one below it`,
      nearLine(file, types),
    );
  return found;
}

/** What to write for a line that has no code: the file's last line, or another file. */
function nearLine(file: string, types: UserTypes): string {
  const sources = [...types.sources()];
  const last = Math.max(
    ...sources.map(([path, line]) => (path.endsWith(`/${file}`) || path === file ? line : 0)),
    0,
  );
  if (last > 0) return `name an earlier line: the last one of \`${file}\` with code is ${last}`;
  const names = [...new Set(sources.map(([path]) => path.slice(path.lastIndexOf("/") + 1)))];
  const some = names.slice(0, 3).map((name) => `\`${name}\``);
  return (
    didYouMean(file.slice(file.lastIndexOf("/") + 1), names) ??
    `name the file as the compiler was given it, or by the end of its path; code is from ${some.join(", ")}${names.length > 3 ? " …" : ""}`
  );
}

/** The function whose code holds a virtual address: one of the symbols, else a nameless one. */
export function functionHolding(path: string, address: bigint, env: Env): UserFunction | undefined {
  return (
    env.target
      .userFunctions(path, "*")
      .find((f) => f.address <= address && address < f.address + BigInt(Math.max(f.size, 1))) ??
    env.target.userCode?.(path, address)
  );
}

/** Whether a function of a program without symbols, which is called by its address. */
export function isNameless(f: UserFunction): boolean {
  return /^0x/.test(f.name);
}

/** The place at a virtual address: in the function that holds it. */
function functionAround(path: string, address: bigint, env: Env): UserFunction[] {
  const holder = functionHolding(path, address, env);
  if (!holder) return [];
  const inside = Number(address - holder.address);
  return [{ ...holder, offset: holder.offset + inside, address, size: 0 }];
}
