import { NETWORK } from "../net/machine-net.ts";
import { ip } from "../net/packet/ip-address.ts";
import { connectFrom } from "../net/remote/connection.ts";
import type { Duration } from "../world/duration.ts";
import type { Random } from "../world/random.ts";
import type { MachineBuilder } from "./machine-builder.ts";

export type RemoteClients = Readonly<{
  /** Their addresses: "203.0.113.0" and how many. */
  first: string;
  count: number;
  /** Mean time between two requests of all of them. */
  every: Duration;
  port: number;
  /** What the next request asks for: a path, or all that is sent. */
  request(random: Random): string;
  /** Of their lines, there and back. */
  latency?: Duration;
  loss?: number;
}>;

/** The machine's address, where nobody said otherwise. */
export const MACHINE_ADDRESS = "10.0.0.15";

/** Hosts on the internet that ask the machine for something: each request is a connection. */
export function addRemoteClients(machine: MachineBuilder, clients: RemoteClients): void {
  const { first, count, latency = "20 ms", loss = 0, port } = clients;
  const { world } = machine;
  const random = world.random.stream(`clients ${first}`);
  const [a = 0, b = 0, c = 0, d = 0] = first.split(".").map(Number);
  const hosts = Array.from({ length: count }, (_, i) =>
    machine.host({ address: `${a}.${b}.${c}.${d + i + 1}`, latency, jitter: "2 ms", loss }),
  );
  const net = world.get(NETWORK);
  machine.at("30 ms", () => void net.stack); // its interface is up before they come
  machine.every(clients.every, () => {
    const host = random.pick(hosts);
    const wanted = clients.request(random);
    const text = wanted.startsWith("/") ? `GET ${wanted} HTTP/1.1\r\nHost: shop.example\r\n\r\n` : wanted;
    connectFrom(
      host.stack,
      { address: ip(MACHINE_ADDRESS), port },
      {
        open: (connection) => connection.write(text),
        end: (connection) => connection.end(),
      },
    );
  });
}
