import type { LatencyModel } from "../block/latency.ts";
import type { HostOptions, ServiceSpec } from "../net/network-options.ts";
import type { RemotePeer } from "../net/remote/remote-peer.ts";
import type { Duration } from "../world/duration.ts";
import { bytes, choice, count, duration, type Fields, list, object, StepError, text } from "./json-fields.ts";
import type { MachineBuilder } from "./machine-builder.ts";

type Build = (machine: MachineBuilder) => void;

const SERVICES = ["http", "echo", "sink", "source", "reply", "silent", "reset"] as const;
const MODELS = ["hdd", "ssd", "nvme"] as const;
const HOST = ["names", "address", "tcp", "latency", "jitter", "loss"] as const;
const SERVICE = ["kind", "delay", "bytes", "status"] as const;
const DNS = ["delay", "loss", "records"] as const;
const REMOTE = ["address", "connectTo", "flood", "scan", "ping"] as const;
const CONNECT = ["port", "perSecond", "count", "send", "requests", "after"] as const;
const FLOOD = ["port", "kind", "perSecond", "duration", "spoofed", "bytes", "after"] as const;
const SCAN = ["ports", "kind", "perSecond", "after"] as const;

/** What a scenario's text says about the machine and what is around it, but for files and processes. */
export function readMachine(fields: Fields): readonly Build[] {
  return [
    ...entries(fields["disks"], "disks").map(([name, disk]) => readDisk(name, disk)),
    ...(fields["memory"] === undefined ? [] : [readMemory(fields["memory"])]),
    ...entries(fields["memoryLimits"], "memoryLimits").map(([cgroup, limit]) => readLimit(cgroup, limit)),
    ...(fields["dns"] === undefined ? [] : [readDns(fields["dns"])]),
    ...list(fields["hosts"] ?? [], "hosts").map((host, i) => readHost(host, `hosts[${i}]`)),
    ...list(fields["remote"] ?? [], "remote").map((peer, i) => readRemote(peer, `remote[${i}]`)),
  ];
}

function entries(value: unknown, where: string): [string, unknown][] {
  return Object.entries(object(value ?? {}, where));
}

function readDisk(name: string, value: unknown): Build {
  const where = `disks.${name}`;
  const fields = object(value, where, ["model"]);
  const model: LatencyModel = choice(fields["model"], `${where}.model`, MODELS);
  return (machine) => void machine.disk(name, { model });
}

function readMemory(value: unknown): Build {
  const totalBytes = bytes(value, "memory");
  return (machine) => machine.memory({ totalBytes });
}

function readLimit(cgroup: string, value: unknown): Build {
  const where = `memoryLimits.${cgroup}`;
  if (!cgroup.startsWith("/")) throw new StepError(where, "a cgroup's path begins with /");
  const limit = bytes(value, where);
  return (machine) => machine.memoryLimit(cgroup, limit);
}

function readDns(value: unknown): Build {
  const fields = object(value, "dns", DNS);
  const records = entries(fields["records"], "dns.records").map(
    ([name, target]) => [name, text(target, `dns.records.${name}`)] as const,
  );
  const dns = {
    ...times(fields, "dns", ["delay"]),
    ...part(fields, "dns"),
    records: Object.fromEntries(records),
  };
  return (machine) => machine.network({ dns });
}

function readHost(value: unknown, where: string): Build {
  const fields = object(value, where, HOST);
  const services = entries(fields["tcp"], `${where}.tcp`).map(([port, service]) => {
    const at = `${where}.tcp.${port}`;
    if (!/^\d{1,5}$/.test(port)) throw new StepError(at, "here stands a port: a number from 1 to 65535");
    return [Number(port), readService(service, at)] as const;
  });
  const options: HostOptions = {
    address: address(fields["address"], `${where}.address`),
    names: list(fields["names"] ?? [], `${where}.names`).map((name, i) => text(name, `${where}.names[${i}]`)),
    tcp: Object.fromEntries(services),
    ...times(fields, where, ["latency", "jitter"]),
    ...part(fields, where),
  };
  return (machine) => void machine.host(options);
}

