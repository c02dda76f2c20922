import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import type { ObjectSpec } from "../../src/object/object.ts";

const HOOKS = join(import.meta.dirname, "../../examples/hooks");

const CACHE = join(import.meta.dirname, "../../node_modules/.cache/skep-hooks");

/**
 * The object of a program of examples/hooks, with values for its constants. Compiled once per text: guests, whose one
 * processor is slow, find what the host compiled. Undefined without clang.
 */
export function exampleObject(
  name: string,
  constants: Readonly<Record<string, number>> = {},
): ObjectSpec | undefined {
  const out = compiled(name);
  if (out === undefined) return undefined;
  const object = fromElf(readFileSync(out));
  return { ...object, maps: object.maps.map((map) => withConstants(map, constants)) };
}

/** The same as a file. Throws without clang. */
export function examplePath(name: string): string {
  const out = compiled(name);
  if (out === undefined) throw new Error("needs clang");
  return out;
}

function compiled(name: string): string | undefined {
  const source = join(HOOKS, `${name}.bpf.c`);
  const hash = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16);
  const out = join(CACHE, `${name}-${process.arch}-${hash}.o`);
  if (!existsSync(out)) {
    mkdirSync(CACHE, { recursive: true });
    const unfinished = `${out}.${process.pid}`;
    if (!compile(source, unfinished)) return undefined;
    renameSync(unfinished, out);
  }
  return out;
}

function compile(source: string, out: string): boolean {
  const arch = process.arch === "arm64" ? ["arm64", "aarch64"] : ["x86", "x86_64"];
  const include = `/usr/include/${arch[1]}-linux-gnu`;
  const flags = [
    "-target",
    "bpf",
    "-O2",
    "-g",
    "-Wall",
    "-Werror",
    `-D__TARGET_ARCH_${arch[0]}`,
    "-I",
    include,
  ];
  for (const compiler of ["clang", "clang-14"]) {
    try {
      execFileSync(compiler, [...flags, "-c", source, "-o", out], { stdio: ["ignore", "ignore", "pipe"] });
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") continue;
      throw error;
    }
  }
  return false;
}

function withConstants(map: MapSpec, constants: Readonly<Record<string, number>>): MapSpec {
  if (map.section?.kind !== "rodata" || map.initial === undefined) return map;
  const initial = map.initial.slice();
  const view = new DataView(initial.buffer);
  for (const { name, offset, size } of map.section.variables) {
    const value = constants[name];
    if (value === undefined) continue;
    if (size === 8) view.setBigUint64(offset, BigInt(value), true);
    else if (size === 4) view.setUint32(offset, value, true);
    else view.setUint16(offset, value, true);
  }
  return { ...map, initial };
}

/** A variable of 64 bits of a loaded object. */
export function variable(loaded: LinuxLoaded, name: string): bigint {
  for (const map of loaded.names.maps.map((of) => loaded.map(of))) {
    const found = map.spec.section?.variables.find((v) => v.name === name);
    const value = found && map.lookup(new Uint8Array(4));
    if (found && value) return new DataView(value.buffer, value.byteOffset).getBigUint64(found.offset, true);
  }
  throw new Error(`no variable ${name}`);
}
