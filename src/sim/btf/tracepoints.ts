import { resolve, sizeOf } from "../../btf/layout.ts";
import { findMember, findStruct } from "../../btf/lookup.ts";
import type { Btf, BtfId, Param } from "../../btf/types.ts";
import type { TracepointField, TracepointFormat } from "../../plan/target.ts";
import { TRACEPOINTS_BY_HAND } from "./facts/tracepoints-by-hand.ts";
import { TRACEPOINTS_FILES } from "./facts/tracepoints-files.gen.ts";
import { TRACEPOINTS_MEMORY } from "./facts/tracepoints-memory.gen.ts";
import { TRACEPOINTS_NETWORK } from "./facts/tracepoints-network.gen.ts";
import { TRACEPOINTS_TASKS } from "./facts/tracepoints-tasks.gen.ts";
import type { SyscallText } from "./syscalls.ts";
import { readTracepoints, type TracepointClass } from "./tracepoint-text.ts";
import type { TypeMaker } from "./type-maker.ts";

const FIRST_ID = 100;

/** All tracepoints but those of single system calls. */
export function readTracepointClasses(): TracepointClass[] {
  return [
    TRACEPOINTS_TASKS,
    TRACEPOINTS_FILES,
    TRACEPOINTS_MEMORY,
    TRACEPOINTS_NETWORK,
    TRACEPOINTS_BY_HAND,
  ].flatMap(readTracepoints);
}

/**
 * Adds what a kernel's BTF has for tracepoints: `struct trace_event_raw_CLASS`, the function `__bpf_trace_CLASS`, and
 * `btf_trace_EVENT`, a pointer to a prototype. That one's parameters have names here; a real kernel's have none.
 */
export function addTracepointTypes(maker: TypeMaker, classes: readonly TracepointClass[]): void {
  const { declarations } = maker;
  const entry: Param = { name: "ent", type: maker.type("struct trace_entry") };
  const data: Param = { name: "__data", type: maker.type("char[0]") };
  for (const { category, name, params, fields, events } of classes) {
    if (category !== undefined) {
      const members = fields.map((field) => maker.declared(field.declaration));
      declarations.struct(`trace_event_raw_${name}`, [entry, ...members, data]);
    }
    const proto = maker.prototype("void", ["void *__data", ...params]);
    declarations.func(`__bpf_trace_${name}`, proto);
    const pointer = declarations.pointer(proto);
    for (const event of events) declarations.typedef(`btf_trace_${event}`, pointer);
  }
}

/** Formats by "category:name", each computed when it is asked for. Ids go by the order of the texts. */
export function tracepointFormats(
  btf: Btf,
  classes: readonly TracepointClass[],
  syscalls: readonly SyscallText[],
): ReadonlyMap<string, TracepointFormat> {
  const formats = new Map<string, TracepointFormat>();
  const add = (name: string, fields: () => TracepointField[]) =>
    formats.set(name, new LazyFormat(FIRST_ID + formats.size, fields));
  for (const one of classes)
    for (const event of one.category === undefined ? [] : one.events)
      add(`${one.category}:${event}`, () => recordFields(btf, one));
  for (const { name, params } of syscalls) {
    add(`syscalls:sys_enter_${name}`, () => enterFields(params));
    add(`syscalls:sys_exit_${name}`, () => [COMMON_NUMBER, word("long", "ret", 0, true)]);
  }
  return formats;
}

class LazyFormat implements TracepointFormat {
  readonly id: number;
  readonly #own: () => TracepointField[];
  #fields: readonly TracepointField[] | undefined;

  constructor(id: number, own: () => TracepointField[]) {
    this.id = id;
    this.#own = own;
  }

  get fields(): readonly TracepointField[] {
    this.#fields ??= [...COMMON, ...this.#own()];
    return this.#fields;
  }
}

function field(type: string, name: string, offset: number, size: number, signed: boolean): TracepointField {
  return { name, type, offset, size, signed, dataLoc: false };
}

/** What every record begins with. Source: include/linux/trace_events.h, struct trace_entry, v6.12. */
const COMMON: readonly TracepointField[] = [
  field("unsigned short", "common_type", 0, 2, false),
  field("unsigned char", "common_flags", 2, 1, false),
  field("unsigned char", "common_preempt_count", 3, 1, false),
  field("int", "common_pid", 4, 4, true),
];
const COMMON_NUMBER = field("int", "__syscall_nr", 8, 4, true);

/** Word number `index` behind the system call's number. */
function word(type: string, name: string, index: number, signed: boolean): TracepointField {
  return field(type, name, 16 + index * 8, 8, signed);
}

/** Arguments take 8 bytes each and count as unsigned. Source: kernel/trace/trace_syscalls.c, v6.12. */
function enterFields(params: readonly string[]): TracepointField[] {
  const args = params.map((param, index) => {
    const [, type = "", name = ""] = /^(.*?)\s*(\w+)$/.exec(param) ?? [];
    return word(type, name, index, false);
  });
  return [COMMON_NUMBER, ...args];
}

function recordFields(btf: Btf, { name, fields }: TracepointClass): TracepointField[] {
  const struct = findStruct(btf, `trace_event_raw_${name}`);
  if (struct === undefined) throw new Error(`bug: no record of ${name}`);
  return fields.map((text): TracepointField => {
    const member = findMember(btf, struct, text.dataLoc ? `__data_loc_${text.name}` : text.name);
    if (member === undefined) throw new Error(`bug: no field ${text.name} in the record of ${name}`);
    const offset = member.bitOffset / 8;
    const size = sizeOf(btf, member.type);
    const signed = text.dataLoc ? SIGNED.test(text.type) : isSigned(btf, member.type);
    return { name: text.name, type: text.type, offset, size, signed, dataLoc: text.dataLoc };
  });
}

/** Elements of arrays of variable length. */
const SIGNED = /^(s8|s16|s32|s64|int|long|short|signed char)\[\]$/;

/** As the kernel finds out, of an array by its elements. Its `char` is unsigned. */
function isSigned(btf: Btf, id: BtfId): boolean {
  const type = resolve(btf, id);
  if (type.kind === "array") return isSigned(btf, type.of);
  if (type.kind === "int") return type.signed && type.name !== "char";
  return type.kind === "enum" && type.signed;
}
