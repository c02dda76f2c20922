import { INSPECT, inspected } from "../base/inspected.ts";
import type { Link } from "./link-handle.ts";

/** What `attach` of a collection attached. Closing it detaches; closing the collection does, too. */
export class Attachment implements Disposable {
  readonly #links: Link[] = [];
  readonly #idle: string[] = [];

  get links(): readonly Link[] {
    return this.#links;
  }

  /** Programs that were loaded and not attached, because nothing says where. */
  get idle(): readonly string[] {
    return this.#idle;
  }

  /** The link of a program, or of a struct of programs; undefined when it was not attached. */
  link(program: string): Link | undefined {
    return this.#links.find((link) => link.program === program);
  }

  add(link: Link): void {
    this.#links.push(link);
  }

  addIdle(program: string): void {
    this.#idle.push(program);
  }

  /** Detaches all. Safe to call twice. */
  close(): void {
    for (const link of this.#links.splice(0)) link.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  toString(): string {
    const idle = this.#idle.length > 0 ? { idle: this.#idle.join(" ") } : {};
    return inspected("Attachment", undefined, {
      links: this.#links.map(({ program }) => program).join(" ") || "none",
      ...idle,
    });
  }

  [INSPECT](): string {
    return this.toString();
  }
}
