import { BtfPatch, typeHead } from "../btf/adjust.ts";
import { KIND } from "../btf/kinds.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import type { ExternSpec, ObjectSpec } from "./object.ts";
import { KCONFIG, KSYMS } from "./read-externs.ts";

// What a kernel takes in BTF, by the release that brought it. Source: include/uapi/linux/btf.h in each release.
const version = (major: number, minor: number) => (major << 16) | (minor << 8);
const GLOBAL_FUNCTIONS_SINCE = version(5, 6);
const FLOAT_SINCE = version(5, 13);
const DECL_TAG_SINCE = version(5, 16);
const TYPE_TAG_SINCE = version(5, 18);
const ENUM64_SINCE = version(6, 0);
const ATTRIBUTES_SINCE = version(6, 15);

const STATIC = 0;
const GLOBAL = 1;
const EXTERN = 2;
const INT_BYTES = 4;

/**
 * The object's BTF as a kernel of that version takes it: variables that the kernel provides count as defined, hidden
 * functions as static, and kinds that came later are replaced by others of the same size. Ids stay what they are.
 */
export function loadableBtf(
  object: ObjectSpec,
  btf: Btf,
  bytes: Uint8Array,
  kernelVersion: number,
): Uint8Array {
  const externs = object.externs ?? [];
  const hidden = [...hiddenFunctions(object)];
  if (externs.length === 0 && hidden.length === 0 && kernelVersion >= ATTRIBUTES_SINCE) return bytes;
  const patch = new BtfPatch(bytes);
  if (externs.length > 0) defineExterns(patch, btf, externs);
  for (const id of hidden) patch.setKind(id, "func", STATIC);
  replaceKinds(patch, kernelVersion);
  return patch.finish();
}

function* hiddenFunctions({ programs }: ObjectSpec): Generator<BtfId> {
  for (const { functions } of programs)
    for (const { hidden, btfId } of functions.slice(1)) if (hidden && btfId !== 0) yield btfId as BtfId;
}

function defineExterns(patch: BtfPatch, btf: Btf, externs: readonly ExternSpec[]): void {
  const offsets = new Map(externs.flatMap((e) => (e.kind === "kconfig" ? [[e.name, e] as const] : [])));
  for (const id of btf.find(KCONFIG, "section")) defineKconfig(patch, btf, id, offsets);
  for (const id of btf.find(KSYMS, "section")) defineKsyms(patch, btf, id);
}

function defineKconfig(
  patch: BtfPatch,
  btf: Btf,
  id: BtfId,
  offsets: ReadonlyMap<string, ExternSpec & { kind: "kconfig" }>,
): void {
  const section = btf.type(id);
  if (section.kind !== "section") return;
  let end = 0;
  const rows = section.vars.map(({ type, offset, size }) => {
    const found = offsets.get(btf.nameOf(type));
    const row = { type, offset: found?.offset ?? offset, size: found?.size ?? size };
    end = Math.max(end, row.offset + row.size);
    patch.setWord(type, 3, GLOBAL);
    return row;
  });
  writeSection(patch, id, end, rows);
}

/** Kernel variables become integers, since the kernel wants to know the size of each; functions one stand-in. */
function defineKsyms(patch: BtfPatch, btf: Btf, id: BtfId): void {
  const section = btf.type(id);
  if (section.kind !== "section") return;
  const name = patch.addString("dummy_ksym");
  const int = patch.add([name, typeHead("int", 0), INT_BYTES, (1 << 24) | 32]);
  const standIn = patch.add([name, typeHead("var", 0), int, GLOBAL]);
  const rows = section.vars.map(({ type }, i) => {
    const row = { offset: i * INT_BYTES, size: INT_BYTES };
    if (btf.kindOf(type) !== "func") {
      patch.setWord(type, 2, int);
      patch.setWord(type, 3, GLOBAL);
      return { type, ...row };
    }
    nameParams(patch, patch.word(type, 2) as BtfId, name);
    patch.setKind(type, "func", GLOBAL);
    return { type: standIn, ...row };
  });
  writeSection(patch, id, rows.length * INT_BYTES, rows);
}

/** The kernel wants parameters of functions to have names. */
function nameParams(patch: BtfPatch, proto: BtfId, name: number): void {
  if (patch.kind(proto) !== KIND.funcProto) return;
  for (let i = 0; i < patch.elements(proto); i++)
    if (patch.word(proto, 4 + i * 2) !== 0 && patch.word(proto, 3 + i * 2) === 0)
      patch.setWord(proto, 3 + i * 2, name);
}

type Row = Readonly<{ type: BtfId; offset: number; size: number }>;

function writeSection(patch: BtfPatch, id: BtfId, bytes: number, rows: readonly Row[]): void {
  patch.setWord(id, 2, bytes);
  const sorted = [...rows].sort((a, b) => a.offset - b.offset);
  for (const [i, { type, offset, size }] of sorted.entries())
    for (const [field, value] of [type, offset, size].entries()) patch.setWord(id, 3 + i * 3 + field, value);
}

function replaceKinds(patch: BtfPatch, kernelVersion: number): void {
  let placeholder: BtfId | undefined;
  for (const id of patch.ids()) {
    const kind = patch.kind(id);
    if (kind === KIND.func && kernelVersion < GLOBAL_FUNCTIONS_SINCE && patch.elements(id) !== EXTERN)
      patch.setKind(id, "func", STATIC);
    else if (kind === KIND.float && kernelVersion < FLOAT_SINCE) {
      patch.setWord(id, 0, 0);
      patch.setKind(id, "struct", 0);
    } else if (kind === KIND.declTag && kernelVersion < DECL_TAG_SINCE) {
      patch.setKind(id, "int", 0);
      patch.setWord(id, 2, 1);
      patch.setWord(id, 3, 8);
    } else if (kind === KIND.typeTag && kernelVersion < TYPE_TAG_SINCE) {
      patch.setWord(id, 0, 0);
      patch.setKind(id, "const", 0);
    } else if (kind === KIND.declTag || kind === KIND.typeTag) {
      if (kernelVersion < ATTRIBUTES_SINCE)
        patch.setKind(id, kind === KIND.declTag ? "declTag" : "typeTag", patch.elements(id));
    } else if (kind === KIND.enum && kernelVersion < ENUM64_SINCE)
      patch.setKind(id, "enum", patch.elements(id));
    else if (kind === KIND.enum64 && kernelVersion < ENUM64_SINCE) {
      placeholder ??= patch.add([patch.addString("enum64_placeholder"), typeHead("int", 0), 1, 8]);
      enumToUnion(patch, id, placeholder);
    }
  }
}

function enumToUnion(patch: BtfPatch, id: BtfId, type: BtfId): void {
  patch.setKind(id, "union", patch.elements(id));
  for (let i = 0; i < patch.elements(id); i++) {
    patch.setWord(id, 4 + i * 3, type);
    patch.setWord(id, 5 + i * 3, 0);
  }
}
