import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { needs } from "./needs.ts";

// Stacks of a program on overlayfs, whose files the kernel knows by another device and inode than stat(2) tells.

const folder = mkdtempSync(join(tmpdir(), "skep-overlay-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const source = fileURLToPath(new URL("fixtures/stacks.c", import.meta.url));
const command = fileURLToPath(new URL("../../bin/skep.cjs", import.meta.url));

// In a mount namespace of its own: an overlay over a file system in memory, gone when the shell ends.
const IN_OVERLAY = `set -e
mount -t tmpfs none /mnt
mkdir /mnt/lower /mnt/upper /mnt/work /mnt/merged
cp "$1" /mnt/lower/program
mount -t overlay overlay -o lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work /mnt/merged
exec "$2" "$3" -q -e 'uprobe:/mnt/merged/program:here { printf("%s\\n", ustack(raw)); }' -c "/mnt/merged/program $4"`;

test("the first stack is the program's own, as the others are", (t) => {
  needs(t, "bpf-loop", "uprobe", "btf");
  if (process.arch !== "x64" || spawnSync("gcc", ["--version"]).error) return t.skip("needs x86-64 and gcc");
  const program = join(folder, "program");
  const written = join(folder, "stacks");
  execFileSync("gcc", ["-O2", "-fomit-frame-pointer", "-w", "-o", program, source]);
  const script = ["-m", "--propagation", "private", "sh", "-c", IN_OVERLAY, "-"];
  const ran = spawnSync("unshare", [...script, program, process.execPath, command, written], {
    encoding: "utf8",
  });
  if (/overlay/.test(ran.stderr)) return t.skip("needs overlayfs");
  const stacks = ran.stdout
    .split(/\n\s*\n/)
    .map((part) => (part.match(/\b[0-9a-f]{6,16}\b/g) ?? []).slice(1).join(" "))
    .filter((frames) => frames !== "");
  const own = readFileSync(written, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim());
  expect(own.length).toBe(7);
  expect(stacks, ran.stderr).toEqual(own);
});
