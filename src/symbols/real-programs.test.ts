import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseElf } from "../elf/read.ts";
import { bytesSource } from "../elf/source.ts";
import { ElfSymbols } from "./elf-symbols.ts";
import { type ProcessFiles, UserSymbolizer } from "./symbolize.ts";
import { readUsdtProbes } from "./usdt.ts";
import { parseUsdtOperand } from "./usdt-operand.ts";

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });
const has = (command: string) => {
  try {
    run(command, "--version");
    return true;
  } catch {
    return false;
  }
};
const missing = ["gcc", "readelf", "nm", "objcopy"].filter((command) => !has(command));

const dir = mkdtempSync(join(tmpdir(), "skep-symbols-"));
afterAll(() => rmSync(dir, { recursive: true }));

/** A probe by hand, as <sys/sdt.h> writes it. */
const PROBE = (
  provider: string,
  name: string,
  semaphore: string,
  args: string,
  operands: string,
) => `__asm__ volatile(
  "990: nop\\n"
  ".pushsection .note.stapsdt,\\"?\\",\\"note\\"\\n"
  ".balign 4\\n .4byte 992f-991f, 994f-993f, 3\\n"
  "991: .asciz \\"stapsdt\\"\\n"
  "992: .balign 4\\n"
  "993: .8byte 990b\\n .8byte _.stapsdt.base\\n .8byte ${semaphore}\\n"
  ".asciz \\"${provider}\\"\\n .asciz \\"${name}\\"\\n .asciz \\"${args}\\"\\n"
  "994: .balign 4\\n .popsection\\n"
  ".ifndef _.stapsdt.base\\n .pushsection .stapsdt.base,\\"aG\\",\\"progbits\\",.stapsdt.base,comdat\\n"
  ".weak _.stapsdt.base\\n .hidden _.stapsdt.base\\n _.stapsdt.base: .space 1\\n .size _.stapsdt.base,1\\n .popsection\\n .endif\\n"
  :: ${operands});`;

const SOURCE = `
  #include <stdio.h>
  #include <unistd.h>
  unsigned short app_stop_semaphore __attribute__((unused, section(".probes"), visibility("hidden")));
  static long total = 7;
  __attribute__((noinline)) static int hidden_step(int n, char *name) {
    ${PROBE("app", "start", "0", "-4@%[n] 8@%[name] 4@%[five]", '[n] "nor" (n), [name] "nor" (name), [five] "n" (5)')}
    ${PROBE("app", "stop", "app_stop_semaphore", "8@%[total]", '[total] "m" (total)')}
    total += n;
    return n + 1;
  }
  __attribute__((noinline)) int exported_step(int n) { return hidden_step(n, "x") * 2; }
  int weak_alias(int n) __attribute__((weak, alias("exported_step")));
  int main(int argc, char **argv) {
    exported_step(argc);
    printf("%p %p %p %p\\n", (void *)hidden_step, (void *)exported_step, (void *)&argc, (void *)main);
    fflush(stdout);
    char c;
    return read(0, &c, 1) < 0;
  }
`;

function build(name: string, ...flags: string[]): string {
  writeFileSync(join(dir, "app.c"), SOURCE);
  const out = join(dir, name);
  run("gcc", "-O1", "-g", ...flags, join(dir, "app.c"), "-o", out);
  return out;
}

const open = (path: string) => parseElf(new Uint8Array(readFileSync(path)));

// Skipped visibly: without a compiler there is nothing to read.
test.skipIf(missing.length > 0).each([
  { rule: "a program", flags: ["-pie"] },
  { rule: "a program at a fixed address", flags: ["-no-pie"] },
])("functions of $rule are those of nm", ({ flags }) => {
  const path = build(`app${flags.join("")}`, ...flags);
  const symbols = new ElfSymbols(open(path));
  const rows = [...run("nm", "--defined-only", path).matchAll(/^([0-9a-f]+) [TtWi] (\S+)$/gm)];
  const addresses = new Map(rows.map((row) => [row[2] ?? "", BigInt(`0x${row[1]}`)]));
  for (const name of ["main", "hidden_step", "exported_step", "weak_alias"]) {
    const [found, ...others] = symbols.functions(name);
    expect([found?.address, others.length], name).toEqual([addresses.get(name), 0]);
  }
  const text = /\] \.text +PROGBITS +(\w+) (\w+)/.exec(run("readelf", "-SW", path));
  const skew = Number.parseInt(text?.[2] ?? "", 16) - Number.parseInt(text?.[1] ?? "", 16);
  const main = symbols.functions("main")[0];
  expect(main?.offset).toBe(Number(main?.address) + skew);
  expect(symbols.find((main?.address ?? 0n) + 3n)).toEqual({ name: "main", offset: 3 });
  expect(symbols.find(symbols.functions("exported_step")[0]?.address ?? 0n)?.name).toBe("exported_step");
});

