import { SkepError } from "../base/errors.ts";
import { explainLog, renderLogExplanation } from "../verify/public.ts";
import { jsonOf } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";
import type { VerifySettings } from "./verify-command-options.ts";

/** `skep verify --explain LOGFILE`: what a kernel's verifier meant. Throws SkepError when the file holds no log of one. */
export function explainedLog({ words, output }: VerifySettings): string {
  const [path = "-", stranger] = words;
  if (stranger !== undefined)
    throw new UsageError(`one log at a time, not also \`${stranger}\``, "start skep once for each of them");
  if (output === "sarif")
    throw new UsageError("a log has no SARIF", "verify the program itself: skep verify FILE.o --sarif");
  const found = explainLog(new TextDecoder().decode(readInput(path)));
  if (found.length > 0)
    return output === "json" ? `${jsonOf(found)}\n` : `${found.map(renderLogExplanation).join("\n\n")}\n`;
  throw new SkepError(
    `${path === "-" ? "the standard input" : path} holds no complaint of a kernel's verifier`,
    {
      code: "verify/no-log",
      remedy:
        "paste all that the loader printed, from `0: R1=ctx…` to `processed N insns`; libbpf prints it when loading fails, bpftrace with -v",
    },
  );
}
