import { readdirSync, readFileSync, statSync } from "node:fs";
import { release } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { CompileOptions } from "../pipeline.ts";

type Files = Required<Pick<CompileOptions, "readInclude" | "listFolder" | "includeFolders" | "systemFolders">>;

const ARCH_FOLDERS: Readonly<Record<string, string>> = { x64: "x86", arm64: "arm64" };
const TRIPLES: Readonly<Record<string, string>> = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" };

/** The folders that a script's files are looked for in: its own, and those of -I. */
export function scriptFolders(script: string, given: readonly string[]): readonly string[] {
  return [dirname(script), ...given].map((folder) => resolve(folder));
}

/**
 * Where a script's headers and imports are looked for. `script`: its path; `given`: the folders of -I. As Clang's, the
 * variables CPATH and C_INCLUDE_PATH add folders. BPFTRACE_KERNEL_SOURCE and BPFTRACE_KERNEL_BUILD name a kernel's headers,
 * whose types then count in place of those of the running one. `hasBtf`: a kernel without BTF needs its own headers, which
 * are looked for where distributions put them.
 */
export function headerFiles(script: string, given: readonly string[], hasBtf: () => boolean): Files {
  const { env } = process;
  const listed = (name: string) => (env[name] ?? "").split(":").filter((folder) => folder !== "");
  const includeFolders = [
    ...scriptFolders(script, given),
    ...listed("CPATH").map((folder) => resolve(folder)),
    ...askedKernel(),
  ];
  const triple = TRIPLES[process.arch] ?? "";
  let system: readonly string[] | undefined;
  return {
    includeFolders,
    get systemFolders() {
      system ??= [
        ...(hasBtf() ? [] : installedKernel()),
        ...listed("C_INCLUDE_PATH"),
        "/usr/local/include",
        ...(triple === "" ? [] : [`/usr/include/${triple}`]),
        "/usr/include",
      ];
      return system;
    },
    readInclude: (path) => readInclude(path, includeFolders),
    listFolder(path) {
      try {
        return readdirSync(isAbsolute(path) ? path : join(includeFolders[0] ?? "", path));
      } catch {
        return undefined;
      }
    },
  };
}

const INCLUDE = "include";

/** The headers that the environment names. */
function askedKernel(): readonly string[] {
  const { BPFTRACE_KERNEL_SOURCE, BPFTRACE_KERNEL_BUILD } = process.env;
  const source = BPFTRACE_KERNEL_SOURCE ?? BPFTRACE_KERNEL_BUILD;
  return source === undefined ? [] : kernelFolders(source, BPFTRACE_KERNEL_BUILD ?? source);
}

/** Those of the running kernel, where they are installed. */
function installedKernel(): readonly string[] {
  const modules = `/lib/modules/${release()}`;
  const source = firstFolder(`${modules}/source`, `${modules}/build`);
  const build = firstFolder(`${modules}/build`, `${modules}/source`);
  return source === undefined || build === undefined ? [] : kernelFolders(source, build);
}

/** In the order in which the kernel's own build looks. Source: LINUXINCLUDE in Makefile, v6.12. */
function kernelFolders(source: string, build: string): readonly string[] {
  const arch = `arch/${ARCH_FOLDERS[process.arch] ?? process.arch}/include`;
  return [
    `${source}/${arch}`,
    `${build}/${arch}/generated`,
    `${source}/${INCLUDE}`,
    `${build}/${INCLUDE}`,
    `${source}/${arch}/uapi`,
    `${build}/${arch}/generated/uapi`,
    `${source}/${INCLUDE}/uapi`,
    `${build}/${INCLUDE}/generated/uapi`,
  ];
}

function firstFolder(...paths: readonly string[]): string | undefined {
  return paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
}

/** Files are at most so long: what is longer is no header. */
const MOST_BYTES = 1 << 26;

function readInclude(path: string, folders: readonly string[]): string | undefined {
  for (const folder of isAbsolute(path) ? [""] : folders) {
    const full = folder === "" ? path : join(folder, path);
    const found = statSync(full, { throwIfNoEntry: false });
    if (!found?.isFile() || found.size > MOST_BYTES) continue;
    try {
      return readFileSync(full, "utf8");
    } catch {
      // it may not be read; the next folder may have it
    }
  }
  return undefined;
}
