/**
 * Headers that belong to a compiler, not to a system's library, by name. They are read where no folder that was given
 * has one, before the system's. Source: ISO C11, 7.9, 7.10, 7.15, 7.16, 7.18 to 7.20, 7.23.
 */
export const BUILTIN_HEADERS: ReadonlyMap<string, string> = new Map([
  [
    "stddef.h",
    `#if !defined(__skep_stddef) || defined(__need_wint_t)
#if !defined(__need_size_t) && !defined(__need_ptrdiff_t) && !defined(__need_wchar_t) && !defined(__need_NULL) && \\
  !defined(__need_wint_t)
#define __skep_stddef 1
#define __need_size_t
#define __need_ptrdiff_t
#define __need_wchar_t
#define __need_NULL
typedef struct { long long __clang_max_align_nonce1 __attribute__((aligned(8))); long double __clang_max_align_nonce2 __attribute__((aligned(16))); } max_align_t;
#define offsetof(type, member) __builtin_offsetof(type, member)
#endif
#ifdef __need_size_t
typedef __SIZE_TYPE__ size_t;
#undef __need_size_t
#endif
#ifdef __need_ptrdiff_t
typedef __PTRDIFF_TYPE__ ptrdiff_t;
#undef __need_ptrdiff_t
#endif
#ifdef __need_wchar_t
typedef __WCHAR_TYPE__ wchar_t;
#undef __need_wchar_t
#endif
#ifdef __need_wint_t
typedef __WINT_TYPE__ wint_t;
#undef __need_wint_t
#endif
#ifdef __need_NULL
#undef NULL
#define NULL ((void *)0)
#undef __need_NULL
#endif
#endif
`,
  ],
  [
    "stdarg.h",
    `#ifndef __GNUC_VA_LIST
#define __GNUC_VA_LIST 1
typedef __builtin_va_list __gnuc_va_list;
#endif
#ifndef __need___va_list
#ifndef __skep_stdarg
#define __skep_stdarg 1
typedef __builtin_va_list va_list;
#endif
#endif
#undef __need___va_list
`,
  ],
  [
    "stdbool.h",
    "#pragma once\n#define bool _Bool\n#define true 1\n#define false 0\n#define __bool_true_false_are_defined 1\n",
  ],
  ["stdalign.h", "#pragma once\n#define alignas _Alignas\n#define alignof _Alignof\n"],
  ["stdnoreturn.h", "#pragma once\n#define noreturn _Noreturn\n"],
  [
    "stdint.h",
    `#if __has_include_next(<stdint.h>)
#include_next <stdint.h>
#elif !defined(__skep_stdint)
#define __skep_stdint 1
${[8, 16, 32, 64]
  .map(
    (bits) => `typedef __INT${bits}_TYPE__ int${bits}_t;
typedef __UINT${bits}_TYPE__ uint${bits}_t;
#define INT${bits}_MAX __INT${bits}_MAX__
#define INT${bits}_MIN (-__INT${bits}_MAX__ - 1)
#define UINT${bits}_MAX __UINT${bits}_MAX__
`,
  )
  .join("")}typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__ intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;
#define SIZE_MAX __SIZE_MAX__
#endif
`,
  ],
  [
    "limits.h",
    `#ifndef __skep_limits
#define __skep_limits 1
#define _GCC_LIMITS_H_
#if __has_include_next(<limits.h>)
#include_next <limits.h>
#endif
#undef CHAR_BIT
#undef SCHAR_MIN
#undef SCHAR_MAX
#undef UCHAR_MAX
#undef CHAR_MIN
#undef CHAR_MAX
#undef SHRT_MIN
#undef SHRT_MAX
#undef USHRT_MAX
#undef INT_MIN
#undef INT_MAX
#undef UINT_MAX
#undef LONG_MIN
#undef LONG_MAX
#undef ULONG_MAX
#undef LLONG_MIN
#undef LLONG_MAX
#undef ULLONG_MAX
#define CHAR_BIT __CHAR_BIT__
#define SCHAR_MAX __SCHAR_MAX__
#define SCHAR_MIN (-__SCHAR_MAX__ - 1)
#define UCHAR_MAX (__SCHAR_MAX__ * 2 + 1)
#ifdef __CHAR_UNSIGNED__
#define CHAR_MIN 0
#define CHAR_MAX UCHAR_MAX
#else
#define CHAR_MIN SCHAR_MIN
#define CHAR_MAX __SCHAR_MAX__
#endif
#define SHRT_MAX __SHRT_MAX__
#define SHRT_MIN (-__SHRT_MAX__ - 1)
#define USHRT_MAX (__SHRT_MAX__ * 2 + 1)
#define INT_MAX __INT_MAX__
#define INT_MIN (-__INT_MAX__ - 1)
#define UINT_MAX (__INT_MAX__ * 2U + 1U)
#define LONG_MAX __LONG_MAX__
#define LONG_MIN (-__LONG_MAX__ - 1L)
#define ULONG_MAX (__LONG_MAX__ * 2UL + 1UL)
#define LLONG_MAX __LONG_LONG_MAX__
#define LLONG_MIN (-__LONG_LONG_MAX__ - 1LL)
#define ULLONG_MAX (__LONG_LONG_MAX__ * 2ULL + 1ULL)
#endif
`,
  ],
  [
    "float.h",
    `#pragma once
#define FLT_RADIX __FLT_RADIX__
#define FLT_EVAL_METHOD __FLT_EVAL_METHOD__
#define LDBL_MANT_DIG __LDBL_MANT_DIG__
${["FLT", "DBL"]
  .flatMap((type) => ["MANT_DIG", "DIG", "MIN_EXP", "MAX_EXP"].map((part) => `${type}_${part}`))
  .map((name) => `#define ${name} __${name}__\n`)
  .join("")}`,
  ],
  [
    "stdatomic.h",
    `#pragma once
#include <stddef.h>
#include <stdint.h>
${"bool:_Bool char:char schar:signed|char uchar:unsigned|char short:short ushort:unsigned|short int:int uint:unsigned|int long:long ulong:unsigned|long llong:long|long ullong:unsigned|long|long size_t:size_t ptrdiff_t:ptrdiff_t intptr_t:intptr_t uintptr_t:uintptr_t intmax_t:intmax_t uintmax_t:uintmax_t"
  .split(" ")
  .map((pair) => pair.split(":"))
  .map(([name, type]) => `typedef ${type?.replaceAll("|", " ")} atomic_${name};\n`)
  .join("")}typedef struct { _Bool __value; } atomic_flag;
`,
  ],
]);