function readService(value: unknown, where: string): ServiceSpec {
  const fields = object(value, where, SERVICE);
  const kind = choice(fields["kind"], `${where}.kind`, SERVICES);
  const size = fields["bytes"] === undefined ? 1_024 : bytes(fields["bytes"], `${where}.bytes`);
  const delay = times(fields, where, ["delay"]);
  if (kind === "http") return { kind, bytes: size, ...delay, ...numbers(fields, where, ["status"]) };
  if (kind === "source") return { kind, bytes: size };
  return kind === "reply" ? { kind, bytes: size, ...delay } : { kind };
}

/** What a host out there does to the machine. */
function readRemote(value: unknown, where: string): Build {
  const fields = object(value, where, REMOTE);
  const from = address(fields["address"], `${where}.address`);
  const acts = [
    ...(fields["connectTo"] === undefined ? [] : [readConnect(fields["connectTo"], `${where}.connectTo`)]),
    ...(fields["flood"] === undefined ? [] : [readFlood(fields["flood"], `${where}.flood`)]),
    ...(fields["scan"] === undefined ? [] : [readScan(fields["scan"], `${where}.scan`)]),
  ];
  if (acts.length === 0) throw new StepError(where, "say what it does: connectTo, flood or scan");
  return (machine) => {
    for (const act of acts) act(machine.remote(from));
  };
}

type Act = (peer: RemotePeer) => unknown;

function readConnect(value: unknown, where: string): Act {
  const fields = object(value, where, CONNECT);
  const port = count(fields["port"], `${where}.port`);
  const options = {
    ...numbers(fields, where, ["perSecond", "count", "requests"]),
    ...times(fields, where, ["after"]),
    ...(fields["send"] !== undefined && { send: text(fields["send"], `${where}.send`) }),
  };
  return (peer) => peer.connectTo(port, options);
}

function readFlood(value: unknown, where: string): Act {
  const fields = object(value, where, FLOOD);
  const port = count(fields["port"], `${where}.port`);
  const options = {
    kind: choice(fields["kind"] ?? "syn", `${where}.kind`, ["syn", "udp", "icmp", "ack"]),
    spoofed: fields["spoofed"] === true,
    ...numbers(fields, where, ["perSecond", "bytes"]),
    ...times(fields, where, ["after", "duration"]),
  };
  return (peer) => peer.flood(port, options);
}

function readScan(value: unknown, where: string): Act {
  const fields = object(value, where, SCAN);
  const ports = text(fields["ports"], `${where}.ports`);
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(ports) ?? [];
  if (first === undefined || Number(last) > 65_535)
    throw new StepError(`${where}.ports`, 'here stands a range such as "1-1024"');
  const options = {
    kind: choice(fields["kind"] ?? "syn", `${where}.kind`, ["syn", "connect", "fin", "xmas", "null", "udp"]),
    ...numbers(fields, where, ["perSecond"]),
    ...times(fields, where, ["after"]),
  };
  return (peer) => peer.scan(ports, options);
}

/** An address of IPv4. */
function address(value: unknown, where: string): string {
  const given = text(value, where);
  const parts = given.split(".");
  if (parts.length === 4 && parts.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256)) return given;
  throw new StepError(where, 'here stands an address such as "203.0.113.7"');
}

/** Durations among the fields. */
function times<K extends string>(
  fields: Fields,
  where: string,
  keys: readonly K[],
): Partial<Record<K, Duration>> {
  const given = keys.filter((key) => fields[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, duration(fields[key], `${where}.${key}`)])) as Partial<
    Record<K, Duration>
  >;
}

function numbers<K extends string>(
  fields: Fields,
  where: string,
  keys: readonly K[],
): Partial<Record<K, number>> {
  const given = keys.filter((key) => fields[key] !== undefined);
  if (fields["perSecond"] === 0) throw new StepError(`${where}.perSecond`, "here stands a whole number from 1");
  return Object.fromEntries(given.map((key) => [key, count(fields[key], `${where}.${key}`)])) as Partial<
    Record<K, number>
  >;
}

/** The part of packets or questions that are lost. */
function part(fields: Fields, where: string): { loss?: number } {
  const { loss } = fields;
  if (loss === undefined) return {};
  if (typeof loss === "number" && loss >= 0 && loss <= 1) return { loss };
  throw new StepError(`${where}.loss`, "here stands a number from 0 to 1");
}
