import { Report } from "../../base/diagnostic.ts";
import { textAt } from "../../base/span.ts";
import { parseBtf } from "../../btf/decode.ts";
import { CDeclarations } from "../../btf/parse-c.ts";
import type { Btf, BtfId } from "../../btf/types.ts";
import { type CFile, type CNaming, Preprocessor } from "../c/preprocess.ts";
import type { CText, Preprocessor as Preprocessed } from "./ast.ts";
import { BtfTypes } from "./btf-types.ts";
import type { Env } from "./env.ts";
import { findHeader } from "./find-header.ts";
import type { CDefinition } from "./type-syntax.ts";
import type { PointerSpace, Type } from "./types.ts";

type TypeKind = "struct" | "union" | "enum" | "typedef";
/** Whose headers: those that the user has named a folder of, or the system's. */
export type HeaderOwner = "user" | "system";

/** How the kernel's own headers know that they are read for programs like these. */
const ALWAYS = [
  "__KERNEL__ 1",
  "__BPF_TRACING__ 1",
  "KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (((c) > 255) ? 255 : (c)))",
];

/**
 * The headers that a script reads, and its own `#` lines: one text of C, from its first line to its last. Types of headers
 * are kept as BTF of their own.
 */
export class CHeaders {
  private readonly env: Env;
  private readonly declarations = new CDeclarations();
  private readonly predefined: ReadonlyMap<string, bigint>;
  private made: Preprocessor | undefined;
  /** Definitions of the script that came before its first header. */
  private readonly waiting: { text: string; at: number }[] = [];
  /** Whether a file was read, or a definition with `#` lines in it: then the script's C is all read here. */
  inUse = false;
  private types: BtfTypes | undefined;

  constructor(env: Env, predefined: ReadonlyMap<string, bigint>) {
    this.env = env;
    this.predefined = predefined;
  }

  private get preprocessor(): Preprocessor {
    if (this.made) return this.made;
    this.made = new Preprocessor({
      arch: this.env.target.arch,
      report: this.env.report,
      find: (name, naming) => this.find(name, naming),
    });
    for (const line of ALWAYS) this.made.define(line, -1);
    for (const [name, value] of this.predefined) this.made.define(`${name} ${value}`, -1);
    return this.made;
  }

  /** A definition of the script, or a `#pragma`. Without headers the script's own parser reads the former. */
  definition(item: CDefinition | CText | Preprocessed): void {
    const { start, end } = item.span;
    const { source, offset } = textAt(this.env.source, start);
    const text = `${source.text.slice(offset, offset + end - start)}\n;\n`;
    if (item.kind === "otherDirective") {
      if (/^pack\b/.test(item.body)) this.readText(text, start);
    } else if (item.kind === "cText" || this.inUse) this.readText(text, start);
    else this.waiting.push({ text, at: start });
  }

  find(name: string, naming: CNaming): CFile | "known" | undefined {
    return findHeader(name, naming, this.env);
  }

  /** Reads a header. */
  read(file: CFile): void {
    this.begin();
    this.preprocessor.read(file);
    this.declare();
  }

  /** Reads C of the script itself, which begins at `at`. */
  readText(text: string, at: number): void {
    this.begin();
    this.preprocessor.readText(text, at);
    this.declare();
  }

  define(line: string, at: number): void {
    this.preprocessor.define(line, at);
  }

  undefine(name: string): void {
    this.preprocessor.undefine(name);
  }

  isDefined(name: string): boolean {
    return this.preprocessor.isDefined(name);
  }

  condition(text: string, at: number): bigint | string {
    return this.preprocessor.condition(text, at);
  }

  /** The macro of a header or the script; undefined for those of compilers. */
  macro(name: string): Readonly<{ owner: HeaderOwner; takesArguments: boolean; at: number }> | undefined {
    const macro = this.preprocessor.macros.get(name);
    if (macro === undefined || macro.at < 0) return undefined;
    return { owner: this.ownerAt(macro.at), takesArguments: macro.params !== undefined, at: macro.at };
  }

