import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from "node:fs";

/** A text that is kept between runs. It is valid for as long as `key`, one line, says the same. */
export type KeptText = Readonly<{ name: string; key: string }>;

const MAGIC = "skep kept text 1";
const MOST_BYTES = 1 << 26;
const OTHERS = 0o077; // access of anybody but the owner
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * What was kept in `folder` under that name and key. Undefined when there is nothing, when somebody else owns it or may
 * touch it, and when it is damaged; never throws for what the file system says. `text` has a byte per character.
 */
export function readKept(folder: string, { name, key }: KeptText): string | undefined {
  return inOwnFolder(folder, (place) => {
    const fd = openSync(`${place}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const status = fstatSync(fd);
      if (!status.isFile() || !isOurs(status) || status.size > MOST_BYTES) return undefined;
      const bytes = Buffer.alloc(status.size);
      for (let at = 0, got = 1; at < bytes.length && got > 0; at += got)
        got = readSync(fd, bytes, at, bytes.length - at, null);
      return unwrap(bytes, key);
    } finally {
      closeSync(fd);
    }
  });
}

/**
 * Keeps a text of one byte per character. The folder is made when only it is missing, for its owner alone; a reader sees
 * the old text or the new one. Does nothing where that cannot be.
 */
export function keepText(folder: string, { name, key }: KeptText, text: string): void {
  makeFolder(folder);
  inOwnFolder(folder, (place) => {
    const half = `${place}/.${name}.${process.pid}`;
    const fd = openSync(half, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      try {
        const bytes = wrap(text, key);
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      } finally {
        closeSync(fd);
      }
      renameSync(half, `${place}/${name}`);
    } catch (error) {
      unlinkSync(half);
      throw error;
    }
  });
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, 0o700);
  } catch (error) {
    if (!isRefusal(error)) throw error; // it is there, or cannot be
  }
}

/** Works on the folder itself, whatever its name comes to mean meanwhile. */
function inOwnFolder<T>(folder: string, work: (place: string) => T): T | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    return isOurs(fstatSync(fd)) ? work(`/proc/self/fd/${fd}`) : undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function isOurs({ uid, mode }: { uid: number; mode: number }): boolean {
  return uid === process.geteuid?.() && (mode & OTHERS) === 0;
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

// The head is a line of what follows and the key, filled up to whole words: what follows is summed up by words.
function wrap(text: string, key: string): Buffer {
  const body = Buffer.from(text, "latin1");
  const head = `${MAGIC} ${body.length} ${sumOf(new Uint8Array(body)).toString(16)} ${key}`;
  const bytes = Buffer.byteLength(head, "latin1");
  const filled = head + " ".repeat((4 - ((bytes + 1) % 4)) % 4);
  return Buffer.concat([Buffer.from(`${filled}\n`, "latin1"), body]);
}

function unwrap(bytes: Buffer, key: string): string | undefined {
  const newline = bytes.indexOf(10);
  const head = bytes.toString("latin1", 0, Math.max(newline, 0));
  const [, length, sum, found] = new RegExp(`^${MAGIC} (\\d+) ([0-9a-f]+) (.*?) *$`).exec(head) ?? [];
  const body = bytes.subarray(newline + 1);
  if (found !== key || Number(length) !== body.length || sumOf(body).toString(16) !== sum) return undefined;
  return body.toString("latin1");
}

/** FNV-1a over words and then the bytes that are left: it finds damage, and keeps nobody from anything. */
function sumOf(bytes: Uint8Array): number {
  const words = bytes.byteOffset % 4 === 0 ? bytes.length >>> 2 : 0;
  const view = words > 0 ? new Int32Array(bytes.buffer, bytes.byteOffset, words) : new Int32Array(0);
  let sum = 0x811c9dc5 | 0;
  for (let i = 0; i < words; i++) sum = Math.imul(sum ^ (view[i] as number), 0x01000193);
  for (let i = words * 4; i < bytes.length; i++) sum = Math.imul(sum ^ (bytes[i] as number), 0x01000193);
  return sum >>> 0;
}
