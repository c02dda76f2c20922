import type { CToken } from "./scan.ts";

/** From this token on members are aligned to so many bytes at most; undefined: as their types ask for. */
export type CPack = Readonly<{ from: number; bytes: number | undefined }>;

/** What `#pragma pack` says (as GCC and Clang read it). */
export class PackStack {
  private current: number | undefined;
  private readonly saved: (number | undefined)[] = [];
  private changes: CPack[] = [];

  /** Reads what stands behind `pack`; `from`: the token that comes next. */
  read(tokens: readonly CToken[], from: number): void {
    const words = tokens.map((token) => token.text).filter((text) => !"(),".includes(text));
    const number = words.map(Number).find((value) => [1, 2, 4, 8, 16].includes(value));
    if (words[0] === "push") this.saved.push(this.current);
    if (words[0] === "pop") this.current = this.saved.pop();
    else if (number !== undefined) this.current = number;
    else if (words.length === 0 || words.includes("0")) this.current = undefined;
    this.changes.push({ from, bytes: this.current });
  }

  /** What was said since the last call. */
  take(): readonly CPack[] {
    const { changes } = this;
    this.changes = this.current === undefined ? [] : [{ from: 0, bytes: this.current }];
    return changes;
  }
}
