import type { Kallsyms } from "../symbols/kallsyms.ts";
import { keepText, readKept } from "./kept-text.ts";
import type { KernelFunction } from "./kernel-functions.ts";
import { readOptional } from "./procfs.ts";

const NAMES_IN_ORDER = (6 << 16) | (2 << 8); // the kernel's symbols are sorted by name since 6.2
const SEARCH_BY_NAME = "kallsyms_lookup_names"; // what searches them; later releases of 6.1 got it as well
const WORTH_ASKING = { before: 40, since: 150 }; // unknown functions, whose search by the kernel takes as long as one reading
const NO_ADDRESS = 0n;

/** What addresses are looked up in. `boot` is what tells one boot of the kernel from another. */
export type AddressPlaces = Readonly<{
  kernelVersion: number;
  kallsyms: () => Kallsyms;
  /** Whether the kernel has a function of that name, as far as its types tell. */
  hasFunction?: (name: string) => boolean;
  /** Folder to keep what was found in, if any. */
  keepIn?: string | undefined;
  boot?: () => string | undefined;
  /** Where a function is that was found by a pattern, if that was learnt with it. */
  found?: (fn: KernelFunction) => bigint | undefined;
}>;

/**
 * Addresses of functions. Those found by a pattern come with it. Others, of the kernel itself, are looked for where probes
 * are opened one by one. Given a name, the kernel searches
 * its symbols each time: half of all of them where they are not sorted by name, which is most of what opening such a probe
 * takes then. The kernel's own functions stay where they are until the next boot, so what was found is kept from run to
 * run.
 */
export class FunctionAddresses {
  readonly #places: AddressPlaces;
  #known: Map<string, bigint> | undefined;

  constructor(places: AddressPlaces) {
    this.#places = places;
  }

  /** Says which functions will be asked for. Looks for their addresses where they are enough to make that worth it. */
  expect(wanted: readonly string[]): void {
    const names = wanted.filter((name) => this.#places.found?.({ name }) === undefined);
    if (names.length < WORTH_ASKING.before) return;
    const { kallsyms } = this.#places;
    const enough = this.#hasNamesInOrder() ? WORTH_ASKING.since : WORTH_ASKING.before;
    if (names.length < enough) return;
    this.#known ??= this.#read();
    const known = this.#known;
    const unknown = new Set(names.filter((name) => !known.has(name)));
    if (unknown.size < enough) return;
    const found = kallsyms().functions(unknown);
    if (found.size === 0) return; // hidden from this process
    for (const name of unknown) known.set(name, found.get(name) ?? NO_ADDRESS);
    this.#keep(known);
  }

  /** Undefined where it is not known, or where several symbols have the name: then the kernel is to say. */
  of(name: string, module?: string): bigint | undefined {
    const found = this.#places.found?.({ name, ...(module !== undefined && { module }) });
    return found ?? ((module === undefined && this.#known?.get(name)) || undefined);
  }

  #hasNamesInOrder(): boolean {
    const { kernelVersion, hasFunction } = this.#places;
    return kernelVersion >= NAMES_IN_ORDER || (hasFunction?.(SEARCH_BY_NAME) ?? false);
  }

  #read(): Map<string, bigint> {
    const entry = this.#entry();
    const text = entry && readKept(entry.folder, entry);
    const known = new Map<string, bigint>();
    for (const line of text?.split("\n") ?? []) {
      const [name = "", address = ""] = line.split(" ");
      if (/^[0-9a-f]{1,16}$/.test(address)) known.set(name, BigInt(`0x${address}`));
    }
    return known;
  }

  #keep(known: ReadonlyMap<string, bigint>): void {
    const entry = this.#entry();
    if (entry === undefined) return;
    const lines = [...known].map(([name, address]) => `${name} ${address.toString(16)}\n`);
    keepText(entry.folder, entry, lines.join(""));
  }

  #entry() {
    const { keepIn, boot = bootId } = this.#places;
    const key = keepIn === undefined ? undefined : boot();
    return keepIn === undefined || !key ? undefined : { folder: keepIn, name: "function-addresses", key };
  }
}

function bootId(): string | undefined {
  return readOptional("/proc/sys/kernel/random/boot_id")?.trim();
}
