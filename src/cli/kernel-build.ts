import { readFileSync } from "node:fs";

/**
 * What tells the running kernel from all others: the id that its linker gave it. Undefined where it has none. Source:
 * Documentation/ABI/testing/sysfs-kernel-notes, v6.12; ELF notes of type NT_GNU_BUILD_ID (3).
 */
export function kernelBuild(): string | undefined {
  let notes: Uint8Array;
  try {
    notes = readFileSync("/sys/kernel/notes");
  } catch {
    return undefined;
  }
  const view = new DataView(notes.buffer, notes.byteOffset, notes.length);
  const aligned = (bytes: number) => Math.ceil(bytes / 4) * 4;
  for (let at = 0; at + 12 <= notes.length; ) {
    const [nameBytes, dataBytes, type] = [0, 4, 8].map((off) => view.getUint32(at + off, true)) as [
      number,
      number,
      number,
    ];
    const data = at + 12 + aligned(nameBytes);
    const isGnu = new TextDecoder().decode(notes.subarray(at + 12, at + 16)) === "GNU\0";
    if (type === 3 && isGnu && dataBytes >= 8)
      return [...notes.subarray(data, data + dataBytes)]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
    at = data + aligned(dataBytes);
  }
  return undefined;
}
