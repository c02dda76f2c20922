import type { MapSpec } from "../abi/map-spec.ts";
import { unreachable } from "../base/errors.ts";
import type { ProgramSpec } from "../object/object.ts";
import { type MapShape, ObjectShape } from "./object-shape.ts";
import type { Field, Layout, RecordLayout } from "./value-layout.ts";
import { isWide } from "./value-layout.ts";

export type PrintTypesOptions = Readonly<{
  /** What the object is called in the first line. */
  file: string;
  /** Structs of the records of buffers, where the object does not tell them. */
  records?: ReadonlyMap<string, string>;
}>;

/** Buffers whose records are of no known type, beside the text. */
export type PrintedTypes = Readonly<{ text: string; untyped: readonly string[] }>;

/**
 * A TypeScript declaration of what an object has: `maps`, `globals`, `programs` and `events`, and the structs and enums
 * in them, for `Collection.read<typeof import("./prog.js")>("prog.o")`. The types are those that the library's own
 * values have. Throws SkepError for a record's struct that is not there.
 */
export function printTypes(shape: ObjectShape, options: PrintTypesOptions): PrintedTypes {
  return new Printer(shape, options).print();
}

/** Types whose context user space gives when it runs them by themselves. */
const WITH_CONTEXT: ReadonlySet<ProgramSpec["type"]> = new Set([
  "syscall",
  "xdp",
  "socketFilter",
  "schedCls",
  "schedAct",
  "cgroupSkb",
  "skLookup",
  "lwtIn",
  "lwtOut",
  "lwtXmit",
  "lwtSeg6local",
]);

class Printer {
  readonly #shape: ObjectShape;
  readonly #options: PrintTypesOptions;
  readonly #imports = new Set<string>();
  readonly #names = new Map<Layout, string>();
  readonly #taken = new Set<string>(RESERVED);
  readonly #declarations: string[] = [];
  readonly #untyped: string[] = [];

  constructor(shape: ObjectShape, options: PrintTypesOptions) {
    this.#shape = shape;
    this.#options = options;
  }

  print(): PrintedTypes {
    const { object } = this.#shape;
    const maps = object.maps.filter((map) => map.section === undefined);
    const parts = [
      group(
        "maps",
        maps.map((map) => `readonly ${key(map.name)}: ${this.#map(map, this.#shape.map(map))};`),
      ),
      group("globals", this.#globals()),
      group(
        "programs",
        object.programs.map((program) => `readonly ${key(program.name)}: ${this.#program(program)};`),
      ),
      group(
        "events",
        maps.filter(isRead).map((map) => `readonly ${key(map.name)}: ${this.#record(map)};`),
      ),
    ];
    const imports = [...this.#imports].sort().join(", ");
    const head = `// Types of ${this.#options.file}, written by \`skep types\`: write them again when the program changes.`;
    const from = imports === "" ? [] : [`import type { ${imports} } from "skep";`];
    const text = `${[head, ...from].join("\n")}\n\n${[...this.#declarations, ...parts].join("\n\n")}\n`;
    return { text, untyped: this.#untyped };
  }

  #globals(): string[] {
    return [...this.#shape.variables].map(([name, { map, layout }]) => {
      const constant = map.readOnly ? "readonly " : "";
      return `${constant}${key(name)}: ${this.#type(layout)};`;
    });
  }

  #program(program: ProgramSpec): string {
    this.#imports.add("Program");
    const context = WITH_CONTEXT.has(program.type) ? this.#shape.context(program) : undefined;
    return context === undefined ? "Program" : `Program<${this.#type(context)}>`;
  }

