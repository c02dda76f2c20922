import type { CodeEntry } from "./code-entry.ts";

/** What is wrong with a call: who may call, and what it is given. */
export const CALL_CODES = {
  "verify/unknown-helper": {
    meaning: "there is no helper of that number in this kernel",
    kernel: [/invalid func .*#\d+/, /unknown func .*#\d+/],
    fix: "require {kernel}, or do without it",
    bt: "run it on {kernel}, or leave out what needs it: this line",
  },
  "verify/missing-field": {
    meaning: "the program reads a field or type that this kernel does not have",
    kernel: [/invalid func unknown#195896080/, /the program reads there what this kernel has not/],
    fix: "test for it first: if (!{test}) {leave}",
    asm: "test for it first, as bpf_core_field_exists() of libbpf does",
  },
  "verify/helper-not-allowed": {
    meaning: "programs of this type cannot call this helper",
    kernel: [
      /program of this type cannot use helper/,
      /unknown func .*#\d+/,
      /helper call is not allowed in probe/,
    ],
    fix: "call it from a program of one of these types: {types}",
    bt: "call it in another kind of probe: programs of type {types} may",
  },
  "verify/gpl-only": {
    meaning: "the helper or kernel function is only for programs under a GPL-compatible license",
    kernel: [/GPL-restricted function|cannot call.* from non-GPL compatible program/],
    fix: 'declare the license: char LICENSE[] SEC("license") = "GPL";',
  },
  "verify/may-sleep": {
    meaning: "a call that may sleep, where the program must not",
    kernel: [
      /might sleep in a non-sleepable prog/,
      /must be sleepable to call/,
      /is sleepable within|sleepable helper|sleepable function/,
      /may sleep/,
      /sleepable.*(?:preempt|rcu|irq|lock)/,
    ],
    fix: 'make the program sleepable: SEC("{section}.s/…"), and call it outside of RCU, lock and preemption sections',
    bt: "this probe's programs must not sleep: do it in another kind of probe",
  },
  "verify/sleepable-map": {
    meaning: "a sleepable program uses a map that sleepable programs cannot",
    kernel: [/Sleepable programs can only use/],
    fix: "use an array, hash, ring buffer or storage map; or a program that does not sleep: the section's name without .s",
  },
  "verify/map-type-program": {
    meaning: "programs of this type cannot use this map",
    kernel: [
      /tracing progs cannot use|cannot be used with.*program|progs cannot use .* map|hold .*, but .* type/,
      /socket filter progs cannot use/,
    ],
    fix: "keep what programs share in a map of its own, such as an array",
  },
  "verify/map-type-helper": {
    meaning: "the helper does not take maps of this type",
    kernel: [/cannot pass map_type \d+ into func/],
    fix: "use a map of one of these types: {types}",
  },
  "verify/argument-type": {
    meaning: "an argument is of another kind than the helper takes",
    kernel: [
      /R\d+ type=\S+ expected=/,
      /cannot pass map_value to/,
      /arg#?\d+ .*(?:expected|pointer type)/,
      /Unsupported reg type/,
      /helper access to the packet is not allowed/,
      /R\d+ expected=/,
      /R\d+ is of type .* but .* is expected/,
      /invalid kptr access, R\d+ type=/,
    ],
    fix: "pass {expected}",
  },
  "verify/null-argument": {
    meaning: "an argument may be NULL, and the callee does not take NULL",
    kernel: [
      /type=\S*_or_null expected=/,
      /Possibly NULL pointer passed/,
      /NULL pointer passed/,
      /arg#\d+ .*may be NULL/,
    ],
    fix: "test it first: if (!{name}) {leave}",
    asm: "test it first: if {name} == 0 goto out",
    missing: "no branch on the way has tested it",
  },
  "verify/zero-size": {
    meaning: "the size given to a helper may be 0, which it does not take",
    kernel: [/invalid zero-sized read/],
    fix: "test it first: if ({name} == 0) {leave}",
    asm: "test it first: if {name} == 0 goto out",
    missing: "no branch on the way excludes 0",
  },
  "verify/negative-size": {
    meaning: "the size given to a helper may be negative",
    kernel: [/min value is negative, either use unsigned or 'var &= const'/],
    fix: "make {name} unsigned and bound it: if ({name} > {bound}) {leave}",
    asm: "test it as an unsigned number: if {name} > N goto out",
    missing: "no branch on the way excludes negative numbers",
  },
  "verify/unbounded-size": {
    meaning: "the size given to a helper has no useful bound",
    kernel: [/unbounded memory access, use 'var &= const' or 'if \(var < const\)'/],
    fix: "bound it: if ({name} > sizeof(buffer)) {name} = sizeof(buffer);",
    asm: "bound it: if {name} > N goto out, or {name} &= N",
    missing: "no branch on the way bounds it from above",
  },
  "verify/constant-argument": {
    meaning: "an argument must be a constant, and is not",
    kernel: [
      /is not a known constant/,
      /doesn't support non-zero flags/,
      /must be a known constant|const.*not a known|R\d+ has to be|doesn't have constant offset|must have constant/,
    ],
    fix: "pass a number that is known when the program is built",
  },
  "verify/string-argument": {
    meaning: "an argument must be a constant string in a read-only map, ending with NUL",
    kernel: [
      /does not point to a readonly map|is not zero-terminated|string is not zero|map is not read-only|points? to .*readonly/,
    ],
    fix: "declare the string static const, so that it lands in .rodata",
  },
  "verify/format": {
    meaning: "a format string and its arguments do not fit",
    kernel: [/Invalid format string|num_args|invalid fmt|data_len|fmt/],
    fix: "pass one 8-byte argument for each % of the format, and give their size in bytes: sizeof(args)",
  },
  "verify/callback-argument": {
    meaning: "what is given as a callback is no static function of the program",
    kernel: [/expected=func|callback function .*|not a func|cb .*is not/],
    fix: "pass the address of a static function",
  },
  "verify/map-without-field": {
    meaning: "the map's values hold no such field, or the pointer does not point to it",
    kernel: [
      /off=\d+ kptr isn't referenced kptr/,
      /map '.*' has no valid|is not a struct type or bpf_\w+ is mangled|has to have BTF in order to use/,
      /off \d+ doesn't point to '?(?:struct )?bpf_/,
      /doesn't point to kptr|off=\d+ doesn't point/,
      /map pointer doesn't match|timer pointer in R1|workqueue pointer in R1/,
      /has no valid (?:kptr|bpf_)/,
    ],
    fix: "declare the field in the map's value type, and pass its address",
  },
  "verify/kfunc-unknown": {
    meaning: "the kernel has no such kernel function",
    kernel: [
      /kernel btf_id \d+ is not a function|kernel function.*not found|calling invalid kernel function|invalid offset .*kfunc|invalid kernel function call/,
    ],
    fix: "check its name: bpftool btf dump file /sys/kernel/btf/vmlinux | grep {name}; a newer one may be declared __weak, and called only if bpf_ksym_exists() says so",
    bt: "run it on a kernel that has {name}(), or leave this line out",
  },
  "verify/kfunc-not-allowed": {
    meaning: "programs of this type cannot call this kernel function",
    kernel: [/calling kernel function .* is not allowed/, /metadata kfuncs require device-bound program/],
    fix: "call it from a program type that may",
    bt: "call it in another kind of probe",
  },
  "verify/kfunc-argument": {
    meaning: "an argument of a kernel function is not what it takes",
    kernel: [
      /kernel function .* args?#\d+/,
      /arg#\d+ /,
      /kernel function .* R\d+/,
      /Unreleased|expected pointer to/,
      /R\d+ must be referenced or trusted/,
      /type ID argument must be of a struct/,
      /css_task_iter is only allowed/,
    ],
    fix: "pass {expected}",
  },
  "verify/callee-argument": {
    meaning: "an argument of a global function is not what its prototype says",
    kernel: [/Caller passes invalid args into func/, /arg#\d+ .*in .*\(\)/],
    fix: "pass {expected}",
  },
  "verify/global-function": {
    meaning: "a global function's prototype cannot be verified on its own",
    kernel: [
      /arg#\d+ reference type\('(?!UNKNOWN).* size cannot be determined/,
      /Global function .* doesn't return scalar|global function.*|Arg#\d+ .*not supported|unrecognized.*arg/i,
    ],
    fix: "make it static, or use integers and pointers to sized types as its arguments",
  },
  "verify/release-argument": {
    meaning: "what is given back is no reference, or not the pointer that was got",
    kernel: [
      /must be referenced when passed to release function/,
      /must have zero offset when passed to release/,
      /R\d+ must have zero offset/,
      /release .*expects refcounted|is not acquired|expected refcounted/,
      /arg \d+ is an unacquired reference/,
    ],
    fix: "pass the pointer as it was returned, once, and only where it is not NULL",
  },
  "verify/dynptr-argument": {
    meaning: "a dynptr is not in the state that the call needs",
    kernel: [
      /Dynptr has to be an uninitialized dynptr/,
      /Expected an initialized dynptr/,
      /cannot pass in dynptr at an offset/,
      /arg \d+ is an unacquired reference/,
      /Expected a dynptr of type/,
      /expected pointer to stack or const struct bpf_dynptr/i,
      /cannot pass pointer to const bpf_dynptr/,
      /arg#\d+ .*dynptr/,
    ],
    fix: "make the dynptr once on the stack with bpf_dynptr_from_mem() or the like, and pass its address",
  },
  "verify/dynptr-overwrite": {
    meaning: "stack bytes of a dynptr that still holds a reference are overwritten",
    kernel: [/cannot overwrite referenced dynptr/, /potential write to dynptr/],
    fix: "submit or discard it first: bpf_ringbuf_discard_dynptr(&{name}, 0);",
    asm: "submit or discard it first",
  },
  "verify/iterator-argument": {
    meaning: "an iterator is not in the state that the call needs",
    kernel: [
      /expected (?:an )?(?:un)?initialized iter/,
      /expected an RCU CS when using/,
      /iter_/,
      /css_task_iter/,
    ],
    fix: "call bpf_iter_…_new() first, _next() until it returns NULL, and _destroy() once on every path",
  },
} as const satisfies Readonly<Record<`verify/${string}`, CodeEntry>>;
