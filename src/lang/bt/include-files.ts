import { Report } from "../../base/diagnostic.ts";
import { type Span, textAt } from "../../base/span.ts";
import type { Preprocessor, Script, TopLevel } from "./ast.ts";
import type { Env } from "./env.ts";
import { parseScript } from "./parse.ts";

type Include = Extract<Preprocessor, { kind: "include" }>;
type Import = Extract<TopLevel, { kind: "import" }>;

const MOST_DEPTH = 16;

/**
 * Puts the items of included and imported files where they are named; a file that is imported again is left out. The
 * kernel's own headers (`<linux/…>`) need no files: BTF has their types.
 */
export function expandIncludes(items: readonly TopLevel[], env: Env): readonly TopLevel[] {
  if (!items.some(namesFile)) return items;
  return new Files(env).expand(items, "", 0);
}

function namesFile(item: TopLevel): item is Include | Import {
  return item.kind === "include" || item.kind === "import";
}

class Files {
  private readonly env: Env;
  private readonly imported = new Set<string>();

  constructor(env: Env) {
    this.env = env;
  }

  /** `from`: the path of the file that the items are in, "" for the script itself. */
  expand(items: readonly TopLevel[], from: string, depth: number): readonly TopLevel[] {
    if (!items.some(namesFile)) return items;
    return items.flatMap((item) => {
      if (item.kind === "include") return this.included(item, from, depth);
      return item.kind === "import" ? this.importedItems(item, from, depth) : [item];
    });
  }

  private importedItems(item: Import, from: string, depth: number): readonly TopLevel[] {
    const { report } = this.env;
    if (/\.(so|a|bc)$/.test(item.path)) {
      const help = "import C (`.bpf.c`), what clang makes of it (`.bpf.o`), or `.bt` files";
      report.error(
        "import/kind",
        item.pathSpan,
        "functions of such files cannot be called from programs",
        help,
      );
      return [];
    }
    if (/\.[co]$/.test(item.path)) {
      this.importLibrary(item, from);
      return [];
    }
    const file = this.find(item.path, from);
    if (!file) {
      this.missing(item);
      return [];
    }
    if (this.imported.has(file.path)) return [];
    this.imported.add(file.path);
    return this.read(file, item.span, depth);
  }

  private importLibrary(item: Import, from: string): void {
    const { env } = this;
    for (const path of candidates(item.path, from)) {
      if (this.imported.has(path)) return;
      const found = env.options.readLibrary(path);
      if (found === undefined) continue;
      this.imported.add(path);
      if ("message" in found) env.report.error("import/object", item.pathSpan, found.message, found.help);
      else env.addLibrary(found);
      return;
    }
    this.missing(item);
  }

  private missing(item: Import): void {
    const help = "give a path from the script's own folder, or its folder with -I DIR";
    this.env.report.error("include/missing", item.pathSpan, `there is no file \`${item.path}\``, help);
  }

  private included(item: Include, from: string, depth: number): readonly TopLevel[] {
    const { env } = this;
    const file = this.find(item.path, item.system ? "" : from);
    if (file) return this.read(file, item.span, depth);
    if (!item.system)
      env.report.error(
        "include/missing",
        item.span,
        `there is no file \`${item.path}\``,
        "give the folder it is in with -I DIR",
      );
    else if (!env.target.kernelBtf())
      env.report.warn(
        "include/no-btf",
        item.span,
        `\`${item.path}\` is not read, and this kernel has no BTF to take its types from`,
        "define the types in the script, or use a kernel with CONFIG_DEBUG_INFO_BTF",
      );
    return [];
  }

  /** A file by its path beside the file that names it, else by the path alone. */
  private find(path: string, from: string): { path: string; text: string } | undefined {
    for (const full of candidates(path, from)) {
      const text = this.env.options.readInclude(full);
      if (text !== undefined) return { path: full, text };
    }
    return undefined;
  }

  private read(file: { path: string; text: string }, at: Span, depth: number): readonly TopLevel[] {
    const { report } = this.env;
    if (depth >= MOST_DEPTH) {
      const message = `files include each other more than ${MOST_DEPTH} deep`;
      report.error("include/depth", at, message, "remove the circle");
      return [];
    }
    const start = report.addFile(file.path, file.text);
    const own = new Report();
    const script = parseScript({ name: file.path, text: file.text }, own);
    for (const { severity, code, span, message, help, notes } of own.diagnostics) {
      const moved = notes?.map((note) => (note.span ? { ...note, span: movedSpan(note.span, start) } : note));
      if (severity === "error") report.error(code, movedSpan(span, start), message, help, moved);
    }
    return script ? this.expand(moveSpans(script, start).items, file.path, depth + 1) : [];
  }
}

/** Where a file may be that another one names: beside it, or where the path alone leads. */
function candidates(path: string, from: string): readonly string[] {
  const folder = from.slice(0, from.lastIndexOf("/") + 1);
  return folder === "" || path.startsWith("/") ? [path] : [folder + path, path];
}

function movedSpan({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

/** The tree with its positions counted from the file's own start. */
export function moveSpans(script: Script, by: number): Script {
  const moved = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    if (Array.isArray(value)) return value.map(moved);
    if ("start" in value && "end" in value && typeof value.start === "number" && typeof value.end === "number")
      return { start: value.start + by, end: value.end + by };
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, moved(child)]));
  };
  return moved(script) as Script;
}

/** `file:line:column-end` of a piece of the script, as messages at run time name it. */
export function placeText(env: Env, span: Span): string {
  const at = textAt(env.source, span.start);
  const before = at.source.text.slice(0, at.offset);
  const line = before.split("\n").length;
  const column = at.offset - (before.lastIndexOf("\n") + 1) + 1;
  return `${at.source.name}:${line}:${column}-${column + span.end - span.start}`;
}
