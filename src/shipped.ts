import { SkepError } from "./base/errors.ts";
import type { Insn } from "./isa/insn.ts";
import { fromElf } from "./object/from-elf.ts";
import type { ObjectSpec } from "./object/object.ts";
import { toElf } from "./object/to-elf.ts";
import type { Compiled } from "./pipeline.ts";
import type { Plan } from "./plan/plan.ts";

/**
 * A script as one file that needs no compiler: a line that starts it, a line with the sizes of what follows, the plan as
 * JSON, the object as ELF.
 */
const FIRST_LINE = "#!/usr/bin/env skep\n";
const FORMAT = "SKEP 1";

/** What is known of a shipped script beside its programs. */
export type ShippedFacts = Readonly<{
  name: string;
  arch: "x86_64" | "aarch64";
  /** The build of the kernel whose types it was compiled with: there nothing has to be fitted. */
  kernel?: string;
}>;
export type Shipped = Readonly<{ compiled: Compiled; facts: ShippedFacts }>;

/** Writes a script that was compiled with `relocatable`. */
export function packScript({ object, plan }: Compiled, facts: ShippedFacts): Uint8Array {
  const text = new TextEncoder();
  const elf = toElf(object);
  const json = text.encode(JSON.stringify({ facts, plan }, writeBigint));
  const head = text.encode(`${FIRST_LINE}${FORMAT} ${json.length} ${elf.length}\n`);
  const file = new Uint8Array(head.length + json.length + elf.length);
  file.set(head);
  file.set(json, head.length);
  file.set(elf, head.length + json.length);
  return file;
}

/** Whether these are the first bytes of a shipped script. */
export function isShipped(bytes: Uint8Array): boolean {
  const start = `${FIRST_LINE}SKEP `;
  return new TextDecoder().decode(bytes.subarray(0, start.length)) === start;
}

/** Reads what `packScript` wrote. Throws SkepError for a file that is damaged or of another version. */
export function unpackScript(bytes: Uint8Array): Shipped {
  const head = new TextDecoder("latin1").decode(bytes.subarray(FIRST_LINE.length, FIRST_LINE.length + 64));
  const match = /^(SKEP \d+) (\d{1,9}) (\d{1,9})\n/.exec(head);
  if (match === null || match[1] !== FORMAT)
    throw damaged(match === null ? "its head cannot be read" : `it is of format ${match[1]}`);
  const at = FIRST_LINE.length + match[0].length;
  const [jsonBytes, elfBytes] = [Number(match[2]), Number(match[3])];
  if (bytes.length !== at + jsonBytes + elfBytes) throw damaged("it is cut");
  const { facts, plan } = readPlan(bytes.subarray(at, at + jsonBytes));
  const object = fromElf(bytes.slice(at + jsonBytes));
  return { compiled: { object, plan }, facts };
}

function readPlan(bytes: Uint8Array): { facts: ShippedFacts; plan: Plan } {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes), readBigint);
  } catch {
    throw damaged("its plan cannot be read");
  }
  const isWhole =
    typeof value === "object" && value !== null && "facts" in value && "plan" in value && isPlan(value.plan);
  if (!isWhole) throw damaged("its plan is not whole");
  return value as { facts: ShippedFacts; plan: Plan };
}

/** Whether it has a plan's outline; what is inside is the compiler's word. */
function isPlan(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const has = (key: string) => Array.isArray((value as Record<string, unknown>)[key]);
  return ["programs", "actions", "maps", "probeNames", "unsafe"].every(has) && "rings" in value;
}

/** The object for the kernel that it was compiled on: its instructions hold that kernel's offsets already. */
export function asCompiled(object: ObjectSpec): ObjectSpec {
  const programs = object.programs.map((program) => ({ ...program, insns: program.insns.map(withoutReloc) }));
  return { ...object, programs };
}

function withoutReloc(insn: Insn): Insn {
  if (insn.meta?.reloc === undefined) return insn;
  const { reloc: _, ...meta } = insn.meta;
  return { ...insn, meta };
}

const BIGINT = "$n";

function writeBigint(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? { [BIGINT]: String(value) } : value;
}

function readBigint(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(BIGINT in value)) return value;
  return BigInt(String(value[BIGINT]));
}

function damaged(why: string): SkepError {
  return new SkepError(`this is no shipped script that can be run: ${why}`, {
    code: "ship/damaged",
    remedy: "build it anew with this version: skep build SCRIPT -o FILE.skep",
  });
}
