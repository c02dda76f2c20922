import type { ProgramMaker } from "../process/programs.ts";
import type { Behaviour, Thread } from "../thread.ts";
import type { Duration } from "../world/duration.ts";
import { parseDuration } from "../world/duration.ts";
import type { Code } from "../world/wait.ts";

const STDOUT = 1;
const STDERR = 2;
const CHUNK = 131_072; // what cat and cp read at once
const LOCALE = "/usr/lib/locale/locale-archive";

/** A small program: loads its libraries and its locale, then does its work. */
function utility(
  work: (p: Thread, args: readonly string[]) => Code<number | undefined>,
  libraries: readonly string[] = [],
): ProgramMaker {
  return ([, ...args]): Behaviour =>
    function* (p) {
      yield* p.loadLibraries(...libraries, "libc.so.6");
      const locale = yield* p.open(LOCALE, 0o2000000);
      if (locale >= 0) yield* p.close(locale);
      return (yield* work(p, args)) ?? 0;
    };
}

/** Names that are no options. */
function operands(args: readonly string[]): readonly string[] {
  return args.filter((arg) => !arg.startsWith("-"));
}

function* list(p: Thread, args: readonly string[]): Code<number> {
  const paths = operands(args);
  const isLong = args.some((arg) => /^-\w*l/.test(arg));
  let status = 0;
  if (isLong) yield* p.readFile("/etc/passwd");
  for (const path of paths.length > 0 ? paths : ["."]) {
    const names = yield* p.readDirectory(path);
    if (typeof names === "number") {
      const file = yield* p.stat(path, "statx");
      if (typeof file === "number") {
        yield* p.write(STDERR, `ls: cannot access '${path}': No such file or directory\n`);
        status = 2;
      } else yield* p.write(STDOUT, `${path}\n`);
      continue;
    }
    if (isLong) for (const name of names) yield* p.stat(`${path}/${name}`, "statx");
    yield* p.write(STDOUT, `${names.join("\n")}\n`);
  }
  return status;
}

function* concatenate(p: Thread, args: readonly string[]): Code<number> {
  let status = 0;
  for (const path of operands(args)) {
    const fd = yield* p.open(path);
    if (fd < 0) {
      yield* p.write(STDERR, `cat: ${path}: No such file or directory\n`);
      status = 1;
      continue;
    }
    yield* p.fstat(fd);
    for (let got = yield* p.read(fd, CHUNK); got > 0; got = yield* p.read(fd, CHUNK))
      yield* p.write(STDOUT, got);
    yield* p.close(fd);
  }
  return status;
}

function* copy(p: Thread, args: readonly string[]): Code<number> {
  const [from = "", to = ""] = operands(args);
  yield* p.stat(to);
  const source = yield* p.open(from);
  if (source < 0) return 1;
  const target = yield* p.open(to, "w");
  if (target < 0) return 1;
  for (let got = yield* p.read(source, CHUNK); got > 0; got = yield* p.read(source, CHUNK))
    yield* p.write(target, got);
  yield* p.close(source);
  yield* p.close(target);
  return 0;
}

function* find(p: Thread, args: readonly string[]): Code<number> {
  const pending = [...operands(args).slice(0, 1)];
  if (pending.length === 0) pending.push(".");
  for (let path = pending.shift(); path !== undefined; path = pending.shift()) {
    const names = yield* p.readDirectory(path);
    if (typeof names === "number") continue;
    for (const name of names) {
      const entry = yield* p.stat(`${path}/${name}`, "newfstatat");
      if (typeof entry !== "number" && entry.isDirectory) pending.push(`${path}/${name}`);
    }
    yield* p.compute("30 us");
  }
  return 0;
}

function* search(p: Thread, args: readonly string[]): Code<number> {
  const [, ...paths] = operands(args);
  for (const path of paths) {
    const fd = yield* p.open(path);
    if (fd < 0) continue;
    for (let got = yield* p.read(fd, 32_768); got > 0; got = yield* p.read(fd, 32_768))
      yield* p.compute(got * 0.4);
    yield* p.close(fd);
  }
  return paths.length > 0 ? 1 : 2;
}

function* pause(p: Thread, [time = "1"]: readonly string[]): Code<undefined> {
  const duration: Duration = parseDuration(time) ?? Number(time) * 1e9;
  yield* p.sleep(Number.isFinite(duration) ? duration : 0);
}

function* showDate(p: Thread): Code<undefined> {
  yield* p.readFile("/etc/localtime");
  yield* p.write(STDOUT, "Thu Jan  1 00:10:00 UTC 2026\n");
}

function* whoAmI(p: Thread): Code<undefined> {
  yield* p.readFile("/etc/nsswitch.conf");
  yield* p.readFile("/etc/passwd");
  yield* p.readFile("/etc/group");
  yield* p.write(STDOUT, "uid=0(root) gid=0(root)\n");
}

// biome-ignore lint/correctness/useYield: there is nothing to do
function* ending(status: number): Code<number> {
  return status;
}

function each(act: (p: Thread, path: string) => Code<number>) {
  return function* (p: Thread, args: readonly string[]): Code<number> {
    let status = 0;
    for (const path of operands(args)) if ((yield* act(p, path)) < 0) status = 1;
    return status;
  };
}

/** Programs that every machine has, by path. */
export const CORE_UTILITIES: Readonly<Record<string, ProgramMaker>> = {
  "/usr/bin/ls": utility(list, ["libselinux.so.1"]),
  "/usr/bin/cat": utility(concatenate),
  "/usr/bin/cp": utility(copy, ["libselinux.so.1"]),
  "/usr/bin/find": utility(find, ["libselinux.so.1", "libm.so.6"]),
  "/usr/bin/grep": utility(search),
  "/usr/bin/sleep": utility(pause),
  "/usr/bin/date": utility(showDate),
  "/usr/bin/id": utility(whoAmI, ["libselinux.so.1"]),
  "/usr/bin/true": utility(() => ending(0)),
  "/usr/bin/false": utility(() => ending(1)),
  "/usr/bin/rm": utility(each((p, path) => p.unlink(path, "unlinkat"))),
  "/usr/bin/mkdir": utility(each((p, path) => p.mkdir(path))),
  "/usr/bin/touch": utility(
    each(function* (p, path) {
      const fd = yield* p.open(path, 0o101);
      return fd < 0 ? fd : yield* p.close(fd);
    }),
  ),
  "/usr/bin/uname": utility(function* (p) {
    yield* p.write(STDOUT, "Linux\n");
    return 0;
  }),
};
