#!/usr/bin/env node
// How many records per second user space turns into text, on one core, without a kernel:
//   node bench/runtime-format.mjs [seconds per case]
// Each case formats records that lie in a ring-like buffer, through the same path as a traced script: action, text,
// writer, one string per burst. "hot" strings repeat, as commands and paths do; "cold" ones are never seen twice.
import { importSources } from "../scripts/import-sources.mjs";

const SECONDS = Number(process.argv[2] ?? 1);
const BURST = 512; // records between two flushes
const RECORDS = 65_536;
const ENTRY = `
  export { compileActions } from "./src/runtime/interpret-plan.ts";
  export { StackReader } from "./src/runtime/stack-reader.ts";
  export { StringCache } from "./src/runtime/string-cache.ts";
  export { createJsonWriter } from "./src/output/json.ts";
  export { createTextWriter } from "./src/output/text.ts";
`;

const u32 = { kind: "int", size: 4, signed: false };
const u64 = { kind: "int", size: 8, signed: false };
const comm = { kind: "string", size: 16 };
const path = { kind: "tailString", limit: 256 };
const arg = (conversion, width) => ({ kind: "arg", flags: "", conversion, ...(width && { width }) });
const text = (value) => ({ kind: "text", text: value });
const fields = [
  { type: u32, offset: 8 },
  { type: comm, offset: 16 },
  { type: path, offset: 32 },
  { type: u64, offset: 40 },
];
const [pid, name, file, ns] = fields;
const tuple = { kind: "tuple", size: 48, fields: [pid, name, file] };

const CASES = [
  { label: 'printf("%d %s %s\\n"), hot', action: printf([pid, name, file], "d", "s", "s") },
  { label: 'printf("%d %s %s\\n"), cold', action: printf([pid, name, file], "d", "s", "s"), cold: true },
  { label: 'printf("%-6d %-16s %s\\n"), hot', action: printf([pid, name, file], ["d", 6], ["s", 16], "s") },
  { label: 'printf("%d %llu %x\\n")', action: printf([pid, ns, ns], "d", "u", "x") },
  { label: "print((pid, comm, path)), hot", action: { kind: "print", value: { type: tuple, offset: 0 } } },
  {
    label: "print((pid, comm, path)), JSON",
    action: { kind: "print", value: { type: tuple, offset: 0 } },
    json: true,
  },
  { label: "printf, JSON", action: printf([pid, name, file], "d", "s", "s"), json: true },
];

function printf(args, ...conversions) {
  const format = conversions.flatMap((c, i) => [...(i > 0 ? [text(" ")] : []), arg(...[c].flat())]);
  return { kind: "printf", format: [...format, text("\n")], args };
}

/** Records one after the other, each of its own length, at multiples of 8. */
function fill(cold) {
  const bytes = new Uint8Array(RECORDS * 144);
  const view = new DataView(bytes.buffer);
  const starts = new Uint32Array(RECORDS + 1);
  const encode = new TextEncoder();
  let at = 0;
  for (let i = 0; i < RECORDS; i++) {
    const many = cold ? i : i % 200;
    const tail = encode.encode(`/usr/lib/x86_64-linux-gnu/lib${many}.so.${many % 7}`);
    view.setUint32(at + 8, 1000 + (i % 30_000), true);
    bytes.set(encode.encode(cold ? `task-${i}` : `worker-${i % 40}`), at + 16);
    view.setUint32(at + 32, 48, true);
    view.setUint32(at + 36, tail.length, true);
    view.setBigUint64(at + 40, 1_700_000_000_000n + BigInt(i), true);
    bytes.set(tail, at + 48);
    starts[i] = at;
    at += Math.ceil((48 + tail.length) / 8) * 8;
  }
  starts[RECORDS] = at;
  return { bytes, view, starts };
}

function run(source, { action, cold, json }) {
  const { bytes, view, starts } = fill(cold ?? false);
  let written = 0;
  const sink = { write: (piece) => (written += Buffer.byteLength(piece)) }; // a real sink encodes it once, too
  const writer = (json ? source.createJsonWriter : source.createTextWriter)(sink);
  const resolver = {};
  const decode = {
    resolver,
    strings: new source.StringCache(),
    stacks: new source.StackReader(undefined, resolver),
    probeNames: [],
    cutMark: "..",
  };
  const emit = (record) => writer.write(record);
  const unreadable = () => {
    throw new Error("unreadable record");
  };
  const handle = source.compileActions({ actions: [action] }, { decode, emit, unreadable, escapeData: true });
  const rates = [];
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end || rates.length < 3) {
    const start = performance.now();
    for (let i = 0; i < RECORDS; i++) {
      handle(bytes, view, starts[i], starts[i + 1] - starts[i]);
      if (i % BURST === 0) writer.flush();
    }
    writer.flush();
    rates.push(RECORDS / ((performance.now() - start) / 1000));
  }
  rates.sort((a, b) => a - b);
  return { rate: rates[rates.length >> 1], bytes: written };
}

const source = await importSources(ENTRY);
for (const item of CASES) {
  const { rate } = run(source, item);
  const label = item.label.padEnd(36);
  console.log(
    `${label} ${(rate / 1e6).toFixed(2).padStart(6)} M records/s  ${(1e9 / rate).toFixed(0).padStart(5)} ns each`,
  );
}
