import { barLines } from "../output/bars.ts";
import type { ToolSummary } from "../tools/define-tool.ts";

const MOST_LABELS = 1 << 17; // so many are counted one by one; what comes later is counted together

/** How often each text occurred, for a summary. */
export class RowCounts {
  readonly #counts = new Map<string, number>();
  #total = 0;
  #others = 0;

  add(label: string): void {
    this.#total++;
    const count = this.#counts.get(label);
    if (count === undefined && this.#counts.size >= MOST_LABELS) this.#others++;
    else this.#counts.set(label, (count ?? 0) + 1);
  }

  /** The summary, `width` columns wide. */
  text({ things, top, most }: ToolSummary, width: number): string {
    const items = [...this.#counts].map(([label, count]) => ({ label, count }));
    items.sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
    const lines = ["", `${this.#total} ${things}, ${items.length} different`];
    if (items.length > 0) lines.push("", `${top}:`, ...barLines(items.slice(0, most), { width }));
    if (this.#others > 0) lines.push(`(${this.#others} more, of which only the number was kept)`);
    return `${lines.join("\n")}\n`;
  }
}
