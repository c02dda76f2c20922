import { findFunctions } from "../../btf/lookup.ts";
import type { Btf } from "../../btf/types.ts";

/** Where the kernel's code is without address randomization. Source: Documentation/arch/x86/x86_64/mm.rst, v6.12. */
const TEXT = 0xffff_ffff_8100_0000n;
/** Bytes from one function to the next. */
export const FUNCTION_BYTES = 0x40;
const MOST_FUNCTIONS = 1 << 18;

/** Names and addresses of the kernel's functions and variables. */
export class KernelSymbols {
  readonly #btf: Btf;
  readonly #byName = new Map<string, bigint>();
  readonly #names: string[] = []; // of functions, by address
  readonly #variables = new Map<string, bigint>();
  #readBtf = false;

  constructor(btf: Btf) {
    this.#btf = btf;
  }

  /** Address of a function; it gets one if it had none. */
  define(name: string): bigint {
    this.#functionsOfBtf();
    return this.#byName.get(name) ?? this.#place(name);
  }

  defineVariable(name: string, address: bigint): void {
    this.#variables.set(name, address);
  }

  address(name: string): bigint | undefined {
    this.#functionsOfBtf();
    return this.#byName.get(name) ?? this.#variables.get(name);
  }

  /** The function that holds an address. */
  find(address: bigint): Readonly<{ name: string; offset: bigint }> | undefined {
    if (address < TEXT) return undefined;
    const index = Number((address - TEXT) / BigInt(FUNCTION_BYTES));
    const name = this.#names[index];
    return name === undefined ? undefined : { name, offset: (address - TEXT) % BigInt(FUNCTION_BYTES) };
  }

  /** Names of all functions, in the order of their addresses. */
  functions(): readonly string[] {
    this.#functionsOfBtf();
    return this.#names;
  }

  /** First, so that addresses do not depend on who asks first. */
  #functionsOfBtf(): void {
    if (this.#readBtf) return;
    this.#readBtf = true;
    for (const { name } of findFunctions(this.#btf, "*")) if (!this.#byName.has(name)) this.#place(name);
  }

  #place(name: string): bigint {
    if (this.#names.length >= MOST_FUNCTIONS)
      throw new Error("bug: the simulated kernel has too many functions");
    const address = TEXT + BigInt(this.#names.length * FUNCTION_BYTES);
    this.#names.push(name);
    this.#byName.set(name, address);
    return address;
  }
}
