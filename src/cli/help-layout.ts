import type { OptionSpec } from "./options.ts";

/** What is written, and what it does. */
export type HelpRow = readonly [what: string, does: string];

const WIDTH = 100;
const MOST_LEFT = 34; // what is longer stands on a line of its own

/** Two columns, the second wrapped. */
export function helpTable(rows: readonly HelpRow[]): string {
  const left = Math.min(MOST_LEFT, Math.max(0, ...rows.map(([what]) => what.length)));
  const indent = " ".repeat(left + 4);
  return rows
    .map(([what, does]) => {
      const text = wrapText(does, indent);
      const head = `  ${what}`;
      return what.length > left ? `${head}\n${text}\n` : `${head.padEnd(left + 4)}${text.trimStart()}\n`;
    })
    .join("");
}

/** Breaks text between words; each line begins with `indent`. */
export function wrapText(text: string, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > WIDTH) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, indent + line].join("\n");
}

/** Options as rows of a help table. */
export function optionRows(specs: readonly OptionSpec[]): HelpRow[] {
  return specs.map((spec) => [
    `${spec.short === undefined ? "    " : `-${spec.short}, `}--${spec.name}${valueText(spec)}`,
    spec.many ? `${spec.help} (may be repeated)` : spec.help,
  ]);
}

function valueText({ value, optional }: OptionSpec): string {
  if (value === undefined) return "";
  return optional ? `[=${value}]` : ` ${value}`;
}
