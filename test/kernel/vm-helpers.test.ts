// Helpers of the machine against the kernel's: the same call gives the same result and leaves the same memory.
import { expect, test } from "vitest";
import { helperByName } from "../../src/abi/helpers.ts";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { assemble } from "../../src/isa/assemble.ts";
import { bindNames } from "../../src/isa/bind-names.ts";
import { encodeProgram } from "../../src/isa/encode.ts";
import type { Insn } from "../../src/isa/insn.ts";
import { createMap, freezeMap, lookupElem, updateElem } from "../../src/linux/bpf-map.ts";
import { loadProgram, testRun } from "../../src/linux/bpf-prog.ts";
import { openKernel } from "../../src/linux/syscall.ts";
import { Machine } from "../../src/vm/machine.ts";

const kernel = openKernel();
const KEY = new Uint8Array(4);
const SIZE = 256;
const OUT = 128; // the program's own result is stored behind what helpers write
const mem: MapSpec = { name: "mem", type: "array", keySize: 4, valueSize: SIZE, maxEntries: 1, flags: 0 };
const text: MapSpec = { ...mem, name: "text", flags: 1 << 7, readOnly: true };

type Case = Readonly<{
  rule: string;
  /** Sets up r1 … r5; r6 is the address of `data`, r7 of the read-only text, results go to r6 + 64 and beyond. */
  call: string;
  data?: string;
  format?: string;
  type?: "syscall" | "schedCls";
}>;

const printf = (args: number) => `
  r1 = r6
  r1 += 64
  r2 = 64
  r3 = r7
  r4 = r6
  r5 = ${args * 8}
  call bpf_snprintf`;

const parse = (helper: string, base: number, size: number) => `
  r1 = r6
  r2 = ${size}
  r3 = ${base}
  r4 = r6
  r4 += 64
  call ${helper}`;

const checksum = (from: number, to: number, seed: number) => `
  r1 = r6
  r2 = ${from}
  r3 = r6
  r3 += 16
  r4 = ${to}
  r5 = ${seed}
  call bpf_csum_diff`;

const compare = (size: number) => `
  r1 = r6
  r2 = ${size}
  r3 = r7
  call bpf_strncmp`;

