import type { ProgramMaker } from "../process/programs.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { type InstalledBinary, LIBC_PATH } from "./program.ts";
import { through } from "./through.ts";

const CC1 = "/usr/libexec/gcc/x86_64-linux-gnu/14/cc1";
const COLLECT2 = "/usr/libexec/gcc/x86_64-linux-gnu/14/collect2";
const INCLUDE = ["/usr/lib/gcc/x86_64-linux-gnu/14/include", "/usr/local/include", "/usr/include/x86_64-linux-gnu", "/usr/include"]; // biome-ignore format: one list
/** Headers of the C library that every source includes. */
export const HEADERS = ["stdio.h", "stdlib.h", "string.h", "stdint.h", "features.h", "bits/types.h", "errno.h", "unistd.h"] as const; // biome-ignore format: one list
const NS_PER_HEADER = 240_000;
const COMPILE_NS = 22_000_000;
const ASSEMBLE_NS = 3_500_000;
const LINK_NS_PER_FILE = 700_000;

/** cc: runs the compiler and the assembler for a source (`-c`), else the linker. */
const driver: ProgramMaker = ([, ...args]) =>
  function* (p) {
    yield* p.loadLibraries("libc.so.6");
    const output = valueOf(args, "-o") ?? "a.out";
    const sources = args.filter((arg) => arg.endsWith(".c"));
    if (!args.includes("-c"))
      return yield* spawn(p, COLLECT2, "-o", output, ...args.filter((arg) => arg.endsWith(".o")));
    for (const source of sources) {
      const assembly = `/tmp/cc${p.random().u32().toString(36)}.s`;
      const compiled = yield* spawn(p, CC1, "-quiet", source, "-O2", "-o", assembly);
      if (compiled !== 0) return compiled;
      const assembled = yield* spawn(p, "/usr/bin/as", "--64", "-o", output, assembly);
      yield* p.unlink(assembly);
      if (assembled !== 0) return assembled;
    }
    return 0;
  };

/** cc1: looks for each header in folder after folder, then works. */
const compile: ProgramMaker = ([, ...args]) =>
  function* (p) {
    yield* p.loadLibraries("libm.so.6", "libz.so.1", "libc.so.6");
    const source = args.find((arg) => arg.endsWith(".c")) ?? "";
    return yield* p.enter("toplev_main", [], function* (): Code<number> {
      if ((yield* p.readFile(source)) < 0) return 1;
      const folder = source.slice(0, source.lastIndexOf("/"));
      for (const header of HEADERS) yield* include(p, header, INCLUDE);
      yield* include(p, "common.h", [`${folder}/include`, folder]);
      yield* through(p, ["c_parse_file", "c_parser_translation_unit"], () => work(p, COMPILE_NS * 0.4));
      yield* through(p, ["symbol_table_compile", "execute_pass_list"], () => work(p, COMPILE_NS * 0.6));
      return (yield* p.writeFile(valueOf(args, "-o") ?? "out.s", p.random().integer(20_000, 90_000))) < 0
        ? 1
        : 0;
    });
  };

function* include(p: Thread, header: string, folders: readonly string[]): Code {
  for (const folder of folders) {
    const fd = yield* p.open(`${folder}/${header}`, 0o400);
    if (fd < 0) continue;
    yield* p.fstat(fd);
    for (let got = yield* p.read(fd, 32_768); got > 0; got = yield* p.read(fd, 32_768));
    yield* p.close(fd);
    yield* work(p, NS_PER_HEADER);
    return;
  }
}

const assemble: ProgramMaker = ([, ...args]) =>
  function* (p) {
    yield* p.loadLibraries("libz.so.1", "libc.so.6");
    const source = args.at(-1) ?? "";
    if ((yield* p.readFile(source)) < 0) return 1;
    yield* through(p, ["perform_an_assembly_pass", "read_a_source_file"], () => work(p, ASSEMBLE_NS));
    return (yield* p.writeFile(valueOf(args, "-o") ?? "a.out", p.random().integer(8_000, 40_000))) < 0 ? 1 : 0;
  };

const collect: ProgramMaker = ([, ...args]) =>
  function* (p) {
    yield* p.loadLibraries("libc.so.6");
    return yield* spawn(p, "/usr/bin/ld", ...args);
  };

