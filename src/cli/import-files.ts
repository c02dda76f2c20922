import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { SkepError } from "../base/errors.ts";
import { printCBytes } from "../btf/print-c.ts";
import type { Btf } from "../btf/types.ts";
import { linkLibraries, readLibrary } from "../object/library.ts";
import type { CompileOptions } from "../pipeline.ts";
import type { Library, LibraryFault } from "../plan/library.ts";
import type { Target } from "../plan/target.ts";

type Imports = Required<Pick<CompileOptions, "readLibrary" | "linkLibraries">>;

/** What `import "x.bpf.c"` and `import "x.bpf.o"` need: files are looked for in `folders`, C goes through clang. */
export function importFiles(target: Target, folders: readonly string[]): Imports {
  return {
    linkLibraries,
    readLibrary(path) {
      const full = (isAbsolute(path) ? [path] : folders.map((folder) => join(folder, path))).find(existsSync);
      if (full === undefined) return undefined;
      const bytes = full.endsWith(".c") ? compileC(full, target, folders) : readFileSync(full);
      return "message" in bytes ? bytes : open(full, bytes);
    },
  };
}

function open(path: string, bytes: Uint8Array): Library | LibraryFault {
  try {
    return { path, bytes, ...readLibrary(bytes) };
  } catch (error) {
    if (!(error instanceof SkepError)) throw error;
    return { message: `\`${path}\` cannot be imported: ${error.message}`, help: error.remedy };
  }
}

const NEWEST_CLANG = 30;
const OLDEST_CLANG = 11;

/** The clang to compile with: its plain name, or one with a version. */
function findClang(): string | undefined {
  const versions = Array.from(
    { length: NEWEST_CLANG - OLDEST_CLANG + 1 },
    (_, i) => `clang-${NEWEST_CLANG - i}`,
  );
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => folder !== "");
  for (const name of ["clang", ...versions])
    for (const folder of folders) if (existsSync(join(folder, name))) return join(folder, name);
  return undefined;
}

const ARCH = { x86_64: "x86", aarch64: "arm64" } as const;
const MOST_SECONDS = 60;

function compileC(path: string, target: Target, folders: readonly string[]): Uint8Array | LibraryFault {
  const clang = findClang();
  if (clang === undefined)
    return {
      message: `\`${path}\` is C, and there is no clang to compile it`,
      help: "install clang (Debian: `apt install clang libbpf-dev`), or import the `.bpf.o` file that it makes",
    };
  const room = mkdtempSync(join(tmpdir(), "skep-import-"));
  try {
    writeKernelTypes(path, room, target.kernelBtf());
    const out = join(room, "out.o");
    const includes = [dirname(path), room, ...folders].flatMap((folder) => ["-I", folder]);
    const flags = ["-target", "bpf", "-g", "-O2", `-D__TARGET_ARCH_${ARCH[target.arch]}`];
    const own = [`/usr/include/${target.arch}-linux-gnu`]
      .filter(existsSync)
      .flatMap((folder) => ["-I", folder]);
    const run = spawnSync(clang, [...flags, ...includes, ...own, "-c", path, "-o", out], {
      encoding: "utf8",
      timeout: MOST_SECONDS * 1000,
    });
    if (run.status === 0) return readFileSync(out);
    return { message: `clang does not compile \`${path}\``, help: complaint(run.stderr ?? "") };
  } finally {
    rmSync(room, { recursive: true, force: true });
  }
}

/** A `vmlinux.h` of the kernel's types, where the file asks for one and has none beside it. */
function writeKernelTypes(path: string, room: string, btf: Btf | undefined): void {
  if (btf === undefined || existsSync(join(dirname(path), "vmlinux.h"))) return;
  if (!/^\s*#\s*include\s*[<"]vmlinux\.h[>"]/m.test(readFileSync(path, "utf8"))) return;
  writeFileSync(join(room, "vmlinux.h"), printCBytes(btf));
}

/** The first thing that clang says. */
function complaint(said: string): string {
  const line = said.split("\n").find((text) => /(error|fatal)/.test(text)) ?? said.split("\n")[0] ?? "";
  const missing = /'(bpf\/[\w.]+)' file not found/.exec(line);
  if (missing) return `install libbpf's headers (Debian: \`apt install libbpf-dev\`): ${line}`;
  return `correct it: ${line.trim()}`;
}
