import type { Link } from "./link-handle.ts";

/** Walks an iterator: a chunk each time the reader asks. The link is closed at the end, or when the reader stops. */
export async function* readAll(open: () => Link): AsyncGenerator<Uint8Array, void> {
  using link = open();
  yield* link.read();
}

/** The lines of a stream of bytes, without their ends. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

export function textOf(chunks: Iterable<Uint8Array>): string {
  const decoder = new TextDecoder();
  let text = "";
  for (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
