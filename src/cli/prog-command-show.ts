import { progInfo } from "../abi/attr-object.ts";
import { funcInfo } from "../abi/attr-prog.ts";
import { programTypeOf } from "../abi/program-types.ts";
import { parseBtf } from "../btf/decode.ts";
import type { BtfId } from "../btf/types.ts";
import type { Fd } from "../linux/fd.ts";
import { fetchInfo, openObject, type ProgInfo, programInfo, programMapIds, readBtf } from "../linux/objects.ts";
import { LinuxResolver } from "../linux/resolver.ts";
import type { Kernel } from "../linux/syscall.ts";
import { attachedTo } from "./link-where.ts";
import type { ObjectCall } from "./object-command.ts";
import { ageText, type Holding, holderText, holdings } from "./object-command-context.ts";
import { fdFacts, programTypeName } from "./object-command-facts.ts";
import { openAll, openSelected, tagText, takeNothing, takeSelection } from "./object-command-select.ts";

type ProgRow = ReturnType<typeof progRow> & Holding;

/** `prog list` and `prog show [PROG]`. */
export function showPrograms(call: ObjectCall): void {
  const { kernel, words, out } = call;
  const { selection, rest } = words.length > 0 ? takeSelection("prog", words) : { rest: [] };
  takeNothing(rest);
  const resolver = new LinuxResolver(() => kernel);
  const bootNs = resolver.clockOffsetNs("boot");
  const holding = holdings(call, "prog");
  const rows: ProgRow[] = [];
  for (const fd of selection ? openSelected(kernel, "prog", selection) : openAll(kernel, "prog")) {
    using program = fd;
    const row = progRow(kernel, program, bootNs);
    rows.push({ ...row, ...holding(row.id) });
  }
  // bpftool gives an object for a program that is asked for by its id or file, and a list otherwise.
  const [only, ...others] = rows;
  if (out.json) return out.value(selection && others.length === 0 ? only : rows);
  const attached = attachedTo(kernel, resolver);
  const now = Number(resolver.now("realtime") / 1_000_000_000n);
  if (selection && only && others.length === 0) return out.facts(facts(only, attached.get(only.id), now));
  out.table(
    COLUMNS,
    rows.map((row) => cells(row, attached.get(row.id), now)),
  );
}

// biome-ignore format: as they stand in the table
const COLUMNS = ["ID", "TYPE", "NAME", "TAG", "AGE", "XLATED", "JITED", "RUNS", "NS/RUN", "MAPS", "ATTACHED TO", "HELD BY", "PINNED"];

function cells(row: ProgRow, attached: readonly string[] | undefined, now: number) {
  return [
    row.id,
    row.type,
    row.name,
    row.tag,
    ageText(now - row.loaded_at),
    row.bytes_xlated,
    row.bytes_jited,
    row.run_cnt,
    nsPerRun(row),
    row.map_ids?.join(","),
    attached?.join("; "),
    holderText(row),
    row.pinned?.join(" "),
  ];
}

function facts(row: ProgRow, attached: readonly string[] | undefined, now: number) {
  const bytes = (count: number | undefined) => (count === undefined ? undefined : `${count} bytes`);
  const loaded = `${new Date(row.loaded_at * 1000).toISOString().slice(0, 19)}Z (${ageText(now - row.loaded_at)} ago)`;
  return [
    ["id", row.id],
    ["type", row.type],
    ["name", row.name],
    ["tag", row.tag],
    ["licence", row.gpl_compatible ? "GPL-compatible" : "not GPL-compatible"],
    ["loaded", `${loaded} by uid ${row.uid}`],
    ["bytecode", bytes(row.bytes_xlated)],
    ["machine code", row.jited ? bytes(row.bytes_jited) : "none: interpreted"],
    ["memory", bytes(row.bytes_memlock)],
    ["runs", row.run_cnt === undefined ? undefined : `${row.run_cnt}, ${nsPerRun(row)} ns each`],
    ["missed", row.recursion_misses],
    ["maps", row.map_ids?.join(", ")],
    ["types", row.btf_id === undefined ? "none" : `btf id ${row.btf_id}`],
    ["attached to", attached?.join("; ") ?? "nothing by a link"],
    ["held by", holderText(row)],
    ["pinned", row.pinned?.join(" ")],
  ] as const;
}

function nsPerRun({ run_cnt, run_time_ns }: ProgRow): number | undefined {
  if (run_cnt === undefined || run_time_ns === undefined || run_cnt === 0n) return undefined;
  return Math.round(Number(run_time_ns) / Number(run_cnt));
}

function progRow(kernel: Kernel, fd: Fd, bootNs: bigint) {
  const info = programInfo(kernel, fd);
  const type = programTypeOf(info.type);
  const memlock = fdFacts(fd).get("memlock");
  const maps = programMapIds(kernel, fd);
  const name = programName(kernel, fd, info);
  return {
    id: info.id,
    type: type === undefined ? String(info.type) : programTypeName(type),
    name: name === "" ? undefined : name,
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

const KEPT_CHARS = 15; // of a name, in the kernel's info; the types of the program have it whole

/** A program's name, in full where its types are known. */
export function programName(kernel: Kernel, fd: Fd, info: ProgInfo): string {
  if (info.name.length < KEPT_CHARS || info.btfId === 0 || info.nrFuncInfo === 0) return info.name;
  const first = new Uint8Array(funcInfo.bytes);
  const request = { nrFuncInfo: 1, funcInfoRecSize: funcInfo.bytes, funcInfo: kernel.addressOf(first) };
  fetchInfo(kernel, fd, progInfo.encode(request));
  using types = openObject(kernel, "btf", info.btfId);
  if (types === undefined) return info.name;
  const btf = parseBtf(readBtf(kernel, types));
  const { typeId } = funcInfo.decode(first);
  return typeId < btf.count ? btf.nameOf(typeId as BtfId) || info.name : info.name;
}
