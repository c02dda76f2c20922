import fc from "fast-check";
import { expect, test } from "vitest";
import type { TracepointData } from "../../hooks/tracepoint.ts";
import { ip } from "../packet/ip-address.ts";
import { type Connection, connectFrom, listenAt } from "../remote/connection.ts";
import { TestNet } from "../testing.ts";
import { SILENT, type Trace } from "../trace.ts";
import { TCP_STATE, type TcpState, tcpStateName } from "./states.ts";

/** Where connections may go from each state: RFC 9293, 3.3.2, and CLOSE from everywhere by a reset. */
const DIAGRAM: Readonly<Record<string, readonly string[]>> = {
  CLOSE: ["SYN_SENT", "LISTEN"],
  LISTEN: ["SYN_RECV", "CLOSE"],
  SYN_SENT: ["ESTABLISHED", "SYN_RECV", "CLOSE"],
  SYN_RECV: ["ESTABLISHED", "FIN_WAIT1", "CLOSE_WAIT", "CLOSE"],
  ESTABLISHED: ["FIN_WAIT1", "CLOSE_WAIT", "CLOSE"],
  FIN_WAIT1: ["FIN_WAIT2", "CLOSING", "CLOSE"],
  FIN_WAIT2: ["CLOSE"], // what is left is a time-wait socket
  CLOSING: ["CLOSE"],
  CLOSE_WAIT: ["LAST_ACK", "CLOSE"],
  LAST_ACK: ["CLOSE"],
};

/** Checks every change of a state, and that a socket begins where it was. */
function watch(): Trace {
  return {
    ...SILENT,
    fire(name: string, make: () => TracepointData) {
      if (name !== "sock:inet_sock_set_state") return;
      const [, from, to] = make().args as [unknown, TcpState, TcpState];
      expect(DIAGRAM[tcpStateName(from)], `${tcpStateName(from)} -> ${tcpStateName(to)}`).toContain(
        tcpStateName(to),
      );
    },
  };
}

function noise(bytes: number, seed: number): Uint8Array {
  const data = new Uint8Array(bytes);
  let state = seed;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[i] = state >>> 24;
  }
  return data;
}

type End = { got: Uint8Array[]; closed: number | undefined; connection?: Connection };

const scenarios = fc.record({
  seed: fc.integer({ min: 1, max: 1e6 }),
  loss: fc.constantFrom(0, 0, 0.01, 0.05, 0.2),
  delayMs: fc.constantFrom(0, 1, 20, 150),
  jitterMs: fc.constantFrom(0, 0, 5),
  megabits: fc.constantFrom(1, 10, 1000),
  up: fc.integer({ min: 0, max: 300_000 }),
  down: fc.integer({ min: 0, max: 300_000 }),
  chunk: fc.constantFrom(100, 1460, 40_000),
  clientEndsFirst: fc.boolean(),
});

test("what is sent is received once and in order, and nothing is left behind", () => {
  fc.assert(
    fc.property(scenarios, (s) => {
      const net = new TestNet(s.seed);
      const wire = {
        delayNs: s.delayMs * 1e6,
        jitterNs: s.jitterMs * 1e6,
        loss: s.loss,
        bitsPerSecond: s.megabits * 1e6,
      };
      const client = net.host("10.0.0.1/24", wire, watch());
      const server = net.host("10.0.0.2/24", { bitsPerSecond: 1e9 }, watch());
      const [up, down] = [noise(s.up, s.seed), noise(s.down, s.seed + 1)];
      const here: End = { got: [], closed: undefined };
      const there: End = { got: [], closed: undefined };
      const send = (connection: Connection, data: Uint8Array) => {
        for (let at = 0; at < data.length; at += s.chunk) connection.write(data.subarray(at, at + s.chunk));
      };
      const handlers = (end: End, data: Uint8Array, endsFirst: boolean) => ({
        open: (connection: Connection) => {
          end.connection = connection;
          send(connection, data);
          if (endsFirst) connection.end();
        },
        data: (_: Connection, bytes: Uint8Array) => void end.got.push(bytes),
        closed: (_: Connection, error: number) => {
          end.closed = error;
        },
      });
      listenAt(server.stack, 80, () => handlers(there, down, !s.clientEndsFirst));
      connectFrom(client.stack, { address: ip("10.0.0.2"), port: 80 }, handlers(here, up, s.clientEndsFirst));
      net.run(3600e9);
      if (here.closed === 0 && there.closed === 0) {
        expect(Buffer.concat(there.got).equals(Buffer.from(up))).toBe(true);
        expect(Buffer.concat(here.got).equals(Buffer.from(down))).toBe(true);
      } else expect(s.loss).toBeGreaterThan(0);
      if (s.loss === 0) expect([here.closed, there.closed]).toEqual([0, 0]);
      for (const { stack } of [client, server]) {
        expect(stack.counters.liveSkbs).toBe(0);
        expect(stack.counters.made).toBe(stack.counters.ended);
        expect([...stack.tcp.connections]).toEqual([]);
        expect(stack.counters.liveSocks).toBe(stack === server.stack ? 1 : 0);
      }
      const { carried, delivered, lost, overflowed, unroutable } = net.net.counters;
      expect(carried).toBe(delivered + lost + overflowed + unroutable);
    }),
    { numRuns: 150 },
  );
});

