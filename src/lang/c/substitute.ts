import type { CMacro } from "./macro.ts";
import { type CToken, tokensOf } from "./scan.ts";

/** The arguments of one use of a macro: as they are written, and with their own macros expanded. */
export type CArguments = Readonly<{
  raw(index: number): readonly CToken[];
  expanded(index: number): readonly CToken[];
}>;

/**
 * A macro's body with the arguments in it (ISO C11, 6.10.3.1 to 6.10.3.3, `__VA_OPT__` of C23, and GNU's comma that goes
 * with an empty `__VA_ARGS__`). `use`: the name where the macro is used, whose place all tokens take.
 */
export function substitute(macro: CMacro, args: CArguments, use: CToken): CToken[] {
  const out: CToken[] = [];
  const { body } = macro;
  for (let i = 0; i < body.length; i++) {
    const token = body[i] as CToken;
    if (token.text === "##" && out.length > 0 && i + 1 < body.length) {
      i = paste(macro, args, i, out, use.at);
      continue;
    }
    const operand = readOperand(macro, args, i, body[i + 1]?.text === "##", use.at);
    // Nothing in front of `##` still takes part in it.
    if (operand.tokens.length === 0 && body[operand.end]?.text === "##") out.push(PLACEHOLDER);
    pushAll(out, operand.tokens);
    i = operand.end - 1;
  }
  const made = out.filter((token) => token !== PLACEHOLDER);
  const [first] = made;
  if (first) made[0] = { ...first, space: use.space };
  return made;
}

const PLACEHOLDER: CToken = { kind: "mark", text: "", at: 0, space: false, first: false };

function pushAll(out: CToken[], tokens: readonly CToken[]): void {
  for (const token of tokens) out.push(token);
}

type Operand = Readonly<{ tokens: readonly CToken[]; end: number }>;

/** What the token at `i` stands for; `raw`: it is beside a `##`, so its argument is not expanded. */
function readOperand(macro: CMacro, args: CArguments, i: number, raw: boolean, at: number): Operand {
  const token = macro.body[i] as CToken;
  const next = macro.body[i + 1];
  if (token.text === "#" && macro.params !== undefined && next) {
    const param = macro.params.indexOf(next.text);
    if (param >= 0) return { tokens: [asText(args.raw(param), token, at)], end: i + 2 };
  }
  if (token.kind !== "name" || macro.params === undefined) return { tokens: [{ ...token, at }], end: i + 1 };
  if (token.text === "__VA_OPT__" && macro.variadic && next?.text === "(") return optional(macro, args, i, at);
  const param = macro.params.indexOf(token.text);
  if (param < 0) return { tokens: [{ ...token, at }], end: i + 1 };
  const given = raw ? args.raw(param) : args.expanded(param);
  return { tokens: given.map((one, k) => placed(one, at, k === 0 ? token.space : one.space)), end: i + 1 };
}

function placed(token: CToken, at: number, space: boolean): CToken {
  return token.at === at && token.space === space && !token.first
    ? token
    : { ...token, at, space, first: false };
}

/** `__VA_OPT__(…)`: its content where there are arguments for `...`. */
function optional(macro: CMacro, args: CArguments, i: number, at: number): Operand {
  let depth = 0;
  let end = i + 1;
  do {
    const text = macro.body[end]?.text;
    if (text === "(") depth++;
    if (text === ")") depth--;
    end++;
  } while (depth > 0 && end < macro.body.length);
  const last = (macro.params?.length ?? 1) - 1;
  if (args.expanded(last).length === 0) return { tokens: [], end };
  const inner = { ...macro, body: macro.body.slice(i + 2, end - 1) };
  const use = { ...(macro.body[i] as CToken), at };
  return { tokens: substitute(inner, args, use), end };
}

/** Joins the last token of `out` with what stands behind the `##` at `i`; gives the index of the last token read. */
function paste(macro: CMacro, args: CArguments, i: number, out: CToken[], at: number): number {
  const right = readOperand(macro, args, i + 1, true, at);
  const left = out.at(-1) as CToken;
  const isRest = macro.variadic && macro.body[i + 1]?.text === macro.params?.at(-1);
  if (left.text === "," && isRest) {
    if (right.tokens.length === 0) out.pop();
    else pushAll(out, args.expanded((macro.params?.length ?? 1) - 1));
    return right.end - 1;
  }
  out.pop();
  const [first, ...others] = right.tokens;
  if (first === undefined) out.push(left);
  else {
    pushAll(out, joined(left, first, at));
    pushAll(out, others);
  }
  return right.end - 1;
}

/** What is no token is left as two, as compilers do after a complaint. */
function joined(left: CToken, right: CToken, at: number): CToken[] {
  if (left === PLACEHOLDER) return [right];
  const made = tokensOf(left.text + right.text, at);
  const [one] = made;
  if (made.length === 1 && one) return [{ ...one, space: left.space, first: false }];
  return [left, right];
}

/** `#argument`: its spelling as a string. */
function asText(tokens: readonly CToken[], hash: CToken, at: number): CToken {
  const spelled = tokens.map(({ kind, text, space }, i) => {
    const shown = kind === "text" ? text.replace(/["\\]/g, "\\$&") : text;
    return space && i > 0 ? ` ${shown}` : shown;
  });
  return { kind: "text", text: `"${spelled.join("")}"`, at, space: hash.space, first: false };
}
