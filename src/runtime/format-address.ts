const AF_INET = 2;
const AF_INET6 = 10;

/** Text of an address as inet_ntop(3) writes it; `family` is AF_INET or AF_INET6, otherwise the text says so. */
export function formatInet(family: number, bytes: Uint8Array, at: number): string {
  if (family === AF_INET) return formatIpv4(bytes, at);
  if (family === AF_INET6) return formatIpv6(bytes, at);
  return `(address family ${family})`;
}

function formatIpv4(bytes: Uint8Array, at: number): string {
  return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
}

/** The longest run of zero groups becomes `::`; mapped and compatible IPv4 addresses end in dotted form. RFC 5952. */
function formatIpv6(bytes: Uint8Array, at: number): string {
  const groups = Array.from({ length: 8 }, (_, i) => {
    return ((bytes[at + 2 * i] as number) << 8) | (bytes[at + 2 * i + 1] as number);
  });
  const run = longestZeroRun(groups);
  const mapped = run.start === 0 && run.length === 5 && groups[5] === 0xffff;
  const compatible = run.start === 0 && run.length === 6;
  const dotted = mapped || compatible;
  const text = groups.slice(0, dotted ? 6 : 8).map((group) => group.toString(16));
  const tail = dotted ? [formatIpv4(bytes, at + 12)] : [];
  if (run.length < 2) return [...text, ...tail].join(":");
  const before = text.slice(0, run.start).join(":");
  const after = [...text.slice(run.start + run.length), ...tail].join(":");
  return `${before}::${after}`;
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (end < groups.length && groups[end] === 0) end++;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end);
  }
  return best;
}

/** Six bytes as `18:C0:4D:08:2E:BB`. */
export function formatMac(bytes: Uint8Array, at: number): string {
  let text = "";
  for (let i = 0; i < 6; i++) {
    const byte = bytes[at + i] as number;
    text += `${i > 0 ? ":" : ""}${byte < 16 ? "0" : ""}${byte.toString(16).toUpperCase()}`;
  }
  return text;
}
