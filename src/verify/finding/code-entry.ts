/** What is fixed about a code. */
export type CodeEntry = Readonly<{
  /** One line, for docs/errors.md. */
  meaning: string;
  /** How kernels word it, of any release. */
  kernel: readonly RegExp[];
  /** What to write instead; {name} is filled in by the check. */
  fix: string;
  /** The same where no number that varies has to do with it, such as a constant offset. */
  plain?: string;
  /** The same for programs in assembly, and in the tracing language, where it differs. */
  asm?: string;
  bt?: string;
  /** What would have made it right and did not happen on the way: "nothing before has tested it". */
  missing?: string;
}>;
