// What this machine lacks for a lane; undefined when it can run it.
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { findChromium } from "./browser/chromium.mjs";
import { VIRTIOFSD } from "./guest/boot.mjs";
import { findBusybox } from "./guest/kernel.mjs";

const CAP_SYS_ADMIN = 21n; // include/uapi/linux/capability.h, v6.12

export function whyNot(lane) {
  switch (lane) {
    case "unit":
      return undefined;
    case "browser":
      return findChromium() === undefined ? "needs Chromium: apt-get install chromium" : undefined;
    case "kernel":
      return notPrivileged() ?? tooOld();
    case "guest":
      return notPrivileged() ?? noQemu();
    default:
      throw new Error(`bug: no such lane ${lane}`);
  }
}

function notPrivileged() {
  if (process.platform !== "linux") return `needs Linux; this is ${process.platform}`;
  if (process.getuid() !== 0) return "needs root: sudo npm test";
  const held = BigInt(`0x${/^CapEff:\s*(\w+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0"}`);
  if (((held >> CAP_SYS_ADMIN) & 1n) === 0n) return "needs CAP_SYS_ADMIN, which this root lacks (a container?)";
  return undefined;
}

function tooOld() {
  const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major < 5 || (major === 5 && minor < 8) ? `needs Linux 5.8 or later; this is ${release}` : undefined;
}

function noQemu() {
  if (process.arch !== "x64") return `needs an x86-64 machine; this is ${process.arch}`;
  const missing = [];
  if (!inPath("qemu-system-x86_64")) missing.push("qemu-system-x86");
  if (VIRTIOFSD === undefined) missing.push("qemu-system-common");
  if (!inPath("unshare") || !inPath("findmnt")) missing.push("util-linux");
  if (!inPath("xz")) missing.push("xz-utils");
  try {
    findBusybox();
  } catch {
    missing.push("busybox-static");
  }
  if (!inPath("apt-get") || !inPath("dpkg-deb")) return "needs Debian's apt-get, which fetches the kernels";
  return missing.length > 0 ? `needs packages: apt-get install ${missing.join(" ")}` : undefined;
}

function inPath(program) {
  const folders = `${process.env.PATH ?? ""}${delimiter}/usr/sbin${delimiter}/sbin`.split(delimiter);
  return folders.some((folder) => folder !== "" && existsSync(join(folder, program)));
}
