import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const FIXTURES = join(import.meta.dirname, "fixtures/objects");

/** What bpftool shows of a program after the kernel has taken it: a line an instruction, without source lines. */
export type Dump = ReadonlyMap<string, readonly string[]>;

/** A folder with this kernel's types as C, in which C programs are compiled. Removed by `close`. */
export class ObjectLab implements Disposable {
  readonly #dir = mkdtempSync(join(tmpdir(), "skep-objects-"));
  #hasTypes = false;

  /** Compiles a fixture, or C text. `name` tells results apart. */
  compile(
    fixture: string,
    options: { cpu?: "v2" | "v3"; text?: string; flags?: readonly string[] } = {},
  ): string {
    const { cpu = "v3", text, flags = [] } = options;
    if (!this.#hasTypes) {
      const types = run("bpftool", ["btf", "dump", "file", "/sys/kernel/btf/vmlinux", "format", "c"]);
      writeFileSync(join(this.#dir, "vmlinux.h"), types);
      this.#hasTypes = true;
    }
    const source = text === undefined ? join(FIXTURES, fixture) : join(this.#dir, fixture);
    if (text !== undefined) writeFileSync(source, text);
    const out = join(this.#dir, `${basename(fixture, ".c")}-${cpu}.o`);
    if (text === undefined && existsSync(out)) return out;
    // biome-ignore format: one group of options per line
    run("clang-14", [
      "-target", "bpf", `-mcpu=${cpu}`, "-g", "-O2", "-D__TARGET_ARCH_x86", "-I", this.#dir, "-I", FIXTURES,
      ...flags, "-c", source, "-o", out,
    ]);
    return out;
  }

  path(name: string): string {
    return join(this.#dir, name);
  }

  write(name: string, bytes: Uint8Array): string {
    writeFileSync(this.path(name), bytes);
    return this.path(name);
  }

  [Symbol.dispose](): void {
    rmSync(this.#dir, { recursive: true });
  }
}

export function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Loads a file through libbpf in a mount namespace of its own, where its pins end with it. Throws what libbpf says. */
export function dumpByLibbpf(file: string): Dump {
  const script = `
    mount -t bpf bpf /sys/fs/bpf && bpftool prog loadall "$0" /sys/fs/bpf/x >&2 || exit 1
    for p in /sys/fs/bpf/x/*; do echo "== $(basename $p)"; bpftool prog dump xlated pinned $p; done`;
  const dump = new Map<string, readonly string[]>();
  for (const part of run("unshare", ["-m", "sh", "-c", script, file]).split(/^== /m).slice(1))
    dump.set(part.slice(0, part.indexOf("\n")), linesOf(part));
  return dump;
}

/** The same of one program that this process holds. */
export function dumpById(id: number): readonly string[] {
  return linesOf(`\n${run("bpftool", ["prog", "dump", "xlated", "id", String(id)])}`);
}

/** Maps differ in nothing but their number. */
function linesOf(text: string): readonly string[] {
  const lines = text.split("\n").slice(1);
  return lines
    .filter((line) => line !== "" && !line.startsWith(";"))
    .map((line) => line.replace(/\[id:\d+\]/, "[id]"));
}

export function read(file: string): Uint8Array {
  return readFileSync(file);
}