test.skipIf(missing.length > 0).each([
  { rule: "a program", flags: ["-pie"] },
  { rule: "a program at a fixed address", flags: ["-no-pie"] },
  { rule: "a shared library", flags: ["-shared", "-fPIC"] },
])("probes of $rule are those of readelf -n", ({ flags }) => {
  const path = build(`usdt${flags.join("")}`, ...flags);
  const elf = open(path);
  const probes = readUsdtProbes(elf);
  const theirs = [
    ...run("readelf", "-nW", path).matchAll(
      /Provider: (\S+)\n\s+Name: (\S+)\n\s+Location: (\w+), Base: (\w+), Semaphore: (\w+)\n\s+Arguments: (.*)/g,
    ),
  ];
  expect(theirs).toHaveLength(2);
  expect(probes.map((p) => [p.provider, p.name])).toEqual(theirs.map((m) => [m[1], m[2]]));

  const loads = [...run("readelf", "-lW", path).matchAll(/^ +LOAD +(\w+) (\w+) \w+ (\w+)/gm)].map((m) =>
    m.slice(1).map(Number),
  );
  const offsetOf = (address: number) => {
    const load = loads.find(([, start = 0, size = 0]) => address >= start && address < start + size);
    return load && address - (load[1] ?? 0) + (load[0] ?? 0);
  };
  expect(probes.map((p) => p.offset)).toEqual(theirs.map((m) => offsetOf(Number(m[3]))));
  expect(probes.map((p) => p.semaphoreOffset)).toEqual(
    theirs.map((m) => (Number(m[5]) === 0 ? undefined : offsetOf(Number(m[5])))),
  );
  expect(probes[0]?.args).toEqual(theirs[0]?.[6]?.trim().split(" "));

  const operands = probes.flatMap((p) => p.args.map((arg) => parseUsdtOperand(arg, "x86_64")));
  expect(operands.map((o) => (o.kind === "operand" ? [o.operand.size, o.operand.signed] : o.reason))).toEqual([
    [4, true],
    [8, false],
    [4, false],
    [8, false],
  ]);
  expect(operands[2]).toMatchObject({ operand: { source: { kind: "imm", value: 5n } } });
  const total = operands[3];
  if (total?.kind !== "operand" || total.operand.source.kind !== "mem")
    throw new Error("bug: no memory operand");
  const place = Number(theirs[1]?.[3]) + Number(total.operand.source.disp);
  expect(BigInt(place)).toBe(new ElfSymbols(elf).address("total"));
});

/** Reads the files of processes as they are here, and remembers what was opened and closed. */
class HostFiles implements ProcessFiles {
  readonly opened: string[] = [];
  closed = 0;
  perfMap: string | undefined;

  readMaps(pid: number): string | undefined {
    return this.#text(`/proc/${pid}/maps`);
  }

  readPerfMap(): string | undefined {
    return this.perfMap;
  }

  open(_pid: number, path: string) {
    try {
      const source = bytesSource(new Uint8Array(readFileSync(path)));
      this.opened.push(path);
      return { ...source, [Symbol.dispose]: () => void this.closed++ };
    } catch {
      return undefined;
    }
  }

  #text(path: string): string | undefined {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return undefined;
    }
  }
}

async function withProcess(path: string, use: (pid: number, addresses: bigint[]) => void): Promise<void> {
  const child = spawn(path, { stdio: ["pipe", "pipe", "inherit"] });
  try {
    const line = await new Promise<string>((resolve) =>
      child.stdout.once("data", (data) => resolve(String(data))),
    );
    use(child.pid ?? 0, line.trim().split(" ").map(BigInt));
  } finally {
    child.stdin.end();
    await new Promise((resolve) => child.once("exit", resolve));
  }
}

