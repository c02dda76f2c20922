import type { Thread } from "../thread.ts";
import { type Duration, parseDuration } from "../world/duration.ts";
import type { Code } from "../world/wait.ts";

/** What a step does, once it was checked. */
export type Step = (p: Thread) => Code;

/** A mistake in a scenario's text: where (as in `processes[0].do[2]`) and what to write. */
export class StepError extends Error {
  readonly where: string;

  constructor(where: string, message: string) {
    super(message);
    this.where = where;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** A step by its verb: `{ "sleep": "10 ms" }`. `value` is what stands behind the verb. */
type StepReader = (value: unknown, fields: Fields, where: string) => Step;

const MOST_DEPTH = 32;
const FOREVER = "forever";

/** Every verb, with the other fields that its step may have. */
const VERBS: Readonly<Record<string, Readonly<{ also?: readonly string[]; read: StepReader }>>> = {
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
  wait: { read: () => ignoring((p) => p.wait()) },
  kill: {
    also: ["signal"],
    read: (value, fields, at) => {
      const pid = value === "self" ? undefined : count(value, at);
      const signal = fields["signal"] === undefined ? 15 : count(fields["signal"], `${at}.signal`);
      return ignoring((p) => p.kill(pid ?? p.pid, signal));
    },
  },
  exit: { read: (value, _, at) => ignoring((p) => p.exit(count(value, at))) },
  setName: { read: (value, _, at) => withText(value, at, (p, name) => p.setName(name)) },
  repeat: {
    also: ["do"],
    read: (value, fields, at) => {
      const steps = readSteps(fields["do"], `${at}.do`);
      const times = value === FOREVER ? Number.POSITIVE_INFINITY : count(value, at);
      return function* (p) {
        for (let i = 0; i < times; i++) yield* perform(p, steps);
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
};

/** The steps of a process. Throws StepError. */
export function readSteps(value: unknown, where: string): readonly Step[] {
  if (where.split(".do").length > MOST_DEPTH) throw new StepError(where, "steps are nested too deep");
  return list(value, where).map((step, i) => readStep(step, `${where}[${i}]`));
}

/** Does one step after the other. */
export function* perform(p: Thread, steps: readonly Step[]): Code {
  for (const step of steps) yield* step(p);
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
  return read(fields[verb], fields, `${where}.${verb}`);
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

/** What a call gives does not matter here. */
function ignoring(act: (p: Thread) => Code<unknown>): Step {
  return function* (p) {
    yield* act(p);
  };
}

/** Nanoseconds of "10 ms". Throws StepError. */
export function duration(value: unknown, where: string): number {
  const ns = typeof value === "string" ? parseDuration(value as string & Duration) : undefined;
  if (ns === undefined)
    throw new StepError(where, 'a time is a text such as "10 ms", or two for a random one between them');
  return ns;
}

export function text(value: unknown, where: string): string {
  if (typeof value === "string") return value;
  throw new StepError(where, `here stands a text, not ${shown(value)}`);
}

/** A whole number from 0. */
export function count(value: unknown, where: string): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new StepError(where, `here stands a whole number from 0, not ${shown(value)}`);
}

export function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new StepError(where, `here stands a list, not ${shown(value)}`);
}

function shown(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value).slice(0, 40);
}
