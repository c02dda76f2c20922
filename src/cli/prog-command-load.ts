import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { KernelObject } from "../abi/attach-spec.ts";
import { parseSection, SECTION_RULES } from "../abi/section-names.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { openLinux } from "../linux/backend.ts";
import type { LinuxLoaded } from "../linux/loaded.ts";
import { mapInfoOf } from "../linux/objects.ts";
import type { Kernel } from "../linux/syscall.ts";
import { fromElf } from "../object/from-elf.ts";
import type { ObjectSpec } from "../object/object.ts";
import { objectNameOf } from "../object/object-name.ts";
import { placesOf } from "./load-command-attach.ts";
import { loadExplained } from "./load-explained.ts";
import type { ObjectCall } from "./object-command.ts";
import { openOne, takeSelection } from "./object-command-select.ts";
import { numberOf } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

type Wishes = Readonly<{
  file: string;
  path: string;
  section?: string;
  mapFolder?: string;
  attach: boolean;
  maps: readonly Readonly<{ which: number | string; id: number }>[];
}>;

const USAGE =
  "write skep prog load FILE.o PATH [type TYPE] [map name NAME MAP]… [pinmaps FOLDER] [autoattach]; PATH is on a bpf file system";

/** `prog load` and `prog loadall`. */
export async function loadPrograms(call: ObjectCall, all: boolean): Promise<void> {
  const { kernel, options, out } = call;
  const wishes = wishesOf(call);
  const object = prepared(wishes);
  using backend = openLinux({ kernel });
  using loaded = loadExplained(backend, object, {
    path: wishes.file,
    given: givenMaps(object, wishes),
    ...(options.switches.has("debug") && {
      logLevel: 1,
      onVerifierLog: (name: string, log: string) => process.stderr.write(`${name}:\n${log}\n`),
    }),
  });
  const names = all ? loaded.names.programs : loaded.names.programs.slice(0, 1);
  if (names.length === 0)
    throw new SkepError(`${wishes.file} has no programs to load`, {
      code: "object/no-program",
      remedy: "give an object file that holds programs: `llvm-objdump -h FILE.o` lists its sections",
    });
  const pathOf = (name: string) => (all ? join(wishes.path, name) : wishes.path);
  if (all) mkdirSync(wishes.path, { recursive: true });
  for (const name of names)
    if (!wishes.attach || !(await attachAndPin(loaded, name, backend, pathOf(name))))
      loaded.program(name).pin(pathOf(name));
  if (wishes.mapFolder !== undefined) pinMaps(loaded, wishes.mapFolder);
  out.done();
}

function pinMaps(loaded: LinuxLoaded, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of loaded.names.maps) loaded.map(name).pin(join(folder, name.replaceAll(".", "_")));
}

/** Pins the program's link in its place; false when its section does not say where it is to run. */
async function attachAndPin(
  loaded: LinuxLoaded,
  name: string,
  backend: ReturnType<typeof openLinux>,
  path: string,
): Promise<boolean> {
  const [place, ...others] = (await placesOf(loaded.loadedProgram(name).spec, backend)) ?? [];
  if (place === undefined || others.length > 0) {
    process.stderr.write(
      `note: program ${name} is pinned and not attached: its section names no single place\n`,
    );
    return false;
  }
  loaded.link(name, place).pin(path);
  return true;
}

function wishesOf({ kernel, words }: ObjectCall): Wishes {
  const [file, path, ...rest] = words;
  if (file === undefined || path === undefined)
    throw new UsageError("what is to be loaded, and where is it to be pinned?", USAGE);
  let wishes: Wishes = { file, path, attach: false, maps: [] };
  let at: readonly string[] = rest;
  while (at.length > 0) {
    const [word = "", value, ...more] = at;
    if (word === "autoattach") {
      wishes = { ...wishes, attach: true };
      at = at.slice(1);
      continue;
    }
    if (value === undefined || !["type", "pinmaps", "map"].includes(word))
      throw new UsageError(
        `\`${word}\` ${value === undefined ? "lacks what belongs to it" : "does not fit here"}`,
        USAGE,
      );
    if (word === "map") {
      const [which = "", ...mapWords] = more;
      const { selection, rest: behind } = takeSelection("map", mapWords);
      const key = value === "idx" ? numberOf(which, "idx") : which;
      wishes = { ...wishes, maps: [...wishes.maps, { which: key, id: idOf(kernel, selection) }] };
      at = behind;
      continue;
    }
    wishes = word === "type" ? { ...wishes, section: value } : { ...wishes, mapFolder: value };
    at = more;
  }
  return wishes;
}

function idOf(kernel: Kernel, selection: ReturnType<typeof takeSelection>["selection"]): number {
  using map = openOne(kernel, "map", selection);
  return mapInfoOf(kernel, map).id;
}

function prepared({ file, section }: Wishes): ObjectSpec {
  const parsed = section === undefined ? undefined : parseSection(section);
  const given = parsed && { programType: () => parsed.rule.program };
  const object = fromElf(readInput(file), { name: objectNameOf(file), ...given });
  if (section === undefined) return object;
  if (parsed === undefined)
    throw new UsageError(
      `there is no program type ${section}`,
      didYouMean(
        section,
        SECTION_RULES.map((rule) => rule.name),
      ) ?? "write it as a section is called: xdp, tc, cgroup/connect4",
    );
  const { program: type, attach } = parsed.rule;
  const programs = object.programs.map(({ attachType: _, ...program }) => ({
    ...program,
    type,
    section,
    ...(attach !== undefined && { attachType: attach }),
  }));
  return { ...object, programs };
}

function givenMaps(object: ObjectSpec, { maps }: Wishes): Readonly<Record<string, KernelObject>> {
  const given: Record<string, KernelObject> = {};
  const names = object.maps.map(({ name }) => name);
  for (const { which, id } of maps) {
    const name = typeof which === "number" ? names[which] : names.find((one) => one === which);
    if (name === undefined)
      throw new UsageError(
        `the object has no map ${which}`,
        didYouMean(String(which), names) ?? `its maps are ${names.map((one, i) => `${i}: ${one}`).join(", ")}`,
      );
    given[name] = { id };
  }
  return given;
}
