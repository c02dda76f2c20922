import { SkepError } from "../base/errors.ts";
import { createIteratorLink } from "../linux/attach-iter.ts";
import { openLinux } from "../linux/backend.ts";
import { pinObject } from "../linux/open-object.ts";
import { fromElf } from "../object/from-elf.ts";
import { objectNameOf } from "../object/object-name.ts";
import { loadExplained } from "./load-explained.ts";
import { type ObjectCall, type ObjectVerb, objectCommand } from "./object-command.ts";
import { openOne, takeNothing, takeSelection } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

/** `skep iter …`. Gives the exit status. */
export function iterCommand(argv: readonly string[]): Promise<number> {
  return objectCommand("iter", argv, VERBS);
}

const VERBS: Readonly<Record<string, ObjectVerb>> = { pin };

function pin({ kernel, words, out }: ObjectCall): void {
  const [file, path, ...rest] = words;
  if (file === undefined || path === undefined)
    throw new UsageError(
      "which iterator, and where is it to be pinned?",
      "write skep iter pin FILE.o PATH [map MAP]",
    );
  const [word, ...mapWords] = rest;
  if (word !== undefined && word !== "map") takeNothing(rest);
  const { selection, rest: more } = word === "map" ? takeSelection("map", mapWords) : { rest: [] };
  takeNothing(more);
  using map = selection && openOne(kernel, "map", selection);
  using backend = openLinux({ kernel });
  const object = fromElf(readInput(file), { name: objectNameOf(file) });
  const program = object.programs.find(({ section }) => /^iter(\.s)?\//.test(section));
  if (program === undefined)
    throw new SkepError(`${file} has no iterator: no program of section iter/…`, {
      code: "object/no-program",
      remedy: "put the program into SEC(\"iter/task\"), or another target: skep list 'iter:*'",
    });
  using loaded = loadExplained(backend, object, { path: file });
  using link = createIteratorLink(kernel, loaded.programFd(program.name), map);
  pinObject(kernel, link, path);
  out.done();
}
