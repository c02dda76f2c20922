import { type ConnectionHandlers, listenAt } from "../net/remote/connection.ts";
import { opened, sealed, serverFlight } from "../programs/libssl.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const SITE = "198.51.100.80";
const PATHS = ["/v1/orders?limit=20", "/v1/prices/EURUSD", "/v1/session", "/v1/health"];

/** HTTPS in the program's own words: what goes through OpenSSL can be read before it is sealed. */
export const tlsClient = scenario(
  "tls-client",
  {
    summary: "programs talk to an HTTPS service; uprobes on libssl see the text, packets do not",
    tryWith: [
      "-e 'uprobe:/lib/x86_64-linux-gnu/libssl.so.3:SSL_write { printf(\"%s %s\\n\", comm, str(arg1, arg2)); }'",
      "-e 'uprobe:/lib/x86_64-linux-gnu/libssl.so.3:SSL_read { @buf[tid] = arg1; } uretprobe:/lib/x86_64-linux-gnu/libssl.so.3:SSL_read /@buf[tid]/ { printf(\"%s\\n\", str(@buf[tid], retval)); delete(@buf[tid]); }'",
      "-e 'uprobe:/usr/lib64/libssl.so:SSL_do_handshake { printf(\"TLS handshake: pid=%d comm=%s\\n\", pid, comm); }'",
    ],
    hostName: "trader",
  },
  (machine) => {
    addUsualServices(machine);
    machine.network({ dns: { records: { "api.broker.example": SITE } } });
    const host = machine.host({ address: SITE, latency: "14 ms", jitter: "1 ms" });
    listenAt(host.stack, 443, site);
    machine.binary({
      path: "/usr/bin/trader",
      functions: ["_start", "main", "poll_prices", "place_order"],
      libraries: ["/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/x86_64-linux-gnu/libssl.so.3", "/usr/lib/x86_64-linux-gnu/libcrypto.so.3"],
      language: "c",
    }); // biome-ignore format: one list
    machine.start("/usr/bin/trader", trader, { uid: 1000, at: "10 ms" });
    machine.start("/usr/bin/dash", poller, { uid: 1001, at: "80 ms" });
  },
);

/** The other end: a handshake, then an answer to each request. */
function site(): ConnectionHandlers {
  let waiting = new Uint8Array(0);
  let isReady = false;
  return {
    data(connection, bytes) {
      waiting = Uint8Array.of(...waiting, ...bytes);
      if (!isReady) {
        const flight = serverFlight(waiting);
        if (flight === undefined) return;
        isReady = true;
        waiting = new Uint8Array(0);
        connection.write(flight);
        return;
      }
      for (let next = opened(waiting); next !== undefined; next = opened(waiting)) {
        waiting = waiting.slice(next.bytes);
        if (!next.text.startsWith("GET")) continue;
        const body = `{"path": "${next.text.split(" ")[1]}", "ok": true}`;
        const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        connection.write(sealed(new TextEncoder().encode(answer)));
      }
    },
  };
}

/** Keeps one connection. */
function* trader(p: Thread): Code {
  for (;;) {
    const fd = yield* p.connect("api.broker.example:443");
    if (fd >= 0) {
      const tls = yield* p.sslNew(fd);
      if ((yield* p.sslHandshake(tls)) === 1)
        yield* p.enter("poll_prices", [], function* () {
          for (let i = 0; i < 12; i++) {
            const path = p.random().pick(PATHS);
            yield* p.sslWrite(tls, `GET ${path} HTTP/1.1\r\nHost: api.broker.example\r\nAuthorization: Bearer s3cr3t\r\n\r\n`);
            if ((yield* p.sslRead(tls)) === undefined) break;
            yield* p.sleep(Math.round(p.random().exponential(60e6)));
          }
          return 0;
        });
      yield* p.close(fd);
    }
    yield* p.sleep("200 ms");
  }
} // biome-ignore format: one line

/** A script that runs curl. */
function* poller(p: Thread): Code {
  for (;;) {
    yield* p.run("/usr/bin/curl", "-s", "https://api.broker.example/v1/health");
    yield* p.sleep("700 ms");
  }
}
