import { SkepError } from "../base/errors.ts";

/** An ELF file that cannot be used. `section` and `offset` (a byte of the file) say where, as far as known. */
export class ElfError extends SkepError {
  readonly section: string | undefined;
  readonly offset: number | undefined;

  constructor(
    code: `elf/${string}`,
    message: string,
    options: { section?: string; offset?: number; remedy?: string; cause?: unknown } = {},
  ) {
    const where = [
      ...(options.section === undefined ? [] : [`in section ${options.section}`]),
      ...(options.offset === undefined ? [] : [`at byte ${options.offset} of the file`]),
    ].join(", ");
    super(where === "" ? message : `${message} (${where})`, {
      code,
      remedy: options.remedy ?? DAMAGED,
      cause: options.cause,
    });
    this.name = "ElfError";
    this.section = options.section;
    this.offset = options.offset;
  }
}

const DAMAGED = "the file is damaged or cut off: check it with `readelf -a <file>` and build or copy it anew";
