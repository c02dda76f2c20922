// Finds, downloads and unpacks one of Debian's cloud kernels; each version once per machine, under ~/.cache/skep-guest.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeCpio } from "./cpio.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const CACHE =
  process.env.SKEP_GUEST_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "skep-guest");

/** What the first process needs to reach the root file system. */
const BOOT_MODULES = ["virtio_pci", "virtiofs", "overlay"];

const output = (program, args, options) => execFileSync(program, args, { encoding: "utf8", ...options });

/** The newest package with a kernel of that series ("6.1"), or the package of that very name. Throws when there is none. */
export function resolvePackage(series) {
  if (series.startsWith("linux-image-")) return series;
  const pattern = `^linux-image-${series.replaceAll(".", "\\.")}\\..*-cloud-amd64$`;
  const listed = output("apt-cache", ["search", "--names-only", pattern]);
  const names = listed
    .split("\n")
    .map((line) => line.split(" ")[0] ?? "")
    .filter((name) => name !== "");
  names.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const newest = names.at(-1);
  if (newest === undefined) throw new Error(`apt knows no cloud kernel ${series}; run apt-get update`);
  return newest;
}

/** Unpacked kernel: `{ package, version, image, initramfs, modules }`; downloads it when this machine has not got it yet. */
export function prepareKernel(series) {
  mkdirSync(CACHE, { recursive: true });
  const name = cachedPackage(series) ?? resolvePackage(series);
  const folder = join(CACHE, name);
  if (!existsSync(join(folder, "ready"))) unpack(name, folder);
  const version = readFileSync(join(folder, "ready"), "utf8");
  const initramfs = join(folder, "initramfs");
  if (!existsSync(initramfs) || statSync(initramfs).mtimeMs < statSync(join(HERE, "init.sh")).mtimeMs)
    writeFileSync(initramfs, writeInitramfs(folder, version));
  return {
    package: name,
    version,
    image: join(folder, "vmlinuz"),
    initramfs,
    modules: join(folder, "lib/modules"),
  };
}

/** A kernel of the series that was fetched within the last week: asking apt again would only cost time. */
function cachedPackage(series) {
  const fresh = (name) => Date.now() - statSync(join(CACHE, name, "ready")).mtimeMs < 7 * 86_400_000;
  const names = readdirSync(CACHE).filter((name) => name.startsWith(`linux-image-${series}.`));
  return names.find((name) => existsSync(join(CACHE, name, "ready")) && fresh(name));
}

function unpack(name, folder) {
  const work = join(CACHE, `work-${process.pid}-${name}`);
  mkdirSync(work, { recursive: true });
  try {
    output("apt-get", ["-q", "download", name], { cwd: work, stdio: ["ignore", "ignore", "pipe"] });
    const deb = readdirSync(work).find((file) => file.endsWith(".deb"));
    if (deb === undefined) throw new Error(`apt-get download ${name} left no package`);
    output("dpkg-deb", ["-x", deb, "tree"], { cwd: work });
    const tree = join(work, "tree");
    const ready = join(work, "kernel");
    mkdirSync(join(ready, "lib"), { recursive: true });
    const modules = ["lib/modules", "usr/lib/modules"]
      .map((path) => join(tree, path))
      .find((path) => existsSync(path));
    renameSync(modules, join(ready, "lib/modules"));
    const image = readdirSync(join(tree, "boot")).find((file) => file.startsWith("vmlinuz-"));
    renameSync(join(tree, "boot", image), join(ready, "vmlinuz"));
    output("sh", ["-c", `find lib/modules -name '*.ko.xz' -print0 | xargs -0r -n 64 -P 2 xz -d`], {
      cwd: ready,
    });
    const version = readdirSync(join(ready, "lib/modules"))[0];
    output(findBusybox(), ["depmod", "-b", ready, version]);
    copyFileSync(join(tree, "boot", `config-${version}`), join(ready, "lib/modules", version, "config"));
    writeFileSync(join(ready, "ready"), version);
    rmSync(folder, { recursive: true, force: true });
    renameSync(ready, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The statically linked busybox that becomes the guest's first process. */
export function findBusybox() {
  const found = ["/bin/busybox", "/usr/bin/busybox"].find((path) => existsSync(path));
  if (found === undefined) throw new Error("no busybox; install the package busybox-static");
  return found;
}

function writeInitramfs(folder, version) {
  const root = join(folder, "lib/modules", version);
  const needs = new Map();
  for (const line of readFileSync(join(root, "modules.dep"), "utf8").split("\n")) {
    const [file, list = ""] = line.split(":");
    if (file)
      needs.set(
        file,
        list.split(" ").filter((path) => path !== ""),
      );
  }
  const ordered = new Set(); // what a module needs comes before it
  const add = (file) => {
    if (ordered.has(file)) return;
    for (const needed of [...(needs.get(file) ?? [])].reverse()) add(needed);
    ordered.add(file);
  };
  for (const name of BOOT_MODULES) {
    const file = [...needs.keys()].find((path) => basename(path) === `${name}.ko`);
    if (file !== undefined) add(file); // absent: built in
  }
  const files = { init: readFileSync(join(HERE, "init.sh")), "bin/busybox": readFileSync(findBusybox()) };
  for (const [index, file] of [...ordered].entries())
    files[`modules/${String(index).padStart(2, "0")}-${basename(file)}`] = readFileSync(join(root, file));
  return writeCpio(files);
}
