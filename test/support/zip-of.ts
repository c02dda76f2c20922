/** A file of a zip archive. `align`: its data begin at a multiple of that many bytes; `method` 8 is said to be compressed. */
export type Packed = Readonly<{
  name: string;
  data: Uint8Array;
  align?: number;
  method?: number;
  flags?: number;
}>;

/** A zip archive as packers of Android's applications write it. */
export function zipOf(files: readonly Packed[], comment = ""): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const put = (bytes: Uint8Array) => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const { name, data, align = 1, method = 0, flags = 0 } of files) {
    const header = at;
    const named = new TextEncoder().encode(name);
    const before = at + 30 + named.length;
    const padding = (align - (before % align)) % align;
    const common = (view: DataView, from: number): void => {
      view.setUint16(from, 10, true);
      view.setUint16(from + 2, flags, true);
      view.setUint16(from + 4, method, true);
      view.setUint32(from + 14, data.length, true);
      view.setUint32(from + 18, data.length, true);
      view.setUint16(from + 22, named.length, true);
    };
    put(
      record(30, 0x04034b50, (view) => {
        common(view, 4);
        view.setUint16(28, padding, true);
      }),
    );
    put(named);
    put(new Uint8Array(padding));
    put(data);
    const entry = record(46, 0x02014b50, (view) => {
      common(view, 6);
      view.setUint32(42, header, true);
    });
    directory.push(entry, named);
  }
  const start = at;
  for (const bytes of directory) put(bytes);
  const bytes = at - start;
  const said = new TextEncoder().encode(comment);
  put(
    record(22, 0x06054b50, (view) => {
      view.setUint16(8, files.length, true);
      view.setUint16(10, files.length, true);
      view.setUint32(12, bytes, true);
      view.setUint32(16, start, true);
      view.setUint16(20, said.length, true);
    }),
  );
  put(said);
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function record(bytes: number, signature: number, fill: (view: DataView) => void): Uint8Array {
  const out = new Uint8Array(bytes);
  const view = new DataView(out.buffer);
  view.setUint32(0, signature, true);
  fill(view);
  return out;
}
