import { closeSync, openSync, writeSync } from "node:fs";
import { SkepError } from "../base/errors.ts";
import type { Sink } from "../output/sink.ts";

const RETRY_MS = 1;

/** The reader of our output has gone (a closed pipe): nothing more can be shown. */
export class OutputClosed extends Error {}

/** Writes to a file descriptor at once and completely, waiting while the reader is slow. Throws OutputClosed. */
export class FdSink implements Sink, Disposable {
  readonly fd: number;
  readonly #owned: boolean;
  #hasWritten = false;

  constructor(fd: number, owned = false) {
    this.fd = fd;
    this.#owned = owned;
  }

  write(text: string): void {
    this.writeBytes(Buffer.from(text, "utf8"));
  }

  /** Whether anything was written by this object. */
  get hasWritten(): boolean {
    return this.#hasWritten;
  }

  writeBytes(bytes: Uint8Array): void {
    this.#hasWritten = true;
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(this.fd, bytes, at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EPIPE") throw new OutputClosed();
        if (code !== "EAGAIN")
          throw new SkepError("cannot write the output", {
            code: "cli/output",
            remedy: code === "ENOSPC" ? "free some space on the disk" : "check where the output goes",
            cause: error,
          });
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  }

  [Symbol.dispose](): void {
    if (this.#owned) closeSync(this.fd);
  }
}

/** A file for the output, made anew. Throws SkepError when it cannot be. */
export function openOutput(path: string, how: "anew" | "append" = "anew"): FdSink {
  try {
    return new FdSink(openSync(path, how === "append" ? "a" : "w"), true);
  } catch (cause) {
    throw new SkepError(`cannot open ${path} for writing`, {
      code: "cli/output",
      remedy: "choose a file in a folder that exists and that you may write to",
      cause,
    });
  }
}
