import { readFileSync } from "node:fs";

/** Addresses of kernel symbols, from /proc/kallsyms; its text is read on first use and kept. */
export class KernelSymbols {
  readonly #path: string;
  #text: string | undefined;

  constructor(path = "/proc/kallsyms") {
    this.#path = path;
  }

  /** Undefined when there is no such symbol, or when the kernel hides addresses from this process. */
  address(name: string): bigint | undefined {
    if (!/^[\w.$]+$/.test(name)) return undefined;
    this.#text ??= this.#read();
    const text = this.#text;
    for (let at = text.indexOf(` ${name}`); at !== -1; at = text.indexOf(` ${name}`, at + 1)) {
      const next = text[at + name.length + 1];
      if (next !== "\n" && next !== "\t" && next !== undefined) continue;
      const start = text.lastIndexOf("\n", at) + 1;
      const address = BigInt(`0x${text.slice(start, text.indexOf(" ", start))}`);
      return address === 0n ? undefined : address;
    }
    return undefined;
  }

  // Names are ASCII; one byte a character keeps 12 MB from becoming 24.
  #read(): string {
    try {
      return readFileSync(this.#path, "latin1");
    } catch {
      return "";
    }
  }
}
