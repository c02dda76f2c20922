import { joinedLines, splitTopLevel } from "./split-text.ts";

/** A field of a record as its text says: "__data_loc char[] name" has type "char[]", "char comm[16]" has "char[16]". */
export type FieldText = Readonly<{
  name: string;
  type: string;
  dataLoc: boolean;
  /** How a struct declares it: "u32 __data_loc_name". */
  declaration: string;
}>;

/** Tracepoints that share arguments and a record. */
export type TracepointClass = Readonly<{
  /** Undefined for those without a record, which only raw tracepoint programs can use. */
  category: string | undefined;
  name: string;
  /** Parameters as C declares them, without the first, which is the kernel's own. */
  params: readonly string[];
  fields: readonly FieldText[];
  events: readonly string[];
}>;

/**
 * Reads a text of tracepoints. `# category` begins one, `# -` those without records. Then come classes:
 * `class(parameters) = event event { type field; type field; }`, without the events when there is one of the class's
 * name. Lines that begin with blanks continue the one before.
 */
export function readTracepoints(text: string): TracepointClass[] {
  const found: TracepointClass[] = [];
  let category: string | undefined;
  for (const line of joinedLines(text)) {
    if (line.startsWith("#")) category = line === "# -" ? undefined : line.slice(2);
    else found.push(classOf(line, category));
  }
  return found;
}

function classOf(line: string, category: string | undefined): TracepointClass {
  const [head = "", body = "}"] = line.split(" { ");
  const [, name = "", params = "", events = ""] = /^(\w+)\((.*)\)(?: = ([\w ]+))?$/.exec(head) ?? [];
  if (name === "") throw new Error(`bug: no tracepoint: ${line}`);
  const fields = body.slice(0, -1).trim();
  return {
    category,
    name,
    params: splitParams(params),
    fields: fields === "" ? [] : fields.slice(0, -1).split("; ").map(fieldOf),
    events: events === "" ? [name] : events.split(" "),
  };
}

/** Parameters as C declares them; none for `void`. */
export function splitParams(text: string): string[] {
  return text === "void" ? [] : splitTopLevel(text);
}

function fieldOf(text: string): FieldText {
  const [, located, type = "", name = "", array = ""] =
    /^(__data_loc )?(.*?)\s*(\w+)((?:\[\d*\])*)$/.exec(text) ?? [];
  if (located === undefined) return { name, type: type + array, dataLoc: false, declaration: text };
  return { name, type, dataLoc: true, declaration: `u32 __data_loc_${name}` };
}
