import { CORE_UTILITIES } from "./core-utilities.ts";
import { LIBC, LIBM, LIBPTHREAD } from "./libc.ts";
import { type InstalledBinary, plainBinary } from "./program.ts";
import { shell } from "./shell.ts";

/** Everything that is installed on every machine. Libraries stand before the programs that use them. */
export const INSTALLED: readonly InstalledBinary[] = [
  LIBC,
  LIBPTHREAD,
  LIBM,
  ...Object.entries(CORE_UTILITIES).map(([path, make]) => ({
    ...plainBinary(path),
    aliases: [path.replace("/usr", "")],
    make,
  })),
  { ...plainBinary("/usr/bin/dash"), aliases: ["/bin/dash", "/usr/bin/sh", "/bin/sh"], make: shell },
  { ...plainBinary("/usr/bin/bash"), aliases: ["/bin/bash"], make: shell },
];
