import type { ResolvedSymbol } from "../../runtime/resolver.ts";
import type { Binary } from "../hooks/binary.ts";

const MOST_PROCESSES = 4096;

/** Where the code of processes was that have ended: stacks are often looked up only then. The latest are kept. */
export class EndedMappings {
  readonly #byPid = new Map<number, ReadonlyMap<Binary, number>>();

  add(pid: number, mappings: ReadonlyMap<Binary, number>): void {
    this.#byPid.set(pid, new Map(mappings));
    if (this.#byPid.size <= MOST_PROCESSES) return;
    for (const oldest of this.#byPid.keys()) {
      this.#byPid.delete(oldest);
      return;
    }
  }

  find(pid: number, address: number): ResolvedSymbol | undefined {
    for (const [binary, base] of this.#byPid.get(pid) ?? []) {
      const found = binary.functionAt(address - base);
      if (found === undefined) continue;
      return { name: found.name, offset: BigInt(address - base - found.offset), module: binary.path };
    }
    return undefined;
  }
}
