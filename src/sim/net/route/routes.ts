import type { NetDevice } from "../device/net-device.ts";
import { fromMapped, type IpAddress, type IpPrefix, isWithin } from "../packet/ip-address.ts";

/** One entry of a routing table. */
export type RouteEntry = Readonly<{
  prefix: IpPrefix;
  device: NetDevice;
  /** Absent: the destination is on the device's own network. */
  gateway?: IpAddress;
  /** What packets say they come from. */
  source?: IpAddress;
  metric?: number;
  /** "local": packets end here. "unreachable": they are refused. */
  type?: "unicast" | "local" | "broadcast" | "unreachable";
}>;

/** Where packets to a destination go. */
export type Route = Readonly<{
  device: NetDevice;
  gateway: IpAddress | undefined;
  source: IpAddress;
  isLocal: boolean;
  isBroadcast: boolean;
  mtu: number;
}>;

/** Tables of routes: those for the host's own addresses are looked at first. Longer prefixes win, then lower metrics. */
export class Routes {
  #entries: RouteEntry[] = [];
  /** What was found for addresses since the last change. */
  readonly #found = new Map<string, RouteEntry | null>();
  /** Grows with each change, so that what was found before can be found out to be old. */
  generation = 0;

  add(entry: RouteEntry): void {
    this.#entries.push(entry);
    this.#entries.sort(compare);
    this.#changed();
  }

  /** Takes away what `matches`; how many there were. */
  remove(matches: (entry: RouteEntry) => boolean): number {
    const before = this.#entries.length;
    this.#entries = this.#entries.filter((entry) => !matches(entry));
    this.#changed();
    return before - this.#entries.length;
  }

  get entries(): readonly RouteEntry[] {
    return this.#entries;
  }

  /** The entry for a destination; `device` limits the choice. */
  find(to: IpAddress, device?: NetDevice): RouteEntry | undefined {
    if (device !== undefined) return this.#search(to, device);
    const known = this.#found.get(to.text);
    if (known !== undefined) return known ?? undefined;
    const found = this.#search(to);
    if (this.#found.size > MOST_FOUND) this.#found.clear();
    this.#found.set(to.text, found ?? null);
    return found;
  }

  #search(to: IpAddress, device?: NetDevice): RouteEntry | undefined {
    const address = fromMapped(to);
    return this.#entries.find(
      (entry) =>
        (device === undefined || entry.type === "local" || entry.device === device) &&
        isWithin(address, entry.prefix),
    );
  }

  #changed(): void {
    this.generation++;
    this.#found.clear();
  }
}

const MOST_FOUND = 1024;

function compare(a: RouteEntry, b: RouteEntry): number {
  const local = Number(b.type === "local") - Number(a.type === "local");
  return local || b.prefix.length - a.prefix.length || (a.metric ?? 0) - (b.metric ?? 0);
}
