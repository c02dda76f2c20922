import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { LIBSSL_PATH } from "./libssl.ts";
import { type InstalledBinary, LIBC_PATH } from "./program.ts";
import { through } from "./through.ts";

/** nginx 1.26; distributions build it without USDT probes. */
export const NGINX: InstalledBinary = {
  path: "/usr/sbin/nginx",
  fileBytes: 1_291_648,
  functions: [
    "_start", "main", "ngx_master_process_cycle", "ngx_worker_process_cycle", "ngx_process_events_and_timers",
    "ngx_epoll_process_events", "ngx_event_accept", "ngx_http_init_connection", "ngx_http_wait_request_handler",
    "ngx_http_process_request_line", "ngx_http_process_request_headers", "ngx_http_process_request", "ngx_http_handler",
    "ngx_http_core_run_phases", "ngx_http_core_content_phase", "ngx_http_static_handler", "ngx_open_cached_file",
    "ngx_http_proxy_handler", "ngx_http_upstream_connect", "ngx_http_upstream_send_request", "ngx_http_upstream_process_header",
    "ngx_http_send_header", "ngx_http_output_filter", "ngx_http_gzip_body_filter", "ngx_linux_sendfile_chain",
    "ngx_http_finalize_request", "ngx_http_log_handler", "ngx_http_close_connection", "ngx_palloc", "ngx_create_pool",
  ],
  libraries: [LIBC_PATH, LIBSSL_PATH],
  language: "c",
}; // biome-ignore format: by topic

export type NginxOptions = Readonly<{
  port: number;
  /** Folder of the files. */
  root: string;
  /** Requests under /api go there: "127.0.0.1:8000". */
  upstream?: string;
  workers?: number;
}>;

const LOG = "/var/log/nginx/access.log";
const PARSE_NS = 18_000;
const LOG_NS = 6_000;
const HEADER = 16_384;

type Connection = { request: string; upstream: number | undefined; client: number; startNs: number };

/** The master process: reads its configuration, opens the port, starts workers. */
export function* nginxMaster(p: Thread, options: NginxOptions): Code {
  yield* p.loadLibraries("libssl.so.3", "libz.so.1", "libc.so.6");
  for (const file of ["nginx.conf", "mime.types", "sites-enabled/default"])
    yield* p.readFile(`/etc/nginx/${file}`);
  yield* p.open(LOG, "a");
  const listener = yield* p.listen(options.port);
  yield* p.enter("ngx_master_process_cycle", [], function* (): Code<number> {
    for (let i = 0; i < (options.workers ?? 2); i++)
      yield* p.fork(function* (worker) {
        yield* worker.setuid(33);
        yield* worker.enter("ngx_worker_process_cycle", [0, i], () =>
          new Worker(worker, listener, options).run(),
        );
      });
    for (;;) yield* p.wait();
  });
}

/** A worker: one thread that serves many connections, by what epoll says is ready. */
class Worker {
  readonly #p: Thread;
  readonly #listener: number;
  readonly #options: NginxOptions;
  readonly #connections = new Map<number, Connection>();
  #epoll = -1;
  #log = -1;

  constructor(p: Thread, listener: number, options: NginxOptions) {
    this.#p = p;
    this.#listener = listener;
    this.#options = options;
  }