// biome-ignore format: one case per line
const CASES: readonly Case[] = [
  { rule: "snprintf %d %u",          call: printf(2), format: "a %d b %u",      data: "\xff\xff\xff\xff\x00\x00\x00\x00\xff\xff\xff\xff" },
  { rule: "snprintf %x %llx",        call: printf(2), format: "%x|%llx",        data: "\x12\x34\x56\x78\x9a\xbc\xde\xf0\x12\x34\x56\x78\x9a\xbc\xde\xf0" },
  { rule: "snprintf %ld %lu",        call: printf(2), format: "%ld %lu",        data: "\xff".repeat(16) },
  { rule: "snprintf widths",         call: printf(3), format: "%5d|%-5d|%05d",  data: "\x07\0\0\0\0\0\0\0\x08\0\0\0\0\0\0\0\xf7\xff\xff\xff\0\0\0\0" },
  { rule: "snprintf %c and %%",      call: printf(1), format: "100%% %c",       data: "A" },
  { rule: "snprintf hex widths",     call: printf(2), format: "%08x %4X",      data: "\xef\xbe\0\0\0\0\0\0\xef\xbe" },
  { rule: "snprintf of texts",        call: printf(2).replace("r4 = r6", "*(u64 *)(r6 + 8) = r7\nr7 += 100\n*(u64 *)(r6 + 0) = r7\nr7 += -100\nr4 = r6"), format: `${"%s|%12s|".padEnd(100, "\0")}inner` },
  { rule: "snprintf of a bad address", call: printf(1), format: "<%s>", data: "\x05" },
  { rule: "snprintf of text in a word", call: printf(1), format: "%sx", data: "\x05" },
  { rule: "snprintf %+d and % d",      call: printf(3), format: "%+d|% d|%+5d", data: "\x07\0\0\0\0\0\0\0\x08\0\0\0\0\0\0\0\xf7\xff\xff\xff\0\0\0\0" },
  { rule: "snprintf of bytes",         call: printf(2), format: "%c%c", data: "\xe9\0\0\0\0\0\0\0A" },
  { rule: "snprintf %px",              call: printf(1), format: "%px!", data: "\x12\x34" },
  { rule: "snprintf %pI4",             call: printf(1), format: "%pI4", data: "\x12\x34" },
  { rule: "snprintf of addresses",     call: printf(2).replace("r4 = r6", "*(u64 *)(r6 + 0) = r7\n*(u64 *)(r6 + 8) = r7\nr4 = r6"), format: "%pi4 %pI6" },
  { rule: "snprintf without colons",   call: printf(1).replace("r4 = r6", "*(u64 *)(r6 + 0) = r7\nr4 = r6"), format: "%pi6" },
  { rule: "snprintf of an unknown symbol", call: printf(2), format: "%ps %pS", data: "\x12\0\0\0\0\0\0\0\x13" },
  { rule: "snprintf with too few",     call: printf(1), format: "%d %d" },
  { rule: "snprintf with too many",    call: printf(3), format: "%d" },
  { rule: "snprintf of what is unknown", call: printf(1), format: "%f" },
  { rule: "snprintf with a precision", call: printf(1), format: "%.3d" },
  { rule: "snprintf of a pointer in a word", call: printf(1), format: "%pX" },
  { rule: "snprintf ends in a percent sign", call: printf(1), format: "abc %" },
  { rule: "snprintf of beyond ASCII",  call: printf(0), format: "\xc3\xa9" },
  { rule: "snprintf of a control character", call: printf(0), format: "\x01" },
  { rule: "snprintf of lines",         call: printf(1), format: "a\tb\n%%%d%%\n", data: "\x05" },
  { rule: "snprintf zero padding of text", call: printf(1), format: "%05c|", data: "A" },
  { rule: "snprintf %lli and %li",     call: printf(2), format: "%lli %li", data: "\xff".repeat(16) },
  { rule: "snprintf is cut",         call: printf(0), format: "x".repeat(90) },
  { rule: "strtol decimal",          call: parse("bpf_strtol", 0, 8),  data: "-1234 x" },
  { rule: "strtol hexadecimal",      call: parse("bpf_strtol", 16, 8), data: "0x7fZ" },
  { rule: "strtol octal",            call: parse("bpf_strtol", 0, 8),  data: "0755 " },
  { rule: "strtol of nothing",       call: parse("bpf_strtol", 10, 8), data: "abc" },
  { rule: "strtol of 08",            call: parse("bpf_strtol", 0, 8),  data: "08" },
  { rule: "strtol of 0x in base 16", call: parse("bpf_strtol", 16, 8), data: "0xg" },
  { rule: "strtol of 0",             call: parse("bpf_strtol", 0, 8),  data: "0" },
  { rule: "strtol signed min",       call: parse("bpf_strtol", 10, 24), data: "-9223372036854775808" },
  { rule: "strtol of 0x",            call: parse("bpf_strtol", 0, 8),  data: "0xg" },
  { rule: "strtol after spaces",     call: parse("bpf_strtol", 10, 8), data: "  12" },
  { rule: "strtol bad base",         call: parse("bpf_strtol", 7, 8),  data: "12" },
  { rule: "strtol too large",        call: parse("bpf_strtol", 10, 24), data: "99999999999999999999" },
  { rule: "strtoul",                 call: parse("bpf_strtoul", 10, 8), data: "4711" },
  { rule: "strtoul negative",        call: parse("bpf_strtoul", 10, 8), data: "-1" },
  { rule: "strncmp equal",           call: compare(6), data: "hello\0", format: "hello" },
  { rule: "strncmp less",            call: compare(6), data: "hallo\0", format: "hello" },
  { rule: "strncmp greater",         call: compare(6), data: "hezzo\0", format: "hello" },
  { rule: "strncmp prefix",          call: compare(3), data: "help\0",  format: "hello" },
  { rule: "csum_diff",               call: checksum(8, 8, 0),       data: "abcdefgh--------ijklmnop", type: "schedCls" },
  { rule: "csum_diff with a seed",   call: checksum(4, 4, 0x12345), data: "\xff\xff\xff\xff------------\x01\x02\x03\x04", type: "schedCls" },
  { rule: "csum_diff removes",       call: checksum(8, 0, 77),      data: "12345678", type: "schedCls" },
  { rule: "csum_diff adds",          call: checksum(0, 8, -1),      data: "----------------zyxwvuts", type: "schedCls" },
];

