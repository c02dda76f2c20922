import { pcapngHead, pcapngPacket } from "./pcapng.ts";
import type { Host } from "./resolver.ts";

/** The files that a script writes packets to; each begins anew when its first packet comes. */
export class PacketFiles {
  readonly #host: Host;
  readonly #begun = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Throws with a message for people when the file cannot be written. */
  add(path: string, data: Uint8Array, unixTimeNs: bigint, originalBytes: number): void {
    const write = this.#host.writeFile;
    if (write === undefined) throw new Error(`packets cannot be written to ${path} here`);
    if (!this.#begun.has(path)) write(path, pcapngHead(), false);
    this.#begun.add(path);
    write(path, pcapngPacket(data, unixTimeNs, originalBytes), true);
  }
}
