import type { AttachSpec } from "../abi/attach-spec.ts";
import { SkepError } from "../base/errors.ts";
import { parseBtf } from "../btf/decode.ts";
import type { Btf } from "../btf/types.ts";
import { attachText } from "../linux/attach-spec-text.ts";
import { LinuxBackend } from "../linux/backend.ts";
import { readIteratorText } from "../linux/iterator.ts";
import { LinuxLoaded } from "../linux/loaded.ts";
import type { ObjectSpec, ProgramSpec } from "../object/object.ts";
import { jsonString } from "../output/json-value.ts";
import { TextBuffer } from "../output/sink.ts";
import type { Loaded, Ring } from "../runtime/backend.ts";
import { openMachine } from "./choose-machine.ts";
import { EXIT } from "./exit-status.ts";
import { plainCall } from "./invocation.ts";
import { givenPlaces, placesOf } from "./load-command-attach.ts";
import { loadHelp } from "./load-command-help.ts";
import { readLoadedMap } from "./load-command-maps.ts";
import { objectToLoad } from "./load-command-object.ts";
import { type LoadSettings, loadSettings } from "./load-command-options.ts";
import { placeAdvice } from "./load-command-places.ts";
import { recordFormat, recordType } from "./load-command-records.ts";
import { loadExplained } from "./load-explained.ts";
import { FdSink, OutputClosed } from "./output-stream.ts";
import { printError } from "./report-error.ts";
import { mapJson, mapText } from "./run-command-maps.ts";
import { sayReady } from "./run-script.ts";
import { untilStopped } from "./stop.ts";
import type { WatchedMachine } from "./watched-machine.ts";

const MOST_SHOWN = 1000; // entries of a map, as text
const BUFFERS: ReadonlySet<string> = new Set(["ringbuf", "perfEventArray"]);

/** `skep load FILE.o`. Gives the exit status. */
export async function loadCommand(argv: readonly string[]): Promise<number> {
  const settings = loadSettings(argv);
  if (settings === undefined) {
    new FdSink(1).write(loadHelp(plainCall()));
    return EXIT.ok;
  }
  const object = objectToLoad(settings);
  using machine = await openMachine(settings.machine);
  const { places, targets } = await givenPlaces(object, settings.attach, machine.backend);
  using loaded = loadExplained(machine.backend, withBufferSizes(object, machine), {
    path: settings.path,
    targets,
    onNote: (note) => {
      if (settings.verbose) process.stderr.write(`note: ${note}\n`);
    },
  });
  return await watchLoaded({ settings, object, places, machine, loaded, out: new TextBuffer(new FdSink(1)) });
}

type Run = Readonly<{
  settings: LoadSettings;
  object: ObjectSpec;
  /** Where --attach says. */
  places: ReadonlyMap<string, readonly AttachSpec[]>;
  machine: WatchedMachine;
  loaded: Loaded;
  out: TextBuffer;
}>;

// A perf buffer that is declared without a size has one entry per CPU; the kernel's loader knows that itself.
function withBufferSizes(object: ObjectSpec, { backend }: WatchedMachine): ObjectSpec {
  if (backend.name === "linux") return object;
  const maps = object.maps.map((map) =>
    map.type === "perfEventArray" && map.maxEntries === 0 ? { ...map, maxEntries: backend.target.cpus } : map,
  );
  return { ...object, maps };
}

async function watchLoaded(run: Run): Promise<number> {
  const { settings, machine, out } = run;
  const stop = untilStopped();
  let status: number = EXIT.ok;
  const fail = (error: unknown) => {
    if (!(error instanceof OutputClosed)) status = printError(error);
    stop.finish();
  };
  try {
    const rings = openBuffers(run, fail);
    const iterators = await attachAllPrograms(run);
    sayReady(out);
    for (const read of iterators) {
      const { program, text } = read();
      out.add(settings.json ? `{"iterator": ${jsonString(program)}, "text": ${jsonString(text)}}\n` : text);
    }
    out.flush();
    const isDone = iterators.length > 0 && rings.length === 0;
    if (!isDone)
      await machine.watch(stop, settings.durationMs === undefined ? {} : { durationMs: settings.durationMs });
    finish(run, rings);
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  } finally {
    stop.close();
  }
  return status;
}

/** Prints the records of all buffers as they come. */
function openBuffers({ settings, object, machine, loaded, out }: Run, fail: (error: unknown) => void): Ring[] {
  const btf = typesOf(object);
  const buffers = object.maps.filter(({ type }) => BUFFERS.has(type));
  const named = new Map(settings.records.map(({ name, text }) => [name, text]));
  for (const name of named.keys()) checkBuffer(name, buffers);
  const onIdle = () => {
    try {
      out.flush();
    } catch (error) {
      fail(error);
    }
  };
  return buffers.map((map) => {
    const type = recordType(map, btf, named.get(map.name));
    if (type === undefined) tellUntyped(map.name);
    const format = recordFormat(map.name, type, {
      json: settings.json,
      prefix: buffers.length > 1,
      resolver: machine.resolver,
    });
    return loaded.openRing(
      map.name,
      (data, view, at, length) => out.add(`${format.line(data, view, at, length)}\n`),
      {
        thread: "auto",
        onIdle,
        onError: fail,
        onLost: (records) => tellLost(map.name, records, settings.json, out),
      },
    );
  });
}

