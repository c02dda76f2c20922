import type { MapSpec } from "../abi/map-spec.ts";
import { checkInput, TEXT } from "../base/check-input.ts";
import { resolve } from "../btf/layout.ts";
import type { Btf, BtfId } from "../btf/types.ts";
import { ObjectError } from "./error.ts";
import type { ExternSpec } from "./object.ts";
import type { RelocationTarget } from "./relocation-target.ts";

type Value = ExternSpec & { kind: "kconfig" };

const ATTACH_COOKIE_SINCE = (5 << 16) | (15 << 8);

/** Names of the values that are not in the configuration file. Whatever else begins with LINUX_ is unknown. */
const COMPUTED: Readonly<Record<string, (target: RelocationTarget) => number>> = {
  LINUX_KERNEL_VERSION: (target) => target.kernelVersion,
  LINUX_HAS_BPF_COOKIE: (target) => (target.kernelVersion >= ATTACH_COOKIE_SINCE ? 1 : 0),
  LINUX_HAS_SYSCALL_WRAPPER: (target) =>
    ["__x64_sys_bpf", "__arm64_sys_bpf"].some((name) => target.kernelSymbol(name) !== undefined) ? 1 : 0,
};

/** The map .kconfig with the values of one kernel. Throws ObjectError for what must be known and is not. */
export function fillKconfig(
  map: MapSpec,
  externs: readonly ExternSpec[],
  btf: Btf,
  target: RelocationTarget,
): MapSpec {
  const out = new Uint8Array(map.valueSize);
  let config: ReadonlyMap<string, string> | undefined;
  for (const extern of externs) {
    if (extern.kind !== "kconfig") continue;
    const compute = Object.hasOwn(COMPUTED, extern.name) ? COMPUTED[extern.name] : undefined;
    if (compute !== undefined) {
      writeNumber(out, extern, btf, BigInt(compute(target)));
      continue;
    }
    config ??= readConfig(extern, target);
    const text = config.get(extern.name);
    if (text !== undefined) writeValue(out, extern, btf, text);
    else if (!extern.weak) throw missing(extern.name);
  }
  return { ...map, initial: out };
}

function readConfig(extern: Value, target: RelocationTarget): ReadonlyMap<string, string> {
  if (extern.name.startsWith("LINUX_") && !extern.weak) throw missing(extern.name);
  const text = target.kconfig?.();
  if (text === undefined)
    throw new ObjectError(
      "object/no-kconfig",
      `the object asks for ${extern.name}, and this kernel's configuration is not known`,
      {
        section: ".kconfig",
        remedy: "give the configuration, such as the text of /boot/config-$(uname -r)",
      },
    );
  return parseKconfig(text);
}

/** The options that a kernel's configuration sets; those that are "not set" are left out. */
export function parseKconfig(text: string): ReadonlyMap<string, string> {
  checkInput("parseKconfig: the configuration", text, TEXT);
  const found = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/^(CONFIG_\w+)=(.*)$/gm))
    found.set(name as string, (value as string).trim());
  return found;
}

function missing(name: string): ObjectError {
  return new ObjectError("object/unknown-kconfig", `this kernel's configuration does not set ${name}`, {
    section: ".kconfig",
    remedy: "declare it __weak: it is 0 then where it is not set",
  });
}

const TRISTATE = { n: 0, y: 1, m: 2 } as const; // enum libbpf_tristate of bpf_helpers.h

function writeValue(out: Uint8Array, extern: Value, btf: Btf, text: string): void {
  const type = resolve(btf, extern.type as BtfId);
  if (text === "y" || text === "m" || text === "n") {
    if (type.kind === "enum") return writeNumber(out, extern, btf, BigInt(TRISTATE[text]));
    if (type.kind === "int" && type.bool && text !== "m")
      return writeNumber(out, extern, btf, text === "y" ? 1n : 0n);
    if (type.kind === "int" && !type.bool && type.bytes === 1) {
      out[extern.offset] = text.charCodeAt(0);
      return;
    }
    throw wrongType(extern, text);
  }
  if (text.startsWith('"')) {
    if (type.kind !== "array" || !text.endsWith('"') || text.length < 2) throw wrongType(extern, text);
    const bytes = new TextEncoder().encode(text.slice(1, -1)).subarray(0, extern.size - 1);
    out.set(bytes, extern.offset);
    return;
  }
  if (!/^(0[xX][0-9a-fA-F]+|-?\d+)$/.test(text) || type.kind !== "int" || type.bool)
    throw wrongType(extern, text);
  const number = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
  const bits = extern.size * 8;
  const fits = type.signed ? BigInt.asIntN(bits, number) === number : BigInt.asUintN(bits, number) === number;
  if (!fits && extern.size !== 8) throw wrongType(extern, text);
  writeNumber(out, extern, btf, number);
}

function writeNumber(out: Uint8Array, { offset, size, name }: Value, btf: Btf, value: bigint): void {
  if (offset + size > out.length || btf.count === 0) throw new Error(`bug: ${name} lies outside of .kconfig`);
  for (let i = 0; i < size; i++) out[offset + i] = Number((value >> BigInt(i * 8)) & 0xffn);
}

function wrongType({ name }: Value, text: string): ObjectError {
  return new ObjectError("object/bad-extern", `${name} is ${text}, which its type cannot hold`, {
    section: ".kconfig",
    remedy:
      "declare it as bool or enum libbpf_tristate for y and m, char array for text, a wide enough integer else",
  });
}
