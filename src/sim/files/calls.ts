import type { Calls } from "../thread.ts";
import type { Task } from "../world/task.ts";
import type { Code } from "../world/wait.ts";
import { chmod, chown, fsync, ftruncate, mount, sync, truncate, umount } from "./change.ts";
import { dup, dup2, fcntl, ioctl } from "./descriptor-calls.ts";
import { chdir, link, mkdir, readDirectory, rename, rmdir, symlink, unlink } from "./directories.ts";
import { close, open } from "./open.ts";
import { pipe } from "./pipe.ts";
import { type Data, lseek, pread, pwrite, read, readBytes, sendfile, write } from "./read-write.ts";
import { access, fstat, readlink, stat, statfs } from "./stat.ts";

const CHUNK = 4096; // what stdio reads at once

/** Reads a whole file as programs do: open, fstat, read until the end, close. How many bytes, or a negative errno. */
function* readFile(task: Task, path: string): Code<number> {
  const fd = yield* open(task, path);
  if (fd < 0) return fd;
  yield* fstat(task, fd);
  let total = 0;
  for (;;) {
    const got = yield* read(task, fd, CHUNK);
    if (got <= 0) break;
    total += got;
  }
  yield* close(task, fd);
  return total;
}

/** As `readFile`, and gives the text; undefined when it failed. */
function* readText(task: Task, path: string): Code<string | undefined> {
  const fd = yield* open(task, path);
  if (fd < 0) return undefined;
  let text = "";
  for (;;) {
    const bytes = yield* readBytes(task, fd, CHUNK);
    if (bytes === undefined || bytes.length === 0) break;
    text += new TextDecoder().decode(bytes);
  }
  yield* close(task, fd);
  return text;
}

/** Replaces a file's content: open, write, close. How many bytes, or a negative errno. */
function* writeFile(task: Task, path: string, data: Data): Code<number> {
  const fd = yield* open(task, path, "w");
  if (fd < 0) return fd;
  const done = yield* write(task, fd, data);
  yield* close(task, fd);
  return done;
}

/** What processes can do with files. */
export const fileCalls = {
  open, close, read, readBytes, pread, write, pwrite, lseek, sendfile, readFile, readText, writeFile,
  stat, fstat, access, statfs, readlink,
  mkdir, rmdir, unlink, link, symlink, readDirectory, chdir, renameFile: rename,
  chmod, chown, truncate, ftruncate, fsync, sync, mount, umount,
  dup, dup2, fcntl, ioctl, pipe,
} satisfies Calls; // biome-ignore format: by topic
