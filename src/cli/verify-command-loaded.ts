import { programTypeOf } from "../abi/program-types.ts";
import { programInfo } from "../linux/objects.ts";
import { kernelVersion } from "../linux/procfs.ts";
import { openKernel } from "../linux/syscall.ts";
import { formatTable } from "../output/table.ts";
import { programTypeName } from "./object-command-facts.ts";
import { jsonOf, openSelected, takeSelection } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";
import type { VerifySettings } from "./verify-command-options.ts";

const WORDS: ReadonlySet<string> = new Set(["id", "pinned", "name", "tag"]);

/** Whether the words name a program in the kernel rather than a file. */
export function namesLoaded({ words }: VerifySettings): boolean {
  return words.length === 2 && WORDS.has(words[0] ?? "");
}

/**
 * `skep verify id N`: the kernel's own verdict of programs that it holds. It keeps only what it made of their
 * instructions, which no verifier takes again; so no other kernel can be asked. Throws UsageError and SkepError.
 */
export function loadedReport({ words, kernels, output, privileged, states }: VerifySettings): string {
  if (kernels.length > 0 || !privileged || states || output === "sarif")
    throw new UsageError(
      "of a loaded program only the verdict of the kernel that runs it is known: the kernel rewrites what it loads",
      "verify the file that it was loaded from: skep verify FILE.o --kernel 5.15",
    );
  const { selection, rest } = takeSelection("prog", words);
  if (rest.length > 0) throw new UsageError(`\`${rest[0]}\` is one word too many`, "write skep verify id N");
  const kernel = openKernel();
  const version = kernelVersion();
  const release = `${version >> 16}.${(version >> 8) & 255}`;
  const rows = openSelected(kernel, "prog", selection).map((fd) => {
    using program = fd;
    const { id, name, type, verifiedInsns, xlatedProgLen } = programInfo(kernel, program);
    const known = programTypeOf(type);
    return {
      id,
      program: name,
      type: known === undefined ? String(type) : programTypeName(known),
      kernel: release,
      ok: true,
      instructions: xlatedProgLen / 8,
      followed: verifiedInsns === 0 ? undefined : verifiedInsns, // since Linux 5.16
    };
  });
  if (output === "json") return `${jsonOf({ ok: true, kernels: [release], programs: rows })}\n`;
  const columns = ["ID", "PROGRAM", "TYPE", "VERDICT", "INSTRUCTIONS", "FOLLOWED"].map((column) => ({
    name: column,
  }));
  const cells = rows.map((row) => [
    row.id,
    row.program,
    row.type,
    "accepted",
    row.instructions,
    row.followed ?? "",
  ]);
  return `loaded, so accepted by the kernel that runs here, Linux ${release}:\n${formatTable({ columns }, cells)}`;
}
