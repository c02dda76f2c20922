import { gunzipSync } from "node:zlib";
import { SkepError } from "../base/errors.ts";
import { parseBtf } from "../btf/decode.ts";
import type { Btf } from "../btf/types.ts";
import { findSection } from "../elf/elf.ts";
import { parseElf } from "../elf/read.ts";
import { sectionData } from "../elf/section-data.ts";
import { MISSING_KFUNC } from "../isa/bind-names.ts";
import type { Insn } from "../isa/insn.ts";
import type { ExternSpec, ObjectSpec, ProgramSpec } from "../object/object.ts";
import { type Relocated, relocate } from "../object/relocate.ts";
import { readInput } from "./run-command-files.ts";
import { whatItNeeds } from "./run-command-machine.ts";

const KERNEL_VERSION = (6 << 16) | (18 << 8); // what the machine's helpers are modelled on
const MOST_CONFIG = 16 << 20; // bytes, unpacked

/** The types and the configuration of the kernel that a program is to think it runs on. */
export type Pretended = Readonly<{ btf?: string; kconfig?: string }>;

/**
 * The program with its compile-once relocations done, and the part of the object that it needs. Without a kernel's BTF
 * its own types count as the kernel's. Throws SkepError.
 */
export function fitProgram(
  object: ObjectSpec,
  program: ProgramSpec,
  files: Pretended,
): { object: ObjectSpec; program: ProgramSpec } {
  const { programs, maps } = whatItNeeds(object, program);
  const { btf = object.btf && parseBtf(object.btf) } =
    files.btf === undefined ? {} : { btf: readBtf(files.btf) };
  const { kconfig } = files;
  const fitted = relocate(
    {
      ...object,
      programs: [...programs].map(({ autoload: _, ...one }) => one),
      externs: (object.externs ?? []).filter((extern) => isUsed(extern, programs, maps)),
    },
    {
      kernelVersion: KERNEL_VERSION,
      kernelBtf: () => btf,
      kernelSymbol: () => undefined,
      kconfig: () => (kconfig === undefined ? "" : readConfig(kconfig)), // weak values are 0 without one
    },
  );
  const reachable = withoutMissing(fitted);
  const found = reachable.find(({ name }) => name === program.name);
  if (found === undefined) throw new Error(`bug: ${program.name} is lost`);
  // Maps are shown by the object's own types, whose numbers they hold.
  return { object: { ...object, programs: reachable, maps: fitted.maps }, program: found };
}

function isUsed(extern: ExternSpec, programs: ReadonlySet<ProgramSpec>, maps: ReadonlySet<string>): boolean {
  if (extern.kind === "kconfig") return maps.has(".kconfig");
  const names = ({ insns }: ProgramSpec) => insns.some((insn) => symbolOf(insn) === extern.name);
  return [...programs].some(names);
}

function symbolOf(insn: Insn): string | undefined {
  if (insn.kind === "call") return insn.target.kind === "ksym" ? insn.target.name : undefined;
  return insn.kind === "loadImm64" && insn.ref?.kind === "ksym" ? insn.ref.name : undefined;
}

/** What reads a field that the kernel lacks must not be reached; loaded it can be all the same. */
function withoutMissing({ programs, relocated }: Relocated): readonly ProgramSpec[] {
  const missing = new Set(relocated.missing.map(({ program, insnIndex }) => `${program} ${insnIndex}`));
  if (missing.size === 0) return programs;
  return programs.map((program) => ({
    ...program,
    insns: program.insns.map((insn, index): Insn => {
      if (!missing.has(`${program.name} ${index}`)) return insn;
      return {
        kind: "call",
        target: { kind: "helper", id: MISSING_KFUNC },
        ...(insn.meta && { meta: insn.meta }),
      };
    }),
  }));
}

/** Plain BTF, as /sys/kernel/btf/vmlinux, or the section of an ELF file. */
export function readBtf(path: string): Btf {
  const bytes = readInput(path);
  if (bytes[0] !== 0x7f) return parseBtf(bytes);
  const elf = parseElf(bytes);
  const section = findSection(elf, ".BTF");
  if (section !== undefined) return parseBtf(sectionData(elf, section));
  throw new SkepError(`${path} has no types: there is no section .BTF`, {
    code: "run/no-btf",
    remedy: "give /sys/kernel/btf/vmlinux, or a file that `pahole -J` or clang -g has written",
  });
}

export function readConfig(path: string): string {
  const bytes = readInput(path);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return new TextDecoder().decode(isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_CONFIG }) : bytes);
  } catch (cause) {
    throw new SkepError(`${path} cannot be unpacked`, {
      code: "run/not-text",
      remedy: "give a kernel's configuration as text, or /proc/config.gz as it is",
      cause,
    });
  }
}
