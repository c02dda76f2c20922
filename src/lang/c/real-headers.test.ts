import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Report } from "../../base/diagnostic.ts";
import { parseBtf } from "../../btf/decode.ts";
import { CDeclarations } from "../../btf/parse-c.ts";
import type { Btf, BtfId, BtfType } from "../../btf/types.ts";
import { BUILTIN_HEADERS } from "./builtin-headers.ts";
import { type CFile, type CNaming, Preprocessor } from "./preprocess.ts";

// The headers of this machine against clang: the sizes of all types, the places of all members, the values of all
// enumerators and of all macros that are constants. Clang is asked by assertions on what was found here.

const FOLDERS = ["<built-in>", "/usr/include/x86_64-linux-gnu", "/usr/include"];
const HEADERS = (
  "linux/bpf.h linux/perf_event.h linux/tcp.h linux/ip.h linux/in6.h linux/if_packet.h linux/netlink.h linux/fs.h " +
  "linux/io_uring.h linux/kvm.h linux/videodev2.h linux/nl80211.h linux/btrfs.h linux/fuse.h linux/input.h " +
  "asm/ptrace.h asm/sigcontext.h sys/socket.h sys/stat.h sys/epoll.h sys/ucontext.h netinet/in.h netinet/tcp.h " +
  "net/if.h arpa/inet.h stdio.h stdlib.h math.h pthread.h signal.h time.h limits.h elf.h netdb.h fcntl.h"
)
  .split(" ")
  .filter((name) => FOLDERS.some((folder) => existsSync(join(folder, name))));
const hasClang = process.arch === "x64" && spawnSync("clang", ["--version"]).status === 0;

const room = mkdtempSync(join(tmpdir(), "skep-headers-"));
afterAll(() => rmSync(room, { recursive: true }));

function find(name: string, { quoted, from, next }: CNaming): CFile | undefined {
  const folders = FOLDERS.slice(next ? (from?.folder ?? 0) + 1 : 0);
  const places = quoted && from && !next ? [dirname(from.path), ...folders] : folders;
  for (const place of places) {
    const folder = FOLDERS.indexOf(place);
    const path = join(place, name);
    const text =
      place === "<built-in>"
        ? BUILTIN_HEADERS.get(name)
        : existsSync(path)
          ? readFileSync(path, "utf8")
          : undefined;
    if (text !== undefined)
      return { path, text, folder: folder < 0 ? (from?.folder ?? 0) : folder, isSystem: true };
  }
  return undefined;
}

/** What is found in a header, as assertions in C, and how many there are. */
function assertions(header: string): string[] {
  const report = new Report();
  const preprocessor = new Preprocessor({ arch: "x86_64", report, find });
  const file = find(header, { quoted: false });
  if (!file) throw new Error(`no ${header}`);
  preprocessor.read(file);
  const declarations = new CDeclarations();
  declarations.read(preprocessor.take(), report, true);
  const lines: string[] = [];
  const hidden = new Set(preprocessor.macros.keys());
  for (const { name, params, body, at } of preprocessor.macros.values()) {
    if (params || at < 0 || body.length === 0 || name.startsWith("__skep")) continue;
    const texts = [...(preprocessor.expand(name, 0) ?? []).map((token) => token.text), ""];
    const quiet = new Report();
    const value = declarations.constantOf({ texts, starts: texts.map(() => 0), source: "" }, quiet);
    // What an undeclared name has no value for, clang refuses where sizeof does not.
    if (value !== undefined && !quiet.hasErrors && !texts.includes("sizeof")) lines.push(isValue(name, value));
  }
  const btf = parseBtf(declarations.finish());
  for (let id = 1; id < btf.count; id++) lines.push(...ofType(btf, btf.type(id as BtfId), hidden));
  expect(report.diagnostics.map(({ message, source }) => `${source?.name}: ${message}`)).toEqual([]);
  return lines;
}

function isValue(name: string, value: bigint): string {
  const literal = value < 0n ? `(-${-value - 1n}LL - 1)` : value >> 63n ? `${value}ULL` : `${value}LL`;
  return `_Static_assert((${name}) == ${literal} && ((${name}) < 0) == ${value < 0n ? 1 : 0}, "${name}");`;
}

function ofType(btf: Btf, type: BtfType, hidden: ReadonlySet<string>): string[] {
  if (type.kind === "enum")
    return type.members.filter(({ name }) => !hidden.has(name)).map(({ name, value }) => isValue(name, value));
  if (
    (type.kind !== "struct" && type.kind !== "union") ||
    type.name === "" ||
    type.name.startsWith("__va_list")
  )
    return [];
  const name = `${type.kind} ${type.name}`;
  const places = (members: typeof type.members, base: number): string[] =>
    members.flatMap((member) => {
      const inner = btf.type(member.type);
      const bits = base + member.bitOffset;
      if (member.name === "")
        return "members" in inner && inner.kind !== "enum" ? places(inner.members, bits) : [];
      if (member.bitWidth !== undefined || hidden.has(member.name)) return [];
      return [`_Static_assert(__builtin_offsetof(${name}, ${member.name}) == ${bits / 8}, "${member.name}");`];
    });
  return [`_Static_assert(sizeof(${name}) == ${type.bytes}, "${name}");`, ...places(type.members, 0)];
}

test.skipIf(!hasClang || HEADERS.length === 0).each(HEADERS.length === 0 ? ["any.h"] : HEADERS)(
  "<%s> is read as clang reads it",
  (header) => {
    const lines = assertions(header);
    const path = join(room, "check.c");
    writeFileSync(path, [`#include <${header}>`, ...lines, ""].join("\n"));
    const { stderr } = spawnSync("clang", ["-w", "-ferror-limit=0", "-fsyntax-only", path], {
      encoding: "utf8",
    });
    // Macros that are pointers, such as NULL, have a value here, and none for an assertion.
    const wrong = stderr.split("\n").filter((line) => /error:(?!.*not an integral constant)/.test(line));
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(lines.length).toBeGreaterThan(10);
  },
);
