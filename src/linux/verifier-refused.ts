import { SkepError } from "../base/errors.ts";

/** The kernel's verifier refused a program. `log` is its whole log. */
export class VerifierRefused extends SkepError {
  readonly program: string;
  readonly log: string;

  /** `explanation`: what the log means, in plain words. `remedy`: of programs that are not ours. */
  constructor(program: string, errno: string, log: string, explanation?: string, remedy = OURS) {
    const lines = tellingLines(log);
    const told = explanation === undefined ? [] : [...explanation.split("\n"), "the end of the kernel's log:"];
    super([`the kernel's verifier refused program ${program} (${errno}):`, ...told, ...lines].join("\n  "), {
      code: "system/verifier-refused",
      remedy: withoutAddress(log) ?? remedy,
    });
    this.name = "VerifierRefused";
    this.program = program;
    this.log = log;
  }
}

const OURS =
  "report this with your program and these lines: Skep should have compiled it so that it passes, or explained why not";

/** What to do where the kernel lists a variable among its types and not among its symbols. */
function withoutAddress(log: string): string | undefined {
  const symbol = /failed to find the address for kernel symbol '([^']+)'/.exec(log)?.[1];
  return symbol === undefined
    ? undefined
    : `do without \`${symbol}\`: this kernel keeps no addresses of variables (CONFIG_KALLSYMS_ALL is not set)`;
}

const STATISTICS =
  /^(processed \d|verification time|stack depth|peak_states|total_states|max_states|insns processed)/;

/** The last lines of a verifier's log that say something, at most `limit`: the complaint and what led to it. */
export function tellingLines(log: string, limit = 8): string[] {
  const lines = log.split("\n").filter((line) => line.trim() !== "" && !STATISTICS.test(line));
  return lines.slice(-limit);
}
