import type { MapSpec, Variable } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { parseBtf } from "../btf/decode.ts";
import { resolve } from "../btf/layout.ts";
import type { Btf, BtfId, BtfType } from "../btf/types.ts";
import type { ObjectSpec } from "../object/object.ts";
import type { Assignment } from "./load-command-options.ts";

/** The object with other first values of its global variables. Throws SkepError for one that it has not. */
export function withGlobals(object: ObjectSpec, values: readonly Assignment[]): ObjectSpec {
  if (values.length === 0) return object;
  const btf = object.btf && parseBtf(object.btf);
  const maps = new Map(object.maps.map((map) => [map.name, map]));
  for (const value of values) {
    const { map, variable } = findVariable([...maps.values()], value.name);
    maps.set(map.name, setVariable(map, variable, value.text, btf));
  }
  return { ...object, maps: [...maps.values()] };
}

function findVariable(maps: readonly MapSpec[], name: string): { map: MapSpec; variable: Variable } {
  for (const map of maps) {
    const variable = map.section?.variables.find((v) => v.name === name);
    if (variable !== undefined && map.section?.kind !== "kconfig") return { map, variable };
  }
  const names = maps.flatMap((map) => map.section?.variables.map((v) => v.name) ?? []);
  throw new SkepError(`the object has no global variable ${name}`, {
    code: "load/no-variable",
    remedy:
      didYouMean(name, names) ?? (names.length > 0 ? `name one of: ${names.join(", ")}` : "leave --set out"),
  });
}

function setVariable(map: MapSpec, variable: Variable, text: string, btf: Btf | undefined): MapSpec {
  const initial = new Uint8Array(map.valueSize);
  initial.set(map.initial ?? new Uint8Array(0));
  const type = btf && variable.type ? resolve(btf, variable.type as BtfId) : undefined;
  initial.set(bytesOf(variable, type, text, btf), variable.offset);
  return { ...map, initial };
}

/** Numbers, true and false, names of enumerators, and text for arrays of characters. */
function bytesOf(
  variable: Variable,
  type: BtfType | undefined,
  text: string,
  btf: Btf | undefined,
): Uint8Array {
  const { size, name } = variable;
  const bytes = new Uint8Array(size);
  if (type?.kind === "array" && btf && resolve(btf, type.of).kind === "int") {
    const written = new TextEncoder().encode(text);
    if (written.length >= size) throw unfit(name, text, `it has room for ${size - 1} bytes of text`);
    bytes.set(written);
    return bytes;
  }
  const value = numberOf(type, text);
  if (value === undefined || size > 8) throw unfit(name, text, "it takes a number");
  const isUnfit = value >= 1n << BigInt(size * 8) || value < -(1n << BigInt(size * 8 - 1));
  if (isUnfit) throw unfit(name, text, `it has ${size} bytes`);
  for (let at = 0; at < size; at++) bytes[at] = Number((value >> BigInt(at * 8)) & 0xffn);
  return bytes;
}

function numberOf(type: BtfType | undefined, text: string): bigint | undefined {
  if (type?.kind === "enum") {
    const member = type.members.find((m) => m.name === text);
    if (member !== undefined) return member.value;
  }
  if (text === "true") return 1n;
  if (text === "false") return 0n;
  const [, sign, digits = ""] = /^(-?)(0x[\da-f]+|\d+)$/i.exec(text) ?? [];
  if (digits === "") return undefined;
  return sign === "-" ? -BigInt(digits) : BigInt(digits);
}

function unfit(name: string, text: string, why: string): SkepError {
  return new SkepError(`variable ${name} cannot be \`${text}\`: ${why}`, {
    code: "load/bad-value",
    remedy: "give a number, true or false, the name of an enumerator, or text for an array of characters",
  });
}
