import type { Elf } from "../elf/elf.ts";
import { addressToOffset, findSection } from "../elf/elf.ts";
import { readNotes } from "../elf/notes.ts";
import type { UsdtProbe } from "../plan/target.ts";

// Format: https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation
const NOTE_TYPE = 3;

/** The USDT probes of a 64-bit file, in the order of its notes. Notes that make no sense are left out. */
export function readUsdtProbes(elf: Elf): UsdtProbe[] {
  const base = findSection(elf, ".stapsdt.base")?.address;
  const probes: UsdtProbe[] = [];
  for (const { name, type, desc } of readNotes(elf, ".note.stapsdt")) {
    if (name !== "stapsdt" || type !== NOTE_TYPE || desc.length < 24 || elf.bits !== 64) continue;
    const view = new DataView(desc.buffer, desc.byteOffset, desc.length);
    // The linker does not change notes: the address that it gave .stapsdt.base tells how far it moved everything.
    const moved = base === undefined ? 0n : base - view.getBigUint64(8, true);
    const [provider = "", probe = "", args = ""] = new TextDecoder().decode(desc.subarray(24)).split("\0");
    const offset = addressToOffset(elf, BigInt.asUintN(64, view.getBigUint64(0, true) + moved));
    if (offset === undefined || provider === "" || probe === "") continue;
    const semaphore = view.getBigUint64(16, true);
    const semaphoreOffset =
      semaphore === 0n ? undefined : addressToOffset(elf, BigInt.asUintN(64, semaphore + moved));
    probes.push({
      provider,
      name: probe,
      offset,
      ...(semaphoreOffset !== undefined && { semaphoreOffset }),
      args: args
        .split(" ")
        .filter((arg) => arg !== "")
        .map((text) => ({ text })),
    });
  }
  return probes;
}