function checkBuffer(name: string, buffers: ObjectSpec["maps"]): void {
  const names = buffers.map((map) => map.name);
  if (names.includes(name)) return;
  throw new SkepError(`the object has no ring or perf buffer ${name}`, {
    code: "load/no-buffer",
    remedy: names.length > 0 ? `name one of: ${names.join(", ")}` : "leave --record out",
  });
}

// Compilers drop types that only local variables have.
function tellUntyped(map: string): void {
  process.stderr.write(
    `note: the object does not tell the type of the records of ${map}; declare the map with __type(value, struct …), or keep the type with \`const struct … *unused;\` and name it: --record ${map}=…\n`,
  );
}

function tellLost(map: string, records: number, json: boolean, out: TextBuffer): void {
  process.stderr.write(`warning: ${records} ${records === 1 ? "record" : "records"} of ${map} found no room\n`);
  if (json) out.add(`{"map": ${jsonString(map)}, "lost": ${records}}\n`);
}

/** What an iterator wrote. */
type Walked = Readonly<{ program: string; text: string }>;

/** Attaches what has a place. What is returned reads the iterators among them. */
async function attachAllPrograms(run: Run): Promise<(() => Walked)[]> {
  const { settings, object, machine, loaded } = run;
  const iterators: (() => Walked)[] = [];
  const idle: ProgramSpec[] = [];
  let attached = attachStructs(run);
  for (const program of object.programs) {
    if (program.autoload === false || program.type === "structOps") continue;
    const places = run.places.get(program.name) ?? (await placesOf(program, machine.backend));
    if (places === undefined) {
      idle.push(program);
      continue;
    }
    for (const attach of places) {
      if (attach.kind === "iter") iterators.push(openIterator(run, program, attach));
      else loaded.attach(program.name, [{ attach }]);
      attached++;
      if (settings.verbose) process.stderr.write(`${program.name}: ${attachText(attach)}\n`);
    }
  }
  tellIdle(idle, attached);
  return iterators;
}

function openIterator(
  { machine, loaded }: Run,
  program: ProgramSpec,
  attach: Parameters<LinuxLoaded["link"]>[1],
): () => Walked {
  const { backend } = machine;
  if (!(loaded instanceof LinuxLoaded) || !(backend instanceof LinuxBackend))
    throw new SkepError(`program ${program.name}: the simulated machine has no iterators`, {
      code: "load/no-iterator",
      remedy: `leave it out with --attach ${program.name}=none, or load the object on this machine`,
    });
  const link = loaded.link(program.name, attach);
  return () => ({ program: program.name, text: readIteratorText(backend.kernel, link) });
}

/** Registers structs of programs; how many. */
function attachStructs({ object, loaded }: Run): number {
  const structs = object.maps.filter(({ structOps }) => structOps !== undefined && !structOps.optional);
  if (!(loaded instanceof LinuxLoaded)) return 0;
  for (const { name } of structs) loaded.linkStructOps(name);
  return structs.length;
}

// Programs that other programs call, or that a map holds, have no place of their own.
function tellIdle(idle: readonly ProgramSpec[], attached: number): void {
  const [first] = idle;
  if (first === undefined) return;
  if (attached > 0) {
    for (const program of idle)
      process.stderr.write(
        `note: ${program.name} is not attached: its section \`${program.section}\` does not say where; ${placeAdvice(program)}\n`,
      );
    return;
  }
  throw new SkepError(`no program is attached: section \`${first.section}\` does not say where`, {
    code: "load/nothing-attached",
    remedy: `${placeAdvice(first)}; \`${plainCall()} load --help\` lists the places`,
  });
}

/** Detaches, reads what is still in the buffers, and prints the maps. */
function finish({ settings, object, loaded, out }: Run, rings: readonly Ring[]): void {
  loaded.detach();
  for (const ring of rings) ring.drain();
  out.flush();
  if (!settings.showMaps) return;
  const btf = typesOf(object);
  for (const spec of object.maps) {
    if (spec.structOps !== undefined) continue;
    const content = readLoadedMap(loaded, spec, btf, settings.json ? Number.POSITIVE_INFINITY : MOST_SHOWN);
    if (content === undefined) continue;
    out.add(settings.json ? `${mapJson(content)}\n` : `\n${mapText(content)}`);
  }
  out.flush();
}

function typesOf(object: ObjectSpec): Btf | undefined {
  return object.btf && parseBtf(object.btf);
}
