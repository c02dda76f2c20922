import { decodeText } from "../base/lossless-text.ts";
import type { Value } from "../base/shown-value.ts";
import type { RowMaker, ToolRow, ToolSettings } from "./define-tool.ts";

const MOST_WORDS = 20; // the program's file is one

type Fields = Readonly<Record<string, Value>>;

/** Makes rows of execsnoop's records: puts the arguments together, and keeps those that match. */
export function joinArguments(settings: ToolSettings): RowMaker {
  const most = Number(settings.get("max-args") ?? MOST_WORDS);
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
    const { words, cut } =
      fields["bytes"] instanceof Uint8Array ? ofNewProgram(fields, fields["bytes"]) : ofCaller(fields, parts);
    if (!name.test(String(fields["comm"])) || !line.test(words.join(" "))) return undefined;
    const shown = settings.has("quote") ? words.slice(0, most).map(quoted) : words.slice(0, most);
    if (cut || words.length > most) shown.push("...");
    return { ...(fields as ToolRow), args: shown.join(" ") };
  };
}

function pattern(text: string | undefined): RegExp {
  return new RegExp(text ?? "");
}

function quoted(word: string): string {
  return `"${word.replace(/["\\]/g, "\\$&")}"`;
}

/** A command line; `cut`: there was more. */
type Words = Readonly<{ words: readonly string[]; cut: boolean }>;

/** The file and the arguments as the caller gave them, which of a script are behind those of its interpreter. */
function ofNewProgram({ file, script, count, length }: Fields, bytes: Uint8Array): Words {
  const name = String(file);
  const argv = splitAtNul(bytes);
  const cut = bytes.length < Number(length) || argv.length < Number(count);
  const own = script === true ? argv.indexOf(name, 1) : 0;
  return { words: [name, ...argv.slice(own === -1 ? argv.length : own + 1)], cut };
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

function ofCaller({ file, count, ended }: Fields, parts: readonly string[]): Words {
  return { words: [String(file), ...parts], cut: ended !== true || BigInt(parts.length) !== count };
}
