import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("fixtures/traced.c", import.meta.url));

/** The program of fixtures/traced.c, compiled into a folder that goes away with it; absent without a C compiler. */
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

function compile(to: string): string | undefined {
  const flags = ["-O1", "-g", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls", "-pthread"];
  for (const compiler of ["gcc", "cc", "clang", "clang-14"]) {
    try {
      execFileSync(compiler, [...flags, "-o", to, SOURCE], { stdio: ["ignore", "ignore", "pipe"] });
      return to;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") continue;
      throw error;
    }
  }
  return undefined;
}
