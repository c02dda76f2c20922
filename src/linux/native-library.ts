import { existsSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { SkepError } from "../base/errors.ts";

/** The part of koffi that we use. */
export type Koffi = Readonly<{
  load(path: null): NativeLibrary;
  address(value: Uint8Array): bigint;
  view(address: bigint, length: number): ArrayBuffer;
  node: Readonly<{ poll(fd: number, options: { readable: boolean }, callback: () => void): PollHandle }>;
}>;

export type NativeLibrary = Readonly<{
  func(name: string, result: string, args: readonly string[]): NativeFunction;
  /** Address of a function or variable. */
  symbol(name: string): bigint;
}>;

export type NativeFunction = (...args: readonly (number | bigint | Uint8Array | null)[]) => number | bigint;

/** uv_poll on one file descriptor. It stops silently when it is garbage-collected: keep it referenced. */
export type PollHandle = Readonly<{ stop(): void; close(): void; ref(): void; unref(): void }>;

/**
 * Loads koffi's prebuilt library directly, which saves the 7 ms that `require("koffi")` takes to find it; falls back to
 * `require` where the library lies elsewhere. Throws SkepError when there is none for this machine.
 */
export function loadKoffi(): Koffi {
  return keptInThread("koffi", findKoffi);
}

/**
 * What `make` makes, once in each thread: kept in Node's own list of modules, as the library is, under a name in this
 * folder. Another version of this package in the same process so has its own.
 */
export function keptInThread<T>(name: string, make: () => T): T {
  const path = join(FOLDER, `#${name}`);
  const known = require.cache[path];
  if (known !== undefined) return known.exports as T;
  const made = make();
  keep(path, made);
  return made;
}

/** Where another thread finds the library: files to try in turn, and a file beside which `require("koffi")` would be. */
export function nativeLibraryPlaces(): Readonly<{ paths: readonly string[]; from: string }> {
  return { paths: [...prebuiltPaths(FOLDER)], from: join(FOLDER, "native-library.js") };
}

function findKoffi(): Koffi {
  for (const path of prebuiltPaths(FOLDER)) {
    const loaded = (require.cache[path]?.exports as Koffi | undefined) ?? tryLoad(path);
    if (loaded !== undefined) return loaded;
  }
  try {
    return require("koffi") as Koffi;
  } catch (cause) {
    throw new SkepError(
      `cannot load the library for system calls (koffi) on ${process.platform} ${process.arch}`,
      {
        code: "system/no-native-library",
        remedy: "install Skep's dependencies again on this machine: npm install",
        cause,
      },
    );
  }
}

// The same source runs as an ES module and inside a CommonJS bundle, where `import.meta` is empty.
function moduleFolder(): string {
  if (typeof __dirname === "string") return __dirname;
  return import.meta.dirname ?? process.cwd();
}

function* prebuiltPaths(start: string): Generator<string> {
  const name = `koffi-linux-${process.arch}`;
  for (let folder = start; ; folder = dirname(folder)) {
    const found = join(folder, "node_modules", "@koromix", name);
    if (existsSync(found)) {
      yield join(found, `linux_${process.arch}`, "koffi.node");
      yield join(found, `musl_${process.arch}`, "koffi.node");
      return;
    }
    if (dirname(folder) === folder) return;
  }
}

const FOLDER = moduleFolder();
const require = createRequire(join(FOLDER, "native-library.js"));

// The library of the other libc fails to load: the next candidate is tried then. Node's own list of modules keeps what
// was loaded, as it does behind `require`: each time anew would cost half a millisecond and 3 MB of stack.
function tryLoad(path: string): Koffi | undefined {
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, path);
  } catch {
    return undefined;
  }
  keep(path, module.exports);
  return module.exports as Koffi;
}

function keep(path: string, exports: unknown): void {
  require.cache[path] = Object.assign(new Module(path), { exports, filename: path, loaded: true });
}
