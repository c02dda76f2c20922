// Kernel functions of the machine against the kernel's: the same calls give the same results and leave the same memory.
import { expect, test } from "vitest";
import type { MapSpec } from "../../src/abi/map-spec.ts";
import { possibleCpus } from "../../src/linux/procfs.ts";
import { plainEnvironment } from "../../src/vm/environment.ts";
import { hasKfunc, inKernel, inMachine, type OracleCase } from "../support/vm-oracle.ts";

const cpus = possibleCpus().length;
const text1 = (name: string, more = "") => `r1 = r7\n${more}\ncall ksym[${name}]`;
const text2 = (name: string, more = "") => `r1 = r7\nr2 = r7\nr2 += 64\n${more}\ncall ksym[${name}]`;
const two = (a: string, b: string) => `${a}${"\0".repeat(64 - a.length)}${b}`;

const numbers = (from: number, to: number) => `
  r1 = r10
  r1 += -8
  r2 = ${from}
  r3 = ${to}
  call ksym[bpf_iter_num_new]
  r9 = r0
  *(u64 *)(r6 + 0) = r9
  r9 = 0
again:
  r1 = r10
  r1 += -8
  call ksym[bpf_iter_num_next]
  if r0 == 0 goto out
  r1 = *(s32 *)(r0 + 0)
  r2 = *(u64 *)(r6 + 8)
  r2 *= 31
  r2 += r1
  *(u64 *)(r6 + 8) = r2
  goto again
out:
  r1 = r10
  r1 += -8
  call ksym[bpf_iter_num_destroy]
  r0 = *(u64 *)(r6 + 8)`;

const bits = (words: number) => `
  r1 = r10
  r1 += -16
  r2 = r7
  r3 = ${words}
  call ksym[bpf_iter_bits_new]
  *(u64 *)(r6 + 0) = r0
again:
  r1 = r10
  r1 += -16
  call ksym[bpf_iter_bits_next]
  if r0 == 0 goto out
  r1 = *(u32 *)(r0 + 0)
  r2 = *(u64 *)(r6 + 8)
  r2 *= 31
  r2 += r1
  *(u64 *)(r6 + 8) = r2
  goto again
out:
  r1 = r10
  r1 += -16
  call ksym[bpf_iter_bits_destroy]
  r0 = *(u64 *)(r6 + 8)`;

/** A dynptr to the first 64 bytes of the data, at r10 - 16. */
const dynptr = (then: string) => `
  r1 = r6
  r2 = 64
  r3 = 0
  r4 = r10
  r4 += -16
  call bpf_dynptr_from_mem
  ${then}`;
const withPointer = (name: string, ...args: (number | string)[]) =>
  `r1 = r10\nr1 += -16\n${args.map((value, i) => `r${i + 2} = ${value}`).join("\n")}\ncall ksym[${name}]`;
const packetPointer = (kind: "skb" | "xdp", then: string) =>
  `r1 = r8\nr2 = 0\nr3 = r10\nr3 += -16\ncall ksym[bpf_dynptr_from_${kind}]\n${then}`;
const slice = (name: string, offset: number, size: number) => `
  r1 = r10
  r1 += -16
  r2 = ${offset}
  r3 = r10
  r3 += -32
  *(u64 *)(r3 + 0) = 0
  *(u64 *)(r3 + 8) = 0
  r4 = ${size}
  call ksym[${name}]
  if r0 == 0 goto none
  r1 = *(u8 *)(r0 + 0)
  *(u64 *)(r6 + 80) = r1
  r0 = 1
none:`;

/** Makes a mask, changes it, and stores what is asked of it. */
const mask = (then: string) => `
  call ksym[bpf_cpumask_create]
  if r0 == 0 goto none
  r9 = r0
  ${then}
  *(u64 *)(r6 + 0) = r0
  r1 = r9
  call ksym[bpf_cpumask_release]
  r0 = *(u64 *)(r6 + 0)
none:`;
const ofMask = (name: string) => `r1 = r9\ncall ksym[bpf_cpumask_${name}]`;
const ofCpu = (name: string, cpu: number) => `r1 = ${cpu}\nr2 = r9\ncall ksym[bpf_cpumask_${name}]`;

