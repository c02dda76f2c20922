import { syscallNumbers } from "./syscalls.ts";

/** Where the name that a program includes from <asm/unistd.h> is not the one in the call's tracepoint. */
const USER_NAMES: Readonly<Record<string, string>> = {
  newstat: "stat",
  newfstat: "fstat",
  newlstat: "lstat",
  newuname: "uname",
  sendfile64: "sendfile",
  umount: "umount2",
  sysctl: "_sysctl",
  fadvise64_64: "fadvise64",
  arm64_personality: "personality",
};

/** Names of an architecture's system calls, by number, as manual pages and <asm/unistd.h> have them. */
export function syscallNames(arch: "x86_64" | "aarch64"): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const [name, number] of syscallNumbers(arch)) names.set(number, USER_NAMES[name] ?? name);
  return names;
}
