import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { within } from "./library-call.ts";
import { malloc } from "./malloc.ts";
import { type InstalledBinary, LIBC_PATH } from "./program.ts";

export const LIBSSL_PATH = "/usr/lib/x86_64-linux-gnu/libssl.so.3";
export const LIBCRYPTO_PATH = "/usr/lib/x86_64-linux-gnu/libcrypto.so.3";

export const LIBCRYPTO: InstalledBinary = {
  path: LIBCRYPTO_PATH,
  aliases: ["/lib/x86_64-linux-gnu/libcrypto.so.3"],
  fileBytes: 4_709_296,
  functions: ["EVP_EncryptUpdate", "EVP_DecryptUpdate", "EVP_DigestSignFinal", "EVP_PKEY_derive", "X509_verify_cert", "RAND_bytes", "RSA_sign", "RSA_verify", "ossl_ecdsa_sign", "ossl_ecdsa_verify"],
  libraries: [LIBC_PATH],
  language: "c",
}; // biome-ignore format: one list

/** OpenSSL 3. Distributions build it without USDT probes; its functions are what tools look at. */
export const LIBSSL: InstalledBinary = {
  path: LIBSSL_PATH,
  aliases: ["/lib/x86_64-linux-gnu/libssl.so.3", "/usr/lib64/libssl.so", "/usr/lib64/libssl.so.3"],
  fileBytes: 696_320,
  functions: [
    "SSL_new", "SSL_free", "SSL_set_fd", "SSL_connect", "SSL_accept", "SSL_do_handshake", "SSL_read", "SSL_read_ex",
    "SSL_write", "SSL_write_ex", "SSL_shutdown", "SSL_get_error", "SSL_CTX_new", "SSL_CTX_load_verify_locations",
    "ssl3_read_bytes", "ssl3_write_bytes", "tls_construct_client_hello", "tls_process_server_certificate",
  ],
  libraries: [LIBC_PATH, LIBCRYPTO_PATH],
  language: "c",
}; // biome-ignore format: one list

const HELLO_BYTES = 517;
const SERVER_FLIGHT_BYTES = 3_120;
const FINISHED_BYTES = 74;
const RECORD_OVERHEAD = 22; // header, content type and tag of TLS 1.3
const MOST_RECORD = 16_384;
const SSL_BYTES = 5_888;
const HANDSHAKE_NS = 380_000;
const NS_PER_BYTE = 0.9;
const SECRET = 0x5f;
const RECORD = 0x17; // application data

/** A TLS connection: the address of its SSL, the descriptor of its socket. */
export type Tls = Readonly<{ address: number; fd: number; isServer: boolean }>;

/** SSL_new(3) on a connected descriptor. */
export function* sslNew(task: Task, fd: number, isServer = false): Code<Tls> {
  const address = yield* within(task, "SSL_new", [], () => malloc(task, SSL_BYTES));
  yield* within(task, "SSL_set_fd", [address, fd], () => done(1));
  return { address, fd, isServer };
}

/** SSL_connect(3) or SSL_accept(3): 1, or -1 when the peer went away. */
export function sslHandshake(task: Task, tls: Tls): Code<number> {
  const outer = tls.isServer ? "SSL_accept" : "SSL_connect";
  return within(task, outer, [tls.address], () =>
    within(task, "SSL_do_handshake", [tls.address], () => shakeHands(task, tls)),
  );
}

function* shakeHands(task: Task, { fd, isServer }: Tls): Code<number> {
  const p = task.thread;
  if (isServer && (yield* p.read(fd, HELLO_BYTES)) <= 0) return -1;
  yield* p.compute(Math.round(p.random().latency(HANDSHAKE_NS, 0.2)));
  if ((yield* p.write(fd, isServer ? SERVER_FLIGHT_BYTES : HELLO_BYTES)) < 0) return -1;
  const awaited = isServer ? FINISHED_BYTES : SERVER_FLIGHT_BYTES;
  for (let got = 0; got < awaited; ) {
    const part = yield* p.read(fd, awaited - got);
    if (part <= 0) return -1;
    got += part;
  }
  if (isServer) return 1;
  yield* within(task, "X509_verify_cert", [0], () => busy(task, HANDSHAKE_NS));
  return (yield* p.write(fd, FINISHED_BYTES)) < 0 ? -1 : 1;
}

