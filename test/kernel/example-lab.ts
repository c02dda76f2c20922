import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import type { LinuxLoaded } from "../../src/linux/loaded.ts";
import { fromElf } from "../../src/object/from-elf.ts";
import type { ObjectSpec } from "../../src/object/object.ts";

const HOOKS = join(import.meta.dirname, "../../examples/hooks");

/** The programs of examples/hooks, compiled when asked for into a folder that goes with this. */
export class ExampleLab implements Disposable {
  readonly #dir = mkdtempSync(join(tmpdir(), "skep-hooks-"));

  /** The object of a file, with values for its constants. Undefined without clang. */
  object(name: string, constants: Readonly<Record<string, number>> = {}): ObjectSpec | undefined {
    const out = join(this.#dir, `${name}.o`);
    if (!existsSync(out) && !compile(join(HOOKS, `${name}.bpf.c`), out)) return undefined;
    const object = fromElf(readFileSync(out));
    return { ...object, maps: object.maps.map((map) => withConstants(map, constants)) };
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true });
  }
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
