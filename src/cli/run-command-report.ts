import type { ProgramType } from "../abi/attach-spec.ts";
import { jsonString } from "../output/json-value.ts";
import { packetFields } from "../vm/packet.ts";
import type { RunData } from "./run-command-data.ts";
import type { Outcome, RunTime } from "./run-command-execute.ts";
import { toHex } from "./run-command-hex.ts";
import type { RunSettings } from "./run-command-options.ts";
import { verdictName } from "./run-command-verdict.ts";

/** A run to be reported: what it was given and what came of it. */
export type Report = Readonly<{
  name: string;
  type: ProgramType;
  settings: RunSettings;
  data: RunData;
  packet: Uint8Array | undefined;
  outcome: Outcome;
}>;

const LABEL = 9;
const ROW = 16; // bytes per line of a dump
const MOST_ROWS = 64;

const row = (label: string, text: string): string => `${label.padEnd(LABEL)}${text}\n`;

/** A run as text. */
export function reportText(report: Report): string {
  const { type, settings, data, packet, outcome } = report;
  const { r0, steps, time, redirectedTo } = outcome;
  const verdict = verdictName(type, r0);
  let text = row("r0", `${resultText(r0)}${verdict === undefined ? "" : ` (${verdict})`}`);
  if (redirectedTo !== undefined) text += row("to", `interface or entry ${redirectedTo}`);
  text += row("steps", String(steps));
  if (time !== undefined) text += timeText(time, steps, settings);
  if (data.ctxGiven)
    text += changesText(
      "context",
      hidePacketFields(type, data.ctx, packet),
      hidePacketFields(type, outcome.ctx, packet),
    );
  else text += skbChanges(type, data.ctx, outcome.ctx);
  if (packet && outcome.packet) text += changesText("packet", packet, outcome.packet);
  return text;
}

/** `4294967295 = 0xffffffff = -1 as int`. */
export function resultText(r0: bigint): string {
  const parts = [String(r0)];
  if (r0 > 9n) parts.push(`0x${r0.toString(16)}`);
  if (r0 >= 1n << 63n) parts.push(String(BigInt.asIntN(64, r0)));
  else if (r0 >> 31n === 1n) parts.push(`${BigInt.asIntN(32, r0)} as int`);
  return parts.join(" = ");
}

function timeText({ mean, fastest }: RunTime, steps: number, { repeat, engine }: RunSettings): string {
  const mostly = `${nsText(mean, steps)} (mean of ${repeat} runs, ${engine})`;
  return row("time", mostly) + row("", `${nsText(fastest, steps)} (fastest tenth)`);
}

function nsText(ns: number, steps: number): string {
  return ns < 1 ? meanTime(ns) : `${meanTime(ns)}, ${digits(ns / Math.max(1, steps))} ns an instruction`;
}

/** Nanoseconds of a run, in words. */
export function meanTime(ns: number): string {
  return ns < 1 ? "less than 1 ns a run" : `${digits(ns)} ns a run`;
}

function digits(value: number): string {
  return value < 100 ? value.toPrecision(2) : value.toFixed(0);
}

function changesText(what: string, before: Uint8Array, after: Uint8Array): string {
  const isSame = before.length === after.length && before.every((byte, i) => byte === after[i]);
  if (isSame) return "";
  const sizes =
    before.length === after.length
      ? `${after.length} bytes, changed`
      : `${before.length} bytes before, ${after.length} now`;
  return `${row(what, sizes)}${dump(before.length === after.length ? before : undefined, after)}`;
}

/** Rows of 16 bytes; of those that are as before, none. */
function dump(before: Uint8Array | undefined, after: Uint8Array): string {
  let text = "";
  let rows = 0;
  for (let at = 0; at < after.length; at += ROW) {
    const bytes = after.subarray(at, at + ROW);
    if (before && bytes.every((byte, i) => byte === before[at + i])) continue;
    if (++rows > MOST_ROWS) return `${text}  … (--json gives all)\n`;
    const hex = Array.from(bytes, (byte, i) => {
      const digits = byte.toString(16).padStart(2, "0");
      return before && byte !== before[at + i] ? `${digits}*` : `${digits} `;
    });
    text += `  ${at.toString(16).padStart(4, "0")}  ${hex.join("")}\n`.replace(/ +\n/, "\n");
  }
  return text;
}

/** The machine itself writes the packet's addresses into the context. */
function hidePacketFields(type: ProgramType, ctx: Uint8Array, packet: Uint8Array | undefined): Uint8Array {
  const fields = packet && packetFields(type);
  if (fields === undefined) return ctx;
  const hidden = ctx.slice();
  for (const at of Object.values(fields)) hidden.fill(0, at, at + 4);
  return hidden;
}

/** Fields of `struct __sk_buff` that programs write. Source: include/uapi/linux/bpf.h, v6.18. */
// biome-ignore format: one field per line
const SKB_FIELDS: readonly (readonly [name: string, offset: number])[] = [
  ["mark", 8], ["queue_mapping", 12], ["priority", 32], ["tc_index", 44],
  ["cb[0]", 48], ["cb[1]", 52], ["cb[2]", 56], ["cb[3]", 60], ["cb[4]", 64], ["tc_classid", 72],
];
const SKB_BYTES = 192;

function skbChanges(type: ProgramType, before: Uint8Array, after: Uint8Array): string {
  if (type === "xdp" || after.length !== SKB_BYTES || before.length !== SKB_BYTES) return "";
  const [old, now] = [before, after].map((bytes) => new DataView(bytes.buffer, bytes.byteOffset)) as [
    DataView,
    DataView,
  ];
  return SKB_FIELDS.filter(([, at]) => old.getUint32(at, true) !== now.getUint32(at, true))
    .map(([name, at]) => row("context", `${name} = ${now.getUint32(at, true)}`))
    .join("");
}

/** A run as the members of a JSON object, in order. */
export function reportJson(report: Report): string[] {
  const { name, type, settings, data, outcome } = report;
  const verdict = verdictName(type, outcome.r0);
  const { time, steps } = outcome;
  return [
    `"program": ${jsonString(name)}`,
    `"type": "${type}"`,
    `"r0": ${outcome.r0}`,
    ...(verdict === undefined ? [] : [`"verdict": ${jsonString(verdict)}`]),
    ...(outcome.redirectedTo === undefined ? [] : [`"redirected_to": ${outcome.redirectedTo}`]),
    `"steps": ${steps}`,
    `"engine": "${settings.trace ? "interpreter" : settings.engine}"`,
    `"runs": ${settings.repeat}`,
    ...(time === undefined ? [] : timeJson(time, steps)),
    ...(data.ctxGiven ? [`"context": "${toHex(outcome.ctx)}"`] : []),
    ...(outcome.packet ? [`"packet": "${toHex(outcome.packet)}"`] : []),
  ];
}

function timeJson({ mean, fastest }: RunTime, steps: number): string[] {
  return [
    `"ns_per_run": ${mean.toFixed(2)}`,
    `"ns_per_instruction": ${(mean / Math.max(1, steps)).toFixed(4)}`,
    `"ns_per_run_fastest_tenth": ${fastest.toFixed(2)}`,
  ];
}