const packet = Uint8Array.from({ length: 64 }, (_, i) => (i === 12 ? 8 : i === 13 ? 0 : i));

// biome-ignore format: one case per line
const CASES: readonly OracleCase[] = [
  { rule: "numbers 0 to 5",              text: numbers(0, 5) },
  { rule: "numbers below 0",             text: numbers(-3, 2) },
  { rule: "no numbers",                  text: numbers(4, 4) },
  { rule: "numbers backwards",           text: numbers(4, 3) },
  { rule: "too many numbers",            text: numbers(0, 0x7fffffff) },
  { rule: "bits of one word",            text: bits(1), format: "\x05\x80\0\0\0\0\0\x80" },
  { rule: "bits of three words",         text: bits(3), format: "\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff" },
  { rule: "bits of no word",             text: bits(0) },
  { rule: "bits of too many words",      text: bits(512) },
  { rule: "strcmp equal",                text: text2("bpf_strcmp"), format: two("abc", "abc") },
  { rule: "strcmp less",                 text: text2("bpf_strcmp"), format: two("abc", "abd") },
  { rule: "strcmp prefix",               text: text2("bpf_strcmp"), format: two("abcd", "abc") },
  { rule: "strcmp of user memory",       text: "r1 = r7\nr2 = 4096\ncall ksym[bpf_strcmp]", format: "abc" },
  { rule: "strcasecmp",                  text: text2("bpf_strcasecmp"), format: two("aBc", "AbC") },
  { rule: "strlen",                      text: text1("bpf_strlen"), format: "hello" },
  { rule: "strlen of nothing",           text: text1("bpf_strlen") },
  { rule: "strnlen",                     text: text1("bpf_strnlen", "r2 = 3"), format: "hello" },
  { rule: "strnlen of less",             text: text1("bpf_strnlen", "r2 = 30"), format: "hello" },
  { rule: "strchr",                      text: text1("bpf_strchr", "r2 = 108"), format: "hello" },
  { rule: "strchr of what is not there", text: text1("bpf_strchr", "r2 = 120"), format: "hello" },
  { rule: "strchr of the end",           text: text1("bpf_strchr", "r2 = 0"), format: "hello" },
  { rule: "strchrnul",                   text: text1("bpf_strchrnul", "r2 = 120"), format: "hello" },
  { rule: "strnchr",                     text: text1("bpf_strnchr", "r2 = 2\nr3 = 108"), format: "hello" },
  { rule: "strnchr within",              text: text1("bpf_strnchr", "r2 = 3\nr3 = 108"), format: "hello" },
  { rule: "strrchr",                     text: text1("bpf_strrchr", "r2 = 108"), format: "hello" },
  { rule: "strrchr of the end",          text: text1("bpf_strrchr", "r2 = 0"), format: "hello" },
  { rule: "strspn",                      text: text2("bpf_strspn"), format: two("aabbcd", "ab") },
  { rule: "strspn of nothing",           text: text2("bpf_strspn"), format: two("aabbcd", "") },
  { rule: "strcspn",                     text: text2("bpf_strcspn"), format: two("aabbcd", "dc") },
  { rule: "strcspn to the end",          text: text2("bpf_strcspn"), format: two("aabb", "x") },
  { rule: "strstr",                      text: text2("bpf_strstr"), format: two("hello world", "o w") },
  { rule: "strstr of nothing",           text: text2("bpf_strstr"), format: two("hello", "") },
  { rule: "strstr not there",            text: text2("bpf_strstr"), format: two("hello", "lo!") },
  { rule: "strnstr at the end",          text: text2("bpf_strnstr", "r3 = 5"), format: two("hello", "lo") },
  { rule: "strnstr too short",           text: text2("bpf_strnstr", "r3 = 4"), format: two("hello", "lo") },
  { rule: "dynptr size",                 text: dynptr(withPointer("bpf_dynptr_size")) },
  { rule: "dynptr is null",              text: dynptr(withPointer("bpf_dynptr_is_null")) },
  { rule: "dynptr is read-only",         text: dynptr(withPointer("bpf_dynptr_is_rdonly")) },
  { rule: "dynptr adjusted",             text: dynptr(`${withPointer("bpf_dynptr_adjust", 10, 30)}\n${withPointer("bpf_dynptr_size")}`) },
  { rule: "dynptr adjusted backwards",   text: dynptr(withPointer("bpf_dynptr_adjust", 30, 10)) },
  { rule: "dynptr adjusted too far",     text: dynptr(withPointer("bpf_dynptr_adjust", 10, 65)) },
  { rule: "dynptr set",                  text: dynptr(withPointer("bpf_dynptr_memset", 8, 16, 0x141)) },
  { rule: "dynptr set too far",          text: dynptr(withPointer("bpf_dynptr_memset", 60, 16, 1)) },
  { rule: "dynptr copied in itself",     text: dynptr("r1 = r10\nr1 += -16\nr2 = 20\nr3 = r10\nr3 += -16\nr4 = 4\nr5 = 30\ncall ksym[bpf_dynptr_copy]"), data: "abcdefghijklmnopqrstuvwxyz0123456789" },
  { rule: "slice of memory",             text: dynptr(slice("bpf_dynptr_slice", 3, 16)), data: "abcdefghij" },
  { rule: "slice too far",               text: dynptr(slice("bpf_dynptr_slice", 60, 16)) },
  { rule: "skb dynptr",                  text: packetPointer("skb", withPointer("bpf_dynptr_size")), type: "schedCls", packet },
  { rule: "skb slice",                   text: packetPointer("skb", slice("bpf_dynptr_slice", 14, 16)), type: "schedCls", packet },
  { rule: "skb slice behind the end",    text: packetPointer("skb", slice("bpf_dynptr_slice", 60, 16)), type: "schedCls", packet },
  { rule: "xdp dynptr",                  text: packetPointer("xdp", withPointer("bpf_dynptr_size")), type: "xdp", packet },
  { rule: "xdp slice",                   text: packetPointer("xdp", slice("bpf_dynptr_slice_rdwr", 14, 16)), type: "xdp", packet },
  { rule: "socket filters only read",    text: packetPointer("skb", withPointer("bpf_dynptr_is_rdonly")), type: "socketFilter", packet },
  { rule: "cpumask is empty",            text: mask(ofMask("empty")) },
  { rule: "cpumask first of none",       text: mask(`${ofMask("first")}\nr0 &= 0`) },
  { rule: "cpumask set and tested",      text: mask(`${ofCpu("set_cpu", 0)}\n${ofCpu("test_cpu", 0)}`) },
  { rule: "cpumask of no CPU",           text: mask(`${ofCpu("set_cpu", 9000)}\n${ofMask("empty")}`) },
  { rule: "cpumask test and set",        text: mask(`${ofCpu("test_and_set_cpu", 0)}\n${ofCpu("test_and_set_cpu", 0)}`) },
  { rule: "cpumask all",                 text: mask(`${ofMask("setall")}\n${ofMask("full")}`) },
  { rule: "cpumask first zero",          text: mask(`${ofCpu("set_cpu", 0)}\n${ofMask("first_zero")}`) },
  { rule: "cpumask weight",              text: mask(`${ofCpu("set_cpu", 1)}\n${ofMask("weight")}`) },
  { rule: "cpumask equal to itself",     text: mask("r1 = r9\nr2 = r9\ncall ksym[bpf_cpumask_equal]") },
  { rule: "cpumask intersects itself",   text: mask("r1 = r9\nr2 = r9\ncall ksym[bpf_cpumask_intersects]") },
];

