import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { mapTypeOf } from "../abi/map-types.ts";
import { programTypeOf } from "../abi/program-types.ts";
import { TARGET_SPELLING } from "../abi/target-spelling.ts";
import { SkepError } from "../base/errors.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { lookupElem } from "../linux/bpf-map.ts";
import type { Fd } from "../linux/fd.ts";
import { mapInfoOf, openObject, programInfo, programMapIds } from "../linux/objects.ts";
import type { Kernel } from "../linux/syscall.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { type RestoredProgram, restoreProgram } from "../verify/public.ts";
import { readXlated, type XlatedCode } from "./prog-code.ts";
import { helperNames } from "./prog-command-xlated.ts";

/** A program that the kernel holds, as it may have been given to it. */
export type LoadedProgram = Readonly<{
  id: number;
  object: ObjectSpec;
  /** What it may have been loaded as: the kernel does not tell all of that. */
  guesses: readonly ProgramSpec[];
  restored: RestoredProgram;
  /** Instructions that the kernel followed; 0 where it does not tell (before Linux 5.16). */
  followed: number;
}>;

/** Reads a program with its maps and types, and turns back what the kernel made of it. Throws SkepError. */
export function readLoaded(kernel: Kernel, fd: Fd, types: Btf | undefined): LoadedProgram {
  const info = programInfo(kernel, fd);
  const type = programTypeOf(info.type);
  if (type === undefined)
    throw new SkepError(`program ${info.id} is of type ${info.type}, which is not known here`, {
      code: "verify/no-program",
      remedy: "verify the file that it was loaded from: skep verify FILE.o",
    });
  const code = readXlated(kernel, fd);
  if (code.insns.length === 0)
    throw new SkepError("the kernel shows no instructions of this program", {
      code: "object/hidden-code",
      remedy:
        "run as root: addresses must not be hidden (sysctl kernel.kptr_restrict, net.core.bpf_jit_harden)",
    });
  const maps = readMaps(kernel, programMapIds(kernel, fd), info.btfId);
  const restored = restoreProgram({
    insns: code.insns,
    lines: linesOf(code),
    functions: code.functions,
    nameOf: helperNames(),
    mapOf: (id) => maps.get(id)?.name,
  });
  const name = info.name === "" ? `program ${info.id}` : info.name;
  const plain: ProgramSpec = { name, type, section: "", insns: restored.insns, functions: restored.functions };
  const object: ObjectSpec = {
    programs: [plain],
    maps: [...maps.values()],
    license: (info.gplCompatible & 1) === 1 ? "GPL" : "Proprietary",
    ...(code.btf && { btf: code.btf }),
  };
  const guesses = guessesOf(plain, types, info.attachBtfId);
  return { id: info.id, object, guesses, restored, followed: info.verifiedInsns };
}

function linesOf({ lines }: XlatedCode) {
  return new Map(
    [...lines].map(([slot, { src, file, line, column }]) => [slot, { file, line, column, text: src }]),
  );
}

/** Maps by their ids. Of two with one name the later is told apart by its id. */
function readMaps(kernel: Kernel, ids: readonly number[], programBtf: number): ReadonlyMap<number, MapSpec> {
  const maps = new Map<number, MapSpec>();
  const names = new Set<string>();
  for (const id of ids) {
    using fd = openObject(kernel, "map", id);
    const info = fd && mapInfoOf(kernel, fd);
    const type = info && mapTypeOf(info.type);
    if (fd === undefined || info === undefined || type === undefined) continue;
    const name = info.name === "" || names.has(info.name) ? `${info.name}#${id}` : info.name;
    names.add(name);
    const constant =
      (info.mapFlags & MAP_FLAGS.readOnlyProg) !== 0 && type === "array" && info.maxEntries === 1;
    const hasTypes = info.btfId !== 0 && info.btfId === programBtf && info.btfValueTypeId !== 0;
    maps.set(id, {
      name,
      type,
      keySize: info.keySize,
      valueSize: info.valueSize,
      maxEntries: info.maxEntries,
      flags: info.mapFlags,
      ...(hasTypes && { btfKey: info.btfKeyTypeId, btfValue: info.btfValueTypeId }),
      ...(constant && { initial: firstValue(kernel, fd, info.valueSize), readOnly: true }),
    });
  }
  return maps;
}

function firstValue(kernel: Kernel, fd: Fd, bytes: number): Uint8Array {
  const value = new Uint8Array(bytes);
  lookupElem(kernel, fd, new Uint8Array(4), value);
  return value;
}

/** The attach types whose targets' names tell them. */
const TOLD_BY_NAME = ["traceRawTp", "traceIter", "lsmMac"] as const;

/** Whether it may sleep, and before or after the function it runs, the kernel does not tell. */
function guessesOf(plain: ProgramSpec, types: Btf | undefined, target: number): readonly ProgramSpec[] {
  const places = placesOf(plain, types, target);
  return places.flatMap((place) => [place, { ...place, sleepable: true }]);
}

function placesOf(plain: ProgramSpec, types: Btf | undefined, target: number): readonly ProgramSpec[] {
  if (target === 0 || types === undefined || target >= types.count) return [plain];
  const name = types.nameOf(target as BtfId);
  for (const attachType of TOLD_BY_NAME) {
    const { prefix = "" } = TARGET_SPELLING[attachType] ?? {};
    if (name.startsWith(prefix)) return [{ ...plain, attachType, attachTo: name.slice(prefix.length) }];
  }
  return (["traceFentry", "traceFexit", "modifyReturn"] as const).map((attachType) => ({
    ...plain,
    attachType,
    attachTo: name,
  }));
}
