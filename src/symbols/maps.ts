/** A region of a process's memory. `offset` is where it starts in the file; `end` is exclusive. */
export type Mapping = Readonly<{
  start: bigint;
  end: bigint;
  offset: bigint;
  readable: boolean;
  writable: boolean;
  executable: boolean;
  shared: boolean;
  /** "major:minor" in hex, and the inode on it; 0 when there is no file. */
  device: string;
  inode: bigint;
  /** file: `name` is its path; special: "[heap]", "[vdso]", "anon_inode:…"; anonymous: no name. */
  kind: "file" | "special" | "anonymous";
  name: string;
  /** The file's name is gone; the mapping still holds it (for a memfd that is always so). */
  deleted: boolean;
}>;

const LINE =
  /^([0-9a-f]{1,16})-([0-9a-f]{1,16}) ([r-])([w-])([x-])([ps]) ([0-9a-f]{1,16}) ([0-9a-f]+:[0-9a-f]+) (\d+) *(.*)$/;
const DELETED = " (deleted)";

/** Regions in the text of /proc/PID/maps, by address; lines of another form are left out. */
export function parseMaps(text: string): readonly Mapping[] {
  const mappings: Mapping[] = [];
  for (const line of text.split("\n")) {
    const match = LINE.exec(line);
    if (match === null) continue;
    const [, start, end, r, w, x, share, offset, device = "", inode = "0", rest = ""] = match;
    const isFile = rest.startsWith("/");
    const deleted = isFile && rest.endsWith(DELETED);
    mappings.push({
      start: BigInt(`0x${start}`),
      end: BigInt(`0x${end}`),
      offset: BigInt(`0x${offset}`),
      readable: r === "r",
      writable: w === "w",
      executable: x === "x",
      shared: share === "s",
      device,
      inode: BigInt(inode),
      kind: isFile ? "file" : rest === "" ? "anonymous" : "special",
      name: plainPath(deleted ? rest.slice(0, -DELETED.length) : rest),
      deleted,
    });
  }
  return mappings.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
}

/** The kernel writes a line feed in a path as \012. */
function plainPath(path: string): string {
  return path.includes("\\") ? path.replaceAll("\\012", "\n") : path;
}

/** The region that holds an address, or undefined. `mappings` as `parseMaps` gives them. */
export function findMapping(mappings: readonly Mapping[], address: bigint): Mapping | undefined {
  let low = 0;
  let high = mappings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((mappings[middle] as Mapping).start <= address) low = middle + 1;
    else high = middle;
  }
  const candidate = mappings[low - 1];
  return candidate !== undefined && address < candidate.end ? candidate : undefined;
}

/** The byte of the mapped file that lies at `address`, which must be inside of the mapping. */
export function fileOffset(mapping: Mapping, address: bigint): bigint {
  return address - mapping.start + mapping.offset;
}
