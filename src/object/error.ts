import { SkepError } from "../base/errors.ts";

/** An object file that cannot be used. `section` and `offset` (a byte of that section) say where, as far as known. */
export class ObjectError extends SkepError {
  readonly section: string | undefined;
  readonly offset: number | undefined;

  constructor(
    code: `object/${string}`,
    message: string,
    options: { section?: string; offset?: number; remedy?: string; cause?: unknown } = {},
  ) {
    const where = [
      ...(options.offset === undefined ? [] : [`at byte ${options.offset}`]),
      ...(options.section === undefined ? [] : [`of section ${options.section}`]),
    ].join(" ");
    super(where === "" ? message : `${message} (${where})`, {
      code,
      remedy: options.remedy ?? DAMAGED,
      cause: options.cause,
    });
    this.name = "ObjectError";
    this.section = options.section;
    this.offset = options.offset;
  }
}

const DAMAGED =
  "the file is damaged, or its compiler is too new for us: look at it with `llvm-readelf -a <file>` and compile it anew";
