import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compiledTo } from "./compiled-once.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const SEEDS = join(FIXTURES, "seeds");
const CACHE = join(import.meta.dirname, "../../node_modules/.cache/skep-seeds");

/** The programs of fixtures/seeds. */
export const SEED_PROGRAMS = readdirSync(SEEDS)
  .filter((name) => name.endsWith(".bpf.c"))
  .map((name) => name.slice(0, -".bpf.c".length));

const ARCH = process.arch === "arm64" ? ["arm64", "aarch64"] : ["x86", "x86_64"];

/** Path of a program as clang compiles it; once per text, so that guests find what the host compiled. Undefined without clang. */
export function seedObject(name: string): string | undefined {
  return builtObject(`seeds/${name}`);
}

/** The same of any program below fixtures, given without ".bpf.c". */
export function builtObject(name: string): string | undefined {
  const flags = ["-target", "bpf", "-O2", "-g", "-Wall", "-Werror", `-D__TARGET_ARCH_${ARCH[0]}`];
  const include = ["-I", `/usr/include/${ARCH[1]}-linux-gnu`];
  return built(`${name}.bpf.c`, "o", ["clang", "clang-14"], [...flags, ...include, "-c"]);
}

/** The loader on libbpf; undefined without a C compiler or libbpf. */
export function seedLoader(): string | undefined {
  if (!existsSync("/usr/include/bpf/libbpf.h")) return undefined;
  return built("seeds/loader.c", "bin", ["gcc", "cc"], ["-O1", "-Wall", "-Werror"], ["-lbpf", "-lelf", "-lz"]);
}

function built(
  source: string,
  kind: string,
  compilers: readonly string[],
  flags: readonly string[],
  libraries: readonly string[] = [],
): string | undefined {
  const path = join(FIXTURES, source);
  const texts = [path, join(SEEDS, "common.h")].map((file) => readFileSync(file));
  const hash = createHash("sha256").update(Buffer.concat(texts)).digest("hex").slice(0, 16);
  const out = join(CACHE, `${source.replace("/", "-")}-${process.arch}-${hash}.${kind}`);
  if (existsSync(out)) return out;
  mkdirSync(CACHE, { recursive: true });
  return compiledTo(out, compilers, (file) => [...flags, path, "-o", file, ...libraries]);
}

/** What the loader on libbpf heard: records of `events` in hex, and entries of maps, "MAP KEY VALUE" in hex. */
export type Heard = Readonly<{ events: readonly string[]; entries: readonly string[] }>;

// libbpf looks for tracepoints where tracefs is mounted: in a mount namespace of its own it is.
const WITH_TRACEFS =
  '[ -d /sys/kernel/tracing/events ] || mount -t tracefs none /sys/kernel/tracing; exec "$0" "$@"';

/** A program loaded and attached through libbpf, by another process. */
export class LibbpfRun {
  readonly #child: ChildProcessWithoutNullStreams;
  #out = "";
  #err = "";

  private constructor(loader: string, object: string, pid: number) {
    this.#child = spawn("unshare", ["-m", "sh", "-c", WITH_TRACEFS, loader, object, String(pid)]);
    this.#child.stdout.on("data", (data: Buffer) => (this.#out += data.toString()));
    this.#child.stderr.on("data", (data: Buffer) => (this.#err += data.toString()));
  }

  /** Resolves once it is attached. */
  static async start(loader: string, object: string, pid: number): Promise<LibbpfRun> {
    const run = new LibbpfRun(loader, object, pid);
    while (!run.#out.startsWith("ready\n")) {
      if (run.#child.exitCode !== null) throw new Error(`libbpf: ${run.#child.exitCode}\n${run.#err}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return run;
  }

  /** Ends it; what it has heard. */
  async finish(): Promise<Heard> {
    const closed = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stdin.end("\n");
    await closed;
    const lines = (word: string) =>
      this.#out
        .split("\n")
        .flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
    return { events: lines("event"), entries: lines("entry") };
  }
}