function program(call: string): readonly Insn[] {
  const source = `r6 = map[mem][0]\nr7 = map[text][0]\n${call}\n*(u64 *)(r6 + ${OUT}) = r0\nr0 = 0\nexit`;
  const { insns, report } = assemble(
    { name: "test", text: source },
    { helperId: (name) => helperByName(name)?.id },
  );
  if (insns === undefined) throw new Error(report.diagnostics.map((found) => found.message).join("\n"));
  return insns;
}

function latin1(value: string): Uint8Array {
  const bytes = new Uint8Array(SIZE);
  for (let i = 0; i < value.length; i++) bytes[i] = value.charCodeAt(i);
  return bytes;
}

function inKernel(insns: readonly Insn[], data: Uint8Array, format: Uint8Array, isNetwork: boolean): string {
  using memory = createMap(kernel, { ...mem, type: 2 });
  using texts = createMap(kernel, { ...text, type: 2 });
  updateElem(kernel, memory, KEY, data);
  updateElem(kernel, texts, KEY, format);
  freezeMap(kernel, texts);
  const bound = bindNames(insns, { map: (name) => ({ fd: (name === "mem" ? memory : texts).number }) });
  const type = isNetwork ? 3 : 31;
  const load = { name: "vm", type, insns: encodeProgram(bound), license: "GPL", flags: isNetwork ? 0 : 16 };
  const loaded = loadProgram(kernel, load);
  // Formats that the helper refuses are refused at load already.
  if (loaded.kind === "refused" && /format/i.test(loaded.log)) return `-${loaded.errno}`;
  if (loaded.kind === "refused") throw new Error(`refused with ${loaded.errno}: ${loaded.log.slice(-800)}`);
  using fd = loaded.fd;
  testRun(kernel, fd, isNetwork ? { data: new Uint8Array(64) } : {});
  const after = new Uint8Array(SIZE);
  lookupElem(kernel, memory, KEY, after);
  return shown(after);
}

function inMachine(insns: readonly Insn[], data: Uint8Array, format: Uint8Array): string {
  const machine = new Machine();
  machine.createMap({ ...mem, initial: data });
  machine.createMap({ ...text, initial: format });
  machine.load({ name: "p", insns });
  machine.run("p");
  return shown(machine.map("mem").lookup(KEY) ?? new Uint8Array(0));
}

/** r0, and what lies before it as text. */
function shown(memory: Uint8Array): string {
  const result = new DataView(memory.buffer, memory.byteOffset).getBigInt64(OUT, true);
  return `${result}: ${JSON.stringify(String.fromCharCode(...memory.subarray(64, OUT)))}`;
}

test.each(CASES)("$rule", ({ call, data = "", format = "", type }) => {
  const insns = program(call);
  const [memory, texts] = [latin1(data), latin1(format)];
  const expected = inKernel(insns, memory, texts, type === "schedCls");
  expect(inMachine(insns, memory, texts).slice(0, expected.length)).toBe(expected);
});
