import { headerConstants } from "../../abi/header-constants.ts";
import type { Report } from "../../base/diagnostic.ts";
import type { SourceText, Span } from "../../base/span.ts";
import type { Btf, BtfId } from "../../btf/types.ts";
import type { Library, LibraryFault } from "../../plan/library.ts";
import type { Target } from "../../plan/target.ts";
import type { Expr } from "./ast.ts";
import { BtfTypes } from "./btf-types.ts";
import type { CHeaders } from "./c-headers.ts";
import type { Constant } from "./const-eval.ts";
import { kernelFunction } from "./kernel-function.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";
import type { Type } from "./types.ts";
import type { Wide } from "./written-types.ts";

/** What a script's compilation may be told from outside. */
export type BtOptions = Readonly<{
  /** Values of $1, $2 …; `$0` is `name`. */
  args?: readonly string[];
  name?: string;
  /** The process that is traced: probes in programs and watchpoints are placed in it, and `cpid` is its id. */
  pid?: number;
  /**
   * Whose events count, where `pid` is given: those of that process (default), of it and everything that comes from it,
   * or of all processes. Probes that the kernel cannot limit get a test at their head.
   */
  follow?: "process" | "family" | "all";
  /** The file of the command that is traced; of other processes it is asked from the kernel. */
  program?: string;
  /** Bytes that str() reads at most when it is given no length, the NUL included. */
  maxStringBytes?: number;
  /** Entries of a map that declares no size. */
  maxMapEntries?: number;
  /** What `getopt("name", default)` gives: a tool's or a script's own options; "" is one without a value. */
  named?: ReadonlyMap<string, string>;
  /** `named` was written for the script alone: of what it does not read is warned. */
  namedForScript?: boolean;
  /** Files that are taken in before the script, as if it began with `#include`. */
  includes?: readonly string[];
  /** The text of a file that `#include` names, or undefined. */
  readInclude?: (path: string) => string | undefined;
  /** The names of what a folder holds, or undefined when there is none. */
  listFolder?: (path: string) => readonly string[] | undefined;
  /** Folders in which `#include` and `import` look, in this order; "" is the one that relative paths start from. */
  includeFolders?: readonly string[];
  /** Folders of the system's own headers, which are looked into last. */
  systemFolders?: readonly string[];
  /** The functions of an object or a C file that `import` names, why it cannot be used, or undefined: no such file. */
  readLibrary?: (path: string) => Library | LibraryFault | undefined;
  /** Of the script's probes only those whose full names match; BEGIN, END and signals in any case. */
  keptProbes?: RegExp;
  /** "test" or "bench": the script's own tests or benchmarks are compiled as well. */
  own?: "none" | "test" | "bench";
  /** Told when a probe of another kind does what the one that was asked for would. */
  onNote?: (text: string) => void;
  /** User stacks are followed by frame pointers alone, whatever the script says. */
  framePointers?: boolean;
  /** Programs can be told to look at some events only. */
  thinnable?: boolean;
  /** The object is for other kernels, too: offsets of the kernel's fields are found when it is loaded. */
  relocatable?: boolean;
  /** Settings of the environment, by names such as BPFTRACE_MAX_STRLEN; they go before those of the script. */
  environment?: ReadonlyMap<string, string>;
  /** Bytes of the ring buffer, a power of two. */
  ringBytes?: number;
  /** Reads of memory and of maps that fail are told when they happen. */
  tellFailures?: boolean;
}>;

/** A map as the program uses it. Types are found step by step, from all uses. */
export type MapInfo = {
  name: string; // without "@"
  key?: Type; // undefined: no key, or not known yet
  keyed: boolean | undefined;
  value?: Type;
  /** Of numbers, which are kept in 64 bits: the type that holds all that is stored. */
  exact?: Type | undefined;
  /** What it holds has a type of 64 bits that the script wrote. */
  wide?: Wide | undefined;
  /** Where the value's type was decided, for messages. */
  valueSpan?: Span;
  keySpan?: Span;
  /** Read inside a program: aggregates are then kept in one place, not per CPU. */
  readInProgram: boolean;
  declared?: Readonly<{ type: string; entries: number }>;
};

