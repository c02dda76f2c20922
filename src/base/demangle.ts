import { demangleItanium } from "./demangle-itanium.ts";
import { demangleRust } from "./demangle-rust.ts";

const LONGEST = 4096;

const RUST_HASH = /::h[0-9a-f]{16}$/;
const RUST_ESCAPES: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
};

/** A C++ or Rust function's name as its source has it, with C++'s argument types; undefined for all other symbols. */
export function demangle(symbol: string): string | undefined {
  if (symbol.length > LONGEST) return undefined;
  if (symbol.startsWith("_R")) return demangleRust(symbol);
  if (!symbol.startsWith("_Z")) return undefined;
  const name = demangleItanium(symbol.replace(/\.(?:isra|part|constprop|cold|llvm|lto_priv)\b.*$/, ""));
  if (name === undefined || !RUST_HASH.test(name)) return name;
  return name
    .replace(RUST_HASH, "")
    .replace(/\$(\w{1,2})\$/g, (whole, code: string) => RUST_ESCAPES[code] ?? whole)
    .replace(/\$u([0-9a-f]{2,6})\$/g, (_, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16) % 0x110000),
    )
    .replaceAll("..", "::")
    .replace(/(^|::|<)_(?=[<{])/g, "$1");
}

/**
 * The ways in which people write a demangled name, the whole one first: "int ns::f<int>(int) const" is also
 * "ns::f<int>(int)", "ns::f<int>" and "ns::f".
 */
export function spellings(name: string): readonly string[] {
  const unqualified = name.replace(/(?: const| volatile| &&?)+$/, "");
  const found = new Set([name, unqualified]);
  for (const text of [unqualified, withoutResult(unqualified)]) {
    found.add(text);
    const bare = withoutArguments(text);
    found.add(bare);
    found.add(withoutTemplate(bare));
  }
  return [...found];
}

function withoutArguments(name: string): string {
  if (!name.endsWith(")")) return name;
  let depth = 0;
  for (let at = name.length - 1; at > 0; at--) {
    if (name[at] === ")") depth++;
    else if (name[at] === "(" && --depth === 0) return name.slice(0, at);
  }
  return name;
}

/** Of a template's instance the result stands before the name. */
function withoutResult(name: string): string {
  let depth = 0;
  let cut = 0;
  for (let at = 0; at < name.length; at++) {
    const char = name[at];
    if (char === "(" && depth === 0) break;
    if (char === "<") depth++;
    else if (char === ">") depth = Math.max(0, depth - 1);
    else if (char === " " && depth === 0) cut = at + 1;
  }
  return /operator $/.test(name.slice(0, cut)) ? name : name.slice(cut);
}

function withoutTemplate(name: string): string {
  if (!name.endsWith(">") || /operator\W+$/.test(name)) return name;
  let depth = 0;
  for (let at = name.length - 1; at > 0; at--) {
    if (name[at] === ">") depth++;
    else if (name[at] === "<" && --depth === 0) return name.slice(0, at).trimEnd();
  }
  return name;
}
