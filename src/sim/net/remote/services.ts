import type { Random } from "../../world/random.ts";
import type { ServiceSpec } from "../network-options.ts";
import type { Connection, ConnectionHandlers } from "./connection.ts";

/** What services need of the network that they are in. */
export type ServiceClock = Readonly<{
  after(ns: number, run: () => void): void;
  ns(duration: string | number): number;
  random: Random;
}>;

const HTTP_DELAY_NS = 3_000_000;
const REPLY_DELAY_NS = 400_000;
const SPREAD = 0.35;
const CHUNK = 65_536;

/** What a service does with one connection. */
export function serve(spec: ServiceSpec, clock: ServiceClock): ConnectionHandlers {
  switch (spec.kind) {
    case "http":
      return http(spec, clock);
    case "echo":
      return { data: (connection, bytes) => connection.write(bytes.slice()) };
    case "sink":
    case "silent":
      return {};
    case "source":
      return {
        open(connection) {
          writeZeros(connection, spec.bytes);
          connection.end();
        },
      };
    case "reply":
      return {
        data(connection) {
          after(clock, spec.delay, REPLY_DELAY_NS, () => writeZeros(connection, spec.bytes));
        },
      };
    case "reset":
      return { data: (connection) => connection.abort() };
  }
}

/** Requests end with an empty line; each gets an answer with a body of zeros. Pipelined ones are answered in order. */
function http(spec: ServiceSpec & { kind: "http" }, clock: ServiceClock): ConnectionHandlers {
  let head = "";
  let hasEnded = false;
  let pending = 0;
  const answer = (connection: Connection, closes: boolean) => {
    pending++;
    after(clock, spec.delay, HTTP_DELAY_NS, () => {
      pending--;
      const { bytes = 2048, status = 200 } = spec;
      const reason = status === 200 ? "OK" : status === 404 ? "Not Found" : "Status";
      connection.write(
        `HTTP/1.1 ${status} ${reason}\r\nServer: sim\r\nContent-Length: ${bytes}\r\n${closes ? "Connection: close\r\n" : ""}\r\n`,
      );
      writeZeros(connection, bytes);
      if (closes || (hasEnded && pending === 0)) connection.end();
    });
  };
  return {
    data(connection, bytes) {
      head = (head + new TextDecoder("latin1").decode(bytes)).slice(-CHUNK);
      for (let end = head.indexOf("\r\n\r\n"); end !== -1; end = head.indexOf("\r\n\r\n")) {
        const request = head.slice(0, end);
        head = head.slice(end + 4);
        answer(
          connection,
          /^connection:\s*close/im.test(request) || /HTTP\/1\.0$/m.test(request.split("\r\n")[0] ?? ""),
        );
      }
    },
    end(connection) {
      hasEnded = true;
      if (pending === 0) connection.end();
    },
  };
}

function after(clock: ServiceClock, delay: string | number | undefined, usual: number, run: () => void): void {
  const median = delay === undefined ? usual : clock.ns(delay);
  clock.after(Math.round(clock.random.latency(median, SPREAD)), run);
}

function writeZeros(connection: Connection, bytes: number): void {
  const chunk = new Uint8Array(Math.min(bytes, CHUNK));
  for (let left = bytes; left > 0; left -= CHUNK)
    connection.write(left >= CHUNK ? chunk : chunk.subarray(0, left));
}
