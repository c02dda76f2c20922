import { accessSync, constants, lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { checkInput, checkOptions, NAME, TEXT, U32 } from "../base/check-input.ts";
import { parseLibraryCache } from "./library-cache.ts";
import { hasOwnRoot, mappedFiles } from "./procfs.ts";
import { splitArchivePath } from "./zip-member.ts";

const LIBRARY_FOLDERS = ["/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"];
const MOST_SYMLINKS = 40;

/** Where a shell looks for commands when nothing else is said. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** `path` is a list of folders as in $PATH; `pid`: look in the file tree of that process, and among what it has mapped. */
export type Where = Readonly<{ path?: string; pid?: number; arch?: string }>;

/**
 * Finds a program as a shell does, or a library as the dynamic linker does: "bash", "libc", "libc.so.6", "ssl". A name
 * with a slash is a path; `app.apk!/lib/x.so` is a library in an archive. The result can be opened by this process, with
 * symbolic links resolved inside that tree; undefined when there is no such file.
 */
export function findBinary(name: string, where: Where = {}): string | undefined {
  checkInput("the name of a program or library", name, NAME);
  checkOptions("findBinary", where, { path: TEXT, pid: U32, arch: TEXT });
  const { pid } = where;
  const root = pid && hasOwnRoot(pid) ? `/proc/${pid}/root` : "";
  if (name.includes("/")) return findPath(root, pid, name);
  for (const folder of (where.path ?? DEFAULT_PATH).split(":")) {
    const found = resolveInRoot(root, join("/", folder, name));
    if (found !== undefined && isFile(found) && isExecutable(found)) return found;
  }
  return findLibrary(root, name, where);
}

function findPath(root: string, pid: number | undefined, name: string): string | undefined {
  const packed = splitArchivePath(name);
  if (packed !== undefined) {
    const archive = findPath(root, pid, packed.archive);
    return archive && `${archive}!/${packed.member}`;
  }
  const from = root === "" || pid === undefined ? process.cwd() : cwdOf(pid);
  const found = resolveInRoot(root, isAbsolute(name) ? name : resolve(from, name));
  return found !== undefined && isFile(found) ? found : undefined;
}

function cwdOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return "/";
  }
}

function findLibrary(root: string, name: string, where: Where): string | undefined {
  const isWanted = libraryMatcher(name);
  const candidates = function* (): Generator<string> {
    if (where.pid) for (const path of mappedFiles(where.pid)) if (isWanted(basename(path))) yield path;
    for (const library of readCache(root, where.arch ?? process.arch))
      if (isWanted(library.name)) yield library.path;
    for (const folder of LIBRARY_FOLDERS)
      for (const file of filesOf(root + folder)) if (isWanted(file)) yield join(folder, file);
  };
  for (const path of candidates()) {
    const found = resolveInRoot(root, path);
    if (found !== undefined && isFile(found)) return found;
  }
  return undefined;
}

// "libc" and "c" stand for libc.so.6, "libc.so.6" for itself; "libc.so" for any version.
function libraryMatcher(name: string): (file: string) => boolean {
  const stems = name.startsWith("lib") ? [name] : [name, `lib${name}`];
  return (file) =>
    stems.some(
      (stem) =>
        file === stem || file.startsWith(`${stem}.so`) || (stem.endsWith(".so") && file.startsWith(`${stem}.`)),
    );
}

function readCache(root: string, arch: string) {
  try {
    return parseLibraryCache(readFileSync(`${root}/etc/ld.so.cache`), arch);
  } catch {
    return []; // musl has none
  }
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/**
 * Follows the symbolic links of absolute `path` as a process sees them whose root folder is `root` ("" is ours): the
 * kernel would follow an absolute link from our own root. Undefined when a part is missing.
 */
export function resolveInRoot(root: string, path: string): string | undefined {
  const pending = path.split("/").reverse();
  let done = "";
  let links = 0;
  while (pending.length > 0) {
    const part = pending.pop();
    if (part === undefined || part === "" || part === ".") continue;
    if (part === "..") {
      done = done === "" ? "" : dirname(done) === "/" ? "" : dirname(done);
      continue;
    }
    const next = `${done}/${part}`;
    const target = linkTarget(root + next);
    if (target === undefined) return undefined;
    if (target === "") {
      done = next;
      continue;
    }
    if (++links > MOST_SYMLINKS) return undefined;
    if (target.startsWith("/")) done = "";
    pending.push(...target.split("/").reverse());
  }
  return root + done;
}

// The target of a link, "" for what is no link, undefined for what is not there.
function linkTarget(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : "";
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
