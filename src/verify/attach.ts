import type { AttachType } from "../abi/attach-types.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { parseSection } from "../abi/section-names.ts";
import { TARGET_SPELLING, type TargetSpelling } from "../abi/target-spelling.ts";
import { didYouMean } from "../base/suggest.ts";
import { resolve, resolveId } from "../btf/layout.ts";
import { findMember, findStruct } from "../btf/lookup.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import type { ProgramSpec } from "../object/object.ts";
import type { AttachPlace, Environment } from "./environment.ts";
import type { Fault } from "./finding/finding.ts";

/** The maps and types of the object that a program is in. */
export type ObjectTypes = Readonly<{ maps: readonly MapSpec[]; btf: Btf | undefined }>;

/** What a program is loaded for, by what it says itself or by its section's name. */
export function attachOf(
  program: ProgramSpec,
  kernel: Btf | undefined,
  object: ObjectTypes = { maps: [], btf: undefined },
): Readonly<{ attachType: AttachType | undefined; attachPlace: AttachPlace | undefined }> {
  const section = parseSection(program.section);
  const attachType =
    program.attachType ?? (section?.rule.program === program.type ? section.rule.attach : undefined);
  const target = program.attachTo ?? section?.target;
  if (program.type === "structOps") return { attachType, attachPlace: memberOf(program, kernel, object) };
  return { attachType, attachPlace: placeOf(attachType, target, kernel) };
}

function placeOf(
  type: AttachType | undefined,
  target: string | undefined,
  kernel: Btf | undefined,
): AttachPlace | undefined {
  const spelling = type && TARGET_SPELLING[type];
  if (spelling === undefined || target === undefined || kernel === undefined) return undefined;
  const [id] = kernel.find(spelling.prefix + target, spelling.kind);
  const found = id === undefined ? undefined : kernel.type(id);
  if (type === "traceIter" && kernel.find(`bpf_iter__${target}`, "struct").length === 0) return undefined;
  if (found?.kind === "func") return { name: spelling.prefix + target, proto: found.proto };
  if (found?.kind !== "typedef") return undefined;
  const pointer = kernel.type(resolveId(kernel, found.to));
  return pointer.kind === "pointer" ? { name: target, proto: resolveId(kernel, pointer.to) } : undefined;
}

/**
 * Why a program has nothing to be attached to, by its section's name and the kernel's types: it names nothing, or what is
 * not there. Functions of modules are not looked for: MODULE:FUNCTION is taken as it stands.
 */
export function attachTargetFault(
  { attachTo, section }: ProgramSpec,
  { attachType, attachPlace, kernel }: Environment,
): Fault | undefined {
  const spelling = attachType && TARGET_SPELLING[attachType];
  if (spelling === undefined || attachPlace !== undefined || section === "") return undefined;
  const { noun } = spelling;
  const parsed = parseSection(section);
  const target = attachTo ?? parsed?.target ?? "";
  const word = parsed?.rule.name ?? section;
  if (target === "") {
    const message = `the section \`${section}\` does not say which ${noun} the program is for`;
    return { code: "verify/attach-target", message, values: { fix: `name it: SEC("${word}/NAME")` } };
  }
  if (kernel === undefined || target.includes(":")) return undefined;
  const near = didYouMean(target, namesOf(kernel, spelling));
  const isFunction = spelling.kind === "func" && spelling.prefix === "";
  const elsewhere = isFunction
    ? `a function of a module is written SEC("${word}/MODULE:${target}")`
    : `all that there are: bpftool btf dump file /sys/kernel/btf/vmlinux | grep ${spelling.prefix}`;
  return {
    code: "verify/attach-target",
    message: `the kernel's types know no ${noun} \`${target}\``,
    values: { fix: near && !isFunction ? near : [near, elsewhere].filter(Boolean).join(" Or: ") },
  };
}

function* namesOf(kernel: Btf, { kind, prefix }: TargetSpelling): Iterable<string> {
  for (let id = 1; id < kernel.count; id++) {
    if (kernel.kindOf(id as BtfId) !== kind) continue;
    const name = kernel.nameOf(id as BtfId);
    if (name.startsWith(prefix)) yield name.slice(prefix.length);
  }
}

/** Where the program stands in a struct of functions: the kernel's member of that name says what it takes and returns. */
function memberOf(
  program: ProgramSpec,
  kernel: Btf | undefined,
  { maps, btf }: ObjectTypes,
): AttachPlace | undefined {
  if (kernel === undefined || btf === undefined) return undefined;
  for (const { structOps } of maps) {
    const place = structOps?.programs.find((one) => one.program === program.name);
    if (structOps === undefined || place === undefined) continue;
    const own = memberAt(btf, structOps.type as BtfId, place.offset);
    const typeName = structOps.typeName.replace(/___.*$/, ""); // what follows tells versions apart
    const struct = findStruct(kernel, typeName);
    const member = own && struct !== undefined ? findMember(kernel, struct, own) : undefined;
    const pointer = member && resolve(kernel, member.type);
    if (pointer?.kind === "pointer" && own)
      return { name: own, proto: resolveId(kernel, pointer.to), struct: typeName };
  }
  return undefined;
}

function memberAt(btf: Btf, type: BtfId, offset: number): string | undefined {
  const struct = resolve(btf, type);
  if (struct.kind !== "struct") return undefined;
  return struct.members.find((member) => member.bitOffset === offset * 8)?.name;
}
