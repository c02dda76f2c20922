import { type IpAddress, ipFromBytes } from "./ip-address.ts";

/** Types of records. RFC 1035, 3.2.2; RFC 3596. */
export const DNS_TYPE = { a: 1, ns: 2, cname: 5, ptr: 12, mx: 15, txt: 16, aaaa: 28 } as const;
/** Response codes. RFC 1035, 4.1.1. */
export const DNS_CODE = {
  ok: 0,
  formatError: 1,
  serverFailure: 2,
  noSuchName: 3,
  notImplemented: 4,
  refused: 5,
} as const;

export type DnsQuestion = Readonly<{ name: string; type: number }>;
/** `data`: an address, another name, or bytes of any other type. */
export type DnsRecord = Readonly<{
  name: string;
  type: number;
  ttlSeconds: number;
  data: IpAddress | string | Uint8Array;
}>;

export type DnsMessage = Readonly<{
  id: number;
  isResponse: boolean;
  authoritative: boolean;
  truncated: boolean;
  recursionDesired: boolean;
  recursionAvailable: boolean;
  /** One of DNS_CODE. */
  code: number;
  questions: readonly DnsQuestion[];
  answers: readonly DnsRecord[];
}>;

const IN = 1; // class: the Internet
const MOST_LABEL = 63;
const MOST_NAME = 253;
const MOST_POINTERS = 32;

const encoder = new TextEncoder();

/** A query for one record, as a stub resolver sends it. */
export function dnsQuery(id: number, name: string, type: number): DnsMessage {
  const flags = { isResponse: false, authoritative: false, truncated: false, recursionDesired: true };
  return { id, ...flags, recursionAvailable: false, code: 0, questions: [{ name, type }], answers: [] };
}

/** Whether a name may stand in a message: labels of 1 to 63 characters, at most 253 in all. */
export function isDnsName(name: string): boolean {
  if (name === "") return true;
  return name.length <= MOST_NAME && name.split(".").every((label) => /^[\x21-\x7e]{1,63}$/.test(label));
}

/** The message's bytes; names that were written before are referred to. Names must satisfy `isDnsName`. */
export function encodeDns(message: DnsMessage): Uint8Array {
  const out: number[] = [];
  const places = new Map<string, number>();
  const put16 = (value: number) => out.push((value >> 8) & 0xff, value & 0xff);
  const putName = (name: string) => encodeName(name, out, places);
  put16(message.id);
  put16(flagsOf(message));
  for (const count of [message.questions.length, message.answers.length, 0, 0]) put16(count);
  for (const question of message.questions) {
    putName(question.name);
    put16(question.type);
    put16(IN);
  }
  for (const { name, type, ttlSeconds, data } of message.answers) {
    putName(name);
    put16(type);
    put16(IN);
    put16(ttlSeconds >>> 16);
    put16(ttlSeconds & 0xffff);
    const lengthAt = out.length;
    put16(0);
    if (typeof data === "string") putName(data);
    else out.push(...(data instanceof Uint8Array ? data : data.bytes));
    const length = out.length - lengthAt - 2;
    out[lengthAt] = length >> 8;
    out[lengthAt + 1] = length & 0xff;
  }
  return Uint8Array.from(out);
}

function flagsOf(message: DnsMessage): number {
  return (
    (message.isResponse ? 0x8000 : 0) |
    (message.authoritative ? 0x0400 : 0) |
    (message.truncated ? 0x0200 : 0) |
    (message.recursionDesired ? 0x0100 : 0) |
    (message.recursionAvailable ? 0x0080 : 0) |
    (message.code & 15)
  );
}

function encodeName(name: string, out: number[], places: Map<string, number>): void {
  let rest = name.toLowerCase();
  while (rest !== "") {
    const known = places.get(rest);
    if (known !== undefined) {
      out.push(0xc0 | (known >> 8), known & 0xff);
      return;
    }
    if (out.length < 0x4000) places.set(rest, out.length);
    const [label = ""] = rest.split(".", 1);
    const bytes = encoder.encode(label).subarray(0, MOST_LABEL);
    out.push(bytes.length, ...bytes);
    rest = rest.slice(label.length + 1);
  }
  out.push(0);
}

