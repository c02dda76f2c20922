/** What is fixed about a code. */
export type CodeEntry = Readonly<{
  /** One line, for docs/errors.md. */
  meaning: string;
  /** How kernels word it, of any release. */
  kernel: readonly RegExp[];
  /** What to write instead; {name} is filled in by the check. */
  fix: string;
  /** The same for programs in assembly, where it differs. */
  asm?: string;
}>;
