import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";

const FIXTURES = join(import.meta.dirname, "fixtures/library");
const CACHE = join(import.meta.dirname, "../../node_modules/.cache/skep-library");

/** The object file of a program of test/kernel/fixtures/library, compiled once per text. */
export function libraryObject(name: string, source = join(FIXTURES, `${name}.c`)): string {
  const hash = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16);
  const out = join(CACHE, `${name}-${process.arch}-${hash}.o`);
  if (existsSync(out)) return out;
  mkdirSync(CACHE, { recursive: true });
  const [arch, machine] = process.arch === "arm64" ? ["arm64", "aarch64"] : ["x86", "x86_64"];
  const include = ["-I", `/usr/include/${machine}-linux-gnu`, `-D__TARGET_ARCH_${arch}`];
  const unfinished = `${out}.${process.pid}`;
  execFileSync("clang-14", [
    "-target",
    "bpf",
    "-g",
    "-O2",
    "-Wall",
    ...include,
    "-c",
    source,
    "-o",
    unfinished,
  ]);
  renameSync(unfinished, out);
  return out;
}

/** Makes this process ask for its working folder so many times. */
export function askForFolder(times = 1): void {
  const folder = process.cwd();
  for (let i = 0; i < times; i++) {
    process.chdir(folder); // node keeps the answer until then
    process.cwd();
  }
}

/** Makes this process ask for its priority. */
export function askForPriority(): void {
  getPriority();
}

type Held = Readonly<{ id: number; name?: string; pids?: readonly Readonly<{ pid: number }>[] }>;

/**
 * What the kernel holds of ours, as bpftool tells it: programs of those names, and links of this process. The kernel
 * frees what a file kept a moment after the file is gone, so the question is put again for a while.
 */
export async function heldByKernel(names: readonly string[]): Promise<readonly string[]> {
  for (let attempt = 0; ; attempt++) {
    const held = heldNow(names);
    if (held.length === 0 || attempt === MOST_ATTEMPTS) return held;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

const MOST_ATTEMPTS = 600;
const PAUSE_MS = 100;

function heldNow(names: readonly string[]): readonly string[] {
  const list = (kind: string) => JSON.parse(bpftool(kind, "list", "-j")) as Held[];
  const isOwn = ({ pids }: Held) => pids?.some(({ pid }) => pid === process.pid) ?? false;
  const programs = list("prog").filter(
    (p) => names.includes(p.name ?? "") && (p.pids === undefined || isOwn(p)),
  );
  return [
    ...programs.map((p) => `prog ${p.name}`),
    ...list("link")
      .filter(isOwn)
      .map((l) => `link ${l.id}`),
  ];
}

function bpftool(...args: readonly string[]): string {
  return execFileSync("bpftool", args, { encoding: "utf8", maxBuffer: 1 << 26 });
}
