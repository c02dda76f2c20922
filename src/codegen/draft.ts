import type { InsnBody, InsnMeta } from "../isa/insn.ts";
import type { CoreRelocation } from "../object/core-relocation.ts";

/** An instruction whose jump offset is not known yet: it goes to `label` instead; -1 for all that do not jump. */
export type Draft = { readonly insn: InsnBody; readonly label: number; meta: InsnMeta | undefined };

/** Code of one function; `labels[l]` is the index of the instruction that label l stands before. */
export type DraftCode = Readonly<{ drafts: Draft[]; labels: number[] }>;

/** Appends instructions and hands out labels. */
export class DraftWriter {
  readonly code: DraftCode = { drafts: [], labels: [] };
  /** Given to what is written next. */
  meta: InsnMeta | undefined;

  put(insn: InsnBody, reloc?: CoreRelocation): void {
    const meta = reloc === undefined ? this.meta : { ...this.meta, reloc };
    this.code.drafts.push({ insn, label: -1, meta });
  }

  putJump(insn: InsnBody & { kind: "ja" | "jump" }, label: number): void {
    this.code.drafts.push({ insn, label, meta: this.meta });
  }

  /** A label that is placed later. */
  newLabel(): number {
    return this.code.labels.push(-1) - 1;
  }

  placeLabel(label: number): void {
    this.code.labels[label] = this.code.drafts.length;
  }
}
