import type { Report } from "../../base/diagnostic.ts";
import type { Span } from "../../base/span.ts";
import type { CTokens } from "../../btf/c-scan.ts";
import { builtinMacros, includedName } from "./builtin-macros.ts";
import { conditionValue } from "./condition.ts";
import { Expander, TooMuchExpansion } from "./expand.ts";
import { type CMacro, readMacro } from "./macro.ts";
import { PackStack } from "./pack-stack.ts";
import { type CArch, predefinedMacros } from "./predefined.ts";
import { CScanner, type CToken, tokensOf } from "./scan.ts";

/** A file of C. `folder` tells the finder where to go on for `#include_next`. `isSystem`: nobody named its folder. */
export type CFile = Readonly<{ path: string; text: string; folder: number; isSystem: boolean }>;

/** How a file is named: in quotes or not, by which file, and whether folders count only behind that file's own. */
export type CNaming = Readonly<{ quoted: boolean; from?: CFile | undefined; next?: boolean }>;

export type PreprocessorOptions = Readonly<{
  arch: CArch;
  report: Report;
  /** The file of that name; "known" where its content is known without it; undefined where there is none. */
  find(name: string, naming: CNaming): CFile | "known" | undefined;
}>;

/** One open `#if`: whether its current part counts, and whether any part has counted yet. */
type Open = { at: number; name: string; active: boolean; taken: boolean; inElse: boolean };

/** One file that is being read. `guard`: the macro of an `#ifndef` that holds all of it, as far as that is known. */
type Reading = {
  file: CFile;
  scanner: CScanner;
  opens: Open[];
  guard: { name: string; closed: boolean } | undefined;
  begun: boolean;
};

const MOST_DEPTH = 200;
/** Characters of all files together, those that are read again included. */
const MOST_CHARACTERS = 1 << 28;
const MOST_TOKENS = 20_000_000;

/**
 * The preprocessor of C (ISO C11, 6.10, with `#elifdef`, `__VA_OPT__` and `__has_include` of C23, and what GCC and Clang
 * add). What is left of the files that it reads are tokens for the parser of declarations. Its macros stay from file to
 * file, and it can be asked for them.
 */
export class Preprocessor {
  readonly macros: Map<string, CMacro>;
  private readonly expander: Expander;
  private readonly options: PreprocessorOptions;
  private readonly stack: Reading[] = [];
  private readonly starts = new Map<string, number>();
  private readonly guards = new Map<string, string>();
  private readonly once = new Set<string>();
  private readonly systemStarts = new Set<number>();
  private readonly pack = new PackStack();
  private texts: string[] = [];
  private places: number[] = [];
  private characters = 0;
  private inCondition = false;
  private failed = false;
  /** The place whose line was asked for last: files that ask on each line are not counted from their beginning. */
  private lastLine = { start: -1, offset: 0, line: 1 };

  constructor(options: PreprocessorOptions) {
    this.options = options;
    this.macros = predefinedMacros(options.arch);
    const builtins = builtinMacros({
      inCondition: () => this.inCondition,
      fileAndLine: (at) => this.fileAndLine(at),
      depth: () => Math.max(0, this.stack.length - 1),
      hasFile: (name, quoted, next) =>
        options.find(name, { quoted, next, from: this.stack.at(-1)?.file }) !== undefined,
      pragma: (tokens) => this.pragma(tokens),
    });
    this.expander = new Expander(this.macros, builtins);
    this.expander.onDirective = (hash) => this.directiveInside(hash);
  }

  /** Reads a file that was found. */
  read(file: CFile): void {
    this.guarded(() => this.readFile(file, 0));
  }

  /** Reads a text that is in the report already, or is the program's own; it begins at `at`. */
  readText(text: string, at: number): void {
    const file = { path: "", text, folder: -1, isSystem: false };
    this.starts.set("", at);
    this.guarded(() => this.readFile(file, at));
    this.guards.delete("");
    this.once.delete("");
  }

  /** Whether a position lies in a file of the system. */
  isSystemAt(at: number): boolean {
    const file = this.options.report.files.findLast((one) => one.start <= at);
    return file !== undefined && this.systemStarts.has(file.start);
  }

  /** What was read since this was last called, as the parser of declarations takes it. */
  take(): CTokens {
    const { texts, places: starts } = this;
    texts.push("");
    starts.push(starts.at(-1) ?? 0);
    const tokens = { texts, starts, source: "", packs: this.pack.take() };
    this.texts = [];
    this.places = [];
    return tokens;
  }

  /** `#define` of a line behind the word, as in `NAME(x) x`. */
  define(line: string, at: number): void {
    const macro = readMacro(tokensOf(line, at));
    if (typeof macro === "string") this.error("syntax/bad-directive", at, macro, "write `#define NAME value`");
    else this.macros.set(macro.name, macro);
  }

