import { BUILTIN_HEADERS } from "../c/builtin-headers.ts";
import type { CFile, CNaming } from "../c/preprocess.ts";
import type { Env } from "./env.ts";

/** Headers whose content is known without them: the kernel's types are in its BTF, and numbers in abi/. */
const KERNEL =
  /^(asm|asm-generic|crypto|drm|generated|kvm|linux|math-emu|media|net|pcmcia|ras|rdma|scsi|soc|sound|target|trace|uapi|vdso|video|xen)\//;
const LIBRARY =
  /^((sys|bits|gnu|arpa|netinet|netipx|netpacket|netrom|nfs|protocols|rpc|bpf)\/.*|errno|fcntl|signal|unistd|time|sched|poll|stdio|stdlib|string|ctype|inttypes|pthread|features|endian|byteswap|elf|netdb|ifaddrs|mqueue|semaphore|termios|dirent|grp|pwd|syslog|utime|wchar|math|assert|locale|setjmp|spawn|ucontext|vmlinux)\.h$/;

/** Whether a header such as "linux/path.h" needs no file. */
export function isKnownHeader(path: string): boolean {
  return /\.h$/.test(path) && (KERNEL.test(path) || LIBRARY.test(path));
}

/**
 * The file that an `#include` means: beside the file that names it if it stands in quotes, then in the folders of the
 * user, then a compiler's own headers, then in those of the system. "known" for headers that are not there and need not be.
 */
export function findHeader(name: string, naming: CNaming, env: Env): CFile | "known" | undefined {
  const { readInclude, includeFolders, systemFolders } = env.options;
  const { quoted, from, next = false } = naming;
  if (name.startsWith("/")) return fileAt(name, -1, false, readInclude);
  if (quoted && !next) {
    const folder = from && !from.path.startsWith("<") ? from.path.slice(0, from.path.lastIndexOf("/") + 1) : "";
    const beside =
      folder === ""
        ? undefined
        : fileAt(folder + name, from?.folder ?? -1, from?.isSystem ?? false, readInclude);
    if (beside) return beside;
  }
  const folders = [...includeFolders, BUILT_IN, ...systemFolders];
  for (let index = next && from ? from.folder + 1 : 0; index < folders.length; index++) {
    const folder = folders[index] as string;
    const isSystem = index >= includeFolders.length;
    const found =
      folder === BUILT_IN
        ? builtIn(name, index, env)
        : fileAt(joined(folder, name), index, isSystem, readInclude);
    if (found) return found;
  }
  return isKnownHeader(name) ? "known" : undefined;
}

const BUILT_IN = "<built-in>";

function builtIn(name: string, folder: number, env: Env): CFile | undefined {
  const text = name === "linux/version.h" ? versionHeader(env) : BUILTIN_HEADERS.get(name);
  return text === undefined ? undefined : { path: `${BUILT_IN}/${name}`, text, folder, isSystem: true };
}

/** The version of the kernel that is traced, not of the headers that are installed. */
function versionHeader({ target }: Env): string {
  const code = target.kernelVersion;
  const defines = [
    `LINUX_VERSION_CODE ${code}`,
    "KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))",
    `LINUX_VERSION_MAJOR ${code >> 16}`,
    `LINUX_VERSION_PATCHLEVEL ${(code >> 8) & 255}`,
    `LINUX_VERSION_SUBLEVEL ${code & 255}`,
  ];
  return defines.map((line) => `#define ${line}\n`).join("");
}

function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder.replace(/\/$/, "")}/${name}`;
}

function fileAt(
  path: string,
  folder: number,
  isSystem: boolean,
  read: (path: string) => string | undefined,
): CFile | undefined {
  const text = read(path);
  return text === undefined ? undefined : { path, text, folder, isSystem };
}