  *run(): Code<number> {
    const p = this.#p;
    this.#log = yield* p.open(LOG, "a");
    this.#epoll = yield* p.epollCreate();
    yield* p.epollWatch(this.#epoll, this.#listener);
    for (;;)
      yield* through(p, ["ngx_process_events_and_timers", "ngx_epoll_process_events"], () =>
        this.#processEvents(),
      );
  }

  *#processEvents(): Code<number> {
    const ready = yield* this.#p.epollWait(this.#epoll);
    if (typeof ready === "number") return ready;
    for (const { fd } of ready) {
      const connection = this.#connections.get(fd);
      if (fd === this.#listener) yield* this.#accept();
      else if (connection?.upstream === fd) yield* this.#answerFromUpstream(connection);
      else if (connection !== undefined) yield* this.#readRequest(connection);
    }
    return ready.length;
  }

  *#accept(): Code {
    const p = this.#p;
    yield* p.enter(
      "ngx_event_accept",
      [],
      function* (this: Worker): Code<number> {
        const ready = yield* p.poll([{ fd: this.#listener, events: 1 }], 0); // another worker may have been quicker
        if (typeof ready === "number" || ready.length === 0) return 0;
        const client = yield* p.accept(this.#listener, { nonBlocking: true });
        if (client < 0) return client;
        const { nowNs: startNs } = p.task.world;
        this.#connections.set(client, { request: "", upstream: undefined, client, startNs });
        yield* p.epollWatch(this.#epoll, client);
        return 0;
      }.bind(this),
    );
  }

  *#readRequest(connection: Connection): Code {
    const p = this.#p;
    const got = yield* p.enter("ngx_http_wait_request_handler", [], function* (): Code<number> {
      const received = yield* p.recvFrom(connection.client, HEADER);
      if (typeof received === "number") return received;
      connection.request += new TextDecoder().decode(received.bytes);
      return received.bytes.length;
    });
    if (got <= 0) return yield* this.#close(connection);
    if (!connection.request.includes("\r\n\r\n")) return;
    yield* through(p, ["ngx_http_process_request_line"], () => busy(p, PARSE_NS));
    const path = connection.request.split(" ")[1] ?? "/";
    const phases = ["ngx_http_process_request", "ngx_http_handler", "ngx_http_core_run_phases", "ngx_http_core_content_phase"]; // biome-ignore format: one list
    if (this.#options.upstream !== undefined && path.startsWith("/api"))
      yield* through(p, [...phases, "ngx_http_proxy_handler"], () => this.#askUpstream(connection));
    else yield* through(p, [...phases, "ngx_http_static_handler"], () => this.#sendFile(connection, path));
  }

  *#sendFile(connection: Connection, path: string): Code<number> {
    const p = this.#p;
    const fd = yield* p.enter("ngx_open_cached_file", [], () => p.open(`${this.#options.root}${path}`));
    const file = fd < 0 ? fd : yield* p.fstat(fd);
    if (typeof file === "number") {
      yield* p.send(
        connection.client,
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      );
      return yield* this.#finish(connection, 404, 0);
    }
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${file.size}\r\nConnection: close\r\n\r\n`;
    yield* p.enter("ngx_http_send_header", [], () => p.send(connection.client, head));
    yield* p.enter("ngx_linux_sendfile_chain", [], () => sendAll(p, connection.client, fd, file.size));
    yield* p.close(fd);
    return yield* this.#finish(connection, 200, file.size);
  }

  *#askUpstream(connection: Connection): Code<number> {
    const p = this.#p;
    const fd = yield* p.enter("ngx_http_upstream_connect", [], () => p.connect(this.#options.upstream ?? ""));
    if (fd < 0) {
      yield* p.send(
        connection.client,
        "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
      );
      return yield* this.#finish(connection, 502, 0);
    }
    yield* p.enter("ngx_http_upstream_send_request", [], () => p.send(fd, connection.request));
    connection.upstream = fd;
    this.#connections.set(fd, connection);
    return yield* p.epollWatch(this.#epoll, fd);
  }

  *#answerFromUpstream(connection: Connection): Code {
    const p = this.#p;
    yield* p.enter(
      "ngx_http_upstream_process_header",
      [],
      function* (this: Worker): Code<number> {
        const answer = yield* p.recvFrom(connection.upstream ?? -1, 65_536);
        const bytes = typeof answer === "number" ? new Uint8Array(0) : answer.bytes;
        const status = Number(new TextDecoder().decode(bytes.subarray(9, 12))) || 502;
        yield* p.send(connection.client, bytes);
        return yield* this.#finish(connection, status, bytes.length);
      }.bind(this),
    );
  }

  *#finish(connection: Connection, status: number, bytes: number): Code<number> {
    const p = this.#p;
    yield* through(
      p,
      ["ngx_http_finalize_request", "ngx_http_log_handler"],
      function* (this: Worker) {
        yield* p.compute(LOG_NS);
        const path = connection.request.split(" ")[1] ?? "-";
        return yield* p.write(this.#log, `- "GET ${path}" ${status} ${bytes}\n`);
      }.bind(this),
    );
    yield* this.#close(connection);
    return status;
  }

  *#close({ client, upstream }: Connection): Code {
    for (const fd of [client, upstream]) {
      if (fd === undefined) continue;
      this.#connections.delete(fd);
      yield* this.#p.close(fd);
    }
  }
}

function* sendAll(p: Thread, to: number, from: number, bytes: number): Code<number> {
  let sent = 0;
  while (sent < bytes) {
    const part = yield* p.sendfile(to, from, bytes - sent);
    if (part === -11) yield* p.poll([{ fd: to, events: 4 }], "5 s");
    else if (part <= 0) break;
    else sent += part;
  }
  return sent;
}

function* busy(p: Thread, ns: number): Code<number> {
  yield* p.compute(Math.round(p.random().latency(ns, 0.3)));
  return 0;
}
