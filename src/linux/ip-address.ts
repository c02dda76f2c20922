import { isIP } from "node:net";

/**
 * Bytes of an address that `isIP` of node:net accepts, in network order: 4, or 16 for IPv6. Zones ("%eth0") are not part
 * of an address.
 */
export function parseAddress(text: string): Uint8Array {
  if (!text.includes(":")) return Uint8Array.from(text.split("."), Number);
  const [plain = ""] = text.split("%");
  const [head = "", tail] = plain.split("::");
  const before = groupsOf(head);
  const behind = tail === undefined ? [] : groupsOf(tail);
  const groups = [...before, ...Array<number>(8 - before.length - behind.length).fill(0), ...behind];
  return Uint8Array.from(groups.flatMap((group) => [group >>> 8, group & 0xff]));
}

// The last 32 bits may be written as an IPv4 address.
function groupsOf(text: string): number[] {
  if (text === "") return [];
  return text.split(":").flatMap((part) => {
    if (!part.includes(".")) return [Number.parseInt(part, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

/** As `parseAddress`; undefined for what is no address. */
export function addressBytes(text: string): Uint8Array | undefined {
  return isIP(text) === 0 ? undefined : parseAddress(text);
}
