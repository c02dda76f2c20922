import { existsSync } from "node:fs";
import type { AttachSpec, ProgramType } from "../abi/attach-spec.ts";
import { programTypeOf } from "../abi/program-types.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { LinuxBackend } from "../linux/backend.ts";
import type { Fd } from "../linux/fd.ts";
import { programInfo } from "../linux/objects.ts";
import { duplicate } from "../linux/open-file.ts";
import type { Kernel } from "../linux/syscall.ts";
import { fromElf } from "../object/from-elf.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { objectNameOf } from "../object/object-name.ts";
import { loadExplained } from "./load-explained.ts";
import { programTypeName } from "./object-command-facts.ts";
import { openOne, takeSelection } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

/** A program to attach: one that the kernel holds, or one of an object file. */
export type ProgramWanted = Readonly<{
  words: readonly string[];
  /** Name of the program in an object file. */
  program?: string | undefined;
  /** Its section. */
  section?: string | undefined;
}>;

export type ProgramUse = Readonly<{
  /** Types that can be attached so; the first is meant where a section says nothing. */
  types: readonly ProgramType[];
  /** What a program of a file is loaded for. */
  attach: AttachSpec;
  onNote?: (note: string) => void;
}>;

/** An open program; the caller closes `fd`. */
export type OpenedProgram = Readonly<{ fd: Fd; id: number; name: string }>;

/** Opens the program that the words name, or loads it from their file. Nothing of it is attached. Throws SkepError, UsageError. */
export function openProgramArgument(kernel: Kernel, wanted: ProgramWanted, use: ProgramUse): OpenedProgram {
  const [first, ...more] = wanted.words;
  if (first === undefined)
    throw new UsageError("which program?", "write FILE.o, id N, name NAME, tag TAG or pinned PATH");
  const isFile = more.length === 0 && !/^\d+$/.test(first) && (first.endsWith(".o") || existsSync(first));
  const fd = isFile ? load(kernel, first, wanted, use) : held(kernel, wanted.words);
  const { id, name, type } = programInfo(kernel, fd);
  const found = programTypeOf(type);
  if (found !== undefined && use.types.includes(found)) return { fd, id, name };
  fd.close();
  throw wrongType(`program ${id}`, found === undefined ? String(type) : programTypeName(found), use.types);
}

function wrongType(program: string, type: string, types: readonly ProgramType[]): SkepError {
  return new SkepError(`${program} is of type ${type}, which cannot be attached here`, {
    code: "attach/wrong-type",
    remedy: `name a program of type ${types.map(programTypeName).join(" or ")}: skep prog list`,
  });
}

function held(kernel: Kernel, words: readonly string[]): Fd {
  const { selection, rest } = takeSelection("prog", words);
  if (rest.length > 0) throw new UsageError(`\`${rest.join(" ")}\` is not known here`, "leave it out");
  return openOne(kernel, "prog", selection);
}

/** Loads one program of a file; what it needs stays as long as it does. */
function load(kernel: Kernel, path: string, wanted: ProgramWanted, use: ProgramUse): Fd {
  const [usual = "xdp"] = use.types;
  const name = objectNameOf(path);
  const object = fromElf(readInput(path), { name, programType: () => usual });
  const chosen = choose(path, object, wanted, use.types);
  const { attach } = use;
  using backend = new LinuxBackend({ kernel });
  const loaded = loadExplained(backend, only(object, chosen), {
    path,
    targets: { [chosen.name]: attach },
    ...(use.onNote && { onNote: use.onNote }),
  });
  return duplicate(kernel, loaded.programFd(chosen.name).number);
}

/** The object with that program alone to be loaded, and those that it calls through maps. */
function only(object: ObjectSpec, chosen: ProgramSpec): ObjectSpec {
  const programs = object.programs.map(({ autoload: _, ...program }): ProgramSpec => {
    return program.name === chosen.name ? program : { ...program, autoload: false };
  });
  return { ...object, programs };
}

function choose(
  path: string,
  { programs }: ObjectSpec,
  { program, section }: ProgramWanted,
  types: readonly ProgramType[],
): ProgramSpec {
  const fitting = programs.filter(
    (p) =>
      (program === undefined || p.name === program) &&
      (section === undefined || p.section === section) &&
      (program !== undefined || types.includes(p.type)),
  );
  const [first, ...more] = fitting;
  if (first !== undefined && !types.includes(first.type))
    throw wrongType(`program ${first.name}`, programTypeName(first.type), types);
  if (first !== undefined && more.length === 0) return first;
  const names = programs.filter((p) => types.includes(p.type)).map((p) => p.name);
  if (first === undefined)
    throw new SkepError(`${path} has no such program`, {
      code: "load/no-program",
      remedy:
        didYouMean(program ?? section ?? "", [...names, ...programs.map((p) => p.section)]) ??
        (names.length > 0
          ? `name one of: ${names.join(", ")}`
          : `give a file with a program of type ${types.map(programTypeName).join(" or ")}`),
    });
  throw new SkepError(`${path} has ${fitting.length} programs that could be meant`, {
    code: "attach/several-programs",
    remedy: `say which: --program ${fitting.map((p) => p.name).join(", or --program ")}`,
  });
}
