import { type CConstantScope, readConstant } from "./c-constant.ts";
import type { CCursor } from "./c-cursor.ts";

/** What attributes say about a layout. `bytes`: the size of an integer or enum (`mode`). `tags`: of the type. */
export type CAttributes = Readonly<{
  packed?: boolean;
  align?: number;
  bytes?: number;
  section?: string;
  tags?: readonly string[];
  /** Bytes of a vector whose elements have the type. */
  vector?: number;
}>;

const MODES = new Map([
  ["QI", 1],
  ["HI", 2],
  ["SI", 4],
  ["DI", 8],
  ["TI", 16],
  ["byte", 1],
  ["word", 8],
  ["pointer", 8],
]);
const MOST_ALIGN = 1n << 28n; // as Clang has it
const LARGEST_ALIGN = 16; // `aligned` without a number: what any type of the machine may need

/** One object for all that have none, which are most. */
export const NO_ATTRIBUTES: CAttributes = {};

/** Both, the second where they differ; the larger alignment counts. */
export function mergeAttributes(first: CAttributes, second: CAttributes): CAttributes {
  if (second === NO_ATTRIBUTES) return first;
  const align = Math.max(first.align ?? 0, second.align ?? 0);
  return { ...first, ...second, ...(align > 0 && { align }) };
}

/** The attributes that stand here, if any. Those without effect on types are passed over. */
export function readAttributes(cursor: CCursor, scope: CConstantScope): CAttributes {
  let found = NO_ATTRIBUTES;
  for (;;) {
    switch (cursor.text) {
      case "_Alignas":
        cursor.next();
        found = mergeAttributes(found, { align: readAlignas(cursor, scope) });
        break;
      case "__asm__":
      case "__asm":
      case "asm":
        passAssembly(cursor);
        break;
      case "__attribute__":
      case "__attribute":
        found = mergeAttributes(found, readList(cursor, scope));
        break;
      case "__packed":
        cursor.next();
        found = { ...found, packed: true };
        break;
      case "__aligned":
        cursor.next();
        found = mergeAttributes(found, { align: readAlign(cursor, scope) });
        break;
      default:
        return found;
    }
  }
}

/** `asm("name")` behind a declarator, and instructions. */
function passAssembly(cursor: CCursor): void {
  cursor.next();
  while (/^(volatile|__volatile__|goto|inline)$/.test(cursor.text)) cursor.next();
  if (cursor.text === "(") cursor.skipBrackets();
}

function readList(cursor: CCursor, scope: CConstantScope): CAttributes {
  let found: CAttributes = {};
  cursor.next();
  cursor.expect("(", "after `__attribute__`");
  cursor.expect("(", "after `__attribute__(`");
  while (cursor.text !== ")") {
    if (cursor.accept(",")) continue;
    const word = cursor.name("an attribute").replace(/^__(\w+)__$/, "$1");
    if (word === "packed") found = { ...found, packed: true };
    else if (word === "aligned") found = mergeAttributes(found, { align: readAlign(cursor, scope) });
    else if (word === "vector_size") found = { ...found, vector: Number(readBracketed(cursor, scope)) };
    else if (word === "mode") found = { ...found, ...modeOf(readWord(cursor)) };
    else if (word === "section") found = { ...found, section: readText(cursor) };
    else if (word === "btf_type_tag") found = { ...found, tags: [...(found.tags ?? []), readText(cursor)] };
    else if (cursor.text === "(") cursor.skipBrackets();
    if (!cursor.accept(",")) break;
  }
  cursor.expect(")", "after the attributes");
  cursor.expect(")", "after the attributes");
  return found;
}

function readBracketed(cursor: CCursor, scope: CConstantScope): bigint {
  cursor.expect("(", "after the attribute");
  const value = readConstant(cursor, scope);
  cursor.expect(")", "after the attribute's argument");
  return value;
}

/** `_Alignas` takes a type as well (ISO C11, 6.7.5). */
function readAlignas(cursor: CCursor, scope: CConstantScope): number {
  const at = cursor.at;
  cursor.expect("(", "after `_Alignas`");
  const type = scope.typeHere();
  if (type === undefined) {
    cursor.at = at;
    return readAlign(cursor, scope);
  }
  cursor.expect(")", "after the type");
  return scope.store.shape(type)?.align ?? 1;
}

function readAlign(cursor: CCursor, scope: CConstantScope): number {
  if (!cursor.accept("(")) return LARGEST_ALIGN;
  const at = cursor.at;
  const value = readConstant(cursor, scope);
  cursor.expect(")", "after the alignment");
  if (value > 0n && value <= MOST_ALIGN && (value & (value - 1n)) === 0n) return Number(value);
  cursor.error("c/bad-constant", at, `an alignment of ${value}`, `use a power of two, up to ${MOST_ALIGN}`);
  return 1;
}

function modeOf(word: string): CAttributes {
  const bytes = MODES.get(word.replace(/^__(\w+)__$/, "$1"));
  return bytes === undefined ? {} : { bytes };
}

function readWord(cursor: CCursor): string {
  cursor.expect("(", "after the attribute");
  const word = cursor.next();
  cursor.expect(")", "after the attribute's argument");
  return word;
}

function readText(cursor: CCursor): string {
  const text = readWord(cursor);
  if (!/^".*"$/.test(text)) cursor.fail("expected a text in quotes");
  return text.slice(1, -1);
}
