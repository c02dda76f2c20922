import type { CodeEntry } from "./code-entry.ts";

/** What is wrong with an access to memory. */
export const MEMORY_CODES = {
  "verify/misaligned": {
    meaning: "an access at an address that is no multiple of its size, where that is not allowed",
    kernel: [/misaligned .*access/],
    fix: "access {size} bytes at a multiple of {size}, or byte by byte",
  },
  "verify/stack-bounds": {
    meaning: "an access outside of the 512 bytes of the function's stack frame",
    kernel: [
      /invalid (?:write to|read from|indirect access to)? ?stack R\d+ off=/,
      /invalid (?:unbounded )?variable-offset/,
      /invalid stack (?:off|access|type)/,
      /invalid (?:write to|indirect access to|read from) stack/,
      /R\d+ (?:variable offset|unbounded variable|variable stack)/i,
      /stack R\d+ off/,
    ],
    fix: "check the index right before it is used, against the array's length: if ({index} >= sizeof({array}) / sizeof({array}[0])) {leave}",
    plain:
      "the stack has 512 bytes, at r10-512 to r10-1: keep large data in a map with one entry per CPU (BPF_MAP_TYPE_PERCPU_ARRAY)",
    asm: "bound the index before it is added: if {index} > N goto out",
  },
  "verify/uninit-stack": {
    meaning: "stack bytes are read, or given to a helper, that nothing was written to",
    kernel: [/invalid read from stack/, /invalid indirect read from stack/, /invalid indirect access to stack/],
    fix: "write every byte first: {type} x = {};  or __builtin_memset(&x, 0, sizeof(x));",
    asm: "write every byte first: *(u64 *)(r10 -8) = 0",
  },
  "verify/corrupt-spill": {
    meaning: "a part of a pointer on the stack is overwritten",
    kernel: [/attempt to corrupt spilled pointer/, /corrupted spill memory/],
    fix: "write all 8 bytes, aligned, or use other stack bytes",
  },
  "verify/partial-spill": {
    meaning: "a pointer is written to the stack, or read back, in pieces",
    kernel: [/invalid size of register (?:spill|fill)/],
    fix: "store and load pointers as 8 bytes at a multiple of 8",
  },
  "verify/caller-frame": {
    meaning: "a pointer into the called function's frame is stored where it outlives it",
    kernel: [
      /cannot spill pointers to stack into stack frame of the caller/,
      /cannot return stack pointer to the caller/,
    ],
    fix: "pass the caller's buffer down, and let the function fill it",
  },
  "verify/map-value-bounds": {
    meaning: "an access outside of a map's value",
    kernel: [
      /invalid access to map value/,
      /R\d+ (?:max|min) value is outside of the allowed memory range/,
      /R\d+ unbounded memory access/,
      /R\d+ min value is negative/,
    ],
    fix: "check the index on the same variable, right before it is used: if ({index} >= {count}) {leave}",
    asm: "check the index right before it is added: if {index} > {last} goto out",
    plain: "stay within the value's {bound} bytes, or declare a larger value",
  },
  "verify/map-key-bounds": {
    meaning: "an access outside of a map's key",
    kernel: [/invalid access to map key/],
    fix: "read only the key's {bound} bytes",
  },
  "verify/packet-bounds": {
    meaning: "packet bytes are accessed that were not compared with the packet's end",
    kernel: [/invalid access to packet/, /offset is outside of the packet/],
    fix: "compare first, with the same pointer: if ((void *){name} + {bound} > {end}) {leave}",
    asm: "compare first: r4 = {name}; r4 += {bound}; if r4 > r3 goto out (r3: the packet's end, data_end of the context)",
    plain: "compare first: if ({data} + {bound} > {end}) {leave}",
  },
  "verify/memory-bounds": {
    meaning: "an access outside of a block of memory of known size",
    kernel: [
      /invalid access to memory, mem_size/,
      /R\d+ (?:max|min) value is outside of the allowed memory range/,
      /invalid access to flow keys/,
      /R\d+ min value is negative/,
      /R\d+ unbounded memory access/,
    ],
    fix: "check the index right before it is used: if ({index} >= {count}) {leave}",
    plain: "stay within its {bound} bytes, or ask for more",
    asm: "check the index right before it is added: if {index} > {last} goto out",
  },
  "verify/buffer-bounds": {
    meaning: "an access before a buffer's start, or at an offset that varies",
    kernel: [/invalid .* buffer access/, /invalid variable buffer offset/, /invalid variable-offset .*buffer/],
    fix: "use constant offsets that are not negative",
  },
  "verify/negative-index": {
    meaning: "an index or offset may be negative",
    kernel: [/R\d+ min value is negative, either use unsigned index or do a if \(index >=0\) check/],
    fix: "make {index} unsigned, or test it: if ({index} < 0) {leave}",
    asm: "test it: if {index} s< 0 goto out",
    missing: "no branch on the way excludes negative numbers",
  },
  "verify/unbounded-access": {
    meaning: "an index or offset has no upper bound",
    kernel: [/R\d+ unbounded memory access, make sure to bounds check any such access/],
    fix: "bound it right before: if ({index} >= {count}) {leave}",
    asm: "bound it right before: if {index} > {last} goto out",
    missing: "no branch on the way bounds it from above",
  },
  "verify/context-access": {
    meaning:
      "the program type's context has no such field, or it cannot be accessed with this size or in this direction",
    kernel: [/invalid bpf_context access/, /invalid (?:bpf_)?ctx access/, /R\d+ invalid \w*sock\w* access/],
    fix: "use a field as the context declares it: {fields}",
  },
  "verify/context-store": {
    meaning: "an instruction that cannot write to this kind of memory: atomic operations, or constants",
    kernel: [
      /BPF_ATOMIC (?:stores into|loads from)/,
      /BPF_ST stores into/,
      /BPF_XADD stores into/,
      /stores into R\d+/,
      /invalid bpf_context access/,
    ],
    fix: "load the value, change it in a register and store the register",
  },
  "verify/read-only": {
    meaning: "a write to memory that may only be read",
    kernel: [
      /write into map forbidden/,
      /cannot write into/,
      /the prog does not allow writes to packet data/,
      /only read is supported/,
      /R\d+ cannot write/,
      /write to change key R\d+ not allowed/,
      /no write support to \w+ at off/,
      /write access at off \d+ with size \d+ beyond the member/,
    ],
    fix: "copy the data to the stack and change the copy",
  },
  "verify/write-only": {
    meaning: "a read of memory that may only be written",
    kernel: [/read from map forbidden/],
    fix: "create the map without BPF_F_WRONLY_PROG",
  },
  "verify/special-field": {
    meaning: "a lock, timer, list or other field that the kernel manages is read or written directly",
    kernel: [
      /cannot be accessed directly by load\/store/,
      /kptr (?:cannot be accessed|access)/,
      /cannot be accessed indirectly by helper/,
      /kptr in map can only be accessed/,
      /store to referenced kptr disallowed/,
      /BPF_ST imm must be 0 when storing to kptr/,
      /invalid kptr access/,
      /direct access to/,
    ],
    fix: "use the helper for it: {helper}",
  },
  "verify/object-access": {
    meaning: "a kernel object is read outside of its fields, or across them",
    kernel: [
      /access beyond (?:struct|the end of)/,
      /doesn't have field at offset/,
      /cannot access ptr member/,
      /bpf_(?:struct|.*) access|is ptr_.* invalid/,
      /R\d+ is ptr_.* (?:invalid|access)/,
      /no field/,
      /btf_id .* is not/,
    ],
    fix: "read whole fields as the kernel's BTF declares them (BPF_CORE_READ), or use bpf_probe_read_kernel()",
  },
  "verify/untrusted-pointer": {
    meaning: "an object that may be gone is used where a valid one is needed",
    kernel: [
      /must be referenced or trusted/,
      /must be a rcu pointer/,
      /must be referenced/,
      /expected=trusted_ptr_|type=untrusted_ptr|type=rcu_ptr/,
    ],
    fix: "take a reference first (such as bpf_task_acquire()), or use the pointer that the hook gave",
  },
  "verify/map-pointer-access": {
    meaning: "the map itself is read or written through its address",
    kernel: [
      /only read from \w+ is supported|access .* of map|bpf_map access|cannot access.*map_ptr|'map_ptr'/,
    ],
    fix: "look an entry up: bpf_map_lookup_elem(&map, &key)",
  },
} as const satisfies Readonly<Record<`verify/${string}`, CodeEntry>>;
