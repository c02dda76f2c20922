import { SkepError } from "../base/errors.ts";

/** BTF that cannot be used. `offset` is the byte of the blob where the trouble lies, where one is known. */
export class BtfError extends SkepError {
  readonly offset: number | undefined;

  constructor(code: `btf/${string}`, message: string, options: { offset?: number; remedy?: string } = {}) {
    const at = options.offset === undefined ? "" : ` (at byte ${options.offset} of the BTF)`;
    super(`${message}${at}`, { code, remedy: options.remedy ?? DAMAGED });
    this.name = "BtfError";
    this.offset = options.offset;
  }
}

const DAMAGED =
  "the BTF is damaged or was written by a newer tool: check it with `bpftool btf dump file <file>` and make it anew";
