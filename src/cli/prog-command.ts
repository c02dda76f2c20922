import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { programTypeOf } from "../abi/program-types.ts";
import { SkepError } from "../base/errors.ts";
import { openLinux } from "../linux/backend.ts";
import type { Fd } from "../linux/fd.ts";
import { programInfo, programMapIds } from "../linux/objects.ts";
import { pinObject } from "../linux/open-object.ts";
import { LinuxProgram } from "../linux/program.ts";
import { LinuxResolver } from "../linux/resolver.ts";
import { type Kernel, openKernel } from "../linux/syscall.ts";
import { fromElf } from "../object/from-elf.ts";
import { formatTable } from "../output/table.ts";
import { EXIT } from "./exit-status.ts";
import { fdFacts, programTypeName } from "./object-command-facts.ts";
import { objectHelp } from "./object-command-help.ts";
import { openAll, openOne, openSelected, printJson, tagText, takeSelection } from "./object-command-select.ts";
import { numberOf, parseOptions } from "./options.ts";
import { FdSink } from "./output-stream.ts";
import { xlatedLines } from "./prog-command-xlated.ts";
import { UsageError } from "./report-error.ts";
import { readInput } from "./run-command-files.ts";

const OPTIONS = [
  { name: "json", short: "j", help: "JSON, as bpftool -j writes it" },
  { name: "help", short: "h", help: "print this help" },
] as const;

type Call = Readonly<{ kernel: Kernel; words: readonly string[]; json: boolean }>;

/** `skep prog …`. Gives the exit status. */
export function progCommand(argv: readonly string[]): number {
  const options = parseOptions(argv, OPTIONS, true);
  const [verb, ...words] = options.rest;
  if (options.switches.has("help") || verb === undefined) {
    new FdSink(1).write(objectHelp("prog"));
    return EXIT.ok;
  }
  const run = VERBS[verb];
  if (run === undefined)
    throw new UsageError(
      `\`skep prog ${verb}\` is not known`,
      `write one of: ${Object.keys(VERBS).join(", ")}`,
    );
  run({ kernel: openKernel(), words, json: options.switches.has("json") });
  return EXIT.ok;
}

const VERBS: Readonly<Record<string, (call: Call) => void>> = {
  list: show,
  show,
  dump,
  load: (call) => load(call, false),
  loadall: (call) => load(call, true),
  pin({ kernel, words, json }) {
    const { selection, rest } = takeSelection("prog", words);
    const [path] = rest;
    if (path === undefined) throw new UsageError("where is it to be pinned?", "write skep prog pin PROG PATH");
    using program = openOne(kernel, "prog", selection);
    pinObject(kernel, program, path);
    if (json) printJson(null);
  },
  run: runProgram,
};

function show({ kernel, words, json }: Call): void {
  const one = words.length > 0 ? takeSelection("prog", words).selection : undefined;
  const bootNs = new LinuxResolver(() => kernel).clockOffsetNs("boot");
  const rows: ProgRow[] = [];
  for (const fd of one ? openSelected(kernel, "prog", one) : openAll(kernel, "prog")) {
    using program = fd;
    rows.push(progRow(kernel, program, bootNs));
  }
  if (json) return printJson(one && rows.length === 1 ? rows[0] : rows);
  const columns = ["ID", "TYPE", "NAME", "TAG", "LOADED", "UID", "XLATED", "JITED", "RUNS", "MAPS"];
  const table = rows.map((row) => [
    row.id,
    row.type,
    row.name ?? null,
    row.tag,
    new Date(row.loaded_at * 1000).toISOString().slice(0, 19),
    row.uid,
    row.bytes_xlated,
    row.bytes_jited ?? null,
    row.run_cnt ?? null,
    row.map_ids?.join(",") ?? null,
  ]);
  new FdSink(1).write(formatTable({ columns: columns.map((name) => ({ name })) }, table));
}

type ProgRow = ReturnType<typeof progRow>;

function progRow(kernel: Kernel, fd: Fd, bootNs: bigint) {
  const info = programInfo(kernel, fd);
  const type = programTypeOf(info.type);
  const memlock = fdFacts(fd).get("memlock");
  const maps = programMapIds(kernel, fd);
  return {
    id: info.id,
    type: type === undefined ? String(info.type) : programTypeName(type),
    name: info.name === "" ? undefined : info.name,
    tag: tagText(info.tag),
    gpl_compatible: (info.gplCompatible & 1) === 1,
    run_time_ns: info.runTimeNs === 0n ? undefined : info.runTimeNs,
    run_cnt: info.runTimeNs === 0n ? undefined : info.runCnt,
    recursion_misses: info.recursionMisses === 0n ? undefined : info.recursionMisses,
    loaded_at: Number((bootNs + info.loadTime) / 1_000_000_000n),
    uid: info.createdByUid,
    bytes_xlated: info.xlatedProgLen,
    jited: info.jitedProgLen > 0,
    bytes_jited: info.jitedProgLen > 0 ? info.jitedProgLen : undefined,
    bytes_memlock: memlock === undefined ? undefined : Number(memlock),
    map_ids: maps.length > 0 ? maps : undefined,
    btf_id: info.btfId === 0 ? undefined : info.btfId,
  };
}

