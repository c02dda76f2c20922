/** The bytes of an IPv4 or IPv6 address in text form, or undefined when it is neither. */
export function parseInet(text: string): Uint8Array | undefined {
  return text.includes(":") ? parseInet6(text) : parseInet4(text);
}

function parseInet4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((p) => /^\d{1,3}$/.test(p) && Number(p) <= 255)) return undefined;
  return Uint8Array.from(parts, Number);
}

function parseInet6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => groups(half));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  const all = tail
    ? [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail]
    : head;
  if (all.length !== 8) return undefined;
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]));
}

/** The 16-bit groups of one side of `::`; the last may be an IPv4 address. */
function groups(text: string): number[] | undefined {
  if (text === "") return [];
  const result: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const four = index === parts.length - 1 && part.includes(".") ? parseInet4(part) : undefined;
    if (four) result.push(((four[0] ?? 0) << 8) | (four[1] ?? 0), ((four[2] ?? 0) << 8) | (four[3] ?? 0));
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) result.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return result.length > 8 ? undefined : result;
}
