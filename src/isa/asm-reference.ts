import type { AsmCursor } from "./asm-cursor.ts";
import { integerIn, isSign, tryInteger } from "./asm-operand.ts";
import type { ImmRef } from "./insn.ts";
import { BRACKET_NAME } from "./text-syntax.ts";

const REFERENCE = /(map|subprog|ksym)\[/y;

/** `map[…]`, `subprog[…]` or `ksym[…]`, or undefined when none stands here. */
export function tryReference(cursor: AsmCursor): ImmRef | undefined {
  const found = cursor.match(REFERENCE);
  if (found === undefined) return undefined;
  if (found[1] === "map") return mapReference(cursor);
  return found[1] === "ksym" ? symbolReference(cursor) : functionReference(cursor);
}

/** Everything up to the closing bracket is one name. */
function bracketName(cursor: AsmCursor, what: string): string {
  const found = cursor.match(BRACKET_NAME);
  return (
    found?.[0] ??
    cursor.fail(`expected ${what}, found ${cursor.found()}`, "names have no blanks, commas or brackets")
  );
}

function mapReference(cursor: AsmCursor): ImmRef {
  const start = cursor.position;
  const key = cursor.match(/(name|fd|idx|id):/y)?.[1] ?? "name";
  if (key === "id")
    cursor.fail(
      "a map id belongs to a running kernel",
      "write map[name:…], or map[fd:…] for a descriptor",
      start,
    );
  const map = key === "name" ? bracketName(cursor, "the name of a map") : undefined;
  const number = map === undefined ? int32(cursor, "number") : 0;
  cursor.expect("]", "write map[name]");
  if (!cursor.eat("[")) {
    if (map !== undefined) return { kind: "map", map };
    return key === "fd" ? { kind: "mapFd", fd: number } : { kind: "mapIdx", index: number };
  }
  cursor.expect("0", "only the first value of an array map has a fixed address: map[name][0]+8");
  cursor.expect("]", "write map[name][0]+8");
  const off = isSign(cursor.next) ? int32(cursor, "offset") : 0;
  if (map !== undefined) return { kind: "mapValue", map, off };
  return key === "fd" ? { kind: "mapValueFd", fd: number, off } : { kind: "mapValueIdx", index: number, off };
}

function int32(cursor: AsmCursor, what: string): number {
  return integerIn(cursor, what, -0x80000000, 0x7fffffff);
}

function functionReference(cursor: AsmCursor): ImmRef {
  const number = tryInteger(cursor);
  if (number !== undefined) cursor.rewind(number.start);
  const ref: ImmRef =
    number !== undefined
      ? { kind: "funcOff", off: int32(cursor, "offset") }
      : { kind: "func", name: bracketName(cursor, "the name of a function") };
  cursor.expect("]", "write subprog[name]");
  return ref;
}

function symbolReference(cursor: AsmCursor): ImmRef {
  if (cursor.match(/btf:/y)) {
    const btfId = int32(cursor, "BTF id");
    const btfFd = cursor.match(/,\s*fd:/y) ? int32(cursor, "BTF descriptor") : 0;
    cursor.expect("]", "write ksym[btf:12] or ksym[btf:12,fd:3]");
    return { kind: "btfVar", btfId, btfFd };
  }
  const name = bracketName(cursor, "the name of a kernel symbol");
  const weak = cursor.match(/,\s*weak\b/y) !== undefined;
  cursor.expect("]", "write ksym[name] or ksym[name,weak]");
  return { kind: "ksym", name, weak };
}
