import { Readable } from "node:stream";
import { iterCreateAttr } from "../abi/attr-link.ts";
import { checkInput, integer } from "../base/check-input.ts";
import { bpfFd } from "./bpf.ts";
import { checkKernel, checkLink } from "./check-arguments.ts";
import { ERRNO } from "./errno.ts";
import type { Fd } from "./fd.ts";
import type { LinuxLink } from "./link.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const CHUNK = integer(1, 1 << 30);
const CHUNK_BYTES = 1 << 16; // the kernel's own buffer has 32 KiB

/**
 * Walks what an iterator's link shows, from its start: chunks of what the program writes. Each call walks anew. The
 * kernel fills a chunk of `chunkBytes` when it is asked for; entries may come and go meanwhile. Throws SystemError.
 */
export function* readIterator(
  kernel: Kernel,
  link: LinuxLink,
  chunkBytes = CHUNK_BYTES,
): Generator<Uint8Array, void> {
  checkKernel(kernel);
  checkLink(link);
  checkInput("the bytes of a chunk", chunkBytes, CHUNK);
  using handle = link.fd();
  using walk = createWalk(kernel, handle);
  for (;;) {
    const chunk = new Uint8Array(chunkBytes);
    const bytes = kernel.call("read", walk.number, chunk, chunk.length);
    if (bytes === -ERRNO.EAGAIN || bytes === -ERRNO.EINTR) continue; // a long walk is cut to let others run
    if (bytes < 0) throw new SystemError("read an iterator", "read", bytes);
    if (bytes === 0) return;
    yield chunk.subarray(0, bytes);
  }
}

/** All that an iterator writes, as text. Throws SystemError. */
export function readIteratorText(kernel: Kernel, link: LinuxLink): string {
  const decoder = new TextDecoder();
  let text = "";
  for (const chunk of readIterator(kernel, link)) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** The same as a stream of node's. */
export function streamIterator(kernel: Kernel, link: LinuxLink): Readable {
  checkKernel(kernel);
  checkLink(link);
  return Readable.from(readIterator(kernel, link), { objectMode: false });
}

function createWalk(kernel: Kernel, link: Fd): Fd {
  return bpfFd(kernel, "BPF_ITER_CREATE", iterCreateAttr.encode({ linkFd: link.number }), "walk an iterator");
}