function dump({ kernel, words, json }: Call): void {
  const [what, ...rest] = words;
  if (what !== "xlated")
    throw new UsageError("what is to be shown of the program?", "write skep prog dump xlated PROG");
  const { selection, rest: more } = takeSelection("prog", rest);
  const withOpcodes = more.includes("opcodes");
  using program = openOne(kernel, "prog", selection);
  const lines = xlatedLines(kernel, program);
  if (json)
    return printJson(
      lines.map(({ slot: _, opcodes, ...line }) => ({
        ...line,
        ...(withOpcodes && { opcodes: Array.from(opcodes, (byte) => `0x${hex(byte)}`) }),
      })),
    );
  let text = "";
  for (const { proto, src, slot, disasm, opcodes } of lines) {
    if (proto !== undefined) text += `${proto}:\n`;
    if (src !== undefined) text += `; ${src}\n`;
    text += `${String(slot).padStart(4)}: ${disasm}\n`;
    if (withOpcodes) text += `       ${Array.from(opcodes, hex).join(" ")}\n`;
  }
  new FdSink(1).write(text);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function load({ kernel, words, json }: Call, all: boolean): void {
  const [file, path, ...more] = words;
  const [pinWord, mapFolder] = more;
  if (
    file === undefined ||
    path === undefined ||
    (more.length > 0 && (pinWord !== "pinmaps" || mapFolder === undefined))
  )
    throw new UsageError(
      "what is to be loaded, and where is it to be pinned?",
      "write skep prog load FILE.o PATH",
    );
  using backend = openLinux({ kernel });
  const object = fromElf(readInput(file), { name: basename(file).replace(/\.o$/, "") });
  using loaded = backend.load(object);
  const names = all ? loaded.names.programs : loaded.names.programs.slice(0, 1);
  if (names.length === 0)
    throw new SkepError(`${file} has no programs to load`, {
      code: "object/no-program",
      remedy: "give an object file that holds programs: `llvm-objdump -h FILE.o` lists its sections",
    });
  if (all) mkdirSync(path, { recursive: true });
  for (const name of names) loaded.program(name).pin(all ? join(path, name) : path);
  if (mapFolder !== undefined) {
    mkdirSync(mapFolder, { recursive: true });
    for (const name of loaded.names.maps) loaded.map(name).pin(join(mapFolder, name.replaceAll(".", "_")));
  }
  if (json) printJson(null);
}

const RUN_WORDS = ["data_in", "data_out", "ctx_in", "ctx_out", "repeat", "data_size_out", "ctx_size_out"];

function runProgram({ kernel, words, json }: Call): void {
  const { selection, rest } = takeSelection("prog", words);
  const given = new Map<string, string>();
  for (let at = 0; at < rest.length; at += 2) {
    const [word = "", value] = rest.slice(at);
    if (!RUN_WORDS.includes(word) || value === undefined)
      throw new UsageError(
        `\`${word}\` is not known, or lacks a value`,
        `write one of: ${RUN_WORDS.join(", ")}`,
      );
    given.set(word, value);
  }
  const input = (name: string) => (given.has(name) ? readInput(given.get(name) ?? "") : undefined);
  const data = input("data_in");
  const context = input("ctx_in");
  const count = (name: string) => (given.has(name) ? numberOf(given.get(name) ?? "", name) : undefined);
  const [repeat, dataOutBytes, contextOutBytes] = [
    count("repeat"),
    count("data_size_out"),
    count("ctx_size_out"),
  ];
  using program = new LinuxProgram(kernel, openOne(kernel, "prog", selection), "");
  const result = program.testRun({
    ...(data && { data }),
    ...(context && { context }),
    ...(repeat !== undefined && { repeat }),
    ...(dataOutBytes !== undefined && { dataOutBytes }),
    ...(contextOutBytes !== undefined && { contextOutBytes }),
  });
  const out = (name: string, bytes: Uint8Array) => {
    const path = given.get(name);
    if (path !== undefined && path !== "-") writeFileSync(path, bytes);
    return path === "-" ? [...bytes] : undefined;
  };
  const dataOut = out("data_out", result.data);
  const contextOut = out("ctx_out", result.context);
  if (json)
    return printJson({
      data_out: dataOut,
      ctx_out: contextOut,
      retval: result.returned,
      duration: result.durationNs,
    });
  const lines = [dataOut, contextOut].map((bytes) => (bytes ? `${bytes.map(hex).join(" ")}\n` : ""));
  const mean = repeat !== undefined && repeat > 1 ? "on average" : "in all";
  new FdSink(1).write(`${lines.join("")}returned ${result.returned}, ${result.durationNs} ns ${mean}\n`);
}
