import { basename } from "node:path";
import type { MapSpec } from "../abi/map-spec.ts";
import { parseSection } from "../abi/section-names.ts";
import { SkepError } from "../base/errors.ts";
import type { SourceText } from "../base/span.ts";
import { didYouMean } from "../base/suggest.ts";
import type { Insn } from "../isa/insn.ts";
import { slotsOf } from "../isa/insn.ts";
import { fromElf } from "../object/from-elf.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { objectNameOf } from "../object/object-name.ts";
import { relocate } from "../object/relocate.ts";
import { compile } from "../pipeline.ts";
import type { Target } from "../plan/target.ts";
import { printDiagnostics, UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";
import { formatOf, fromAssembly, fromBytes, textOf } from "./run-command-program.ts";
import { targetOfRelease } from "./target-of-release.ts";
import type { AskedKernel } from "./verify-command-kernel.ts";
import type { VerifyFormat, VerifySettings } from "./verify-command-options.ts";
import { WrongSource } from "./wrong-source.ts";

/** What was read, before it is fitted to a kernel. */
export type Given = Readonly<
  | { kind: "object"; name: string; object: ObjectSpec; source?: SourceText }
  | { kind: "script"; name: string; source: SourceText }
>;

/** Reads the file. Throws SkepError, UsageError or WrongSource. */
export function readGiven(settings: VerifySettings): Given {
  const [path = "-", stranger] = settings.words;
  if (stranger !== undefined)
    throw new UsageError(`one file at a time, not also \`${stranger}\``, "start skep once for each of them");
  return givenFrom(path, readInput(path), settings);
}

/** What a file holds, by its name and content. Throws SkepError, UsageError or WrongSource. */
export function givenFrom(path: string, bytes: Uint8Array, settings: VerifySettings): Given {
  const format = settings.format ?? scriptOrOther(path, bytes);
  const name = path === "-" ? "the standard input" : path;
  switch (format) {
    case "bt":
      return {
        kind: "script",
        name,
        source: { name: path === "-" ? "stdin" : path, text: textOf(bytes, { path }) },
      };
    case "object":
      return { kind: "object", name, object: readObject(path, bytes, settings) };
    default:
      return { kind: "object", name, ...rawProgram(path, bytes, format, settings) };
  }
}

function scriptOrOther(path: string, bytes: Uint8Array): VerifyFormat {
  if (/\.(?:bt|skep)$/i.test(path)) return "bt";
  const format = formatOf(path, bytes);
  if (format !== "asm" || /\.(?:asm|s)$/i.test(path)) return format;
  const start = new TextDecoder().decode(bytes.subarray(0, 65_536));
  return /^\s*(?:#!.*bpftrace|#!.*skep|(?:BEGIN|END|[a-z_]+:[^\s=]+)[^\n]*(?:\{|$))/m.test(start)
    ? "bt"
    : "asm";
}

function readObject(path: string, bytes: Uint8Array, settings: VerifySettings): ObjectSpec {
  const { type, programs: wanted, maps } = settings;
  if (maps.length > 0) throw new UsageError("an object file declares its maps itself", "leave --map out");
  const object = fromElf(bytes, {
    name: objectNameOf(path),
    programType: (section) => type ?? (wanted.length > 0 ? "leaveOut" : unsaid(path, section)),
  });
  const names = object.programs.map(({ name }) => name);
  for (const name of wanted)
    if (!names.includes(name))
      throw new UsageError(
        `${path} holds no program \`${name}\``,
        didYouMean(name, names) ?? `it holds ${names.join(", ")}`,
      );
  const programs = object.programs
    .filter(({ name, autoload }) => (wanted.length > 0 ? wanted.includes(name) : autoload !== false))
    .map(({ autoload: _, ...program }): ProgramSpec => program);
  if (programs.length > 0) return { ...object, programs };
  throw new SkepError(`${path} holds no program${names.length > 0 ? " that is loaded by itself" : ""}`, {
    code: "verify/no-program",
    remedy:
      names.length > 0
        ? `name one: --program ${names[0]}`
        : 'compile a file with a function in a section of its own: SEC("xdp") int f(struct xdp_md *ctx) { … }',
  });
}

function unsaid(path: string, section: string): never {
  throw new SkepError(`section ${section} of ${path} says no program type`, {
    code: "object/unknown-section",
    remedy: "say it, such as --type tc; or name the programs of other sections: --program NAME",
  });
}

function rawProgram(
  path: string,
  bytes: Uint8Array,
  format: "asm" | "hex" | "bin",
  settings: VerifySettings,
): Readonly<{ object: ObjectSpec; source?: SourceText }> {
  const code = format === "asm" ? fromAssembly(bytes, { path }) : fromBytes(bytes, format, { path });
  const insns = code.map((insn) => withNamedMap(insn, settings.maps));
  const name = insns[0]?.meta?.symbol ?? (path === "-" ? "program" : basename(path).replace(/\.[a-z]+$/i, ""));
  const program: ProgramSpec = { name, ...placeOf(settings), insns: bindFunctions(insns), functions: [] };
  const object: ObjectSpec = { programs: [program], maps: settings.maps, license: "GPL" };
  return format === "asm" ? { object, source: { name: path, text: textOf(bytes, { path }) } } : { object };
}

/** What a section of that name would say. */
function placeOf({
  type = "socketFilter",
  section = "",
}: VerifySettings): Omit<ProgramSpec, "name" | "insns" | "functions"> {
  const parsed = parseSection(section);
  if (parsed?.rule.program !== type) return { type, section: "" };
  const { rule, target, sleepable } = parsed;
  return {
    type,
    section,
    ...(sleepable && { sleepable }),
    ...(rule.attach && { attachType: rule.attach }),
    ...(target !== undefined && target !== "" && { attachTo: target }),
  };
}

/** Calls and addresses of the program's own functions by their distance, as code has them. */
function bindFunctions(insns: readonly Insn[]): readonly Insn[] {
  const slots: number[] = [];
  const symbols = new Map<string, number>();
  let slot = 0;
  for (const insn of insns) {
    slots.push(slot);
    if (insn.meta?.symbol !== undefined && !symbols.has(insn.meta.symbol)) symbols.set(insn.meta.symbol, slot);
    slot += slotsOf(insn);
  }
  return insns.map((insn, i) => {
    const own = slots[i] ?? 0;
    if (insn.kind === "call" && insn.target.kind === "func") {
      const to = symbols.get(insn.target.name);
      return to === undefined ? insn : { ...insn, target: { kind: "local", off: to - own - 1 } };
    }
    if (insn.kind !== "loadImm64" || insn.ref?.kind !== "func") return insn;
    const to = symbols.get(insn.ref.name);
    return to === undefined ? insn : { ...insn, ref: { kind: "funcOff", off: to - own - 1 } };
  });
}

/** Bytes refer to maps by number: to the one that stands there on the command line. */
function withNamedMap(insn: Insn, maps: readonly MapSpec[]): Insn {
  if (insn.kind !== "loadImm64") return insn;
  const { ref } = insn;
  if (ref?.kind === "mapFd") {
    const map = maps[ref.fd];
    return map ? { ...insn, ref: { kind: "map", map: map.name } } : insn;
  }
  const map = ref?.kind === "mapValueFd" ? maps[ref.fd] : undefined;
  if (map === undefined || ref?.kind !== "mapValueFd") return insn;
  return { ...insn, ref: { kind: "mapValue", map: map.name, off: ref.off } };
}

/** What was read as a kernel would be given it. Throws SkepError, or WrongSource, which has been printed. */
export function fitted(given: Given, kernel: AskedKernel, target: Target | undefined): ObjectSpec {
  if (given.kind === "script") return compiled(given.source, kernel, target);
  const { object } = given;
  const needsFitting = object.btf !== undefined || (object.externs ?? []).length > 0;
  return needsFitting ? relocate(object, kernel.relocation) : object;
}

function compiled(source: SourceText, kernel: AskedKernel, target: Target | undefined): ObjectSpec {
  if (target === undefined) throw new Error("bug: a script without a machine");
  const { compiled: result, report } = compile(source, targetOfRelease(target, kernel.profile.release), {
    name: source.name,
  });
  if (result !== undefined) return result.object;
  const errors = report.diagnostics.filter((d) => d.severity === "error");
  printDiagnostics(errors, source);
  throw new WrongSource("", errors, source);
}