  #record(map: MapSpec): string {
    const layout = this.#shape.record(map, this.#options.records?.get(map.name));
    if (layout === undefined) this.#untyped.push(map.name);
    return layout === undefined ? "Uint8Array" : this.#type(layout);
  }

  #map(spec: MapSpec, shape: MapShape): string {
    const { key, value } = shape;
    switch (spec.type) {
      case "hash":
      case "lruHash":
        return this.#generic("HashMap", key, value);
      case "lpmTrie":
        return this.#generic("LpmTrie", key, value);
      case "array":
        return this.#generic("ArrayMap", value);
      case "percpuArray":
      case "percpuHash":
      case "lruPercpuHash":
      case "percpuCgroupStorage":
        return this.#generic("PerCpuMap", key, value);
      case "queue":
      case "stack":
        return this.#generic("QueueMap", value);
      case "bloomFilter":
        return this.#generic("BloomFilter", value);
      case "skStorage":
      case "inodeStorage":
      case "taskStorage":
      case "cgrpStorage":
        return this.#generic("StorageMap", value);
      case "sockmap":
      case "sockhash":
      case "reuseportSockarray":
        return this.#generic("SocketMap", key);
      case "stackTrace":
      case "devmap":
      case "devmapHash":
      case "cpumap":
      case "xskmap":
      case "cgroupStorage":
        return this.#generic("KeyedMap", key, value);
      case "progArray":
        return this.#import("ProgramArray");
      case "arrayOfMaps":
      case "hashOfMaps":
        return this.#outer(spec, shape);
      case "ringbuf":
      case "perfEventArray":
        return `${this.#import("EventBuffer")}<${this.#recordOf(spec)}>`;
      case "userRingbuf":
        return `${this.#import("UserRingMap")}<${this.#recordOf(spec)}>`;
      case "structOps":
        return `${this.#import("StructMap")}<${this.#struct(spec)}>`;
      case "cgroupArray":
      case "arena":
        return this.#import("AnyMap");
      default:
        return unreachable(spec.type);
    }
  }

  #struct(spec: MapSpec): string {
    const lines = this.#shape.structMembers(spec).map(({ name, layout, program }) => {
      return `    ${key(name)}: ${program ? "keyof typeof programs | null" : this.#type(layout)};`;
    });
    return lines.length === 0 ? "Record<never, never>" : `{\n${lines.join("\n")}\n  }`;
  }

  #recordOf(spec: MapSpec): string {
    const layout = this.#shape.record(spec, this.#options.records?.get(spec.name));
    return layout === undefined ? "Uint8Array" : this.#type(layout);
  }

  #outer(spec: MapSpec, { key, inner }: MapShape): string {
    const held = spec.inner && inner ? this.#map(spec.inner, inner) : this.#import("AnyMap");
    return `${this.#import("MapOfMaps")}<${this.#type(key)}, ${held}>`;
  }

  #generic(name: string, ...layouts: readonly Layout[]): string {
    return `${this.#import(name)}<${layouts.map((layout) => this.#type(layout)).join(", ")}>`;
  }

  #import(name: string): string {
    this.#imports.add(name);
    return name;
  }

  #type(layout: Layout): string {
    switch (layout.kind) {
      case "int":
        return isWide(layout.bytes) ? "bigint" : "number";
      case "pointer":
        return "bigint";
      case "bool":
        return "boolean";
      case "float":
        return "number";
      case "text":
        return "string";
      case "bytes":
        return "Uint8Array";
      case "array": {
        const of = this.#type(layout.of);
        return /^[\w$]+(\[\])*$/.test(of) ? `${of}[]` : `(${of})[]`;
      }
      case "enum":
      case "record":
        return this.#named(layout);
      default:
        return unreachable(layout);
    }
  }

  #named(layout: Extract<Layout, { kind: "enum" | "record" }>): string {
    const known = this.#names.get(layout);
    if (known !== undefined) return known;
    if (layout.name === "") return layout.kind === "enum" ? this.#enum(layout) : this.#body(layout, "  ");
    const name = this.#freeName(layout.name);
    this.#names.set(layout, name);
    const at = this.#declarations.push("") - 1; // a struct stands in front of what it is made of
    this.#declarations[at] = this.#declaration(name, layout);
    return name;
  }

  #declaration(name: string, layout: Extract<Layout, { kind: "enum" | "record" }>): string {
    if (layout.kind === "enum") return `export type ${name} = ${this.#enum(layout)};`;
    const body = this.#body(layout, "");
    return /^\{[^&]*\}$/s.test(body) && !layout.union
      ? `export interface ${name} ${body}`
      : `export type ${name} = ${body};`;
  }

  #enum({ members, bytes }: Extract<Layout, { kind: "enum" }>): string {
    const names = [...new Set(members.map(([name]) => JSON.stringify(name)))].join(" | ");
    return `${this.#import("Enum")}<${names === "" ? "never" : names}${isWide(bytes) ? ", bigint" : ""}>`;
  }

  #body(layout: RecordLayout, indent: string): string {
    if (layout.union) return `${this.#import("OneOf")}<${this.#members(layout.fields, indent)}>`;
    const plain = layout.fields.filter((field) => field.choice === undefined);
    const choices = new Set(
      layout.fields.map((field) => field.choice).filter((choice) => choice !== undefined),
    );
    const unions = [...choices].map((choice) => {
      const members = layout.fields.filter((field) => field.choice === choice);
      return `${this.#import("OneOf")}<${this.#members(members, indent)}>`;
    });
    if (plain.length === 0 && unions.length > 0) return unions.join(" & ");
    return [this.#members(plain, indent), ...unions].join(" & ");
  }

  #members(fields: readonly Field[], indent: string): string {
    if (fields.length === 0) return "Record<never, never>";
    const lines = fields.map(({ name, layout }) => `${indent}  ${key(name)}: ${this.#type(layout)};`);
    return `{\n${lines.join("\n")}\n${indent}}`;
  }

  #freeName(name: string): string {
    const plain = /^[A-Za-z_$]/.test(name) ? name.replace(/[^\w$]/g, "_") : `_${name.replace(/[^\w$]/g, "_")}`;
    let free = plain;
    for (let n = 2; this.#taken.has(free); n++) free = `${plain}_${n}`;
    this.#taken.add(free);
    return free;
  }
}

function isRead(map: MapSpec): boolean {
  return ObjectShape.isBuffer(map) && map.type !== "userRingbuf";
}

function group(name: string, lines: readonly string[]): string {
  const body = lines.length === 0 ? "{}" : `{\n${lines.map((line) => `  ${line}`).join("\n")}\n}`;
  return `export declare const ${name}: ${body};`;
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Names that a type of TypeScript cannot have, and those that the file has itself. */
// biome-ignore format: a list
const RESERVED = [
  "any", "unknown", "never", "void", "string", "number", "bigint", "boolean", "symbol", "object", "undefined", "null",
  "maps", "globals", "programs", "events", "Uint8Array", "Record",
  "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "enum", "export",
  "extends", "false", "finally", "for", "function", "if", "import", "in", "instanceof", "new", "return", "super", "switch",
  "this", "throw", "true", "try", "typeof", "var", "while", "with", "yield", "await", "let", "static", "implements",
  "arguments", "eval", "interface", "package", "private", "protected", "public", "type", "declare",
  "AnyMap", "ArrayMap", "BloomFilter", "Enum", "EventBuffer", "HashMap", "KeyedMap", "LpmTrie", "MapOfMaps", "OneOf",
  "PerCpuMap", "Program", "ProgramArray", "QueueMap", "SocketMap", "StorageMap", "StructMap", "UserRingMap",
];
