import { BASH } from "./bash.ts";
import { COMPILER } from "./compiler.ts";
import { CORE_UTILITIES } from "./core-utilities.ts";
import { CURL } from "./curl.ts";
import { JAVA, LIBJVM_BINARY, LIBRUBY_BINARY, NODE, PYTHON, RUBY } from "./languages.ts";
import { LIBC, LIBM, LIBPTHREAD } from "./libc.ts";
import { LIBPQ } from "./libpq.ts";
import { LIBCRYPTO, LIBSSL } from "./libssl.ts";
import { NGINX } from "./nginx.ts";
import { POSTGRES } from "./postgres.ts";
import { type InstalledBinary, plainBinary } from "./program.ts";
import { GO_SERVICE, LIBCURL, MYSQLD, REDIS, RUST_SERVICE, SSHD } from "./services.ts";
import { shell } from "./shell.ts";

/** Everything that is installed on every machine. Libraries stand before the programs that use them. */
export const INSTALLED: readonly InstalledBinary[] = [
  LIBC,
  LIBPTHREAD,
  LIBM,
  LIBCRYPTO,
  LIBSSL,
  LIBPQ,
  LIBCURL,
  ...Object.entries(CORE_UTILITIES).map(([path, make]) => ({
    ...plainBinary(path),
    aliases: [path.replace("/usr", "")],
    make,
  })),
  { ...plainBinary("/usr/bin/dash"), aliases: ["/bin/dash", "/usr/bin/sh", "/bin/sh"], make: shell },
  BASH,
  POSTGRES,
  NGINX,
  REDIS,
  MYSQLD,
  GO_SERVICE,
  RUST_SERVICE,
  SSHD,
  CURL,
  PYTHON,
  NODE,
  LIBJVM_BINARY,
  JAVA,
  LIBRUBY_BINARY,
  RUBY,
  ...COMPILER,
];