/** A function of an imported object, or one that the kernel lends to programs, with the language's types. */
export type ImportedFunction = Readonly<{
  library: Library | Readonly<{ kernel: BtfId; btf: Btf }>;
  name: string;
  params: readonly Readonly<{ name: string; type: Type }>[];
  returns: Type;
}>;

/** What every stage of one compilation shares. */
export class Env {
  readonly source: SourceText;
  readonly target: Target;
  readonly report: Report;
  options: Required<Omit<BtOptions, "keptProbes">> & Pick<BtOptions, "keptProbes">;
  settings: Settings = DEFAULT_SETTINGS;
  readonly maps = new Map<string, MapInfo>();
  /** Maps that were asked for since this was set, and what was known of each when it was first asked for. */
  touched: Map<MapInfo, MapFacts> | undefined;
  /** Those of them that were asked for more than once. */
  readonly touchedAgain = new Set<MapInfo>();
  /** Types that the script defines, by "struct name". */
  readonly scriptTypes = new Map<string, Type>();
  /** Constants by #define and enum members that the script defines. */
  readonly defines = new Map<string, Expr>();
  /** Values of those that are constants, once they were asked for. */
  readonly constants = new Map<string, Constant | undefined>();
  /** Names of the language itself: they hide enum members of the kernel. */
  readonly builtins: ReadonlySet<string>;
  readonly scriptEnums = new Map<string, { value: bigint; type: Type }>();
  /** The headers that the script reads, if it reads any. */
  headers: CHeaders | undefined;
  private constantsOfHeaders: ReadonlyMap<string, bigint> | undefined;
  /** Paths of the programs and libraries that the script's probes are in. */
  readonly programs = new Set<string>();
  private readonly userBtfs = new Map<Btf, BtfTypes>();
  private readonly libraries = new Map<Library, BtfTypes>();
  private readonly imported = new Map<string, ImportedFunction | undefined>();
  /** Functions of imported objects that the script's programs call. */
  readonly usedFunctions = new Map<string, ImportedFunction>();
  private types: BtfTypes | undefined | null = null;

  constructor(
    source: SourceText,
    target: Target,
    report: Report,
    options: BtOptions,
    builtins: ReadonlySet<string>,
  ) {
    this.builtins = builtins;
    this.source = { ...source, files: report.files };
    this.target = target;
    this.report = report;
    this.options = {
      args: options.args ?? [],
      name: options.name ?? "skep",
      pid: options.pid ?? 0,
      follow: options.follow ?? "process",
      program: options.program ?? (options.pid ? `/proc/${options.pid}/exe` : ""),
      named: options.named ?? new Map(),
      namedForScript: options.namedForScript ?? false,
      readInclude: options.readInclude ?? (() => undefined),
      listFolder: options.listFolder ?? (() => undefined),
      includeFolders: options.includeFolders ?? [""],
      systemFolders: options.systemFolders ?? [],
      readLibrary: options.readLibrary ?? (() => undefined),
      maxStringBytes: options.maxStringBytes ?? 1024,
      maxMapEntries: options.maxMapEntries ?? 4096,
      own: options.own ?? "none",
      ...(options.keptProbes && { keptProbes: options.keptProbes }),
      onNote: options.onNote ?? (() => {}),
      includes: options.includes ?? [],
      thinnable: options.thinnable ?? false,
      framePointers: options.framePointers ?? false,
      relocatable: options.relocatable ?? false,
      environment: options.environment ?? new Map(),
      ringBytes: options.ringBytes ?? 4 << 20,
      tellFailures: options.tellFailures ?? false,
    };
  }

  /** The process whose events alone count; 0 when there is no such limit. */
  get onlyProcess(): number {
    return this.options.follow === "process" ? this.options.pid : 0;
  }

  /** The process in which places in programs are probed; 0 stands for all that run them. */
  get probedProcess(): number {
    return this.options.follow === "family" ? 0 : this.options.pid;
  }

  /** The kernel's types, or undefined where it has no BTF. */
  get btf(): BtfTypes | undefined {
    if (this.types === null) {
      const btf = this.target.kernelBtf();
      this.types = btf && new BtfTypes(btf);
    }
    return this.types;
  }

  /** A number that a header defines, such as AF_INET: BTF has none of them. */
  headerConstant(name: string): bigint | undefined {
    this.constantsOfHeaders ??= headerConstants(this.target.arch);
    return this.constantsOfHeaders.get(name);
  }

