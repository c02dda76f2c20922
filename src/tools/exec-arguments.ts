import { decodeText } from "../base/lossless-text.ts";
import type { Value } from "../base/shown-value.ts";
import type { RowMaker, ToolRow, ToolSettings } from "./define-tool.ts";

const MOST_ARGS = 20; // the program's file counts as one
const MORE = "...";

type Fields = Readonly<Record<string, Value>>;

/** Makes rows of execsnoop's records: puts the arguments together, and keeps those that match. */
export function joinArguments(settings: ToolSettings): RowMaker {
  const most = Number(settings.get("max-args") ?? MOST_ARGS);
  const name = pattern(settings.get("name"));
  const line = pattern(settings.get("line"));
  const pending = new Map<Value, string[]>(); // by thread
  return (fields) => {
    const { tid = 0 } = fields;
    if ("part" in fields) {
      const parts = fields["at"] === 0n ? [] : (pending.get(tid) ?? []);
      parts.push(String(fields["part"]));
      pending.set(tid, parts);
      return undefined;
    }
    const parts = pending.get(tid) ?? [];
    pending.delete(tid);
    const all =
      fields["bytes"] instanceof Uint8Array ? ofNewProgram(fields, fields["bytes"]) : ofCaller(fields, parts);
    const words =
      all.length > most + 1 || (all.length > most && all.at(-1) !== MORE) ? [...all.slice(0, most), MORE] : all;
    if (!name.test(String(fields["comm"])) || !line.test(words.join(" "))) return undefined;
    const args = settings.has("quote") ? words.map(quoted) : words;
    return { ...(fields as ToolRow), args: args.join(" ") };
  };
}

function pattern(text: string | undefined): RegExp {
  return new RegExp(text ?? "", "u");
}

function quoted(word: string): string {
  return word === MORE ? word : `"${word.replace(/["\\]/g, "\\$&")}"`;
}

/** The file and the arguments as the caller gave them, which of a script are behind those of its interpreter. */
function ofNewProgram({ file, script, count, length }: Fields, bytes: Uint8Array): string[] {
  const name = String(file);
  const argv = splitAtNul(bytes);
  const cut =
    BigInt(bytes.length) < BigInt(length as number | bigint) ||
    BigInt(argv.length) < BigInt(count as number | bigint);
  const own = script === true ? argv.indexOf(name, 1) : 0;
  const rest = argv.slice(own === -1 ? argv.length : own + 1);
  return [name, ...rest, ...(cut ? [MORE] : [])];
}

function splitAtNul(bytes: Uint8Array): string[] {
  const words: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    const nul = bytes.indexOf(0, start);
    const end = nul === -1 ? bytes.length : nul;
    words.push(decodeText(bytes, start, end));
    start = end + 1;
  }
  return words;
}

function ofCaller({ file, count, ended }: Fields, parts: readonly string[]): string[] {
  const complete = ended === true && BigInt(parts.length) === count;
  return [String(file), ...parts, ...(complete ? [] : [MORE])];
}