const link: ProgramMaker = ([, ...args]) =>
  function* (p) {
    yield* p.loadLibraries("libz.so.1", "libc.so.6");
    const objects = args.filter((arg) => arg.endsWith(".o"));
    for (const name of ["crt1.o", "crti.o"]) yield* p.readFile(`/usr/lib/x86_64-linux-gnu/${name}`);
    for (const object of objects) if ((yield* p.readFile(object)) < 0) return 1;
    yield* p.readFile("/usr/lib/x86_64-linux-gnu/libc.so");
    yield* through(p, ["ldlang_process"], () => work(p, LINK_NS_PER_FILE * objects.length));
    const done = yield* p.writeFile(valueOf(args, "-o") ?? "a.out", 180_000);
    return done < 0 ? 1 : 0;
  };

/** make: `make -jN FOLDER` compiles every source of a folder, N at the same time, and links what came of it. */
const make: ProgramMaker = ([, ...args]) =>
  function* (p) {
    yield* p.loadLibraries("libc.so.6");
    const jobs = Number(args.find((arg) => /^-j\d+$/.test(arg))?.slice(2) ?? 1);
    const folder = args.find((arg) => !arg.startsWith("-")) ?? ".";
    if ((yield* p.readFile(`${folder}/Makefile`)) < 0) return 2;
    const names = yield* p.readDirectory(folder);
    const sources = typeof names === "number" ? [] : names.filter((name) => name.endsWith(".c")).sort();
    const objects = sources.map((name) => `${folder}/${name.replace(/c$/, "o")}`);
    let running = 0;
    let failed = 0;
    for (const [i, source] of sources.entries()) {
      yield* p.stat(objects[i] ?? "");
      yield* p.stat(`${folder}/${source}`);
      if (running >= jobs) {
        if (isFailure(yield* p.wait())) failed++;
        running--;
      }
      yield* launch(p, "/usr/bin/cc", "-O2", "-c", `${folder}/${source}`, "-o", objects[i] ?? "");
      running++;
    }
    for (; running > 0; running--) if (isFailure(yield* p.wait())) failed++;
    if (failed > 0) return 2;
    return yield* spawn(p, "/usr/bin/cc", "-o", `${folder}/program`, ...objects);
  };

function isFailure({
  status,
}: {
  status: Readonly<{ code: number } | { signal: number }> | undefined;
}): boolean {
  return status === undefined || !("code" in status) || status.code !== 0;
}

/** posix_spawn(3), as make and gcc start programs: the parent stands still until the child has its own memory. */
function launch(p: Thread, path: string, ...args: readonly string[]): Code<number> {
  return p.vfork(function* (child) {
    yield* child.exec(path, [path.split("/").at(-1) ?? path, ...args]);
    return 127;
  });
}

function* spawn(p: Thread, path: string, ...args: readonly string[]): Code<number> {
  const pid = yield* launch(p, path, ...args);
  const { status } = yield* p.wait(pid);
  return status !== undefined && "code" in status ? status.code : 1;
}

function valueOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  return at === -1 ? undefined : args[at + 1];
}

function* work(p: Thread, ns: number): Code<number> {
  yield* p.compute(Math.round(p.random().latency(ns, 0.35)));
  return 0;
}

function tool(path: string, run: ProgramMaker, functions: readonly string[], aliases: readonly string[] = []): InstalledBinary {
  return { path, aliases, functions: ["_start", "main", ...functions], libraries: [LIBC_PATH], make: run, language: "c" };
} // biome-ignore format: one line

/** make and what it starts: the driver, the compiler proper, the assembler, the linker. */
export const COMPILER: readonly InstalledBinary[] = [
  tool("/usr/bin/make", make, ["update_goal_chain", "new_job", "start_job_command", "reap_children"], ["/bin/make"]),
  tool("/usr/bin/x86_64-linux-gnu-gcc-14", driver, ["do_spec", "execute"], ["/usr/bin/cc", "/usr/bin/gcc"]),
  tool(CC1, compile, ["toplev_main", "c_parse_file", "c_parser_translation_unit", "symbol_table_compile", "execute_pass_list"]),
  tool("/usr/bin/x86_64-linux-gnu-as", assemble, ["perform_an_assembly_pass", "read_a_source_file"], ["/usr/bin/as"]),
  tool(COLLECT2, collect, []),
  tool("/usr/bin/x86_64-linux-gnu-ld.bfd", link, ["ldlang_process"], ["/usr/bin/ld"]),
]; // biome-ignore format: one line each
