import { SkepError } from "../base/errors.ts";

/** Debug information that cannot be read: cut off, or with values that no version of DWARF knows. */
export class DwarfError extends SkepError {
  constructor(message: string, section: string, offset: number) {
    super(`${section}+0x${offset.toString(16)}: ${message}`, {
      code: "dwarf/malformed",
      remedy: "rebuild the program with -g, or strip its debug information and use plain symbols",
    });
    this.name = "DwarfError";
  }
}