test("without loss nothing is sent twice", () => {
  const net = new TestNet();
  const client = net.host("10.0.0.1/24", { delayNs: 10e6 });
  const server = net.host("10.0.0.2/24");
  listenAt(server.stack, 80, () => ({}));
  const data = noise(2_000_000, 7);
  const connection = connectFrom(
    client.stack,
    { address: ip("10.0.0.2"), port: 80 },
    {
      open: (c) => {
        c.write(data);
        c.end();
      },
    },
  );
  net.run(60e9);
  const { tcp } = connection;
  expect(tcp.totalRetrans).toBe(0);
  expect(tcp.bytesSent).toBe(2_000_000n);
  expect(tcp.bytesAcked).toBe(2_000_002n); // SYN and FIN count, as in the kernel
  expect(tcp.rtt.minUs).toBeGreaterThan(30_000);
  expect(tcp.rtt.minUs).toBeLessThan(31_000);
  expect(tcp.cubic.window).toBeGreaterThan(40);
});

test("lost segments are counted as sent twice, received bytes are not", () => {
  const net = new TestNet(3);
  const client = net.host("10.0.0.1/24", { loss: 0.03 });
  const server = net.host("10.0.0.2/24");
  let got = 0;
  const peers: { bytesReceived: bigint }[] = [];
  listenAt(server.stack, 80, (tcp) => {
    peers.push(tcp);
    return {
      data: (_, bytes) => {
        got += bytes.length;
      },
    };
  });
  const connection = connectFrom(
    client.stack,
    { address: ip("10.0.0.2"), port: 80 },
    {
      open: (c) => {
        c.write(noise(1_000_000, 1));
        c.end();
      },
    },
  );
  net.run(600e9);
  const { tcp } = connection;
  expect(got).toBe(1_000_000);
  expect(peers[0]?.bytesReceived).toBe(1_000_001n); // the FIN counts
  expect(tcp.totalRetrans).toBeGreaterThan(5);
  expect(tcp.bytesSent).toBe(1_000_000n + tcp.bytesRetrans);
});

test("a port that nobody listens at refuses, a host that does not exist is given up", () => {
  const net = new TestNet();
  const client = net.host("10.0.0.1/24");
  net.host("10.0.0.2/24");
  const errors: (readonly [string, number])[] = [];
  connectFrom(
    client.stack,
    { address: ip("10.0.0.2"), port: 81 },
    { closed: (_, error) => void errors.push(["port", error]) },
  );
  connectFrom(
    client.stack,
    { address: ip("10.0.0.9"), port: 80 },
    { closed: (_, error) => void errors.push(["host", error]) },
  );
  net.run(1e9);
  expect(errors).toEqual([["port", 111]]);
  net.run(200e9);
  expect(errors).toEqual([
    ["port", 111],
    ["host", 110],
  ]);
  expect(client.stack.counters).toMatchObject({ liveSkbs: 0, liveSocks: 0 });
});

test("more connections than the queue holds are not lost: the peers try again", () => {
  const net = new TestNet();
  const client = net.host("10.0.0.1/24");
  const server = net.host("10.0.0.2/24");
  let open = 0;
  listenAt(server.stack, 80, () => ({ open: () => void open++ }), 4);
  for (let i = 0; i < 50; i++)
    connectFrom(client.stack, { address: ip("10.0.0.2"), port: 80 }, { open: (c) => c.end() });
  net.run(300e9);
  expect(open).toBe(50);
  expect(server.stack.counters.synCookies).toBeGreaterThan(0);
  expect(TCP_STATE.LISTEN).toBe(10);
});
