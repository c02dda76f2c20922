import {
  DNS_CODE,
  DNS_TYPE,
  type DnsMessage,
  type DnsRecord,
  decodeDns,
  encodeDns,
} from "../packet/dns-message.ts";
import type { IpAddress } from "../packet/ip-address.ts";

const TTL_SECONDS = 300;
const MOST_ALIASES = 8;

/** Names and what they lead to. */
export class DnsZone {
  readonly #addresses = new Map<string, IpAddress[]>();
  readonly #aliases = new Map<string, string>();
  /** Names that the server knows nothing about but fails for. */
  readonly #broken = new Set<string>();

  add(name: string, address: IpAddress): void {
    const key = normal(name);
    const list = this.#addresses.get(key);
    if (list === undefined) this.#addresses.set(key, [address]);
    else list.push(address);
  }

  /** A name that is another name: CNAME. */
  addAlias(name: string, target: string): void {
    this.#aliases.set(normal(name), normal(target));
  }

  /** The server answers SERVFAIL for it. */
  addFailure(name: string): void {
    this.#broken.add(normal(name));
  }

  /** The answer to a query; undefined for what is no query. */
  answer(bytes: Uint8Array): Uint8Array | undefined {
    const query = decodeDns(bytes);
    const [question] = query?.questions ?? [];
    if (query === undefined || query.isResponse || question === undefined) return undefined;
    const answers: DnsRecord[] = [];
    let name = normal(question.name);
    for (let i = 0; i < MOST_ALIASES; i++) {
      const target = this.#aliases.get(name);
      if (target === undefined) break;
      answers.push({ name, type: DNS_TYPE.cname, ttlSeconds: TTL_SECONDS, data: target });
      name = target;
    }
    const known = this.#addresses.get(name);
    const version = question.type === DNS_TYPE.aaaa ? 6 : question.type === DNS_TYPE.a ? 4 : 0;
    for (const data of known ?? [])
      if (data.version === version) answers.push({ name, type: question.type, ttlSeconds: TTL_SECONDS, data });
    return encodeDns(this.#message(query, name, known !== undefined, answers));
  }

  #message(query: DnsMessage, name: string, isKnown: boolean, answers: readonly DnsRecord[]): DnsMessage {
    const code = this.#broken.has(name) ? DNS_CODE.serverFailure : isKnown ? DNS_CODE.ok : DNS_CODE.noSuchName;
    return { ...query, isResponse: true, recursionAvailable: true, code, answers };
  }
}

function normal(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
