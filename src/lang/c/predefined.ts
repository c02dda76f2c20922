import type { CMacro } from "./macro.ts";
import { readMacro } from "./macro.ts";
import { tokensOf } from "./scan.ts";

export type CArch = "x86_64" | "aarch64";

// Integer types by what <stdint.h> asks a compiler for: bits, type, suffix of its constants.
// biome-ignore format: one type per line
const SIZED = [
  [8,  "signed char", "unsigned char",     "",  ""],
  [16, "short",       "unsigned short",    "",  ""],
  [32, "int",         "unsigned int",      "",  "U"],
  [64, "long int",    "long unsigned int", "L", "UL"],
] as const;

/** Macros that say which compiler and machine this is. Source: what GCC and Clang predefine for 64-bit Linux. */
const COMMON = `
__STDC__ 1
__STDC_HOSTED__ 1
__STDC_VERSION__ 201710L
__STDC_UTF_16__ 1
__STDC_UTF_32__ 1
__GNUC__ 4
__GNUC_MINOR__ 2
__GNUC_PATCHLEVEL__ 1
__GNUC_STDC_INLINE__ 1
__clang__ 1
__clang_major__ 18
__clang_minor__ 0
__clang_patchlevel__ 0
__VERSION__ "18.0.0"
__ELF__ 1
linux 1
unix 1
__linux 1
__linux__ 1
__unix 1
__unix__ 1
__gnu_linux__ 1
_LP64 1
__LP64__ 1
__CHAR_BIT__ 8
__BOOL_WIDTH__ 8
__BIGGEST_ALIGNMENT__ 16
__ORDER_LITTLE_ENDIAN__ 1234
__ORDER_BIG_ENDIAN__ 4321
__ORDER_PDP_ENDIAN__ 3412
__BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
__LITTLE_ENDIAN__ 1
__SIZEOF_SHORT__ 2
__SIZEOF_INT__ 4
__SIZEOF_LONG__ 8
__SIZEOF_LONG_LONG__ 8
__SIZEOF_INT128__ 16
__SIZEOF_POINTER__ 8
__SIZEOF_PTRDIFF_T__ 8
__SIZEOF_SIZE_T__ 8
__SIZEOF_WCHAR_T__ 4
__SIZEOF_WINT_T__ 4
__SIZEOF_FLOAT__ 4
__SIZEOF_DOUBLE__ 8
__SIZEOF_LONG_DOUBLE__ 16
__POINTER_WIDTH__ 64
__SCHAR_MAX__ 127
__SHRT_MAX__ 32767
__INT_MAX__ 2147483647
__LONG_MAX__ 9223372036854775807L
__LONG_LONG_MAX__ 9223372036854775807LL
__SHRT_WIDTH__ 16
__INT_WIDTH__ 32
__LONG_WIDTH__ 64
__LLONG_WIDTH__ 64
__SIZE_TYPE__ long unsigned int
__SIZE_MAX__ 18446744073709551615UL
__SIZE_WIDTH__ 64
__PTRDIFF_TYPE__ long int
__PTRDIFF_MAX__ 9223372036854775807L
__PTRDIFF_WIDTH__ 64
__WINT_TYPE__ unsigned int
__WINT_MAX__ 4294967295U
__WINT_WIDTH__ 32
__SIG_ATOMIC_MAX__ 2147483647
__SIG_ATOMIC_WIDTH__ 32
__CHAR16_TYPE__ unsigned short
__CHAR32_TYPE__ unsigned int
__FINITE_MATH_ONLY__ 0
__FLT_EVAL_METHOD__ 0
__FLT_RADIX__ 2
__FLT_MANT_DIG__ 24
__DBL_MANT_DIG__ 53
__FLT_DIG__ 6
__DBL_DIG__ 15
__FLT_MIN_EXP__ (-125)
__FLT_MAX_EXP__ 128
__DBL_MIN_EXP__ (-1021)
__DBL_MAX_EXP__ 1024
__USER_LABEL_PREFIX__
__REGISTER_PREFIX__
__INTMAX_C_SUFFIX__ L
__UINTMAX_C_SUFFIX__ UL
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_1 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_2 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_4 1
__GCC_HAVE_SYNC_COMPARE_AND_SWAP_8 1
__ATOMIC_RELAXED 0
__ATOMIC_CONSUME 1
__ATOMIC_ACQUIRE 2
__ATOMIC_RELEASE 3
__ATOMIC_ACQ_REL 4
__ATOMIC_SEQ_CST 5
__BPFTRACE__ 1
`;

const OF_ARCH: Readonly<Record<CArch, string>> = {
  x86_64: `
__x86_64 1
__x86_64__ 1
__amd64 1
__amd64__ 1
__LDBL_MANT_DIG__ 64
__WCHAR_TYPE__ int
__WCHAR_MAX__ 2147483647
__WCHAR_WIDTH__ 32
`,
  aarch64: `
__aarch64__ 1
__AARCH64EL__ 1
__ARM_64BIT_STATE 1
__ARM_ARCH 8
__CHAR_UNSIGNED__ 1
__LDBL_MANT_DIG__ 113
__WCHAR_TYPE__ unsigned int
__WCHAR_MAX__ 4294967295U
__WCHAR_UNSIGNED__ 1
__WCHAR_WIDTH__ 32
`,
};

/** The macros that are there before a file is read. */
export function predefinedMacros(arch: CArch): Map<string, CMacro> {
  const macros = new Map<string, CMacro>();
  for (const line of [...COMMON.split("\n"), ...OF_ARCH[arch].split("\n"), ...integerMacros()]) {
    if (line === "") continue;
    const macro = readMacro(tokensOf(line, -1));
    if (typeof macro === "string") throw new Error(`bug: ${macro}`);
    macros.set(macro.name, macro);
  }
  return macros;
}

function integerMacros(): string[] {
  return SIZED.flatMap(([bits, type, unsigned, suffix, unsignedSuffix]) => {
    const max = `${(1n << BigInt(bits - 1)) - 1n}${suffix}`;
    const unsignedMax = `${(1n << BigInt(bits)) - 1n}${unsignedSuffix}`;
    const families = [`INT${bits}`, `INT_LEAST${bits}`, `INT_FAST${bits}`];
    if (bits === 64) families.push("INTMAX", "INTPTR");
    return [
      `__INT${bits}_C_SUFFIX__ ${suffix}`,
      `__UINT${bits}_C_SUFFIX__ ${unsignedSuffix}`,
      ...families.flatMap((name) => [
        `__${name}_TYPE__ ${type}`,
        `__U${name}_TYPE__ ${unsigned}`,
        `__${name}_MAX__ ${max}`,
        `__U${name}_MAX__ ${unsignedMax}`,
        `__${name}_WIDTH__ ${bits}`,
      ]),
    ];
  });
}
