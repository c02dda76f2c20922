/** How types are listed: a line each and one per part, as `bpftool btf dump` does, or its JSON on one line or on many. */
export type RawStyle = "text" | "json" | "pretty";

/** What stands around the values of a listing, as bytes. */
export type RawPieces = Readonly<{
  /** In front of the first type, between two, and behind the last. */
  head: Uint8Array;
  between: Uint8Array;
  tail: Uint8Array;
  /** In front of an id, by kind number between it and the type's name, and behind the name. */
  id: Uint8Array;
  kinds: readonly Uint8Array[];
  named: Uint8Array;
  /** Behind the last field of a type without parts. */
  end: Uint8Array;
  /** Of parts: in front of the first, between two, behind the last, and what stands in their place when there is none. */
  parts: Readonly<{ first: Uint8Array; between: Uint8Array; last: Uint8Array; none: Uint8Array }>;
  /** Between the first brace of a part and its name, and behind that name. */
  partName: Uint8Array;
  partNamed: Uint8Array;
  /** In front of a field's value, by its name: of a type, and of a part. */
  field: (name: string) => Uint8Array;
  partField: (name: string, isFirst?: boolean) => Uint8Array;
  /** A field whose value is a word. */
  word: (name: string, value: string) => Uint8Array;
  /** In front of the parts, by what they are called. */
  list: (name: string) => Uint8Array;
}>;

/** Kinds by their number. Source: include/uapi/linux/btf.h, v6.12; the words are bpftool's. */
// biome-ignore format: in the order of their numbers
const KIND_WORDS = [
  "UNKNOWN", "INT", "PTR", "ARRAY", "STRUCT", "UNION", "ENUM", "FWD", "TYPEDEF", "VOLATILE", "CONST", "RESTRICT",
  "FUNC", "FUNC_PROTO", "VAR", "DATASEC", "FLOAT", "DECL_TAG", "TYPE_TAG", "ENUM64",
];

/** "VAR", "FUNC", … */
export function kindWord(kind: number): string {
  return KIND_WORDS[kind] ?? "UNKNOWN";
}

export function rawPieces(style: RawStyle): RawPieces {
  return style === "text" ? textPieces() : jsonPieces(style === "pretty");
}

const ENCODER = new TextEncoder();
const bytes = (text: string): Uint8Array => ENCODER.encode(text);

function textPieces(): RawPieces {
  const field = (name: string): Uint8Array => bytes(` ${name}=`);
  return {
    head: bytes(""),
    between: bytes(""),
    tail: bytes(""),
    id: bytes("["),
    kinds: KIND_WORDS.map((word) => bytes(`] ${word} '`)),
    named: bytes("'"),
    end: bytes("\n"),
    parts: { first: bytes("\n\t"), between: bytes("\n\t"), last: bytes("\n"), none: bytes("\n") },
    partName: bytes("'"),
    partNamed: bytes("'"),
    field,
    partField: (name, isFirst = false) => (isFirst ? bytes(`${name}=`) : field(name)),
    word: (name, value) => bytes(` ${name}=${value}`),
    list: () => bytes(""),
  };
}

function jsonPieces(pretty: boolean): RawPieces {
  const [colon, indent] = pretty ? [": ", "    "] : [":", ""];
  const line = (depth: number): string => (pretty ? `\n${indent.repeat(depth)}` : "");
  const member = (name: string): string => `,${line(2)}"${name}"${colon}`;
  const partMember = (name: string): string => `,${line(4)}"${name}"${colon}`;
  return {
    head: bytes(`{"types":[${line(1)}`),
    between: bytes(`,${line(1)}`),
    tail: bytes("]}\n"),
    id: bytes(`{${line(2)}"id"${colon}`),
    kinds: KIND_WORDS.map((word) => bytes(`${member("kind")}"${word}"${member("name")}"`)),
    named: bytes('"'),
    end: bytes(`${line(1)}}`),
    parts: {
      first: bytes(`[${line(3)}{${line(4)}`),
      between: bytes(`${line(3)}},${line(3)}{${line(4)}`),
      last: bytes(`${line(3)}}${line(2)}]${line(1)}}`),
      none: bytes(`[]${line(1)}}`),
    },
    partName: bytes(`"name"${colon}"`),
    partNamed: bytes('"'),
    field: (name) => bytes(member(name)),
    partField: (name, isFirst = false) => bytes(isFirst ? `"${name}"${colon}` : partMember(name)),
    word: (name, value) => bytes(`${member(name)}"${value}"`),
    list: (name) => bytes(member(name)),
  };
}
