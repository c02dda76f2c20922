import type { Input } from "./map-types.ts";
import type { Program } from "./program-handle.ts";
import type { TypedMap } from "./typed-map.ts";

/**
 * The types of one object, as `skep types prog.o` writes them: `Collection.read<typeof import("./prog.js")>("prog.o")`.
 * `events` are the records of ring and perf buffers by the buffers' names.
 */
export type ObjectTypes = Readonly<{ maps: object; globals: object; programs: object; events: object }>;

/** Names that are only known when the program runs, and values of unknown types. */
export type UnknownTypes = Readonly<{
  maps: Readonly<Record<string, TypedMap>>;
  globals: Record<string, unknown>;
  programs: Readonly<Record<string, Program>>;
  events: Readonly<Record<string, unknown>>;
}>;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** First values of global variables, constants and configuration values by their names. */
export type Settings<T extends ObjectTypes> = {
  readonly [K in keyof Writable<T["globals"]>]?: Input<T["globals"][K]>;
};

export type NameOf<T> = keyof T & string;
