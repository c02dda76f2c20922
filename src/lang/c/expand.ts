import type { CMacro } from "./macro.ts";
import type { CToken } from "./scan.ts";
import { type CArguments, substitute } from "./substitute.ts";

/** Where tokens come from: a file, or a list. `next` gives "end" again and again behind the last one. */
export type CSource = { next(): CToken; unread(token: CToken): void };

/** Macros that are no text: they answer where they are used. Undefined: not meant, the name stands for itself. */
export type CBuiltin = (use: CToken, expander: Expander) => readonly CToken[] | undefined;

/** Arguments may hold macros with arguments, and so on: so deep at most. */
const MOST_DEPTH = 200;
/** Tokens that all macros of one script together may make. */
const MOST_STEPS = 50_000_000;
/** And those of one line's macros. */
const MOST_AT_ONCE = 500_000;

/** The macros make more than there is memory or patience for. */
export class TooMuchExpansion extends Error {}

/** Tokens that are read before the source goes on; `macro` is what made them. */
type Context = { tokens: readonly CToken[]; index: number; macro?: CMacro; wall?: true };

const END: CToken = { kind: "end", text: "", at: 0, space: false, first: true };
const NOTHING: CSource = { next: () => END, unread: () => {} };

/** Expands macros in what it reads (ISO C11, 6.10.3). */
export class Expander {
  readonly macros: Map<string, CMacro>;
  private readonly builtins: ReadonlyMap<string, CBuiltin>;
  private source: CSource = NOTHING;
  /** Told of a `#` line among a macro's arguments, which it takes in; false where it does not. */
  onDirective: ((hash: CToken) => boolean) | undefined;
  private readonly contexts: Context[] = [];
  /** Macros whose result is being read. */
  private readonly busy = new Set<CMacro>();
  private depth = 0;
  private steps = 0;
  private stepsBefore = 0;

  constructor(macros: Map<string, CMacro>, builtins: ReadonlyMap<string, CBuiltin>) {
    this.macros = macros;
    this.builtins = builtins;
  }

  /** Forgets what an expansion that was given up has left. */
  reset(): void {
    this.contexts.length = 0;
    this.busy.clear();
    this.depth = 0;
    this.source = NOTHING;
  }

  /** Reads from `source` while `work` runs. */
  from<T>(source: CSource, work: () => T): T {
    const outer = this.source;
    this.source = source;
    try {
      return work();
    } finally {
      this.source = outer;
    }
  }

  isMacro(name: string): boolean {
    return this.macros.has(name) || this.builtins.has(name);
  }

  /** The next token with nothing to expand. `first` of tokens of the source is kept. */
  next(): CToken {
    for (;;) {
      const token = this.raw();
      if (token.kind !== "name" || token.painted || !this.expands(token)) return this.painted(token);
    }
  }

  /** All of a list, expanded. */
  list(tokens: readonly CToken[]): CToken[] {
    if (!tokens.some((token) => token.kind === "name" && this.isMacro(token.text))) return [...tokens];
    if (++this.depth > MOST_DEPTH) throw new TooMuchExpansion("macros nest too deep");
    if (this.contexts.length === 0) this.stepsBefore = this.steps;
    this.contexts.push({ tokens, index: 0, wall: true });
    const out: CToken[] = [];
    for (let token = this.next(); token.kind !== "end"; token = this.next()) out.push(token);
    this.contexts.pop();
    this.depth--;
    return out;
  }

  /** The next token, as it is. A wall is never passed: there the list ends. */
  raw(): CToken {
    for (;;) {
      const top = this.contexts.at(-1);
      if (top === undefined) {
        this.stepsBefore = this.steps;
        return this.source.next();
      }
      const token = top.tokens[top.index];
      if (token !== undefined) {
        top.index++;
        return token;
      }
      if (top.wall) return END;
      this.contexts.pop();
      if (top.macro) this.busy.delete(top.macro);
    }
  }

  /** Puts back what `raw` gave last. */
  unread(token: CToken): void {
    if (token === END) return;
    if (this.contexts.length === 0) this.source.unread(token);
    else this.contexts.push({ tokens: [token], index: 0 });
  }

  /** Whether the next token is this mark; it is taken then. */
  accept(text: string): boolean {
    const token = this.raw();
    if (token.text === text && !(token.first && text === "#")) return true;
    this.unread(token);
    return false;
  }

  private painted(token: CToken): CToken {
    if (token.kind !== "name" || token.painted) return token;
    const macro = this.macros.get(token.text);
    return macro && this.busy.has(macro) ? { ...token, painted: true } : token;
  }

  /** Puts what the name stands for in its place; false where it stands for itself. */
  private expands(use: CToken): boolean {
    const macro = this.macros.get(use.text);
    if (macro === undefined) {
      const made = this.builtins.get(use.text)?.(use, this);
      if (made) this.push(made);
      return made !== undefined;
    }
    if (this.busy.has(macro)) return false;
    if (macro.params === undefined) {
      this.push(substitute(macro, NO_ARGUMENTS, use), macro);
      return true;
    }
    if (!this.accept("(")) return false;
    const given = this.arguments(macro);
    if (given === undefined) return false;
    this.push(substitute(macro, this.lazily(given), use), macro);
    return true;
  }

  private push(tokens: readonly CToken[], macro?: CMacro): void {
    this.count(tokens.length + 1);
    this.contexts.push({ tokens, index: 0, ...(macro && { macro }) });
    if (macro) this.busy.add(macro);
  }

  /** Behind the `(`: the arguments as they are written; undefined where no `)` follows. */
  private arguments(macro: CMacro): CToken[][] | undefined {
    const params = macro.params?.length ?? 0;
    const given: CToken[][] = [[]];
    let depth = 0;
    for (;;) {
      const token = this.raw();
      const isDirective = token.first && token.text === "#";
      if (isDirective && this.onDirective?.(token)) continue;
      if (token.kind === "end" || isDirective) {
        this.unread(token);
        return undefined;
      }
      this.count(1);
      if (depth === 0 && token.text === ")") break;
      if (token.text === "(") depth++;
      if (token.text === ")") depth--;
      const isRest = macro.variadic && given.length >= params;
      if (depth === 0 && token.text === "," && !isRest) given.push([]);
      else given.at(-1)?.push(this.painted(token.first ? { ...token, first: false, space: true } : token));
    }
    return given;
  }

  private count(tokens: number): void {
    this.steps += tokens;
    if (this.steps - this.stepsBefore > MOST_AT_ONCE)
      throw new TooMuchExpansion(`a macro makes more than ${MOST_AT_ONCE} tokens`);
    if (this.steps > MOST_STEPS) throw new TooMuchExpansion(`macros make more than ${MOST_STEPS} tokens`);
  }

  private lazily(given: readonly CToken[][]): CArguments {
    const done = new Map<number, readonly CToken[]>();
    return {
      raw: (index) => given[index] ?? [],
      expanded: (index) => {
        const known = done.get(index);
        if (known) return known;
        const made = this.list(given[index] ?? []);
        done.set(index, made);
        return made;
      },
    };
  }
}

const NO_ARGUMENTS: CArguments = { raw: () => [], expanded: () => [] };
