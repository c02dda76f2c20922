import { Report } from "../../base/diagnostic.ts";
import { type Span, textAt } from "../../base/span.ts";
import type { OpenedScript } from "./active-items.ts";
import type { Import, Preprocessor, Script } from "./ast.ts";
import type { CHeaders } from "./c-headers.ts";
import type { Env } from "./env.ts";
import { parseScript } from "./parse.ts";

type Include = Extract<Preprocessor, { kind: "include" }>;

/** Where names of files count from: the path of the file that the items are in, "" for the script itself. */
export type ScriptPlace = Readonly<{ path: string; depth: number }>;

const MOST_DEPTH = 16;
const MOST_FILES = 1000;

/**
 * Reads the files that a script names: other scripts, of which each is imported once, headers, and objects. The kernel's
 * own headers (`<linux/…>`) need no files where BTF has their types.
 */
export class ScriptFiles {
  private readonly env: Env;
  private readonly headers: CHeaders;
  private readonly imported = new Set<string>();
  private files = 0;
  private tooMany = false;

  constructor(env: Env, headers: CHeaders) {
    this.env = env;
    this.headers = headers;
  }

  /** What the file adds to the script's items. */
  open(item: Include | Import, from: ScriptPlace): OpenedScript<ScriptPlace> | undefined {
    return item.kind === "include" ? this.included(item, from) : this.importedItems(item, from);
  }

  private importedItems(item: Import, from: ScriptPlace): OpenedScript<ScriptPlace> | undefined {
    const { path } = item;
    if (/\.(so|a|bc)$/.test(path)) {
      const help = "import C (`.bpf.c`), what clang makes of it (`.bpf.o`), or `.bt` files";
      const message = "functions of such files cannot be called from programs";
      this.env.report.error("import/kind", item.pathSpan, message, help);
      return undefined;
    }
    if (/\.[co]$/.test(path)) {
      this.importLibrary(item, from);
      return undefined;
    }
    if (/\.h$/.test(path)) {
      this.header(item.path, false, from, item.pathSpan);
      return undefined;
    }
    const found = this.findScript(path, from);
    if (found) return this.importOne(found, item.span, from);
    if (/^stdlib(\/|$)/.test(path)) return undefined; // it is there in any case
    return this.importFolder(item, from);
  }

  private importOne(
    file: { path: string; text: string },
    at: Span,
    from: ScriptPlace,
  ): OpenedScript<ScriptPlace> | undefined {
    if (this.imported.has(file.path)) return undefined;
    this.imported.add(file.path);
    return this.read(file, at, from.depth);
  }

  /** All that a folder and those in it hold, by name. */
  private importFolder(item: Import, from: ScriptPlace): OpenedScript<ScriptPlace> | undefined {
    const { env } = this;
    for (const folder of this.candidates(item.path.replace(/\/+$/, ""), from)) {
      const names = env.options.listFolder(folder);
      if (names === undefined) continue;
      const kept = names.filter((name) => /\.(bt|h|c|o)$/.test(name) || !name.includes(".")).sort();
      this.files += kept.length;
      if (this.files > MOST_FILES || from.depth >= MOST_DEPTH) {
        const message = `\`${item.path}\` holds more than ${MOST_FILES} files, or folders too deep`;
        if (!this.tooMany)
          env.report.error("include/depth", item.pathSpan, message, "import the files that are needed by name");
        this.tooMany = true;
        return undefined;
      }
      const items = kept.map((name): Import => ({ ...item, path: `${folder}/${name}` }));
      return { items, at: { path: "", depth: from.depth + 1 } };
    }
    this.missing(item.path, item.pathSpan);
    return undefined;
  }

  private importLibrary(item: Import, from: ScriptPlace): void {
    const { env } = this;
    for (const path of beside(item.path, from)) {
      if (this.imported.has(path)) return;
      const found = env.options.readLibrary(path);
      if (found === undefined) continue;
      this.imported.add(path);
      if ("message" in found) env.report.error("import/object", item.pathSpan, found.message, found.help);
      else env.addLibrary(found);
      return;
    }
    this.missing(item.path, item.pathSpan);
  }

