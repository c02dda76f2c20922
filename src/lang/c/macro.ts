import type { CToken } from "./scan.ts";

/** What `#define` makes. Without `params` it takes no arguments, and needs no brackets where it is used. */
export type CMacro = Readonly<{
  name: string;
  params?: readonly string[];
  /** The last of `params` takes all arguments that are left. */
  variadic: boolean;
  body: readonly CToken[];
  at: number;
}>;

/** Reads the tokens behind `#define`; a message says what is wrong with them. */
export function readMacro(line: readonly CToken[]): CMacro | string {
  const [name, open] = line;
  if (name?.kind !== "name") return "`#define` needs a name";
  if (name.text === "defined") return "`defined` cannot be a macro";
  const { text, at } = name;
  if (open?.text !== "(" || open.space)
    return { name: text, variadic: false, body: line.slice(1).map(withoutLine), at };
  const params: string[] = [];
  let variadic = false;
  let index = 2;
  for (; line[index]?.text !== ")"; index++) {
    const token = line[index];
    if (token === undefined) return `the parameters of \`${text}\` have no \`)\``;
    if (variadic) return "`...` must be the last parameter";
    if (token.text === "...") {
      params.push("__VA_ARGS__");
      variadic = true;
    } else if (token.kind === "name" && !params.includes(token.text)) {
      params.push(token.text);
      if (line[index + 1]?.text === "...") {
        variadic = true; // `args...`, an extension of GNU
        index++;
      }
    } else return `\`${token.text}\` is no parameter here`;
    if (line[index + 1]?.text === ",") index++;
  }
  return { name: text, params, variadic, body: line.slice(index + 1).map(withoutLine), at };
}

function withoutLine(token: CToken): CToken {
  return token.first ? { ...token, first: false } : token;
}
