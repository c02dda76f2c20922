import { escapeLine } from "../base/lossless-text.ts";
import { cutToWidth, displayWidth, padToWidth } from "./display-width.ts";

export type BarItem = Readonly<{ label: string; count: number | bigint }>;

export type BarOptions = Readonly<{
  /** Columns of a whole line (default 80). */
  width?: number;
  /** Draw with `#` instead of block characters. */
  ascii?: boolean;
}>;

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
const LEAST_BAR = 10;

/** Counts with bars, a line for each item: label, count, and a bar as long as its share of the largest count. */
export function barLines(items: readonly BarItem[], { width = 80, ascii = false }: BarOptions = {}): string[] {
  const labels = items.map(({ label }) => escapeLine(label));
  const counts = items.map(({ count }) => String(count));
  const countWidth = Math.max(0, ...counts.map((count) => count.length));
  const longest = Math.max(0, ...labels.map(displayWidth));
  const labelWidth = Math.max(1, Math.min(longest, width - countWidth - 2 - LEAST_BAR));
  const barWidth = Math.max(LEAST_BAR, width - labelWidth - countWidth - 2);
  const largest = Math.max(0, ...items.map(({ count }) => Number(count)));
  return items.map(({ count }, i) => {
    const label = padToWidth(cutToWidth(labels[i] ?? "", labelWidth), labelWidth);
    const share = largest > 0 ? Math.max(0, Number(count)) / largest : 0;
    return `${label} ${(counts[i] ?? "").padStart(countWidth)} ${bar(share * barWidth, ascii)}`.trimEnd();
  });
}

/** At least a sliver for what is not nothing. */
function bar(columns: number, ascii: boolean): string {
  if (columns <= 0) return "";
  if (ascii) return "#".repeat(Math.max(1, Math.round(columns)));
  const eighths = Math.max(1, Math.round(columns * 8));
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}