/** Reads a message; undefined for bytes that are none. Records of the two last sections are passed over. */
export function decodeDns(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length < 12) return undefined;
  const cursor = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at: 12 };
  const flags = cursor.view.getUint16(2);
  const [questionCount, answerCount] = [cursor.view.getUint16(4), cursor.view.getUint16(6)];
  const questions: DnsQuestion[] = [];
  const answers: DnsRecord[] = [];
  for (let i = 0; i < questionCount; i++) {
    const question = decodeQuestion(cursor);
    if (question === undefined) return undefined;
    questions.push(question);
  }
  for (let i = 0; i < answerCount; i++) {
    const answer = decodeRecord(cursor);
    if (answer === undefined) return undefined;
    answers.push(answer);
  }
  return {
    id: cursor.view.getUint16(0),
    isResponse: (flags & 0x8000) !== 0,
    authoritative: (flags & 0x0400) !== 0,
    truncated: (flags & 0x0200) !== 0,
    recursionDesired: (flags & 0x0100) !== 0,
    recursionAvailable: (flags & 0x0080) !== 0,
    code: flags & 15,
    questions,
    answers,
  };
}

type Cursor = { readonly bytes: Uint8Array; readonly view: DataView; at: number };

function decodeQuestion(cursor: Cursor): DnsQuestion | undefined {
  const name = decodeName(cursor);
  if (name === undefined || cursor.at + 4 > cursor.bytes.length) return undefined;
  cursor.at += 4;
  return { name, type: cursor.view.getUint16(cursor.at - 4) };
}

function decodeRecord(cursor: Cursor): DnsRecord | undefined {
  const name = decodeName(cursor);
  const { view, bytes } = cursor;
  if (name === undefined || cursor.at + 10 > bytes.length) return undefined;
  const type = view.getUint16(cursor.at);
  const ttlSeconds = view.getUint32(cursor.at + 4);
  const length = view.getUint16(cursor.at + 8);
  const start = cursor.at + 10;
  const end = start + length;
  if (end > bytes.length) return undefined;
  cursor.at = start;
  const data = isNamed(type) ? decodeName(cursor) : dataOf(type, bytes.slice(start, end));
  cursor.at = end;
  return data === undefined ? undefined : { name, type, ttlSeconds, data };
}

function isNamed(type: number): boolean {
  return type === DNS_TYPE.cname || type === DNS_TYPE.ns || type === DNS_TYPE.ptr;
}

function dataOf(type: number, bytes: Uint8Array): IpAddress | Uint8Array | undefined {
  if (type === DNS_TYPE.a) return bytes.length === 4 ? ipFromBytes(bytes) : undefined;
  if (type === DNS_TYPE.aaaa) return bytes.length === 16 ? ipFromBytes(bytes) : undefined;
  return bytes;
}

function decodeName(cursor: Cursor): string | undefined {
  const { bytes } = cursor;
  const labels: string[] = [];
  let at = cursor.at;
  let end: number | undefined; // behind the first reference
  for (let pointers = 0; ; ) {
    const length = bytes[at];
    if (length === undefined) return undefined;
    if (length === 0) break;
    if (length >= 0xc0) {
      const low = bytes[at + 1];
      if (low === undefined || ++pointers > MOST_POINTERS) return undefined;
      end ??= at + 2;
      at = ((length & 0x3f) << 8) | low;
      continue;
    }
    if (length > MOST_LABEL || at + 1 + length > bytes.length) return undefined;
    labels.push(String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length)));
    at += 1 + length;
    if (labels.length > 127) return undefined;
  }
  cursor.at = end ?? at + 1;
  return labels.join(".");
}