/** SSL_write(3): `text` stands in memory as it is, and goes out as a record that only the other end can read. */
export function sslWrite(task: Task, { address, fd }: Tls, text: string | Uint8Array): Code<number> {
  const plain = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const buffer = task.userBytes(plain);
  return within(task, "SSL_write", [address, buffer, plain.length], function* () {
    for (let at = 0; at < plain.length; at += MOST_RECORD) {
      const part = plain.subarray(at, at + MOST_RECORD);
      yield* within(task, "EVP_EncryptUpdate", [0, 0, 0, buffer + at, part.length], () =>
        busy(task, part.length * NS_PER_BYTE),
      );
      if ((yield* task.thread.write(fd, sealed(part))) < 0) return -1;
    }
    return plain.length;
  });
}

/** SSL_read(3): the text that came, undefined at the end. It stands in the caller's buffer when the function returns. */
export function* sslRead(task: Task, { address, fd }: Tls, most = MOST_RECORD): Code<string | undefined> {
  const buffer = task.userBuffer(most);
  let text: string | undefined;
  yield* within(task, "SSL_read", [address, buffer, most], function* () {
    const header = yield* readAll(task, fd, 5);
    if (header === undefined) return 0;
    const length = ((header[3] ?? 0) << 8) | (header[4] ?? 0);
    const body = yield* readAll(task, fd, length);
    if (body === undefined) return 0;
    const plain = body.subarray(0, Math.max(0, length - 17)).map((byte) => byte ^ SECRET);
    yield* within(task, "EVP_DecryptUpdate", [0, buffer, 0, 0, length], () => busy(task, length * NS_PER_BYTE));
    task.process.memory?.write(buffer, plain.subarray(0, most));
    text = new TextDecoder().decode(plain);
    return plain.length;
  });
  return text;
}

/** A record of TLS 1.3: its header, the bytes made unreadable, a content type and a tag. */
export function sealed(plain: Uint8Array): Uint8Array {
  const record = new Uint8Array(plain.length + RECORD_OVERHEAD);
  const length = plain.length + RECORD_OVERHEAD - 5;
  record.set([RECORD, 3, 3, length >> 8, length & 0xff]);
  record.set(
    plain.map((byte) => byte ^ SECRET),
    5,
  );
  record.fill(0xa5, 5 + plain.length);
  return record;
}

/** The text of the first record of `bytes`, and how long the record is; undefined while it is not whole. */
export function opened(bytes: Uint8Array): Readonly<{ text: string; bytes: number }> | undefined {
  if (bytes.length > 0 && bytes[0] !== RECORD)
    return bytes.length < FINISHED_BYTES ? undefined : { text: "", bytes: FINISHED_BYTES }; // the end of the handshake
  const length = ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0);
  if (bytes.length < 5 || bytes.length < 5 + length) return undefined;
  const plain = bytes.subarray(5, 5 + length - 17).map((byte) => byte ^ SECRET);
  return { text: new TextDecoder().decode(plain), bytes: 5 + length };
}

/** What a server answers to the first message of a handshake; undefined while that is not whole. */
export function serverFlight(hello: Uint8Array): Uint8Array | undefined {
  return hello.length < HELLO_BYTES ? undefined : new Uint8Array(SERVER_FLIGHT_BYTES);
}

function* readAll(task: Task, fd: number, bytes: number): Code<Uint8Array | undefined> {
  const all = new Uint8Array(bytes);
  for (let got = 0; got < bytes; ) {
    const part = yield* task.thread.readBytes(fd, bytes - got);
    if (part === undefined || part.length === 0) return undefined;
    all.set(part, got);
    got += part.length;
  }
  return all;
}

function* busy(task: Task, ns: number): Code<number> {
  yield* task.thread.compute(Math.round(ns));
  return 1;
}

// biome-ignore lint/correctness/useYield: it takes no time
function* done(result: number): Code<number> {
  return result;
}