  private missing(path: string, at: Span): void {
    const help = "give a path from the script's own folder, or its folder with -I DIR";
    this.env.report.error("include/missing", at, `there is no file \`${path}\``, help);
  }

  private included(item: Include, from: ScriptPlace): OpenedScript<ScriptPlace> | undefined {
    if (!/\.bt$/.test(item.path)) {
      this.header(item.path, item.system, from, item.span);
      return undefined;
    }
    const file = this.findScript(item.path, item.system ? { ...from, path: "" } : from);
    if (file) return this.read(file, item.span, from.depth);
    this.missing(item.path, item.span);
    return undefined;
  }

  private header(path: string, system: boolean, from: ScriptPlace, at: Span): void {
    const { env, headers } = this;
    const script = { path: from.path, text: "", folder: -1, isSystem: false };
    const file = headers.find(path, { quoted: !system, from: script });
    if (file === undefined) this.missing(path, at);
    else if (file !== "known") headers.read(file);
    else if (!env.target.kernelBtf())
      env.report.warn(
        "include/no-btf",
        at,
        `\`${path}\` is not read, and this kernel has no BTF to take its types from`,
        "define the types in the script, install the kernel's headers, or use a kernel with CONFIG_DEBUG_INFO_BTF",
      );
  }

  /** A script by its path beside the file that names it, else in the folders of the options; `.bt` need not be written. */
  private findScript(path: string, from: ScriptPlace): { path: string; text: string } | undefined {
    const names = /\.\w+$/.test(path) ? [path] : [`${path}.bt`];
    for (const name of names)
      for (const full of this.candidates(name, from)) {
        const text = this.env.options.readInclude(full);
        if (text !== undefined) return { path: full, text };
      }
    return undefined;
  }

  private candidates(path: string, from: ScriptPlace): readonly string[] {
    if (path.startsWith("/")) return [path];
    const { includeFolders } = this.env.options;
    const more = includeFolders.map((folder) =>
      folder === "" ? path : `${folder.replace(/\/$/, "")}/${path}`,
    );
    return [...new Set([...beside(path, from).slice(0, -1), ...more])];
  }

  private read(
    file: { path: string; text: string },
    at: Span,
    depth: number,
  ): OpenedScript<ScriptPlace> | undefined {
    const { report } = this.env;
    if (depth >= MOST_DEPTH) {
      const message = `files include each other more than ${MOST_DEPTH} deep`;
      report.error("include/depth", at, message, "remove the circle");
      return undefined;
    }
    const start = report.addFile(file.path, file.text);
    const own = new Report();
    const script = parseScript({ name: file.path, text: file.text }, own);
    for (const { severity, code, span, message, help, notes } of own.diagnostics) {
      const moved = notes?.map((note) => (note.span ? { ...note, span: movedSpan(note.span, start) } : note));
      if (severity === "error") report.error(code, movedSpan(span, start), message, help, moved);
    }
    return script && { items: moveSpans(script, start).items, at: { path: file.path, depth: depth + 1 } };
  }
}

/** Where a file may be that another one names: beside it, or where the path alone leads. */
function beside(path: string, { path: from }: ScriptPlace): readonly string[] {
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

/** `file:line:column-end` of a piece of the script, as messages at run time name it; a one-liner is "stdin". */
export function placeText(env: Env, span: Span): string {
  const at = textAt(env.source, span.start);
  const before = at.source.text.slice(0, at.offset);
  const line = before.split("\n").length;
  const column = at.offset - (before.lastIndexOf("\n") + 1) + 1;
  const name = at.source.name === "-e" ? "stdin" : at.source.name;
  return `${name}:${line}:${column}-${column + span.end - span.start}`;
}

/** The line of a piece of the script with the piece underlined; undefined where the piece has several lines. */
export function underlined(env: Env, span: Span): string | undefined {
  const { source, offset } = textAt(env.source, span.start);
  const length = span.end - span.start;
  if (length === 0 || source.text.slice(offset, offset + length).includes("\n")) return undefined;
  const start = source.text.lastIndexOf("\n", offset - 1) + 1;
  const [line = ""] = source.text.slice(start).split("\n", 1);
  const before = source.text.slice(start, offset).replaceAll(/[^\t]/g, " ");
  return `${line}\n${before}${"~".repeat(length)}\n`;
}
