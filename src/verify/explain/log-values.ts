/** What a log says of a register: "map_value_or_null(id=1,off=0,ks=4,vs=8)"; undefined where it says nothing. */
export function valueInState(state: string, register: number): string | undefined {
  const found = new RegExp(
    `(?:^|\\s)R${register}(?:_[a-zA-Z]+)?=((?:[^\\s(]|\\((?:[^()]|\\([^()]*\\))*\\))*)`,
  ).exec(state);
  return found?.[1];
}

// biome-ignore format: one type per line
const NOUNS: readonly (readonly [RegExp, string])[] = [
  [/^ctx/,                        "the context"],
  [/^(?:const_)?map_ptr/,         "the address of a map"],
  [/^map_value/,                  "a value of a map"],
  [/^map_key/,                    "a key of a map"],
  [/^fp(-\d+)?/,                  "the stack"],
  [/^pkt_end/,                    "the packet's end"],
  [/^pkt_meta/,                   "the packet's metadata"],
  [/^pkt/,                        "the packet"],
  [/^(?:alloc_mem|ringbuf_mem)/,  "a ring buffer record"],
  [/^(?:rdonly_)?mem/,            "memory"],
  [/^(?:rdonly_|rdwr_)?buf/,      "a buffer"],
  [/^sock_common/,                "a socket"],
  [/^(?:tcp_|xdp_)?sock/,         "a socket"],
  [/^func/,                       "the address of a function"],
  [/^dynptr/,                     "a dynptr"],
  [/^(?:[a-z]+_)*ptr_(?:or_null_)?(\w+)/, "struct $1"],
];

/** The same in plain words. */
export function glossValue(text: string): string {
  if (/^P?(?:-?\d+|0x[0-9a-f]+)$/i.test(text)) return text.replace(/^P/, "");
  if (/^P?(?:inv|invP|scalar|imm|unknown)/.test(text)) return glossNumber(text);
  const plain = text.replace(/^(?:trusted_|untrusted_|rcu_|percpu_|user_)+/, "");
  for (const [form, words] of NOUNS) {
    const found = form.exec(plain);
    if (!found) continue;
    const noun = words.replace("$1", found[1]?.replace(/^or_null_/, "") ?? "");
    return `${named(noun, plain)}${facts(plain)}${/_or_null|or_null_/.test(text) ? " or NULL" : ""}`;
  }
  return text;
}

/** "a value of map `counts`", where the log tells the map's name. */
function named(noun: string, text: string): string {
  const map = /[(,]map=([^,)]*)/.exec(text)?.[1];
  return map === undefined ? noun : noun.replace(/a map$/, `map \`${map}\``);
}

/** Numbers that kernels of some release or other write into a state's brackets. */
function facts(text: string): string {
  const has = (name: string) => new RegExp(`[(,]${name}=(-?\\d+)`).exec(text)?.[1];
  const size = has("vs");
  const range = /^pkt/.test(text) ? has("r") : undefined;
  const off = /^fp(-\d+)/.exec(text)?.[1] ?? has("off");
  return [
    size === undefined ? "" : ` of ${size} bytes`,
    off === undefined || off === "0" ? "" : ` ${off.startsWith("-") ? off : `+${off}`}`,
    range === undefined ? "" : Number(range) === 0 ? ", nothing compared" : `, ${range} bytes compared`,
  ].join("");
}

const FAR = 1n << 62n;

function glossNumber(text: string): string {
  const constant = /^(?:P?inv|invP|P?scalar|imm)(-?\d+)$/.exec(text)?.[1];
  if (constant !== undefined) return constant;
  const bound = (name: string): bigint | undefined => {
    const found = new RegExp(`(?:${name})(?:=[a-z]+\\d*)*=(-?(?:0x[0-9a-f]+|\\d+))`).exec(text)?.[1];
    if (found === undefined) return undefined;
    return found.startsWith("-") ? -BigInt(found.slice(1)) : BigInt(found);
  };
  const [least, most] = [
    bound("(?<![a-z])u?min(?:_value)?") ?? bound("smin(?:_value)?"),
    bound("umax(?:_value)?") ?? bound("smax(?:_value)?"),
  ];
  if (most === undefined || most > FAR)
    return least !== undefined && least > -FAR && least !== 0n ? `${least} or more` : "any number";
  return `${least ?? 0n}..${most}`;
}
