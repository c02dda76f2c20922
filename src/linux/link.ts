import type { AttachSpec } from "../abi/attach-spec.ts";
import { linkDetachAttr, linkUpdateAttr } from "../abi/attr-link.ts";
import { checkInput } from "../base/check-input.ts";
import { SkepError } from "../base/errors.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import { attachText } from "./attach-spec-text.ts";
import { type Attachment, detachAll, noAttachment } from "./attachments.ts";
import { bpf } from "./bpf.ts";
import { ERRNO } from "./errno.ts";
import { FD, type Fd } from "./fd.ts";
import { describeLink, type LinkDescription } from "./link-info.ts";
import { duplicate } from "./open-file.ts";
import { pinObject } from "./open-object.ts";
import type { Kernel } from "./syscall.ts";
import { SystemError } from "./system-error.ts";

const REPLACE = 4; // BPF_F_REPLACE: only in place of the program given

/** Something that runs when its point is reached, as long as this object is open or the link is pinned. */
export class LinuxLink implements Disposable {
  /** Where it was attached; undefined for a link that was opened and not made here. */
  readonly attach: AttachSpec | undefined;
  readonly #kernel: Kernel;
  readonly #attachment: Attachment;
  readonly #onClosed: (() => void) | undefined;
  #closed = false;

  constructor(kernel: Kernel, attachment: Attachment, attach?: AttachSpec, onClosed?: () => void) {
    this.#kernel = kernel;
    this.#attachment = attachment;
    this.attach = attach;
    this.#onClosed = onClosed;
  }

  /** A link that the kernel holds already. It is ours to close from now on. */
  static opened(kernel: Kernel, link: Fd): LinuxLink {
    return new LinuxLink(kernel, { ...noAttachment(), links: [link.release()] });
  }

  /** A descriptor of the link, for what this class does not offer; the caller closes it. Throws SkepError without a link. */
  fd(): Fd {
    return duplicate(this.#kernel, this.#only("use it as one link"));
  }

  /** What the kernel tells of the link. Throws SkepError when it was attached without one. */
  info(): LinkDescription {
    using fd = this.fd();
    return describeLink(this.#kernel, fd);
  }

  /**
   * Puts another program in the place of the one that runs, without a moment in which none does: links of cgroups, XDP,
   * tcx, network namespaces, iterators, socket maps, and of struct_ops, whose maps are swapped. `expected`: only if
   * this program is there now. Throws SkepError.
   */
  update(program: Fd, expected?: Fd): void {
    checkInput("the new program of a link", program, FD);
    if (expected !== undefined) checkInput("the program that is expected", expected, FD);
    const attr = linkUpdateAttr.encode({
      linkFd: this.#only("change its program"),
      newProgFd: program.number,
      ...(expected && { flags: REPLACE, oldProgFd: expected.number }),
    });
    const result = bpf(this.#kernel, "BPF_LINK_UPDATE", attr);
    if (result < 0)
      throw new SystemError(`update ${this.#text()}`, "BPF_LINK_UPDATE", result, updateRemedy(result));
  }

  /** Keeps the link when this process ends, under a file of a bpf file system. Throws SkepError. */
  pin(path: string): void {
    using fd = this.fd();
    pinObject(this.#kernel, fd, path);
  }

  /**
   * Detaches now, whoever else holds the link: it stays as an object without effect. Links that cannot do that are
   * closed instead, which detaches when nobody else holds them.
   */
  detach(): void {
    if (this.#closed) throw twice(this.#text());
    for (const linkFd of [...this.#attachment.links, ...this.#attachment.quickLinks]) {
      const result = bpf(this.#kernel, "BPF_LINK_DETACH", linkDetachAttr.encode({ linkFd }));
      if (result < 0 && result !== -ERRNO.EOPNOTSUPP && result !== -ERRNO.EINVAL)
        throw new SystemError(`detach ${this.#text()}`, "BPF_LINK_DETACH", result);
    }
    this.close();
  }

  /** Gives the link back: it is detached unless it is pinned or somebody else holds it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    detachAll(this.#kernel, this.#attachment);
    this.#onClosed?.();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  toString(): string {
    return inspected("LinuxLink", this.attach && attachText(this.attach), this.#closed ? { detached: "" } : {});
  }

  [INSPECT](): string {
    return this.toString();
  }

  #only(wish: string): number {
    if (this.#closed) throw twice(this.#text());
    const [only, ...more] = [...this.#attachment.links, ...this.#attachment.quickLinks];
    if (only !== undefined && more.length === 0) return only;
    const why =
      only === undefined ? "this kernel attached it without a link" : `it has ${more.length + 1} links`;
    throw new SkepError(`cannot ${wish}: ${this.#text()}: ${why}`, {
      code: "linux/no-single-link",
      remedy:
        only === undefined
          ? "detach it and attach the other program, or use a newer kernel: see docs/program-types.md"
          : "attach its points one by one",
    });
  }

  #text(): string {
    return this.attach === undefined ? "a link" : `the link to ${attachText(this.attach)}`;
  }
}

function twice(text: string): SkepError {
  return new SkepError(`${text} is detached already`, {
    code: "linux/detached",
    remedy: "attach the program again to get a new link",
  });
}

function updateRemedy(errno: number): string | undefined {
  if (errno === -ERRNO.EINVAL || errno === -ERRNO.EOPNOTSUPP)
    return "the new program must be of the same type and attach type; links of probes and tracing programs cannot be updated at all: attach the new program, then detach the old";
  if (errno === -ERRNO.EPERM)
    return "the program to be replaced is not the one that is there; look at the link's info";
  if (errno === -ERRNO.ENOLINK) return "the link was detached; attach the program again";
  return undefined;
}
