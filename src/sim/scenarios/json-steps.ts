import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import {
  count,
  duration,
  type Fields,
  ignoring,
  list,
  perform,
  type Step,
  StepError,
  text,
  type Verbs,
} from "./json-fields.ts";
import { MEMORY_VERBS } from "./json-memory-steps.ts";
import { NETWORK_VERBS } from "./json-network-steps.ts";
import { PROCESS_VERBS } from "./json-process-steps.ts";

const MOST_DEPTH = 32;
const FOREVER = "forever";
const LOOP_NS = 1_000;

/** Every verb, with the other fields that its step may have. */
const VERBS: Verbs = {
  sleep: { read: (value, _, at) => timed(value, at, (p, ns) => p.sleep(ns)) },
  compute: { read: (value, _, at) => timed(value, at, (p, ns) => p.compute(ns)) },
  readFile: { read: (value, _, at) => withText(value, at, (p, path) => p.readFile(path)) },
  open: {
    also: ["keep"],
    read: (value, fields, at) => {
      const path = text(value, at);
      return function* (p) {
        const fd = yield* p.open(path);
        if (fd >= 0 && fields["keep"] !== true) yield* p.close(fd);
      };
    },
  },
  writeFile: {
    also: ["bytes", "text", "append", "sync"],
    read: (value, fields, at) => {
      const path = text(value, at);
      const data =
        fields["text"] === undefined
          ? count(fields["bytes"] ?? 0, `${at}.bytes`)
          : text(fields["text"], `${at}.text`);
      return function* (p) {
        const fd = yield* p.open(path, fields["append"] === true ? "a" : "w");
        if (fd < 0) return;
        yield* p.write(fd, data);
        if (fields["sync"] === true) yield* p.fsync(fd);
        yield* p.close(fd);
      };
    },
  },
  stat: { read: (value, _, at) => withText(value, at, (p, path) => p.stat(path)) },
  list: { read: (value, _, at) => withText(value, at, (p, path) => p.readDirectory(path)) },
  unlink: { read: (value, _, at) => withText(value, at, (p, path) => p.unlink(path)) },
  mkdir: { read: (value, _, at) => withText(value, at, (p, path) => p.mkdir(path)) },
  chdir: { read: (value, _, at) => withText(value, at, (p, path) => p.chdir(path)) },
  rename: {
    also: ["to"],
    read: (value, fields, at) => {
      const [from, to] = [text(value, at), text(fields["to"], `${at}.to`)];
      return ignoring((p) => p.renameFile(from, to));
    },
  },
  run: { also: ["args"], read: (value, fields, at) => started(value, fields, at, true) },
  start: { also: ["args"], read: (value, fields, at) => started(value, fields, at, false) },
  fork: {
    read: (value, _, at) => {
      const steps = readSteps(value, at);
      return ignoring((p) => p.fork((child) => perform(child, steps)));
    },
  },
  thread: {
    also: ["name"],
    read: (value, fields, at) => {
      const steps = readSteps(value, at);
      const name = fields["name"] === undefined ? undefined : text(fields["name"], `${at}.name`);
      return ignoring((p) =>
        p.spawnThread(function* (thread) {
          if (name !== undefined) yield* thread.setName(name);
          yield* perform(thread, steps);
        }),
      );
    },
  },
  repeat: {
    also: ["do"],
    read: (value, fields, at) => {
      const steps = readSteps(fields["do"], `${at}.do`);
      const times = value === FOREVER ? Number.POSITIVE_INFINITY : count(value, at);
      return function* (p) {
        const { world } = p.task;
        for (let i = 0; i < times; i++) {
          const { nowNs } = world;
          yield* perform(p, steps);
          if (world.nowNs === nowNs) yield* p.compute(LOOP_NS); // a loop that does nothing takes time, too
        }
      };
    },
  },
  choose: {
    read: (value, _, at) => {
      const choices = list(value, at).map((choice, i) => readSteps(choice, `${at}[${i}]`));
      if (choices.length === 0) throw new StepError(at, "there is nothing to choose from");
      return (p) => perform(p, p.random().pick(choices));
    },
  },
  ...PROCESS_VERBS,
  ...MEMORY_VERBS,
  ...NETWORK_VERBS,
};

/** The steps of a process. Throws StepError. */
export function readSteps(value: unknown, where: string): readonly Step[] {
  if (where.split("[").length > MOST_DEPTH) throw new StepError(where, "steps are nested too deep");
  return list(value, where).map((step, i) => readStep(step, `${where}[${i}]`));
}

function readStep(value: unknown, where: string): Step {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new StepError(where, 'a step is an object such as { "sleep": "10 ms" }');
  const fields = value as Fields;
  const verbs = Object.keys(fields).filter((key) => Object.hasOwn(VERBS, key));
  const [verb] = verbs;
  if (verb === undefined || verbs.length > 1)
    throw new StepError(
      where,
      `a step has one of ${Object.keys(VERBS).join(", ")}, not ${Object.keys(fields).join(", ") || "nothing"}`,
    );
  const { also = [], read } = VERBS[verb] as (typeof VERBS)[string];
  const stray = Object.keys(fields).find((key) => key !== verb && !also.includes(key));
  if (stray !== undefined)
    throw new StepError(
      `${where}.${stray}`,
      `\`${verb}\` takes ${also.length > 0 ? also.join(", ") : "nothing else"}`,
    );
  return read(fields[verb], fields, `${where}.${verb}`, readSteps);
}

function timed(value: unknown, where: string, act: (p: Thread, ns: number) => Code<unknown>): Step {
  const [low, high] = Array.isArray(value) && value.length === 2 ? value : [value, value];
  const [from, to] = [duration(low, where), duration(high, where)];
  return function* (p) {
    yield* act(p, from === to ? from : p.random().integer(from, to));
  };
}

function started(value: unknown, fields: Fields, where: string, wait: boolean): Step {
  const path = text(value, where);
  const args = list(fields["args"] ?? [], `${where}.args`).map((arg, i) => text(arg, `${where}.args[${i}]`));
  return ignoring((p) => (wait ? p.run(path, ...args) : p.start(path, ...args)));
}

function withText(value: unknown, where: string, act: (p: Thread, text: string) => Code<unknown>): Step {
  const given = text(value, where);
  return ignoring((p) => act(p, given));
}
