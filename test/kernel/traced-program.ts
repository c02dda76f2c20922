import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compiledOnce } from "./compiled-once.ts";

const SOURCE = fileURLToPath(new URL("fixtures/traced.c", import.meta.url));

/** The program of fixtures/traced.c, in a folder that goes away with it; absent without a C compiler. */
export class TracedProgram implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "skep-traced-"));
  readonly path: string | undefined;

  constructor() {
    this.path = compile(join(this.folder, "traced"));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A copy, so that probes of other tests, which are on a file, do not see it run. */
function compile(to: string): string | undefined {
  const made = compiledOnce({
    source: SOURCE,
    compilers: ["gcc", "cc", "clang", "clang-14"],
    flags: ["-O1", "-g", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-pthread"],
  });
  if (made === undefined) return undefined;
  copyFileSync(made, to);
  return to;
}