  undefine(name: string): void {
    this.macros.delete(name);
  }

  isDefined(name: string): boolean {
    return this.expander.isMacro(name) && name !== "defined";
  }

  /** The value of a condition, or a message that says why it has none. */
  condition(text: string, at: number): bigint | string {
    return this.evaluate(tokensOf(text, at));
  }

  /** A piece of text with its macros expanded; undefined where they make too much. */
  expand(text: string, at: number): readonly CToken[] | undefined {
    return this.guarded(() => this.expander.list(tokensOf(text, at)));
  }

  private guarded<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof TooMuchExpansion)) throw error;
      if (!this.failed) {
        const at = this.places.at(-1) ?? 0;
        this.error("include/too-large", at, error.message, "look for macros that use each other many times");
      }
      this.failed = true;
      this.stack.length = 0;
      this.expander.reset();
      return undefined;
    }
  }

  private readFile(file: CFile, at: number): void {
    if (this.failed || this.once.has(file.path)) return;
    const guard = this.guards.get(file.path);
    if (guard !== undefined && this.macros.has(guard)) return;
    this.characters += file.text.length + 1;
    if (this.characters > MOST_CHARACTERS) throw new TooMuchExpansion("files that are included are too long");
    if (this.stack.length >= MOST_DEPTH) {
      const message = `files include each other more than ${MOST_DEPTH} deep`;
      this.error("include/depth", at, message, "remove the circle, or begin the file with `#pragma once`");
      this.failed = true; // circles that branch would be walked for ever
      return;
    }
    const start = this.starts.get(file.path) ?? this.options.report.addFile(file.path, file.text);
    this.starts.set(file.path, start);
    if (file.isSystem) this.systemStarts.add(start);
    const scanner = new CScanner(file.text.replace(/^\ufeff/, " "), start);
    const reading: Reading = { file, scanner, opens: [], guard: undefined, begun: false };
    this.stack.push(reading);
    this.expander.from(scanner, () => this.readAll(reading));
    this.stack.pop();
  }

  private readAll(reading: Reading): void {
    for (;;) {
      const token = this.expander.next();
      if (token.kind === "end") break;
      if (token.first && token.text === "#") {
        this.directive(reading);
        this.passInactive(reading);
        continue;
      }
      reading.begun = true;
      if (reading.guard?.closed) reading.guard = undefined;
      this.texts.push(token.text);
      this.places.push(token.at);
      if (this.texts.length > MOST_TOKENS) throw new TooMuchExpansion("the files make too many tokens");
    }
    const open = reading.opens.at(-1);
    if (open)
      this.error("syntax/conditional", open.at, `this \`#${open.name}\` has no \`#endif\``, "add `#endif`");
    if (reading.guard?.closed) this.guards.set(reading.file.path, reading.guard.name);
  }

  /** A `#` line among a macro's arguments. */
  private directiveInside(hash: CToken): boolean {
    const reading = this.stack.at(-1);
    if (reading === undefined || hash.kind !== "mark") return false;
    this.directive(reading);
    this.passInactive(reading);
    return true;
  }

  private passInactive(reading: Reading): void {
    const { scanner, opens } = reading;
    while (opens.some((open) => !open.active)) {
      scanner.passText();
      if (scanner.next().kind === "end") return;
      this.directive(reading);
    }
  }

  /** Behind the `#`. */
  private directive(reading: Reading): void {
    const { scanner, opens } = reading;
    const word = scanner.next();
    if (word.first) {
      scanner.unread(word); // a `#` alone
      return;
    }
    const active = opens.every((open) => open.active);
    if (reading.guard?.closed) reading.guard = undefined;
    if (!reading.begun && word.text !== "ifndef") reading.guard = undefined;
    const wasBegun = reading.begun;
    reading.begun = true;
    if (active && /^(include|include_next|import)$/.test(word.text)) {
      this.include(reading, word);
      return;
    }
    const line = readLine(scanner);
    if (/^(if|ifdef|ifndef|elif|elifdef|elifndef|else|endif)$/.test(word.text)) {
      this.conditional(reading, word, line);
      const [name] = line;
      if (word.text === "ifndef" && !wasBegun && name) reading.guard = { name: name.text, closed: false };
    } else if (active) this.plainDirective(word, line, reading);
  }

  private plainDirective(word: CToken, line: readonly CToken[], reading: Reading): void {
    switch (word.text) {
      case "define": {
        const macro = readMacro(line);
        if (typeof macro === "string")
          this.error("syntax/bad-directive", word.at, macro, "write `#define NAME value`");
        else this.macros.set(macro.name, macro);
        return;
      }
      case "undef":
        if (line[0]) this.macros.delete(line[0].text);
        return;
      case "pragma":
        if (line[0]?.text === "once") this.once.add(reading.file.path);
        else this.pragma(line);
        return;
      case "error": {
        const said = line.map(({ text, space }, i) => (space && i > 0 ? ` ${text}` : text)).join("");
        this.error("include/error", word.at, `\`${reading.file.path}\` refuses: ${said}`, "do what it says");
        return;
      }
      case "warning":
      case "line":
      case "ident":
      case "sccs":
      case "assert":
      case "unassert":
        return;
      default:
        if (word.kind === "number") return; // a line marker
        this.error(
          "syntax/bad-directive",
          word.at,
          `there is no directive \`#${word.text}\``,
          "use #include, #define, #undef, #if, #ifdef, #ifndef, #else, #endif",
        );
    }
  }

  private conditional(reading: Reading, word: CToken, line: readonly CToken[]): void {
    const { opens } = reading;
    const name = word.text;
    const top = opens.at(-1);
    if (name === "if" || name === "ifdef" || name === "ifndef") {
      const outside = opens.every((open) => open.active);
      const active = outside && this.holds(word, line);
      opens.push({ at: word.at, name, active, taken: active || !outside, inElse: false });
      return;
    }
    if (!top || (top.inElse && name !== "endif")) {
      const help = "remove it, or put an `#if` before it";
      this.error("syntax/conditional", word.at, `this \`#${name}\` belongs to no \`#if\``, help);
      return;
    }
    if (name === "endif") {
      opens.pop();
      if (opens.length === 0 && reading.guard) reading.guard.closed = true;
      return;
    }
    if (opens.length === 1) reading.guard = undefined; // the file has a part beside the guarded one
    top.active = !top.taken && (name === "else" || this.holds(word, line));
    top.taken ||= top.active;
    top.inElse = name === "else";
  }

  private holds(word: CToken, line: readonly CToken[]): boolean {
    const [name] = line;
    if (/def$/.test(word.text)) {
      if (name?.kind !== "name")
        this.error("syntax/conditional", word.at, `\`#${word.text}\` needs one name`, "write `#ifdef NAME`");
      return this.isDefined(name?.text ?? "") !== /ndef$/.test(word.text);
    }
    const value = this.evaluate(line);
    if (typeof value === "bigint") return value !== 0n;
    const help = "use numbers, defines and `defined(NAME)`";
    this.error("syntax/conditional", word.at, `this condition is not a constant: ${value}`, help);
    return false;
  }

  private evaluate(tokens: readonly CToken[]): bigint | string {
    this.inCondition = true;
    const value = this.guarded(() => conditionValue(this.expander.list(tokens)));
    this.inCondition = false;
    return value ?? "its macros make too much";
  }

  private include(reading: Reading, word: CToken): void {
    const { scanner } = reading;
    const written = scanner.headerName();
    const line = readLine(scanner);
    const name = written ?? includedName(this.expander.list(line));
    if (name === undefined) {
      this.error(
        "syntax/bad-directive",
        word.at,
        "`#include` needs a file",
        "write `#include <linux/sched.h>`",
      );
      return;
    }
    const naming = { quoted: name.startsWith('"'), from: reading.file, next: word.text === "include_next" };
    const file = this.options.find(name.slice(1), naming);
    if (file === "known") return;
    if (file) this.readFile(file, word.at);
    else
      this.error(
        "include/missing",
        word.at,
        `there is no file \`${name.slice(1)}\``,
        "give the folder it is in with -I DIR",
      );
  }

  private pragma(tokens: readonly CToken[]): void {
    if (tokens[0]?.text === "pack") this.pack.read(tokens.slice(1), this.texts.length);
  }

  private fileAndLine(at: number): { path: string; line: number } {
    const file = this.options.report.files.findLast((one) => one.start <= at);
    if (!file) return { path: "", line: 1 };
    const offset = at - file.start;
    const { lastLine: last } = this;
    const goesOn = last.start === file.start && last.offset <= offset;
    const before = goesOn ? file.text.slice(last.offset, offset) : file.text.slice(0, offset);
    const line = (goesOn ? last.line : 1) + before.split("\n").length - 1;
    this.lastLine = { start: file.start, offset, line };
    return { path: file.name, line };
  }

  private error(code: string, at: number, message: string, help: string): void {
    const span: Span = { start: at, end: at + 1 };
    this.options.report.error(code, span, message, help);
  }
}

/** The rest of a directive's line. */
function readLine(scanner: CScanner): CToken[] {
  const line: CToken[] = [];
  for (;;) {
    const token = scanner.next();
    if (token.first) {
      scanner.unread(token);
      return line;
    }
    line.push(token);
  }
}
