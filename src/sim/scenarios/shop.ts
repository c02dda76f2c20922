import { pgConnect, pgExec } from "../programs/libpq.ts";
import { NGINX, type NginxOptions, nginxMaster } from "../programs/nginx.ts";
import { servePostgres } from "../programs/postgres-backend.ts";
import type { Query } from "../programs/postgres-query.ts";
import { addPostgresFiles, startPostgres } from "../programs/postgres-server.ts";
import { python, pythonGc, pythonMain } from "../programs/python-code.ts";
import type { Thread } from "../thread.ts";
import type { Random } from "../world/random.ts";
import type { Code } from "../world/wait.ts";
import type { MachineBuilder } from "./machine-builder.ts";

/** What the database of the shop has. */
export const SHOP_TABLES = {
  products: { oid: 16_385, pages: 1_200 },
  orders: { oid: 16_391, pages: 3_400 },
  sessions: { oid: 16_398, pages: 260 },
} as const;

const APP = "/srv/shop/app.py";
const PAGES = ["index.html", "style.css", "app.js", "logo.svg", "about.html"];

export const SHOP_STATEMENTS = {
  product: "SELECT * FROM products WHERE id = $1",
  search: "SELECT id, name FROM products WHERE name LIKE '%lamp%' ORDER BY price",
  session: "UPDATE sessions SET seen = now() WHERE token = $1",
  order: "INSERT INTO orders (product, amount) VALUES ($1, $2)",
} as const;

/** What each statement of the shop costs. */
export function shopPlan(sql: string): Query {
  switch (sql) {
    case SHOP_STATEMENTS.search:
      return { sql, table: "products", scan: "sequential", pages: 80, bytes: 4_200 };
    case SHOP_STATEMENTS.session:
      return { sql, table: "sessions", updates: "sessions", bytes: 20 };
    case SHOP_STATEMENTS.order:
      return { sql, table: "orders", pages: 2, updates: "orders", bytes: 20 };
    default:
      return { sql, table: "products", pages: 3, bytes: 640 };
  }
}

/** What visitors ask for: mostly files, some products, now and then a search or an order. */
export function shopRequest(random: Random): string {
  const dice = random.float();
  if (dice < 0.45) return `/${random.pick(PAGES)}`;
  if (dice < 0.8) return `/api/product/${random.integer(1, 400)}`;
  if (dice < 0.92) return "/api/search?q=lamp";
  return dice < 0.98 ? "/api/order" : "/favicon.ico";
}

/** A shop: nginx, an application in Python with two workers, PostgreSQL. */
export function addShop(
  machine: MachineBuilder,
  options: Partial<NginxOptions> & { poolPages?: number } = {},
): void {
  for (const [i, page] of PAGES.entries())
    machine.file(`/var/www/shop/${page}`, { size: 2_400 + i * 5_300, uid: 33 });
  for (const file of ["nginx.conf", "mime.types", "sites-enabled/default"])
    machine.file(`/etc/nginx/${file}`, { size: 1_447 });
  machine.file("/var/log/nginx/access.log", { size: 48_312, uid: 33 });
  machine.file(APP, { size: 14_220 });
  for (const module of ["encodings/__init__", "codecs", "io", "site", "os", "socket", "json/__init__"])
    machine.file(`/usr/lib/python3.13/${module}.py`, { size: 9_000 });
  const db = addPostgresFiles(machine, SHOP_TABLES, options.poolPages);
  startPostgres(machine, (p) => servePostgres(p, db, shopPlan));
  machine.start("/usr/bin/python3.13", application, {
    comm: "gunicorn",
    uid: 33,
    argv: ["python3", APP],
    cgroup: "/system.slice/shop.service",
    at: "15 ms",
  });
  const nginx = { port: 80, root: "/var/www/shop", upstream: "127.0.0.1:8000", ...options };
  machine.start(NGINX.path, (p) => nginxMaster(p, nginx), {
    argv: ["nginx", "-g", "daemon off;"],
    cgroup: "/system.slice/nginx.service",
    at: "10 ms",
  });
}

const WORKERS = 3;

function* application(p: Thread): Code {
  yield* pythonMain(p, APP, function* () {
    const listener = yield* p.listen("127.0.0.1:8000");
    for (let i = 0; i < WORKERS; i++) yield* p.fork((worker) => serve(worker, listener));
    for (;;) yield* p.wait();
  });
}

function* serve(p: Thread, listener: number): Code {
  const db = yield* pgConnect(p, "127.0.0.1:5432");
  for (let served = 1; ; served++) {
    const fd = yield* p.accept(listener);
    if (fd < 0) {
      yield* p.sleep("10 ms");
      continue;
    }
    yield* python(p, { file: APP, name: "handle", line: 31 }, () => handle(p, fd, db));
    yield* p.close(fd);
    if (served % 40 === 0) yield* pythonGc(p, served % 200 === 0 ? 2 : 0);
  }
}

function* handle(p: Thread, fd: number, db: number): Code<number> {
  const request = yield* p.recvFrom(fd, 16_384);
  const text = typeof request === "number" ? "" : new TextDecoder().decode(request.bytes);
  const path = text.split(" ")[1] ?? "/";
  const object = yield* p.malloc(1_400);
  yield* python(p, { file: APP, name: "parse", line: 12 }, () => busy(p, 140_000));
  yield* python(p, { file: APP, name: "session", line: 48 }, () => pgExec(p, db, SHOP_STATEMENTS.session));
  const sql = path.startsWith("/api/search") ? SHOP_STATEMENTS.search : path.startsWith("/api/order") ? SHOP_STATEMENTS.order : SHOP_STATEMENTS.product; // biome-ignore format: one choice
  const bytes = yield* python(p, { file: APP, name: "query", line: 60 }, () => pgExec(p, db, sql));
  yield* python(p, { file: APP, name: "render", line: 85 }, () => busy(p, 420_000));
  yield* p.free(object);
  const body = "x".repeat(Math.max(0, bytes));
  return yield* p.send(
    fd,
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function* busy(p: Thread, ns: number): Code<number> {
  yield* p.compute(Math.round(p.random().latency(ns, 0.4)));
  return 0;
}
