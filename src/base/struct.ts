import { BYTES, checkInput, type InputRule, TEXT } from "./check-input.ts";

// The one place where `any` is allowed: the field types are inferred through it and never leak.

/** How one field of a kernel struct is read and written. `bytes` is its size; `align` its natural alignment. */
export type FieldType<T> = Readonly<{
  bytes: number;
  align: number;
  zero: T;
  /** What may be written. */
  rule: InputRule;
  read(view: DataView, at: number): T;
  write(view: DataView, at: number, value: T): void;
}>;

const LE = true; // every kernel that we run on is little-endian

function field<T extends number | bigint>(
  bytes: number,
  zero: T,
  read: FieldType<T>["read"],
  write: FieldType<T>["write"],
): FieldType<T> {
  return {
    bytes,
    align: bytes,
    zero,
    rule: typeof zero === "number" ? number(bytes) : bigint(bytes),
    read,
    write,
  };
}

// Signed or not: -1 is a way of writing "all bits".
function number(bytes: number): InputRule {
  const [least, most] = [-(2 ** (bytes * 8 - 1)), 2 ** (bytes * 8) - 1];
  return {
    expected: `an integer of ${bytes * 8} bits`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

function bigint(bytes: number): InputRule {
  const [least, most] = [-(1n << BigInt(bytes * 8 - 1)), (1n << BigInt(bytes * 8)) - 1n];
  return {
    expected: `a bigint of ${bytes * 8} bits`,
    accepts: (value) => typeof value === "bigint" && value >= least && value <= most,
  };
}

export const u8 = field<number>(
  1,
  0,
  (v, a) => v.getUint8(a),
  (v, a, x) => v.setUint8(a, x),
);
export const u16 = field<number>(
  2,
  0,
  (v, a) => v.getUint16(a, LE),
  (v, a, x) => v.setUint16(a, x, LE),
);
export const i16 = field<number>(
  2,
  0,
  (v, a) => v.getInt16(a, LE),
  (v, a, x) => v.setInt16(a, x, LE),
);
export const u32 = field<number>(
  4,
  0,
  (v, a) => v.getUint32(a, LE),
  (v, a, x) => v.setUint32(a, x, LE),
);
export const i32 = field<number>(
  4,
  0,
  (v, a) => v.getInt32(a, LE),
  (v, a, x) => v.setInt32(a, x, LE),
);
export const u64 = field<bigint>(
  8,
  0n,
  (v, a) => v.getBigUint64(a, LE),
  (v, a, x) => v.setBigUint64(a, x, LE),
);
export const i64 = field<bigint>(
  8,
  0n,
  (v, a) => v.getBigInt64(a, LE),
  (v, a, x) => v.setBigInt64(a, x, LE),
);

/** `bytes` bytes that hold a NUL-terminated string of at most `bytes - 1` bytes of UTF-8; longer ones are cut. */
export function fixedString(bytes: number): FieldType<string> {
  return {
    bytes,
    align: 1,
    zero: "",
    rule: TEXT,
    read(view, at) {
      const raw = new Uint8Array(view.buffer, view.byteOffset + at, bytes);
      const end = raw.indexOf(0);
      return new TextDecoder().decode(raw.subarray(0, end === -1 ? bytes : end));
    },
    write(view, at, value) {
      const raw = new Uint8Array(view.buffer, view.byteOffset + at, bytes);
      raw.fill(0);
      raw.set(new TextEncoder().encode(value).subarray(0, bytes - 1));
    },
  };
}

/** `bytes` raw bytes. */
export function fixedBytes(bytes: number): FieldType<Uint8Array> {
  return {
    bytes,
    align: 1,
    zero: new Uint8Array(bytes),
    rule: BYTES,
    read: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, bytes).slice(),
    write: (view, at, value) =>
      new Uint8Array(view.buffer, view.byteOffset + at, bytes).set(value.subarray(0, bytes)),
  };
}

type Fields = Readonly<Record<string, FieldType<any>>>;
type Values<F extends Fields> = { [K in keyof F]: F[K] extends FieldType<infer T> ? T : never };

/** A kernel struct: fields at their natural alignment, in the order given. */
export type Struct<F extends Fields> = Readonly<{
  name: string;
  bytes: number;
  offsets: Readonly<Record<keyof F, number>>;
  /** Bytes of a struct with the given fields; those left out are zero. */
  encode(values: Partial<Values<F>>): Uint8Array<ArrayBuffer>;
  decode(bytes: Uint8Array, at?: number): Values<F>;
}>;

export type ValueOf<S> = S extends Struct<infer F> ? Values<F> : never;

/** Declares a kernel struct of `bytes` bytes. Throws when the fields do not fit: the declaration is wrong then. */
export function struct<F extends Fields>(name: string, bytes: number, fields: F): Struct<F> {
  const offsets = {} as Record<keyof F, number>;
  const keys = Object.keys(fields) as (keyof F)[];
  let end = 0;
  for (const key of keys) {
    const type = fields[key] as FieldType<any>;
    end = Math.ceil(end / type.align) * type.align;
    offsets[key] = end;
    end += type.bytes;
  }
  if (end > bytes) throw new Error(`bug: ${name} is declared with ${bytes} bytes but its fields take ${end}`);
  return {
    name,
    bytes,
    offsets,
    encode(values) {
      const out = new Uint8Array(bytes);
      const view = new DataView(out.buffer);
      for (const key of Object.keys(values) as (keyof F)[]) {
        const value = values[key];
        const type = fields[key];
        if (value === undefined || type === undefined) continue;
        if (!type.rule.accepts(value)) checkInput(`${name}.${String(key)}`, value, type.rule);
        type.write(view, offsets[key], value);
      }
      return out;
    },
    decode(raw, at = 0) {
      const view = new DataView(raw.buffer, raw.byteOffset + at, bytes);
      const result = {} as Values<F>;
      for (const key of keys) result[key] = (fields[key] as FieldType<any>).read(view, offsets[key]);
      return result;
    },
  };
}
