// test/verify-logs holds what kernels wrote when they refused programs of test/verify-cases, with the code that each is
// explained by. However a loader prints such a log, and wherever it is cut, it is explained by the same code.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CODES, explainLog } from "../src/verify/public.ts";
import { VERIFY_CASES, verifyCases } from "./support/verify-case.ts";

type Recorded = Readonly<{ name: string; code: string; log: string }>;

const FOLDER = join(VERIFY_CASES, "../verify-logs");

function recorded(file: string): readonly Recorded[] {
  const [, ...parts] = `\n${readFileSync(join(FOLDER, file), "utf8")}`.split(/\n===== /);
  return parts.map((part) => {
    const [head = "", ...lines] = part.split("\n");
    const [name = "", code = ""] = head.split(" ");
    return { name, code, log: `${lines.join("\n").trimEnd()}\n` };
  });
}

const each = (prefix: string) => (log: string) => log.replace(/^(?=.)/gm, prefix);
const libbpf = (log: string, error: string) =>
  `libbpf: prog 'look': BPF program load failed: ${error}\nlibbpf: prog 'look': -- BEGIN PROG LOAD LOG --\n${log}-- END PROG LOAD LOG --\nlibbpf: prog 'look': failed to load: -13\nlibbpf: failed to load object 'look.bpf.o'\nError: failed to load object file\n`;

// biome-ignore format: one form per line
const FORMS: readonly Readonly<{ form: string; print: (log: string) => string }>[] = [
  { form: "as it is",                 print: (log) => log },
  { form: "libbpf",                   print: (log) => libbpf(log, "Permission denied") },
  { form: "libbpf 1.5",               print: (log) => libbpf(log, "-EACCES") },
  { form: "cilium/ebpf, %+v",         print: (log) => `2026/11/21 10:00:00 loading objects: field Look: program look: load program: permission denied:\n${each("\t")(log)}` },
  { form: "cilium/ebpf, one line",    print: (log) => `2026/11/21 10:00:00 field Look: program look: load program: permission denied: ${saidIn(log).join(": ")} (9 line(s) omitted)` },
  { form: "slog",                     print: (log) => `time=2026-11-21T10:00:00Z level=ERROR msg="load program: permission denied" err=${JSON.stringify(log)}` },
  { form: "Aya",                      print: (log) => `Error: the BPF_PROG_LOAD syscall failed. Verifier output: ${log}\n\nCaused by:\n    Permission denied (os error 13)\n` },
  { form: "Aya's debug print",        print: (log) => `LoadError { io_error: Os { code: 13, kind: PermissionDenied, message: "Permission denied" }, verifier_log: ${JSON.stringify(log)} }` },
  { form: "BCC",                      print: (log) => `bpf: Failed to load program: Permission denied\n${log}\nTraceback (most recent call last):\n  File "look.py", line 12, in <module>\nException: Failed to load BPF program b'look': Permission denied\n` },
  { form: "bpftrace",                 print: (log) => `Attaching 1 probe...\nError log: \n${log}\nERROR: Error loading program: tracepoint:x:y (try -v)\n` },
  { form: "tc",                       print: (log) => `Prog section 'tc' rejected: Permission denied (13)!\n - Type:         3\n - Instructions: 9 (0 over limit)\n - License:      GPL\n\nVerifier analysis:\n\n${log}\nError fetching program/map!\nUnable to load program\n` },
  { form: "dmesg",                    print: each("[  123.456789] ") },
  { form: "journal",                  print: each("Nov 21 10:00:00 host look[123]: libbpf: ") },
  { form: "a container's log",        print: each("2026-11-21T10:00:00.123456789Z stderr F ") },
  { form: "docker compose",           print: each("look_1  | ") },
  { form: "JSON",                     print: (log) => JSON.stringify({ level: "error", msg: "load failed", log }) },
  { form: "a mail, quoted twice",     print: each("> > ") },
  { form: "Markdown",                 print: (log) => `Hello, I get this:\n\n\`\`\`\n${log}\`\`\`\n\nAny idea? Thanks!\n` },
  { form: "line ends of Windows",     print: (log) => log.replaceAll("\n", "\r\n") },
  { form: "colours",                  print: (log) => log.replace(/^(.+)$/gm, "\x1b[31m$1\x1b[0m") },
  { form: "numbered lines",           print: (log) => log.split("\n").map((line, i) => line && `${i + 1}:${line}`).join("\n") },
  { form: "wrapped at 80 columns",    print: (log) => log.replace(/^(.{80})(?=.)/gm, "$1\n") },
  { form: "without its last line",    print: (log) => log.replace(/^processed .*\n/m, "") },
  { form: "cut within its last line", print: (log) => log.trimEnd().slice(0, -20) },
  { form: "its last 8 lines",         print: (log) => log.split("\n").slice(-9).join("\n") },
  { form: "more statistics",          print: (log) => log.replace(/^processed/m, "verification time 123 usec\nstack depth 16+0\nprocessed") },
  { form: "typographic quotes",       print: (log) => log.replace(/'([^'\n]*)'/g, "‘$1’") },
];

/** The last two lines that say something, as cilium/ebpf puts them into its error. */
function saidIn(log: string): readonly string[] {
  const isSaid = (line: string) =>
    line !== "" && !/^(?:processed|; |arg#\d+ reference type\('UNKNOWN)/.test(line);
  return log.split("\n").filter(isSaid).slice(-2);
}

describe.each(readdirSync(FOLDER))("%s", (file) => {
  const logs = recorded(file);

  test("the code is that of the case", () => {
    const codes = new Map(verifyCases(Object.keys(CODES), "c").map(({ name, code }) => [name, code]));
    const other = logs.filter(({ name, code }) => code !== codes.get(name)).map(({ name }) => name);
    expect(logs.length).toBeGreaterThan(20);
    expect(other.length / logs.length).toBeLessThanOrEqual(0.05); // kernels refuse the same program for other reasons
  });

  test.each(FORMS)("$form", ({ print }) => {
    const wrong = logs.flatMap(({ name, code, log }) => {
      const found = explainLog(print(log));
      return found.length === 1 && found[0]?.code === code ? [] : [[name, found[0]?.code, found[0]?.complaint]];
    });
    expect(wrong).toEqual([]);
  });
});

test("a log in which the register is followed through loaders' prefixes", () => {
  const [log] = recorded("linux-6.18.txt").filter(({ name }) => name === "null-dereference");
  const plain = explainLog(log?.log ?? "");
  for (const prefix of ["look_1  | ", "2026-11-21T10:00:00Z stderr F ", "> ", "[  1.5] libbpf: "])
    expect(explainLog(each(prefix)(log?.log ?? ""))).toEqual(plain);
  expect(plain[0]?.steps.length).toBeGreaterThan(1);
});