  /** A text with its macros expanded, as text. */
  expanded(text: string, at: number): string {
    const tokens = this.preprocessor.expand(text, at) ?? [];
    let made = "";
    for (const { text: one, space } of tokens) {
      // C joins texts that stand side by side.
      if (one.startsWith('"') && made.endsWith('"') && made.length > 1) made = made.slice(0, -1) + one.slice(1);
      else if (space || mustPart(made.at(-1) ?? "", one[0] ?? "")) made += ` ${one}`;
      else made += one;
    }
    return made.trim();
  }

  /** What C computes for a text; undefined where it is no constant. */
  constant(text: string, at: number): bigint | undefined {
    const tokens = this.preprocessor.expand(text, at) ?? [];
    const texts = [...tokens.map((token) => token.text), ""];
    if (texts.length === 1) return undefined;
    const starts = texts.map(() => at);
    const quiet = new Report();
    const value = this.declarations.constantOf({ texts, starts, source: "" }, quiet);
    return quiet.hasErrors ? undefined : value;
  }

  /** A type of the headers; to be asked for once all of them are read. */
  type(kind: TypeKind, name: string, owner: HeaderOwner, space: PointerSpace = "auto"): Type | undefined {
    const types = this.all();
    const id = types?.btf.find(name, kind)[0];
    return id === undefined || this.owner(id) !== owner ? undefined : types?.type(id, space);
  }

  enumerator(name: string, owner: HeaderOwner): { value: bigint; type: Type } | undefined {
    const types = this.all();
    const found = types?.btf.findEnumerators(name)[0];
    if (types === undefined || found === undefined || this.owner(found.type) !== owner) return undefined;
    return { value: found.value, type: types.type(found.type) };
  }

  /** Whether a header has a function of that name. */
  hasFunction(name: string): boolean {
    return this.declarations.functions.has(name);
  }

  private owner(id: BtfId): HeaderOwner | "kernel" {
    const place = this.declarations.placeOf(id);
    return place === undefined ? "kernel" : this.ownerAt(place);
  }

  private ownerAt(place: number): HeaderOwner {
    return this.preprocessor.isSystemAt(place) ? "system" : "user";
  }

  private begin(): void {
    if (this.inUse) return;
    this.inUse = true;
    const btf = this.env.target.kernelBtf();
    if (btf) this.declarations.useTypesOf(btf);
    // A kernel's tree of headers counts on these two, which its build gives to each file.
    for (const name of ["linux/kconfig.h", "linux/compiler_types.h"]) {
      const file = this.find(name, { quoted: false });
      if (file === undefined || file === "known") break;
      this.preprocessor.read(file);
    }
    for (const { text, at } of this.waiting) this.readText(text, at);
  }

  /** Declares what was preprocessed. What the parser does not understand in the system's files nobody can mend. */
  private declare(): void {
    this.types = undefined;
    const own = new Report();
    this.declarations.read(this.preprocessor.take(), own, true);
    for (const { severity, code, span, message, help } of own.diagnostics)
      if (severity === "error" && !this.preprocessor.isSystemAt(span.start))
        this.env.report.error(code, span, message, help);
  }

  private all(): BtfTypes | undefined {
    if (!this.inUse) return undefined;
    this.types ??= new HeaderTypes(parseBtf(this.declarations.finish()), this.env);
    return this.types;
  }
}

/** Whether two tokens would be read as one without a blank. */
function mustPart(last: string, first: string): boolean {
  return /\w/.test(last) ? /[\w"']/.test(first) : last !== "" && last === first && "+-&|<>=#.".includes(last);
}

/** Types of headers; those that they only name are the kernel's. */
class HeaderTypes extends BtfTypes {
  private readonly env: Env;

  constructor(btf: Btf, env: Env) {
    super(btf, false);
    this.env = env;
  }

  protected override elsewhere(kind: "struct" | "union", name: string, space: PointerSpace): Type | undefined {
    return this.env.btf?.struct(name, kind, space);
  }
}
