import { readFileSync } from "node:fs";
import type { SeenArea, SeenRegion } from "../runtime/backend.ts";
import type { ResolvedFrame, ResolvedSymbol, Resolver } from "../runtime/resolver.ts";
import { Kallsyms } from "../symbols/kallsyms.ts";
import type { Mapping } from "../symbols/maps.ts";
import { UserSymbolizer } from "../symbols/symbolize.ts";
import { CgroupPaths } from "./cgroup-paths.ts";
import { FileNames } from "./file-names.ts";
import { openProcessFiles } from "./process-files.ts";
import { readOptional } from "./procfs.ts";
import { SourceFrames, sourceName } from "./source-frames.ts";
import { type Kernel, openErrorTexts } from "./syscall.ts";

type Clock = Parameters<Resolver["clockOffsetNs"]>[0];

/** Clock numbers. Source: include/uapi/linux/time.h, v6.12. */
const CLOCKS: Readonly<Record<Clock, number>> = { realtime: 0, monotonic: 1, boot: 7, tai: 11 };

/** What handlers of signals return to: nothing calls it, so what lies before it has nothing to do with it. */
const SIGNAL_RETURNS: ReadonlySet<string> = new Set(["__restore_rt", "__restore", "restore_rt"]);

/** A mapping of code, but for where it is. */
const CODE = {
  ...{ readable: true, writable: false, executable: true, shared: false, deleted: false },
  kind: "file",
  device: "",
} as const;

/** Names of this machine for what traced programs report: symbols, cgroups, users, errors. Each is read when asked for. */
export class LinuxResolver implements Resolver {
  readonly #kernel: () => Kernel;
  readonly #processes = new UserSymbolizer(openProcessFiles());
  readonly #sources = new SourceFrames(openProcessFiles());
  readonly #cgroups = new CgroupPaths();
  readonly #mappedFiles = new FileNames();
  #kallsyms: Kallsyms | undefined;
  #users: ReadonlyMap<string, string> | undefined;
  #errorTexts: ((errno: number) => string) | undefined;
  readonly #clocks = new Map<Clock, bigint>();

  constructor(kernel: () => Kernel) {
    this.#kernel = kernel;
  }

  kernelSymbol(address: bigint): ResolvedSymbol | undefined {
    this.#kallsyms ??= new Kallsyms(latin1("/proc/kallsyms"));
    return this.#kallsyms.find(address);
  }

  userSymbol(pid: number, address: bigint): ResolvedSymbol | undefined {
    const found = this.#processes.find(pid, address);
    if (found.kind === "unknown") return undefined;
    return { name: found.name, offset: found.offset, ...(found.file !== undefined && { module: found.file }) };
  }

  userPlace(pid: number, address: bigint): { file: string; offset: bigint; buildId?: string } | undefined {
    return this.#processes.filePlace(pid, address);
  }

  userFrames(pid: number, address: bigint, isCaller: boolean): readonly ResolvedFrame[] {
    const found = this.#find(pid, address, isCaller);
    if (found === undefined) return [];
    const { name, offset, place, file: module } = found;
    const whole = { name, offset, ...(module !== undefined && { module }) };
    // The line of a call is that of its last byte; where a signal interrupted, that is nearly always the same line.
    const sources = place === undefined ? [] : this.#sources.find(pid, place.mapping, place.address);
    if (sources.length === 0) return [whole];
    return sources.map((source) => {
      const line = {
        ...(source.file !== undefined && { file: source.file }),
        ...(source.line !== undefined && { line: source.line }),
      };
      if (!source.isInlined) return { ...whole, ...line };
      const inner = { name: sourceName(source) ?? "??", offset: 0n, isInlined: true } as const;
      return { ...inner, ...(module !== undefined && { module }), ...line };
    });
  }

  /** The function of an address; of a caller, the one that holds the call, which may be its last instruction. */
  #find(pid: number, address: bigint, isCaller: boolean) {
    const at = this.#processes.find(pid, address);
    const isExact = !isCaller || (at.kind === "function" && SIGNAL_RETURNS.has(at.name));
    if (isExact) return at.kind === "function" ? at : undefined;
    const before = this.#processes.find(pid, address - 1n);
    return before.kind === "function" ? { ...before, offset: before.offset + 1n } : undefined;
  }

  rememberProcess(pid: number): boolean {
    const isKnown = this.#processes.remember(pid);
    this.#mappedFiles.addMappings(this.#processes.mappings(pid));
    return isKnown;
  }

  expectFiles(paths: readonly string[]): void {
    this.#mappedFiles.addMappings(this.#processes.mappings(process.pid)); // the C library, mostly
    for (const path of paths) this.#mappedFiles.addPath(path);
  }

  adoptArea(pid: number, { start, end, offset, device, inode }: SeenArea): void {
    const name = this.#mappedFiles.nameOf(device, inode);
    if (name !== undefined) this.#processes.add(pid, { ...CODE, start, end, offset, inode, name });
  }

  adoptProcess(pid: number, regions: readonly SeenRegion[]): void {
    const mappings = regions.map(({ start, end, offset, path, inode }): Mapping => {
      return { ...CODE, start, end, offset, inode, name: path };
    });
    this.#processes.adopt(
      pid,
      mappings.sort((a, b) => (a.start < b.start ? -1 : 1)),
    );
  }

  cgroupPath(id: bigint, hierarchy: string): string | undefined {
    return this.#cgroups.find(id, hierarchy);
  }

  userName(uid: bigint): string | undefined {
    this.#users ??= readUsers();
    return this.#users.get(uid.toString());
  }

  errorText(errno: number): string | undefined {
    this.#errorTexts ??= openErrorTexts();
    return this.#errorTexts(Math.abs(errno));
  }

  clockOffsetNs(clock: Clock): bigint {
    const known = this.#clocks.get(clock);
    if (known !== undefined) return known;
    const offset = clock === "realtime" ? 0n : this.now("realtime") - this.now(clock);
    this.#clocks.set(clock, offset);
    return offset;
  }

  /** Nanoseconds that a clock shows. */
  now(clock: Clock): bigint {
    const time = new BigInt64Array(2); // struct timespec
    this.#kernel().call("clock_gettime", CLOCKS[clock], new Uint8Array(time.buffer));
    return (time[0] ?? 0n) * 1_000_000_000n + (time[1] ?? 0n);
  }
}

function latin1(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

function readUsers(): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const line of (readOptional("/etc/passwd") ?? "").split("\n")) {
    const [name, , uid] = line.split(":");
    if (name && uid && !users.has(uid)) users.set(uid, name);
  }
  return users;
}
