import type { UserFunction } from "../../plan/target.ts";
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
      "name the file as the compiler was given it, or by the end of its path",
    );
  return found;
}

/** The function whose code holds a virtual address. */
export function functionHolding(path: string, address: bigint, env: Env): UserFunction | undefined {
  return env.target
    .userFunctions(path, "*")
    .find((f) => f.address <= address && address < f.address + BigInt(Math.max(f.size, 1)));
}

/** The place at a virtual address: in the function that holds it. */
export function functionAround(path: string, address: bigint, env: Env): UserFunction[] {
  const holder = functionHolding(path, address, env);
  if (!holder) return [];
  const inside = Number(address - holder.address);
  return [{ ...holder, offset: holder.offset + inside, address, size: 0 }];
}
