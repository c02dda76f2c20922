// RFC 3492: its parameters are those of section 5.
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const FIRST_BIAS = 72;
const FIRST_CODE = 128;
const LAST_CODE = 0x10ffff;

/** The text whose plain characters are `basic` and whose others are told by `extended`; undefined when that is malformed. */
export function decodePunycode(basic: string, extended: string): string | undefined {
  const output = [...basic].map((char) => char.codePointAt(0) ?? 0);
  let code = FIRST_CODE;
  let place = 0;
  let bias = FIRST_BIAS;
  for (let at = 0; at < extended.length; ) {
    const before = place;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(extended.charCodeAt(at++));
      if (digit === undefined) return undefined;
      place += digit * weight;
      const threshold = Math.min(T_MAX, Math.max(T_MIN, k - bias));
      if (digit < threshold) break;
      weight *= BASE - threshold;
      if (weight > 2 ** 40) return undefined;
    }
    const length = output.length + 1;
    bias = adapt(place - before, length, before === 0);
    code += Math.floor(place / length);
    place %= length;
    if (code > LAST_CODE) return undefined;
    output.splice(place++, 0, code);
  }
  return output.map((one) => String.fromCodePoint(one)).join("");
}

function digitOf(char: number): number | undefined {
  if (char >= 97 && char <= 122) return char - 97;
  if (char >= 65 && char <= 90) return char - 65;
  return char >= 48 && char <= 57 ? char - 48 + 26 : undefined;
}

function adapt(distance: number, length: number, isFirst: boolean): number {
  let delta = Math.floor(distance / (isFirst ? DAMP : 2));
  delta += Math.floor(delta / length);
  let k = 0;
  for (; delta > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) delta = Math.floor(delta / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * delta) / (delta + SKEW));
}
