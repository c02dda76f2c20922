import type { Task } from "../../world/task.ts";
import type { Code } from "../../world/wait.ts";

/** How a request went. */
export type HttpAnswer = Readonly<{ status: number; bytes: number }>;

const READ_BYTES = 16_384;

/**
 * Fetches "http://example.org/path" (or "example.org:8080/path") as curl does: looks up the name, connects, asks, reads
 * the answer, closes. -errno when that failed.
 */
export function* httpRequest(
  task: Task,
  url: string,
  options: Readonly<{ method?: string; body?: number }> = {},
): Code<HttpAnswer | number> {
  const { thread: p } = task;
  const [, host = "", port = "80", path = "/"] =
    /^(?:http:\/\/)?([^/:]+|\[[^\]]+\])(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  const { method = "GET", body = 0 } = options;
  const fd = yield* p.connect(`${host}:${port}`);
  if (fd < 0) return fd;
  const head = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: sim\r\n${body > 0 ? `Content-Length: ${body}\r\n` : ""}Connection: close\r\n\r\n`;
  let status = yield* p.send(fd, head);
  if (status >= 0 && body > 0) status = yield* p.send(fd, body);
  const answer = status < 0 ? status : yield* readAnswer(task, fd);
  yield* p.close(fd);
  return answer;
}

function* readAnswer(task: Task, fd: number): Code<HttpAnswer | number> {
  const { thread: p } = task;
  let bytes = 0;
  let head = "";
  for (;;) {
    const part = yield* p.recvFrom(fd, READ_BYTES);
    if (typeof part === "number") return bytes > 0 ? { status: statusOf(head), bytes } : part;
    if (part.bytes.length === 0) return { status: statusOf(head), bytes };
    if (head === "") head = new TextDecoder("latin1").decode(part.bytes.subarray(0, 64));
    bytes += part.bytes.length;
  }
}

function statusOf(head: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
}
