import { SkepError } from "../../base/errors.ts";
import type { FileSpec } from "../files/vfs.ts";
import { LIBC_PATH } from "../programs/program.ts";
import {
  bytes,
  count,
  duration,
  type Fields,
  list,
  object,
  perform,
  StepError,
  text,
  user,
} from "./json-fields.ts";
import { readMachine } from "./json-machine.ts";
import { readSteps } from "./json-steps.ts";
import type { MachineBuilder } from "./machine-builder.ts";
import { type Scenario, scenario } from "./scenario.ts";

type Build = (machine: MachineBuilder) => void;

const TOP = ["name", "summary", "tryWith", "cpus", "hostName", "files", "disks", "memory", "memoryLimits", "hosts", "dns", "remote", "processes"] as const; // biome-ignore format: one list
const FILE = ["size", "mode", "uid", "gid", "text", "target"] as const;
const PROCESS = [
  "program",
  "comm",
  "argv",
  "uid",
  "gid",
  "cgroup",
  "nice",
  "cpus",
  "at",
  "count",
  "container",
  "functions",
  "do",
] as const;
/**
 * A scenario written in JSON:
 *
 *     { "name": "reader", "summary": "a process reads a file again and again",
 *       "files": { "/srv/data": { "size": 4096 } },
 *       "processes": [{ "program": "/usr/bin/reader", "uid": 1000,
 *                       "do": [{ "repeat": "forever", "do": [{ "readFile": "/srv/data" }, { "sleep": "50 ms" }] }] }] }
 *
 * Throws SkepError that says where the text is wrong and what belongs there.
 */
export function parseScenario(source: string, fileName: string): Scenario {
  try {
    return read(JSON.parse(source));
  } catch (cause) {
    const where = cause instanceof StepError ? ` at ${cause.where}` : "";
    if (!(cause instanceof StepError) && !(cause instanceof SyntaxError)) throw cause;
    throw new SkepError(`${fileName} is no scenario${where}: ${cause.message}`, {
      code: "sim/bad-scenario",
      remedy: "docs/scenarios.md describes the form",
      cause,
    });
  }
}

function read(value: unknown): Scenario {
  const fields = object(value, "", TOP);
  const files = Object.entries(object(fields["files"] ?? {}, "files")).map(([path, file]) =>
    readFile(path, file),
  );
  const machines = readMachine(fields);
  const processes = list(fields["processes"], "processes").map((process, i) =>
    readProcess(process, `processes[${i}]`),
  );
  const options = {
    summary: text(fields["summary"] ?? "", "summary"),
    tryWith: list(fields["tryWith"] ?? [], "tryWith").map((line, i) => text(line, `tryWith[${i}]`)),
    ...(fields["cpus"] !== undefined && { cpus: count(fields["cpus"], "cpus") }),
    ...(fields["hostName"] !== undefined && { hostName: text(fields["hostName"], "hostName") }),
  };
  return scenario(text(fields["name"], "name"), options, (machine) => {
    for (const build of [...machines, ...files, ...processes]) build(machine);
  });
}

function readFile(path: string, value: unknown): Build {
  const where = `files.${path}`;
  if (!path.startsWith("/")) throw new StepError(where, "a file's path begins with /");
  const spec = typeof value === "string" ? value : fileSpec(object(value, where, FILE), where);
  return (machine) => void machine.file(path, spec);
}

function fileSpec(fields: Fields, where: string): FileSpec {
  const number = (key: string) =>
    fields[key] === undefined ? {} : { [key]: count(fields[key], `${where}.${key}`) };
  const mode = fields["mode"] === undefined ? {} : { mode: octal(fields["mode"], `${where}.mode`) };
  const content =
    fields["text"] === undefined
      ? {}
      : { content: new TextEncoder().encode(text(fields["text"], `${where}.text`)) };
  const target =
    fields["target"] === undefined
      ? {}
      : { kind: "symlink" as const, target: text(fields["target"], `${where}.target`) };
  const size = fields["size"] === undefined ? {} : { size: bytes(fields["size"], `${where}.size`) };
  const uid = fields["uid"] === undefined ? {} : { uid: user(fields["uid"], `${where}.uid`) };
  return { ...size, ...uid, ...number("gid"), ...mode, ...content, ...target };
}

function octal(value: unknown, where: string): number {
  if (typeof value === "string" && /^[0-7]{3,4}$/.test(value)) return Number.parseInt(value, 8);
  throw new StepError(where, 'permissions are a text such as "0644"');
}

function readProcess(value: unknown, where: string): Build {
  const fields = object(value, where, PROCESS);
  const program = text(fields["program"], `${where}.program`);
  const steps = readSteps(fields["do"], `${where}.do`);
  const numbers = (["gid", "nice", "count"] as const).map((key) =>
    fields[key] === undefined ? {} : { [key]: count(fields[key], `${where}.${key}`) },
  );
  const options = {
    ...Object.assign({}, ...numbers),
    ...(fields["comm"] !== undefined && { comm: text(fields["comm"], `${where}.comm`) }),
    ...(fields["cgroup"] !== undefined && { cgroup: text(fields["cgroup"], `${where}.cgroup`) }),
    ...(fields["uid"] !== undefined && { uid: user(fields["uid"], `${where}.uid`) }),
    ...(fields["at"] !== undefined && { at: duration(fields["at"], `${where}.at`) }),
    ...(fields["argv"] !== undefined && {
      argv: list(fields["argv"], `${where}.argv`).map((arg, i) => text(arg, `${where}.argv[${i}]`)),
    }),
    ...(fields["cpus"] !== undefined && {
      cpus: list(fields["cpus"], `${where}.cpus`).map((cpu, i) => count(cpu, `${where}.cpus[${i}]`)),
    }),
  };
  const names = fields["functions"] === undefined ? undefined : functionNames(fields["functions"], where);
  const container =
    fields["container"] === undefined ? undefined : text(fields["container"], `${where}.container`);
  return (machine) => {
    if (names !== undefined) machine.binary({ path: program, functions: names, libraries: [LIBC_PATH] });
    const namespaces = container === undefined ? {} : { namespaces: machine.container(container) };
    machine.start(program, (p) => perform(p, steps), { ...options, ...namespaces });
  };
}

function functionNames(value: unknown, where: string): readonly string[] {
  const names = list(value, `${where}.functions`).map((name, i) => text(name, `${where}.functions[${i}]`));
  return ["_start", "main", ...names.filter((name) => name !== "main" && name !== "_start")];
}