  /** A type of the programs that are probed, from their debug information. */
  userType(kind: "struct" | "union" | "enum" | "typedef", name: string): Type | undefined {
    for (const path of this.programs) {
      const found = this.target.userTypes?.(path)?.type(kind, name);
      if (found === undefined) continue;
      const known = this.userBtfs.get(found.btf) ?? new BtfTypes(found.btf, false);
      this.userBtfs.set(found.btf, known);
      return known.type(found.id, "user");
    }
    return this.libraryType(kind, name);
  }

  /** A type of an imported object. */
  private libraryType(kind: "struct" | "union" | "enum" | "typedef", name: string): Type | undefined {
    for (const types of this.libraries.values()) {
      const [id] = types.btf.find(name, kind);
      if (id !== undefined) return types.type(id);
    }
    return undefined;
  }

  /** Takes in the functions of an object that the script imports. */
  addLibrary(library: Library): void {
    this.libraries.set(library, new BtfTypes(library.btf, false));
  }

  libraryNames(): string[] {
    return [...this.libraries.keys()].flatMap((library) => [...library.functions.keys()]);
  }

  /**
   * A function of an imported object; of several by that name that of the object that was imported first. Else one that
   * the kernel lends to programs.
   */
  libraryFunction(name: string): ImportedFunction | undefined {
    if (!this.imported.has(name))
      this.imported.set(name, this.findFunction(name) ?? kernelFunction(name, this.btf));
    return this.imported.get(name);
  }

  useLibraryFunction(callee: ImportedFunction): void {
    this.usedFunctions.set(callee.name, callee);
  }

  private findFunction(name: string): ImportedFunction | undefined {
    for (const [library, types] of this.libraries) {
      const found = library.functions.get(name);
      const func = found && library.btf.type(found.type);
      const proto = func?.kind === "func" ? library.btf.type(func.proto) : undefined;
      if (proto?.kind !== "funcProto") continue;
      const params = proto.params.map((p) => ({ name: p.name, type: types.type(p.type) }));
      return { library, name, params, returns: types.type(proto.returns) };
    }
    return undefined;
  }

  /** Changes settings, as a script's config block does. */
  set(options: BtOptions): void {
    this.options = { ...this.options, ...options };
  }

  /** The map of that name; made when it is met first. */
  map(name: string): MapInfo {
    let map = this.maps.get(name);
    if (!map) {
      map = { name, keyed: undefined, readInProgram: false };
      this.maps.set(name, map);
    }
    if (this.touched === undefined) return map;
    if (this.touched.has(map)) this.touchedAgain.add(map);
    else this.touched.set(map, factsOf(map));
    return map;
  }
}

/** What is known of a map at one moment. */
export type MapFacts = Readonly<Pick<MapInfo, "keyed" | "key" | "value" | "exact" | "readInProgram">>;

export function factsOf({ keyed, key, value, exact, readInProgram }: MapInfo): MapFacts {
  return { keyed, exact, readInProgram, ...(key && { key }), ...(value && { value }) };
}

/** Whether that is what is known of the map now. */
export function isKnownAs(map: MapInfo, facts: MapFacts): boolean {
  return (
    map.keyed === facts.keyed &&
    map.readInProgram === facts.readInProgram &&
    isSame(map.key, facts.key) &&
    isSame(map.value, facts.value) &&
    isSame(map.exact, facts.exact)
  );
}

/** Most types that are the same are one object, or numbers; writing the others down takes long. */
function isSame(a: Type | undefined, b: Type | undefined): boolean {
  if (a === b) return true;
  if (a?.kind === "int" && b?.kind === "int")
    return a.size === b.size && a.signed === b.signed && a.asUnsigned === b.asUnsigned;
  if (a === undefined || b === undefined) return false;
  if (a.kind === "string" && b.kind === "string") return a.size === b.size;
  return typeAsText(a) === typeAsText(b);
}

/** All of a type as text, equal for equal types; structures and the like stand by their names. */
export function typeAsText(type: Type): string {
  return JSON.stringify(type, describePart);
}

function describePart(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  return isComposite(value) ? value.name : value;
}

function isComposite(value: unknown): value is { name: string } {
  return typeof value === "object" && value !== null && "field" in value && "name" in value;
}
