import { explainLog, renderLogExplanation } from "./explain-log.ts";

/**
 * What the kernel meant when it refused a program, from the log that it wrote; undefined where its words are not known.
 * For the option of that name when a program is loaded.
 */
export function explainRefusal(_program: string, log: string): string | undefined {
  const [found] = explainLog(log);
  return found?.code === undefined ? undefined : renderLogExplanation(found);
}
