import type { LogLine } from "./log-lines.ts";

const VERDICT = /^Verification failed: (.+)$/;
const SECTION = /^(Reason|At|Instruction context|Causal path|Suggestion):\s*(.*)$/i;
const NEXT_LOG =
  /^(?:processed \d+ insn|verification time |stack depth \d|insns processed|0: R1=|func#0 |-- (?:BEGIN|END))/;
const SHOWN_INSN = /^(\d+) \| \([0-9a-f]{2}\) (.*)$/;

/**
 * Reads the report that newer kernels (7.3) write behind their complaint: what failed, and below it sections with the
 * reason, the place, the way there and a suggestion, in whole sentences.
 */
export class ReportReader {
  #section: string | undefined;
  #place: string | undefined;

  /** The lines that a line of a report stands for; undefined where it is none. */
  read(line: string, before: readonly LogLine[]): readonly LogLine[] | undefined {
    const verdict = VERDICT.exec(line)?.[1];
    if (verdict !== undefined) {
      this.#section = "verdict";
      return [{ kind: "verdict", text: verdict }];
    }
    const [, head, rest = ""] = SECTION.exec(line) ?? [];
    if (head !== undefined) {
      this.#section = head.toLowerCase();
      return rest === "" ? [] : this.#inside(rest, before);
    }
    if (this.#section === undefined) return undefined;
    if (NEXT_LOG.test(line)) {
      this.#section = undefined;
      return undefined;
    }
    return this.#inside(line, before);
  }

  #inside(line: string, before: readonly LogLine[]): readonly LogLine[] {
    switch (this.#section) {
      case "reason":
        return [{ kind: "reason", text: line }];
      case "suggestion":
        return [{ kind: "suggestion", text: line }];
      case "at":
        this.#place = /^insn (\d+)\b/.exec(line)?.[1] ?? this.#place;
        return [];
      case "instruction context":
        return this.#shown(line, before);
      default:
        return [];
    }
  }

  /** The refused instruction, where the log's own lines of instructions are missing. */
  #shown(line: string, before: readonly LogLine[]): readonly LogLine[] {
    const [, slot, code = ""] = SHOWN_INSN.exec(line) ?? [];
    if (slot === undefined || slot !== this.#place || before.some(({ kind }) => kind === "insn")) return [];
    return [{ kind: "insn", slot: Number(slot), code, state: "" }];
  }
}
