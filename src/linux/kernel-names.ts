import type { BtfPlace } from "../isa/bind-names.ts";
import type { KernelSymbol } from "../object/relocate-symbols.ts";
import type { KernelTypes } from "./module-btf.ts";

/**
 * What one program's names of kernel symbols stand for. Functions of modules are known to the kernel by a place in
 * the list of descriptors that goes with the program, variables by the descriptor itself.
 */
export class KernelNames {
  readonly #symbols: ReadonlyMap<string, KernelSymbol>;
  readonly #types: KernelTypes;
  readonly #modules: number[] = [];

  constructor(symbols: ReadonlyMap<string, KernelSymbol>, types: KernelTypes) {
    this.#symbols = symbols;
    this.#types = types;
  }

  variable(name: string): BtfPlace | Readonly<{ address: bigint }> | undefined {
    const symbol = this.#symbols.get(name);
    if (symbol?.kind !== "typed") return symbol;
    const { btfId, module } = symbol;
    return { btfId, btfFd: module === undefined ? 0 : this.#moduleFd(module) };
  }

  function(name: string): BtfPlace | undefined {
    const symbol = this.#symbols.get(name);
    if (symbol?.kind !== "typed") return undefined;
    const { btfId, module } = symbol;
    return { btfId, btfFd: module === undefined ? 0 : this.#placeOf(this.#moduleFd(module)) };
  }

  /** The list of descriptors, once all instructions are bound; undefined when none is needed. Place 0 is the kernel's own. */
  get fdArray(): Int32Array | undefined {
    return this.#modules.length === 0 ? undefined : Int32Array.of(0, ...this.#modules);
  }

  #placeOf(fd: number): number {
    const known = this.#modules.indexOf(fd);
    return known === -1 ? this.#modules.push(fd) : known + 1;
  }

  #moduleFd(module: string): number {
    const found = this.#types.modules().find((m) => m.name === module);
    if (found === undefined) throw new Error(`bug: module ${module} is gone`);
    return found.fd.number;
  }
}
