import { expect, test } from "vitest";
import { ip } from "../packet/ip-address.ts";
import { connectFrom, listenAt } from "../remote/connection.ts";
import { TestNet } from "../testing.ts";

test("a request and its answer cross the network", () => {
  const net = new TestNet();
  const client = net.host("10.0.0.1/24");
  const server = net.host("10.0.0.2/24");
  const log: string[] = [];
  listenAt(server.stack, 80, () => ({
    data: (connection, bytes) => {
      log.push(`server got ${new TextDecoder().decode(bytes)}`);
      connection.write("pong");
      connection.end();
    },
    closed: (_, error) => log.push(`server closed ${error}`),
  }));
  connectFrom(
    client.stack,
    { address: ip("10.0.0.2"), port: 80 },
    {
      open: (connection) => {
        log.push("open");
        connection.write("ping");
      },
      data: (_, bytes) => log.push(`client got ${new TextDecoder().decode(bytes)}`),
      closed: (_, error) => log.push(`client closed ${error}`),
    },
  );
  net.run(200e9);
  expect(log).toEqual(["open", "server got ping", "client got pong", "client closed 0", "server closed 0"]);
  for (const { stack } of [client, server]) expect(stack.counters.liveSkbs).toBe(0);
  expect(client.stack.counters.liveSocks).toBe(0);
  expect(server.stack.counters.liveSocks).toBe(1);
});