test.skipIf(missing.length > 0)("addresses of a process get their names", async () => {
  const path = build("live", "-pie");
  await withProcess(path, (pid, [hidden = 0n, exported = 0n, stack = 0n, main = 0n]) => {
    const files = new HostFiles();
    const symbolizer = new UserSymbolizer(files);
    expect(symbolizer.find(pid, hidden + 1n)).toMatchObject({
      kind: "function",
      name: "hidden_step",
      offset: 1n,
      file: path,
    });
    expect(symbolizer.find(pid, exported)).toMatchObject({ name: "exported_step", offset: 0n });
    expect(symbolizer.find(pid, main)).toMatchObject({ name: "main" });
    expect(symbolizer.find(pid, stack)).toEqual({
      kind: "unknown",
      text: `0x${stack.toString(16)}`,
      file: "[stack]",
    });
    expect(symbolizer.find(pid, 16n)).toEqual({ kind: "unknown", text: "0x10" });
    expect(files.opened).toEqual([path]);
    expect(files.closed).toBe(1);

    const libc = /^(\w+)-\w+ r-xp (\w+) \S+ \d+ +(\/\S*libc\S*\.so\S*)$/m.exec(
      readFileSync(`/proc/${pid}/maps`, "utf8"),
    );
    const library = new ElfSymbols(open(libc?.[3] ?? ""));
    const puts = library.functions("puts")[0];
    const address = BigInt(`0x${libc?.[1]}`) + BigInt(puts?.offset ?? 0) - BigInt(`0x${libc?.[2]}`);
    expect(symbolizer.find(pid, address + 2n)).toMatchObject({ name: "puts", offset: 2n, file: libc?.[3] });
  });
});

test.skipIf(missing.length > 0)("a stripped program gets its names from its debug file", async () => {
  const path = build("stripped", "-pie", "-Wl,--build-id=none");
  run("objcopy", "--only-keep-debug", path, `${path}.debug`);
  run("objcopy", "--strip-all", `--add-gnu-debuglink=${path}.debug`, path);
  await withProcess(path, (pid, [hidden = 0n]) => {
    expect(new UserSymbolizer(new HostFiles()).find(pid, hidden)).toMatchObject({
      name: "hidden_step",
      offset: 0n,
      file: path,
    });
    writeFileSync(`${path}.debug`, Uint8Array.from([...readFileSync(`${path}.debug`), 0])); // no longer the same file
    expect(new UserSymbolizer(new HostFiles()).find(pid, hidden)).toMatchObject({
      kind: "unknown",
      file: path,
    });
  });
});

test.skipIf(missing.length > 0)(
  "symbols of a file that may be gone with its process are read while it is there",
  async () => {
    const mayVanish: ProcessFiles["mayVanish"] = (_pid, mapping) => mapping.name.startsWith(dir);
    const symbolizer = new UserSymbolizer(Object.assign(new HostFiles(), { mayVanish }));
    const lazy = new UserSymbolizer(new HostFiles());
    const path = build("vanishing", "-pie");
    let at = 0n;
    let process = 0;
    await withProcess(path, (pid, [hidden = 0n]) => {
      expect([symbolizer.remember(pid), lazy.remember(pid)]).toEqual([true, true]);
      [at, process] = [hidden, pid];
    });
    rmSync(path);
    expect(symbolizer.find(process, at)).toMatchObject({ name: "hidden_step", file: path });
    expect(lazy.find(process, at)).toMatchObject({ kind: "unknown" });
  },
);

test("code without a file is named by the perf map, which is read again as it grows", () => {
  const files = new HostFiles();
  files.readMaps = () => "10000-20000 rwxp 00000000 00:00 0 \n";
  const symbolizer = new UserSymbolizer(files);
  files.perfMap = "10000 100 first\n";
  expect(symbolizer.find(1, 0x10010n)).toEqual({ kind: "function", name: "first", offset: 0x10n });
  files.perfMap += "11000 100 second\n";
  const found = Array.from({ length: 70 }, () => symbolizer.find(1, 0x11000n).kind);
  expect([found[0], found.at(-1)]).toEqual(["unknown", "function"]);
  expect(symbolizer.find(2, 0x9n)).toEqual({ kind: "unknown", text: "0x9" });
});

test("a library that is mapped later is found, and a process that ended keeps its names", () => {
  const files = new HostFiles();
  let maps: string | undefined = "1000-2000 r--p 00000000 00:00 0 [vvar]\n";
  files.readMaps = () => maps;
  const symbolizer = new UserSymbolizer(files);
  symbolizer.remember(7);
  expect(symbolizer.find(7, 0x1800n)).toMatchObject({ file: "[vvar]" });
  maps += "3000-4000 r-xp 00000000 fe:00 1 /not/there.so\n";
  expect(symbolizer.find(7, 0x3010n)).toEqual({
    kind: "unknown",
    text: "0x3010",
    file: "/not/there.so",
    fileOffset: 0x10n,
  });
  maps = undefined;
  expect(symbolizer.find(7, 0x3020n)).toMatchObject({ file: "/not/there.so" });
  symbolizer.forget(7);
  expect(symbolizer.find(7, 0x3020n)).toEqual({ kind: "unknown", text: "0x3020" });
});
