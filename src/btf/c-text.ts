import { TextBytes } from "../base/text-bytes.ts";
import { type CName, IDENTIFIER_BYTES, identifier, isIdentifier, textAt } from "./c-names.ts";
import { BtfError } from "./error.ts";
import { MAX_NAME_BYTES } from "./kinds.ts";

const TAB = 9;
const MAX_BYTES = 1 << 26; // a kernel takes 3 MB; only damaged BTF, whose types multiply, comes near

/** C text as it is written, with names that are copied from the strings of BTF. */
export class CText extends TextBytes {
  readonly #strings: Uint8Array;

  /** `expected`: bytes that the text will probably have. */
  constructor(strings: Uint8Array, expected?: number) {
    super(
      MAX_BYTES,
      () => new BtfError("btf/too-large", "the types make more than 64 MB of C: unnamed types multiply"),
      expected,
    );
    this.#strings = strings;
  }

  /** A string of BTF that has been checked is written as an identifier. */
  name(name: CName): void {
    if (typeof name === "string") this.text(name);
    else this.identifier(name);
  }

  /** The string at an offset that has been checked, as an identifier. */
  identifier(offset: number): void {
    const from = this.length;
    const length = this.run(this.#strings, offset, IDENTIFIER_BYTES, MAX_NAME_BYTES);
    if (isIdentifier(this.#strings, offset, length)) return;
    this.cut(from);
    this.text(identifier(textAt(this.#strings, offset)));
  }

  tabs(count: number): void {
    for (let i = 0; i < count; i++) this.byte(TAB);
  }

  /** Whether nothing is written for a name. */
  isEmpty(name: CName): boolean {
    return typeof name === "string" ? name === "" : this.#strings[name] === 0;
  }
}
