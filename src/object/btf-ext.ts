import { ObjectError } from "./error.ts";

/** One function, line or relocation of `.BTF.ext`. `at` is a byte of the program section. */
export type FunctionRecord = Readonly<{ at: number; type: number }>;
export type LineRecord = Readonly<{ at: number; file: number; text: number; line: number; column: number }>;
export type CoreRecord = Readonly<{ at: number; type: number; access: number; what: number }>;

/** What `.BTF.ext` says of one program section. Texts are offsets into the BTF's strings. */
export type SectionInfo = Readonly<{
  functions: readonly FunctionRecord[];
  lines: readonly LineRecord[];
  core: readonly CoreRecord[];
}>;

export type BtfExt = ReadonlyMap<string, SectionInfo>;

const MAGIC = 0xeb9f;
const SECTION = ".BTF.ext";

// Bytes of struct bpf_func_info, bpf_line_info and bpf_core_relo. Source: include/uapi/linux/bpf.h, v6.12.
const FUNCTION_BYTES = 8;
const LINE_BYTES = 16;
const CORE_BYTES = 16;
const HEADER_BYTES = 24; // without CO-RE, as clang 9 wrote it
const LONG_HEADER_BYTES = 32;

/** Reads `.BTF.ext`. `string` reads the BTF's strings. Source: Documentation/bpf/btf.rst, v6.12. Throws ObjectError. */
export function readBtfExt(bytes: Uint8Array, string: (offset: number) => string): BtfExt {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < HEADER_BYTES) throw bad("the header is cut off", 0);
  if (view.getUint16(0, true) !== MAGIC || view.getUint8(2) !== 1)
    throw bad("it does not start as version 1 does", 0);
  const headerBytes = view.getUint32(4, true);
  if (headerBytes < HEADER_BYTES || headerBytes > bytes.length)
    throw bad(`a header of ${headerBytes} bytes`, 4);
  const out = new Map<string, { functions: FunctionRecord[]; lines: LineRecord[]; core: CoreRecord[] }>();
  const sectionOf = (name: string) => {
    const known = out.get(name);
    if (known) return known;
    const made = { functions: [], lines: [], core: [] };
    out.set(name, made);
    return made;
  };
  const table = (field: number, least: number, row: (name: string, at: number) => void) => {
    const at = headerBytes + view.getUint32(field, true);
    readTable({ view, at, bytes: view.getUint32(field + 4, true), least, string }, row);
  };
  const u32 = (at: number) => view.getUint32(at, true);
  table(8, FUNCTION_BYTES, (name, at) => sectionOf(name).functions.push({ at: u32(at), type: u32(at + 4) }));
  table(16, LINE_BYTES, (name, at) => {
    const place = u32(at + 12);
    const line = { line: place >>> 10, column: place & 0x3ff };
    sectionOf(name).lines.push({ at: u32(at), file: u32(at + 4), text: u32(at + 8), ...line });
  });
  if (headerBytes >= LONG_HEADER_BYTES)
    table(24, CORE_BYTES, (name, at) =>
      sectionOf(name).core.push({ at: u32(at), type: u32(at + 4), access: u32(at + 8), what: u32(at + 12) }),
    );
  return out;
}

type Table = Readonly<{
  view: DataView;
  at: number;
  bytes: number;
  /** Bytes of a record that we know; newer compilers may append to it. */
  least: number;
  string: (offset: number) => string;
}>;

function readTable({ view, at, bytes, least, string }: Table, row: (name: string, at: number) => void): void {
  if (bytes === 0) return;
  const end = at + bytes;
  if (at % 4 !== 0 || end > view.byteLength || bytes < 4)
    throw bad(`a table of ${bytes} bytes does not fit`, at);
  const recordBytes = view.getUint32(at, true);
  if (recordBytes < least || recordBytes % 4 !== 0) throw bad(`records of ${recordBytes} bytes`, at);
  for (let next = at + 4; next < end; ) {
    if (next + 8 > end) throw bad("the head of a section's records is cut off", next);
    const name = string(view.getUint32(next, true));
    const count = view.getUint32(next + 4, true);
    const first = next + 8;
    next = first + count * recordBytes;
    if (next > end) throw bad(`${count} records of ${recordBytes} bytes do not fit`, first);
    for (let record = first; record < next; record += recordBytes) row(name, record);
  }
}

function bad(what: string, offset: number): ObjectError {
  return new ObjectError("object/bad-btf-ext", what, { section: SECTION, offset });
}
