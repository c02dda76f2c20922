import type { AttachSpec, ProgramType } from "./attach-spec.ts";
import type { LinkType } from "./link-types.ts";

/** One way of using a program: where it runs, how it gets there, since when. docs/program-types.md is made from these. */
export type ProgramKind = Readonly<{
  name: string;
  /** When the program runs and what its result means. */
  doc: string;
  type: ProgramType;
  /** Names of SECTION_RULES (section-names.ts). */
  sections: readonly string[];
  /** How it is attached; none: it is put into a map, or run by hand. */
  attach: readonly AttachSpec["kind"][];
  /** First Linux release that runs such programs. */
  since: string;
  /** The link that holds it, and the release that brought it. */
  link?: Readonly<{ type: LinkType; since: string }>;
  /** What is done where the link is missing. */
  fallback?: string;
  /** First release whose programs read a cookie. */
  cookies?: string;
  /** First release in which BPF_PROG_TEST_RUN runs it. */
  testRun?: string;
  /** Build options of the kernel that it takes beside CONFIG_BPF_SYSCALL. */
  options?: readonly string[];
  /** Names of programs in examples/hooks. */
  examples?: readonly string[];
  /** The test that attaches it, causes its event and sees it run. */
  test: string;
}>;
