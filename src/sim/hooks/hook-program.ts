import type { RunEffects } from "../../vm/run-effects.ts";

/** A program that is attached to something. */
export type HookProgram = Readonly<{
  /** Runs with a context of these bytes; the low 32 bits of r0, signed. */
  run(ctx: Uint8Array): number;
  /** The same for a context of `count` words of 32 bits. */
  runWords?(words: Int32Array, count: number): number;
  /**
   * Runs on a packet, with a context whose packet fields are filled in; also what became of the packet. Without a packet
   * for programs whose context is all that they change, such as those on a socket's address.
   */
  runPacket(packet: Uint8Array | undefined, ctx?: Uint8Array): PacketResult;
  /** Where it finds its context: for contexts that point into themselves. */
  contextAddress?: number;
  /** Limits it to one process; 0: every process. */
  pid: number;
}>;

export type PacketResult = Readonly<{
  /** The low 32 bits of r0, signed. */
  verdict: number;
  /** The packet afterwards. */
  packet: Uint8Array;
  /** The context afterwards. */
  ctx: Uint8Array;
  /** Interface, or what a map's entry refers to, that the program redirected it to. */
  redirectedTo?: number;
  /** What else the run asked for. */
  effects?: Readonly<RunEffects>;
}>;

/** Programs in the order in which they were attached. Copied when it changes, so that it can change while it runs. */
export class HookList {
  programs: readonly HookProgram[] = [];
  readonly #onChange: () => void;

  constructor(onChange: () => void = () => undefined) {
    this.#onChange = onChange;
  }

  get isEmpty(): boolean {
    return this.programs.length === 0;
  }

  /** Returns what takes it away again. `first`: before the others. */
  add(program: HookProgram, first = false): () => void {
    this.programs = first ? [program, ...this.programs] : [...this.programs, program];
    this.#onChange();
    return () => {
      this.programs = this.programs.filter((other) => other !== program);
      this.#onChange();
    };
  }

  /** Runs all with the same context, the first `count` words of 32 bits. */
  runWords(words: Int32Array, count: number): void {
    const { programs } = this;
    for (let i = 0; i < programs.length; i++) {
      const program = programs[i] as HookProgram;
      if (program.runWords !== undefined) program.runWords(words, count);
      else program.run(new Uint8Array(words.buffer, 0, count * 4));
    }
  }

  /** Runs all with the same context. */
  runAll(ctx: Uint8Array): void {
    for (const program of this.programs) program.run(ctx);
  }
}
