type Entry = Readonly<{ start: number; size: number; name: string }>;

/**
 * The function at an address by the text of /tmp/perf-PID.map, in which a just-in-time compiler says what it made: a line
 * "START SIZE NAME" for each, numbers in hexadecimal. Later lines win over earlier ones.
 */
export function findInPerfMap(text: string, address: number): Entry | undefined {
  let found: Entry | undefined;
  for (const line of text.split("\n")) {
    const [, start = "", size = "", name = ""] = /^([0-9a-f]+) ([0-9a-f]+) (.+)$/i.exec(line) ?? [];
    const entry = { start: Number.parseInt(start, 16), size: Number.parseInt(size, 16), name };
    if (address >= entry.start && address < entry.start + entry.size) found = entry;
  }
  return found;
}
