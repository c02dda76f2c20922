import type { ProgramMaker } from "../process/programs.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { within } from "./library-call.ts";
import { LIBCRYPTO_PATH, LIBSSL_PATH } from "./libssl.ts";
import { type InstalledBinary, LIBC_PATH } from "./program.ts";
import { LIBCURL_PATH } from "./services.ts";

const COULD_NOT_RESOLVE = 6;
const COULD_NOT_CONNECT = 7;
const GOT_NOTHING = 52;
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** curl URL: http and https. Its exit codes are curl's. */
const curl: ProgramMaker = ([, ...args]) =>
  function* (p) {
    yield* p.loadLibraries("libcurl.so.4", "libssl.so.3", "libcrypto.so.3", "libz.so.1", "libc.so.6");
    yield* p.readFile(".curlrc");
    const url = args.find((arg) => !arg.startsWith("-")) ?? "";
    return yield* fetchUrl(p, url);
  };

/** Fetches a page with libcurl; curl's exit code. */
export function fetchUrl(p: Thread, url: string): Code<number> {
  return within(p.task, "curl_easy_perform", [p.task.userBuffer(64)], () =>
    url.startsWith("https://") ? fetchSecurely(p, url) : fetchPlainly(p, url),
  );
}

function* fetchPlainly(p: Thread, url: string): Code<number> {
  const answer = yield* p.httpRequest(url);
  if (typeof answer === "number") return failureOf(answer);
  yield* p.write(1, Math.max(answer.bytes, 1));
  return 0;
}

function* fetchSecurely(p: Thread, url: string): Code<number> {
  const [, host = "", port = "443", path = "/"] = /^https:\/\/([^/:]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const fd = yield* p.connect(`${host}:${port}`);
  if (fd < 0) return failureOf(fd);
  yield* p.readFile(CERTIFICATES);
  const tls = yield* p.sslNew(fd);
  if ((yield* p.sslHandshake(tls)) < 1) return 35;
  yield* p.sslWrite(
    tls,
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: curl/8.14\r\nAccept: */*\r\n\r\n`,
  );
  const answer = yield* p.sslRead(tls);
  yield* p.close(fd);
  if (answer === undefined) return GOT_NOTHING;
  yield* p.write(1, answer);
  return 0;
}

function failureOf(errno: number): number {
  return errno === -2 || errno === -110 ? COULD_NOT_RESOLVE : COULD_NOT_CONNECT;
}

export const CURL: InstalledBinary = {
  path: "/usr/bin/curl",
  aliases: ["/bin/curl"],
  fileBytes: 322_720,
  functions: ["_start", "main", "operate", "tool_read_cb", "tool_write_cb"],
  libraries: [LIBC_PATH, LIBCURL_PATH, LIBSSL_PATH, LIBCRYPTO_PATH],
  make: curl,
  language: "c",
};
