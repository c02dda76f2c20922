import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { run } from "./clang-object.ts";

const MAGIC = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46);
const RELOCATABLE = 1;
const BPF = 247;
const HEADER_BYTES = 64;
const NOBITS = 8;

/** eBPF objects that the executables of a Debian package carry, as skeletons do; none where it is not installed. */
export function objectsOfPackage(name: string): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  for (const path of filesOf(name)) {
    const [first] = embeddedObjects(readFileSync(path));
    if (first !== undefined) found.set(basename(path), first);
  }
  return found;
}

function filesOf(name: string): readonly string[] {
  try {
    return run("dpkg", ["-L", name])
      .split("\n")
      .filter((path) => /\/s?bin\/[\w-]+$/.test(path));
  } catch {
    return [];
  }
}

/** The relocatable eBPF files inside other bytes: cut where the last of their sections ends. */
function embeddedObjects(bytes: Buffer): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = bytes.indexOf(MAGIC); at !== -1; at = bytes.indexOf(MAGIC, at + 4)) {
    const object = objectAt(bytes.subarray(at));
    if (object !== undefined) found.push(object);
  }
  return found;
}

function objectAt(bytes: Buffer): Uint8Array | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt16LE(16) !== RELOCATABLE || bytes.readUInt16LE(18) !== BPF)
    return undefined;
  const table = Number(bytes.readBigUInt64LE(40));
  const count = bytes.readUInt16LE(60);
  let end = table + count * HEADER_BYTES;
  if (end > bytes.length) return undefined;
  for (let i = 0; i < count; i++) {
    const section = bytes.subarray(table + i * HEADER_BYTES);
    if (section.readUInt32LE(4) === NOBITS) continue;
    end = Math.max(end, Number(section.readBigUInt64LE(24) + section.readBigUInt64LE(32)));
  }
  return new Uint8Array(bytes.subarray(0, end));
}
