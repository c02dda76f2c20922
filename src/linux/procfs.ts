import { readFileSync, readlinkSync, statfsSync, statSync } from "node:fs";
import { release } from "node:os";
import { type Mapping, parseMaps } from "../symbols/maps.ts";

/** CPU numbers of a list as the kernel writes it: "0-3,8". */
export function parseCpuList(text: string): number[] {
  const cpus: number[] = [];
  for (const part of text.trim().split(",")) {
    const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(part) ?? [];
    if (first === undefined) continue;
    for (let cpu = Number(first); cpu <= Number(last ?? first) && cpus.length < 65_536; cpu++) cpus.push(cpu);
  }
  return cpus;
}

/** CPUs that may ever be online: per-CPU maps hold a value for each. */
export function possibleCpus(): number[] {
  return parseCpuList(readFileSync("/sys/devices/system/cpu/possible", "utf8"));
}

export function onlineCpus(): number[] {
  return parseCpuList(readFileSync("/sys/devices/system/cpu/online", "utf8"));
}

/**
 * LINUX_VERSION_CODE of a release such as "6.1.0-50-cloud-amd64". Debian and Ubuntu hide the patch level: their own
 * texts, given by /proc/version_signature or /proc/version, tell it.
 */
export function versionCode(releaseText: string, signature = ""): number {
  const [, major = "0", minor = "0", patch = "0"] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(releaseText) ?? [];
  const hidden = new RegExp(`\\b${major}\\.${minor}\\.(\\d+)(?:-\\S+)?\\s*(?:\\(|$)`, "m").exec(signature)?.[1];
  const level = Number(patch) > 0 ? Number(patch) : Number(hidden ?? 0);
  return (Number(major) << 16) | (Number(minor) << 8) | Math.min(level, 255);
}

/** LINUX_VERSION_CODE of the running kernel. */
export function kernelVersion(): number {
  const text = release();
  if (/^\d+\.\d+\.[1-9]/.test(text)) return versionCode(text);
  const signature = readOptional("/proc/version_signature") ?? debianVersion(readOptional("/proc/version"));
  return versionCode(text, signature);
}

// "Linux version 6.1.0-50-cloud-amd64 (…) #1 SMP … Debian 6.1.119-1 (2024-11-22)"
function debianVersion(text: string | undefined): string {
  return /Debian (\d+\.\d+\.\d+)/.exec(text ?? "")?.[1] ?? "";
}

const AT_PAGESZ = 6;

/** Bytes in a page of memory: 4096, but for ARM kernels with 16 or 64 KiB. */
export function pageSize(): number {
  if (process.arch === "x64") return 4096;
  const auxv = new BigUint64Array(new Uint8Array(readFileSync("/proc/self/auxv")).buffer); // pairs of key and value
  for (let i = 0; i + 1 < auxv.length; i += 2) if (auxv[i] === BigInt(AT_PAGESZ)) return Number(auxv[i + 1]);
  return 4096;
}

/** Paths of the files that a process has mapped, in order; none when it has ended or cannot be read. */
export function mappedFiles(pid: number): string[] {
  return [
    ...new Set(
      mappingsOf(pid)
        .filter((m) => m.kind === "file" && !m.deleted)
        .map((m) => m.name),
    ),
  ];
}

/** What a process has mapped; nothing when it has ended or cannot be read. */
export function mappingsOf(pid: number): readonly Mapping[] {
  return parseMaps(readOptional(`/proc/${pid}/maps`) ?? "");
}

/** The text of /proc/kallsyms; empty when it cannot be read. */
export function readKallsyms(): string {
  try {
    return readFileSync("/proc/kallsyms", "latin1"); // ASCII: a byte a character keeps 12 MB from becoming 24
  } catch {
    return "";
  }
}

/** Path of a process's program, as this process can open it; undefined when it cannot be known. */
export function processExe(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/** Whether a process sees another file tree than we do. */
export function hasOwnRoot(pid: number): boolean {
  try {
    return (
      readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync("/proc/self/ns/mnt") ||
      readlinkSync(`/proc/${pid}/root`) !== "/"
    );
  } catch {
    return false;
  }
}

/** Whether a process or thread runs: one that has ended and whose parent has not asked for its status yet does not. */
export function isRunning(pid: number): boolean {
  const stat = readOptional(`/proc/${pid}/stat`);
  if (stat !== undefined) return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  try {
    process.kill(pid, 0); // /proc may hide the processes of others
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The text of a file of /proc or /sys; undefined when it cannot be read. */
export function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

const CGROUP2_MAGIC = 0x63677270;

/** Id of the cgroup whose folder in a version 2 hierarchy this is; undefined for anything else. */
export function cgroupId(path: string): bigint | undefined {
  try {
    return statfsSync(path).type === CGROUP2_MAGIC ? statSync(path, { bigint: true }).ino : undefined;
  } catch {
    return undefined;
  }
}
