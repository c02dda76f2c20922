import { existsSync, readdirSync, readFileSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import { globMatcher, isPattern } from "../base/glob.ts";
import type { TracepointFormat, TracepointName } from "../plan/target.ts";
import { ERRNO } from "./errno.ts";
import { Fd } from "./fd.ts";
import { mountPrivately } from "./private-mount.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";
import { parseTracepointFormat } from "./tracepoint-format.ts";

const MOUNTED = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/**
 * The kernel's description of its tracepoints. Uses tracefs where it is mounted and readable; else makes a mount that
 * only this process sees, through a file descriptor, and that is gone when it is closed or the process ends.
 */
export class Tracefs implements Disposable {
  readonly #kernel: Kernel;
  readonly #formats = new Map<string, TracepointFormat | undefined>();
  #mount: Fd | undefined;
  #root: string | undefined;
  #names: readonly TracepointName[] | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** Folder of the file system; through /proc/self/fd for a private mount. Throws SkepError when it cannot be had. */
  root(): string {
    this.#root ??= this.#find();
    return this.#root;
  }

  /** Tracepoints whose category and name match the patterns, sorted by category, then by name. */
  list(category: string, name: string): TracepointName[] {
    if (!isPattern(category) && !isPattern(name))
      return this.format(category, name) === undefined ? [] : [{ category, name }];
    const inCategory = globMatcher(category);
    const named = globMatcher(name);
    this.#names ??= this.#readNames();
    return this.#names.filter((t) => inCategory(t.category) && named(t.name));
  }

  /** Undefined when there is no such tracepoint. */
  format(category: string, name: string): TracepointFormat | undefined {
    const key = `${category}/${name}`;
    if (this.#formats.has(key)) return this.#formats.get(key);
    const format = this.#readFormat(category, name);
    this.#formats.set(key, format);
    return format;
  }

  /** The number that perf_event_open wants; undefined when there is no such tracepoint. */
  id(category: string, name: string): number | undefined {
    const known = this.#formats.get(`${category}/${name}`);
    if (known !== undefined) return known.id;
    const text = this.#read(category, name, "id");
    return text === undefined ? undefined : Number(text);
  }

  /** Functions that the kernel can trace, "name" or "name [module]" a line; undefined where it keeps no list. */
  functionList(): string | undefined {
    try {
      return readFileSync(`${this.root()}/available_filter_functions`, "latin1"); // ASCII: a byte a character
    } catch (error) {
      if (isErrno(error, "ENOENT")) return undefined;
      throw unreadable("available_filter_functions", error);
    }
  }

  [Symbol.dispose](): void {
    this.#mount?.close();
    this.#mount = undefined;
    this.#root = undefined;
  }

  #readFormat(category: string, name: string): TracepointFormat | undefined {
    const text = this.#read(category, name, "format");
    return text === undefined ? undefined : parseTracepointFormat(text);
  }

  #read(category: string, name: string, file: string): string | undefined {
    if (!/^[\w-]+$/.test(category) || !/^[\w.-]+$/.test(name) || /^\.+$/.test(name)) return undefined;
    const path = `${this.root()}/events/${category}/${name}/${file}`;
    try {
      return readFileSync(path, "utf8");
    } catch (error) {
      if (isErrno(error, "ENOENT") || isErrno(error, "ENOTDIR")) return undefined;
      throw unreadable(path, error);
    }
  }

  // One file lists all of them; without it (unusual builds) the folders do.
  #readNames(): TracepointName[] {
    const names: TracepointName[] = [];
    for (const line of this.#available()) {
      const at = line.indexOf(":");
      if (at > 0) names.push({ category: line.slice(0, at), name: line.slice(at + 1) });
    }
    const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    return names.sort((a, b) => order(a.category, b.category) || order(a.name, b.name));
  }

  #available(): string[] {
    const root = this.root();
    try {
      return readFileSync(`${root}/available_events`, "utf8").split("\n");
    } catch {
      const folders = (path: string) =>
        readdirSync(path, { withFileTypes: true })
          .filter((e) => e.isDirectory())
          .map((e) => e.name);
      const events = `${root}/events`;
      return folders(events).flatMap((category) =>
        folders(`${events}/${category}`).map((name) => `${category}:${name}`),
      );
    }
  }

  #find(): string {
    // The automount below debugfs would stay behind: it comes after the private mount.
    const [first = "", second = ""] = MOUNTED;
    if (isReadable(first)) return first;
    const mount = this.#mountPrivately();
    if (mount instanceof Fd) {
      this.#mount = mount;
      return `/proc/self/fd/${mount.number}`;
    }
    if (isReadable(second)) return second;
    throw mount;
  }

  #mountPrivately(): Fd | SkepError {
    const mount = mountPrivately(this.#kernel, "tracefs");
    return mount instanceof Fd ? mount : this.#noTracefs(mount.call, mount.errno);
  }

  #noTracefs(call: string, errno: number): SkepError {
    const remedies: Readonly<Record<number, string>> = {
      [ERRNO.EPERM]:
        "run as root, or let your group read it: mount -t tracefs -o gid=$(id -g),mode=750 none /sys/kernel/tracing",
      [ERRNO.ENODEV]: "this kernel was built without tracing (CONFIG_TRACING); use another kernel",
      [ERRNO.ENOSYS]: "mount it: mount -t tracefs none /sys/kernel/tracing",
    };
    return new SystemError("read the kernel's tracepoints", call, errno, remedies[-errno]);
  }
}

function isReadable(root: string): boolean {
  return existsSync(`${root}/events`);
}

function unreadable(path: string, cause: unknown): SkepError {
  return new SkepError(`cannot read ${path}`, {
    code: "system/unreadable-tracefs",
    remedy:
      "run as root, or make tracefs readable for your group: mount -o remount,gid=$(id -g),mode=750 /sys/kernel/tracing",
    cause,
  });
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
