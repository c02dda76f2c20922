import type { TracepointField, TracepointFormat } from "../plan/target.ts";

const FIELD = /^\tfield:(.+);\toffset:(\d+);\tsize:(\d+);(?:\tsigned:([01]);)?/;

/**
 * Reads the `format` file of a tracepoint. The fields are in order, the common ones first. An array's length is kept
 * in the type: "char[16]". Returns undefined for text that is no format.
 */
export function parseTracepointFormat(text: string): TracepointFormat | undefined {
  const id = /^ID: (\d+)$/m.exec(text)?.[1];
  if (id === undefined) return undefined;
  const fields: TracepointField[] = [];
  for (const line of text.split("\n")) {
    if (line.startsWith("print fmt:")) break;
    const field = parseField(line);
    if (field !== undefined) fields.push(field);
  }
  return { id: Number(id), fields };
}

function parseField(line: string): TracepointField | undefined {
  const [, declaration = "", offset = "", size = "", signed] = FIELD.exec(line) ?? [];
  const [, type, name, array = ""] =
    /^(.*?)\s*([A-Za-z_]\w*)\s*((?:\[[^\]]*\])*)$/.exec(declaration.trim()) ?? [];
  if (type === undefined || name === undefined) return undefined;
  const dataLoc = type.startsWith("__data_loc ");
  return {
    name,
    type: `${dataLoc ? type.slice("__data_loc ".length) : type}${array}`,
    offset: Number(offset),
    size: Number(size),
    signed: signed === "1",
    dataLoc,
  };
}