const ARENA_USER = 0x1000_0000_0000n + 0x5000n;
const ARENA: MapSpec = {
  name: "arena",
  type: "arena",
  keySize: 0,
  valueSize: 0,
  maxEntries: 8,
  flags: 1 << 10,
  mapExtra: ARENA_USER,
};
const take = (count: number, at = "r2 = 0") => `
  r1 = map[arena]
  ${at}
  r3 = ${count}
  r4 = -1
  r5 = 0
  call ksym[bpf_arena_alloc_pages]`;
const give = (count: number) => `r1 = map[arena]\nr2 = r9\nr3 = ${count}\ncall ksym[bpf_arena_free_pages]`;
const at = (page: number) => `r2 = ${ARENA_USER + BigInt(page) * 4096n} ll`;
const cast = "r1 = addr_space_cast(r9, 0, 1)";

// biome-ignore format: one case per line
const ARENA_CASES: readonly OracleCase[] = [
  { rule: "arena: the first pages",       text: take(2) },
  { rule: "arena: no pages",              text: take(0) },
  { rule: "arena: too many pages",        text: take(9) },
  { rule: "arena: all pages, twice",      text: `${take(8)}\n*(u64 *)(r6 + 0) = r0\n${take(1)}` },
  { rule: "arena: pages at an address",   text: `${take(2, at(3))}\n*(u64 *)(r6 + 0) = r0\n${take(1, at(4))}` },
  { rule: "arena: pages behind the end",  text: take(2, at(7)) },
  { rule: "arena: no page starts there",  text: take(1, `${at(1)}\nr2 += 8`) },
  { rule: "arena: written and read",      text: `${take(1)}\nr9 = r0\n${cast}\n*(u64 *)(r1 + 40) = 77\n${cast}\nr2 = *(u32 *)(r1 + 40)\n*(u64 *)(r6 + 0) = r2\nr1 = addr_space_cast(r1, 1, 0)\nr1 += 16\nr0 = 5` },
  { rule: "arena: casts there and back",  text: `${take(1)}\nr9 = r0\n${cast}\nr1 = addr_space_cast(r1, 1, 0)\n*(u64 *)(r6 + 8) = r1\nr0 = 0` },
  { rule: "arena: NULL stays NULL",       text: `${take(1)}\nr9 = 0\n${cast}\nr0 = 1\nif r1 == 0 goto +1\nr0 = 2` },
  { rule: "arena: pages that nobody has", text: `${take(1)}\nr9 = r0\nr9 += 8192\n${cast}\n*(u64 *)(r1 + 0) = 5\nr2 = *(u64 *)(r1 + 0)\n*(u64 *)(r6 + 0) = r2\nr0 = 1` },
  { rule: "arena: pages given back",      text: `${take(2)}\nr9 = r0\n${cast}\n*(u64 *)(r1 + 0) = 5\n${give(1)}\n${cast}\nr2 = *(u64 *)(r1 + 0)\n*(u64 *)(r6 + 0) = r2\n${take(1)}` },
].map((given) => ({ ...given, maps: [ARENA] }) as const);

