import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { within } from "./library-call.ts";
import { type InstalledBinary, LIBC_PATH } from "./program.ts";

export const LIBPQ_PATH = "/usr/lib/x86_64-linux-gnu/libpq.so.5";

/** PostgreSQL's library for clients. */
export const LIBPQ: InstalledBinary = {
  path: LIBPQ_PATH,
  aliases: ["/lib/x86_64-linux-gnu/libpq.so.5"],
  fileBytes: 376_832,
  functions: ["PQconnectdb", "PQexec", "PQsendQuery", "PQgetResult", "PQconsumeInput", "PQclear", "PQfinish"],
  libraries: [LIBC_PATH],
  language: "c",
};

const STARTUP_BYTES = 84;

/** PQconnectdb(): a descriptor, or a negative errno. */
export function pgConnect(p: Thread, target: string): Code<number> {
  return within(p.task, "PQconnectdb", [p.task.userText(`host=${target}`)], function* () {
    const fd = yield* p.connect(target);
    if (fd < 0) return fd;
    yield* p.send(fd, STARTUP_BYTES);
    return (yield* p.recv(fd)) <= 0 ? -104 : fd;
  });
}

/** PQexec(): sends a statement and waits for its answer: how many bytes it has, or a negative errno. */
export function pgExec(p: Thread, fd: number, sql: string): Code<number> {
  return within(p.task, "PQexec", [fd, p.task.userText(sql)], function* () {
    const sent = yield* within(p.task, "PQsendQuery", [fd], () => p.send(fd, `Q${sql}\0`));
    return sent < 0 ? sent : yield* within(p.task, "PQgetResult", [fd], () => p.recv(fd));
  });
}
