import type { AttachSpec } from "../abi/attach-spec.ts";
import { checkInput, NAME } from "../base/check-input.ts";
import { INSPECT, inspected } from "../base/inspected.ts";
import { attachText } from "../linux/attach-spec-text.ts";
import { checkHolder, type Fd } from "../linux/fd.ts";
import { readIterator } from "../linux/iterator.ts";
import type { LinuxLink } from "../linux/link.ts";
import type { LinkDescription } from "../linux/link-info.ts";
import { removePin } from "../linux/remove-pin.ts";
import type { Kernel } from "../linux/syscall.ts";

/**
 * An attached program. Closing it detaches, unless the link is pinned or somebody else holds it. Methods throw SkepError
 * where the kernel attached without a link, and after it was detached.
 */
export class Link implements Disposable {
  /** Name of the program, or of the struct of programs. */
  readonly program: string;
  /** Where it is attached. */
  readonly place: AttachSpec | undefined;
  readonly #link: LinuxLink;
  readonly #kernel: Kernel;
  readonly #pins: string[] = [];

  constructor(kernel: Kernel, program: string, link: LinuxLink) {
    this.#kernel = kernel;
    this.#link = link;
    this.program = program;
    this.place = link.attach;
  }

  /** What the kernel tells of the link: its id, its program's, where it hangs. */
  info(): LinkDescription {
    return this.#link.info();
  }

  /**
   * Puts another program in the place of the one that runs, without a moment in which none does. `expected`: only if this
   * one is there now.
   */
  update(program: Readonly<{ fd: Fd }>, expected?: Readonly<{ fd: Fd }>): void {
    checkHolder("link: update: the program", program);
    if (expected !== undefined) checkHolder("link: update: the program that is expected", expected);
    this.#link.update(program.fd, expected?.fd);
  }

  /** The kernel's side, for what belongs to the same collection. */
  get handle(): LinuxLink {
    return this.#link;
  }

  /** Keeps the link, and so the program attached, when this process ends. */
  pin(path: string): void {
    this.#link.pin(checkInput("link: pin: the path", path, NAME));
    this.#pins.push(path);
  }

  /** Removes the files of `pin`. */
  unpin(): void {
    for (const path of this.#pins.splice(0)) removePin(path);
  }

  /** Detaches now, whoever else holds the link. Throws SkepError when it is detached already. */
  detach(): void {
    this.#link.detach();
  }

  /** What an iterator writes, from its start: chunks of bytes. Each call walks anew. */
  *read(): Generator<Uint8Array, void> {
    yield* readIterator(this.#kernel, this.#link);
  }

  close(): void {
    this.#link.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  toJSON(): Readonly<Record<string, string | boolean>> {
    return { program: this.program, place: this.#where(), attached: !this.#link.isClosed };
  }

  toString(): string {
    const pins = this.#pins.length > 0 ? { pinned: this.#pins.join(" ") } : {};
    const state = this.#link.isClosed ? { detached: "" } : { attached: "", ...pins };
    return inspected("Link", this.program, { to: this.#where(), ...state });
  }

  [INSPECT](): string {
    return this.toString();
  }

  #where(): string {
    return this.place === undefined ? "unknown" : attachText(this.place);
  }
}