function kfuncsOf(text: string): readonly string[] {
  return [...text.matchAll(/ksym\[(\w+)\]/g)].map(([, name]) => name ?? "");
}

/** Functions give 32 bits, or a truth value of 8: the rest of r0 is what the kernel's compiler left there. */
function cut(text: string): string {
  return text.replace(/(call ksym\[(\w+)\])/g, (_, call, name) => {
    if (/is_null|is_rdonly|empty|full|equal|intersects|subset|test_|cpumask_and$/.test(name))
      return `${call}\nr0 &= 1`;
    return /create|slice|_next|arena|destroy|release|(set|clear)_cpu|setall/.test(name)
      ? call
      : `${call}\nr0 <<= 32\nr0 s>>= 32`;
  });
}

test.each([...CASES, ...ARENA_CASES])("$rule", (plain) => {
  const given = { ...plain, text: cut(plain.text) };
  if (!kfuncsOf(given.text).every(hasKfunc)) return;
  const expected = inKernel(given);
  for (const engine of ["interpreter", "jit"] as const) {
    const { packet: after, ...found } = inMachine(given, engine, plainEnvironment({ cpus }));
    const { packet: wanted, ...rest } = expected;
    expect(found).toEqual(rest);
    // What runs behind the link layer gets it back as zeros.
    if (given.type !== "socketFilter") expect(after).toBe(wanted);
  }
});
