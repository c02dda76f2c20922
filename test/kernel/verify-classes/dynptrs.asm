Dynptrs: made, read, written, sliced, given back, overwritten, passed on.

== schedCls mem dynptr, nothing else
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, read
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, read into itself
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, read beside itself
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -24
r2 = 16
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, read with flags
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 1
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, write
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 1
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
r5 = 0
call bpf_dynptr_write
r0 = 0
exit
== schedCls mem dynptr, write from itself
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -16
r4 = 8
r5 = 0
call bpf_dynptr_write
r0 = 0
exit
== schedCls mem dynptr, slice of 8, 8 at 0
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, slice of 8, 8 at 8
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, slice of 8, 8 at 7
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +7)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, slice of 8, 1 at -1
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u8 *)(r0 -1)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, slice of 8, 1 at 8
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u8 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, slice written
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, slice not tested
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
*(u64 *)(r0 +0) = 1
r0 = 0
exit
== schedCls mem dynptr, slice of unknown size
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
call bpf_get_prandom_u32
r3 = r0
r1 = r10
r1 += -16
r2 = 0
call bpf_dynptr_data
r0 = 0
exit
== schedCls mem dynptr, slice after the end
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = r0
r0 = 0
*(u64 *)(r7 +0) = 1
r0 = 0
exit
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice 'r3 = 0' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice 'r3 = 0' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice 'r3 = 0' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice of unknown size
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
call bpf_get_prandom_u32
r4 = r0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
call ksym[bpf_dynptr_slice]
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice, buffer too short
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -8
r4 = 16
call ksym[bpf_dynptr_slice]
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice_rdwr of unknown size
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
call bpf_get_prandom_u32
r4 = r0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
call ksym[bpf_dynptr_slice_rdwr]
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_slice_rdwr, buffer too short
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -8
r4 = 16
call ksym[bpf_dynptr_slice_rdwr]
r0 = 0
exit
== schedCls mem dynptr, overwritten first half
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -16) = 0
r0 = 0
exit
== schedCls mem dynptr, overwritten second half
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -8) = 0
r0 = 0
exit
== schedCls mem dynptr, overwritten byte
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u8 *)(r10 -9) = 0
r0 = 0
exit
== schedCls mem dynptr, overwritten, then used
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, overwritten at a varying place
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
call bpf_get_prandom_u32
r0 &= 8
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = 0
r0 = 0
exit
== schedCls mem dynptr, read by an instruction
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r0 = *(u64 *)(r10 -16)
r0 = 0
exit
== schedCls mem dynptr, read by an instruction, 1 byte
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r0 = *(u8 *)(r10 -9)
r0 = 0
exit
== schedCls mem dynptr, read as a map key
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r2 = r10
r2 += -16
r1 = map[hash] ll
call bpf_map_lookup_elem
r0 = 0
exit
== schedCls mem dynptr, made again
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r0 = 0
exit
== schedCls mem dynptr, made again half over it
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -24
call bpf_dynptr_from_mem
r0 = 0
exit
== schedCls mem dynptr, used at its second half
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, used at a varying place
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
call bpf_get_prandom_u32
r0 &= 8
r3 = r10
r3 += -24
r3 += r0
r1 = r10
r1 += -32
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, never given back
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r0 = 0
r0 = 0
exit
== schedCls mem dynptr, given back twice
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== schedCls mem dynptr, given back by the other function
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = *(u64 *)(r10 -16)
r2 = 0
call bpf_ringbuf_submit
r0 = 0
exit
== schedCls mem dynptr, in a function
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
call f
r0 = 0
exit
f:
r3 = r1
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, in a global function
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
r3 = r1
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, given back in a global function
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== schedCls mem dynptr, in a callback
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r3 = r2
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, given back in a callback
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = r2
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls mem dynptr, written in a callback
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 0
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_size
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
call ksym[bpf_dynptr_size]
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_is_null
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
call ksym[bpf_dynptr_is_null]
r0 = 0
exit
== schedCls mem dynptr, bpf_dynptr_is_rdonly
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
call ksym[bpf_dynptr_is_rdonly]
r0 = 0
exit
== schedCls mem dynptr, adjusted
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = 0
r3 = 4
call ksym[bpf_dynptr_adjust]
r0 = 0
exit
== schedCls mem dynptr, cloned
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -48
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, cloned over itself
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = r10
r2 += -16
call ksym[bpf_dynptr_clone]
r0 = 0
exit
== schedCls mem dynptr, clone used after the end
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r0 = 0
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -48
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls mem dynptr, clone given back
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -48
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== schedCls mem dynptr, clone overwritten
r6 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
*(u64 *)(r10 -48) = 0
r0 = 0
exit
== schedCls ring dynptr, nothing else
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, read
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, read into itself
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, read beside itself
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -24
r2 = 16
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, read with flags
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 1
call bpf_dynptr_read
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, write
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 1
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
r5 = 0
call bpf_dynptr_write
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, write from itself
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -16
r4 = 8
r5 = 0
call bpf_dynptr_write
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, slice of 8, 8 at 0
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, slice of 8, 8 at 8
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, slice of 8, 8 at 7
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +7)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, slice of 8, 1 at -1
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u8 *)(r0 -1)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, slice of 8, 1 at 8
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u8 *)(r0 +8)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, slice written
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, slice not tested
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
*(u64 *)(r0 +0) = 1
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, slice of unknown size
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
call bpf_get_prandom_u32
r3 = r0
r1 = r10
r1 += -16
r2 = 0
call bpf_dynptr_data
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, slice after the end
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = r0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
*(u64 *)(r7 +0) = 1
r0 = 0
exit
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice 'r3 = 0' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice 'r3 = 0' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice 'r3 = 0' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice of unknown size
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
call bpf_get_prandom_u32
r4 = r0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
call ksym[bpf_dynptr_slice]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice, buffer too short
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -8
r4 = 16
call ksym[bpf_dynptr_slice]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice_rdwr of unknown size
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
call bpf_get_prandom_u32
r4 = r0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
call ksym[bpf_dynptr_slice_rdwr]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_slice_rdwr, buffer too short
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -8
r4 = 16
call ksym[bpf_dynptr_slice_rdwr]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, overwritten first half
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -16) = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, overwritten second half
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, overwritten byte
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u8 *)(r10 -9) = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, overwritten, then used
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, overwritten at a varying place
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
call bpf_get_prandom_u32
r0 &= 8
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, read by an instruction
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r0 = *(u64 *)(r10 -16)
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, read by an instruction, 1 byte
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r0 = *(u8 *)(r10 -9)
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, read as a map key
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r2 = r10
r2 += -16
r1 = map[hash] ll
call bpf_map_lookup_elem
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, made again
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, made again half over it
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -24
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, used at its second half
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -8
r4 = 0
r5 = 0
call bpf_dynptr_read
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, used at a varying place
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
call bpf_get_prandom_u32
r0 &= 8
r3 = r10
r3 += -24
r3 += r0
r1 = r10
r1 += -32
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, never given back
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r0 = 0
r0 = 0
exit
== schedCls ring dynptr, given back twice
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_submit_dynptr
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, given back by the other function
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = *(u64 *)(r10 -16)
r2 = 0
call bpf_ringbuf_submit
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, in a function
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
call f
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
f:
r3 = r1
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls ring dynptr, in a global function
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
call dynptr
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
dynptr:
r3 = r1
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls ring dynptr, given back in a global function
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== schedCls ring dynptr, in a callback
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
cb:
r3 = r2
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls ring dynptr, given back in a callback
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = r2
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, written in a callback
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 0
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_size
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
call ksym[bpf_dynptr_size]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_is_null
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
call ksym[bpf_dynptr_is_null]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, bpf_dynptr_is_rdonly
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
call ksym[bpf_dynptr_is_rdonly]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, adjusted
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = 0
r3 = 4
call ksym[bpf_dynptr_adjust]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, cloned
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -48
r4 = 0
r5 = 0
call bpf_dynptr_read
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, cloned over itself
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = r10
r2 += -16
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls ring dynptr, clone used after the end
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -48
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls ring dynptr, clone given back
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -48
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== schedCls ring dynptr, clone overwritten
r6 = r1
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
*(u64 *)(r10 -48) = 0
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls skb dynptr, nothing else
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, read
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, read into itself
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, read beside itself
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -24
r2 = 16
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, read with flags
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 1
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, write
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 1
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
r5 = 0
call bpf_dynptr_write
r0 = 0
exit
== schedCls skb dynptr, write from itself
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -16
r4 = 8
r5 = 0
call bpf_dynptr_write
r0 = 0
exit
== schedCls skb dynptr, slice of 8, 8 at 0
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, slice of 8, 8 at 8
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, slice of 8, 8 at 7
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +7)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, slice of 8, 1 at -1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u8 *)(r0 -1)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, slice of 8, 1 at 8
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u8 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, slice written
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, slice not tested
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
*(u64 *)(r0 +0) = 1
r0 = 0
exit
== schedCls skb dynptr, slice of unknown size
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
call bpf_get_prandom_u32
r3 = r0
r1 = r10
r1 += -16
r2 = 0
call bpf_dynptr_data
r0 = 0
exit
== schedCls skb dynptr, slice after the end
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = r0
r0 = 0
*(u64 *)(r7 +0) = 1
r0 = 0
exit
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice 'r3 = 0' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice 'r3 = 0' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice 'r3 = 0' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice of unknown size
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
call bpf_get_prandom_u32
r4 = r0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
call ksym[bpf_dynptr_slice]
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice, buffer too short
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -8
r4 = 16
call ksym[bpf_dynptr_slice]
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice_rdwr of unknown size
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
call bpf_get_prandom_u32
r4 = r0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
call ksym[bpf_dynptr_slice_rdwr]
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_slice_rdwr, buffer too short
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -8
r4 = 16
call ksym[bpf_dynptr_slice_rdwr]
r0 = 0
exit
== schedCls skb dynptr, overwritten first half
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -16) = 0
r0 = 0
exit
== schedCls skb dynptr, overwritten second half
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -8) = 0
r0 = 0
exit
== schedCls skb dynptr, overwritten byte
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u8 *)(r10 -9) = 0
r0 = 0
exit
== schedCls skb dynptr, overwritten, then used
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, overwritten at a varying place
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
call bpf_get_prandom_u32
r0 &= 8
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = 0
r0 = 0
exit
== schedCls skb dynptr, read by an instruction
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r0 = *(u64 *)(r10 -16)
r0 = 0
exit
== schedCls skb dynptr, read by an instruction, 1 byte
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r0 = *(u8 *)(r10 -9)
r0 = 0
exit
== schedCls skb dynptr, read as a map key
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r2 = r10
r2 += -16
r1 = map[hash] ll
call bpf_map_lookup_elem
r0 = 0
exit
== schedCls skb dynptr, made again
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r0 = 0
exit
== schedCls skb dynptr, made again half over it
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r6
r2 = 0
r3 = r10
r3 += -24
call ksym[bpf_dynptr_from_skb]
r0 = 0
exit
== schedCls skb dynptr, used at its second half
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, used at a varying place
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
call bpf_get_prandom_u32
r0 &= 8
r3 = r10
r3 += -24
r3 += r0
r1 = r10
r1 += -32
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, never given back
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, given back twice
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== schedCls skb dynptr, given back by the other function
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = *(u64 *)(r10 -16)
r2 = 0
call bpf_ringbuf_submit
r0 = 0
exit
== schedCls skb dynptr, in a function
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
call f
r0 = 0
exit
f:
r3 = r1
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, in a global function
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
r3 = r1
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, given back in a global function
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== schedCls skb dynptr, in a callback
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r3 = r2
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, given back in a callback
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = r2
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== schedCls skb dynptr, written in a callback
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 0
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_size
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
call ksym[bpf_dynptr_size]
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_is_null
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
call ksym[bpf_dynptr_is_null]
r0 = 0
exit
== schedCls skb dynptr, bpf_dynptr_is_rdonly
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
call ksym[bpf_dynptr_is_rdonly]
r0 = 0
exit
== schedCls skb dynptr, adjusted
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 4
call ksym[bpf_dynptr_adjust]
r0 = 0
exit
== schedCls skb dynptr, cloned
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -48
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, cloned over itself
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = r10
r2 += -16
call ksym[bpf_dynptr_clone]
r0 = 0
exit
== schedCls skb dynptr, clone used after the end
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r0 = 0
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -48
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls skb dynptr, clone given back
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -48
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== schedCls skb dynptr, clone overwritten
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
*(u64 *)(r10 -48) = 0
r0 = 0
exit
== schedCls skb dynptr, slice after the packet moved
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = r0
r1 = r6
r2 = 0
call bpf_skb_pull_data
r0 = *(u64 *)(r7 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, slice after a write
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = r0
*(u64 *)(r10 -32) = 1
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
r5 = 0
call bpf_dynptr_write
r0 = *(u64 *)(r7 +0)
no:
r0 = 0
r0 = 0
exit
== schedCls skb dynptr, dynptr after the packet moved
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r6
r2 = 0
call bpf_skb_pull_data
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, nothing else
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, read
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, read into itself
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, read beside itself
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -24
r2 = 16
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, read with flags
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 1
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, write
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 1
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
r5 = 0
call bpf_dynptr_write
r0 = 0
exit
== xdp xdp dynptr, write from itself
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -16
r4 = 8
r5 = 0
call bpf_dynptr_write
r0 = 0
exit
== xdp xdp dynptr, slice of 8, 8 at 0
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, slice of 8, 8 at 8
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, slice of 8, 8 at 7
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u64 *)(r0 +7)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, slice of 8, 1 at -1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u8 *)(r0 -1)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, slice of 8, 1 at 8
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = *(u8 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, slice written
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, slice not tested
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
*(u64 *)(r0 +0) = 1
r0 = 0
exit
== xdp xdp dynptr, slice of unknown size
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
call bpf_get_prandom_u32
r3 = r0
r1 = r10
r1 += -16
r2 = 0
call bpf_dynptr_data
r0 = 0
exit
== xdp xdp dynptr, slice after the end
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 8
call bpf_dynptr_data
if r0 == 0 goto no
r7 = r0
r0 = 0
*(u64 *)(r7 +0) = 1
r0 = 0
exit
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice 'r3 = 0' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice 'r3 = 0' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice 'r3 = 0' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice of unknown size
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
call bpf_get_prandom_u32
r4 = r0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
call ksym[bpf_dynptr_slice]
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice, buffer too short
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -8
r4 = 16
call ksym[bpf_dynptr_slice]
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice_rdwr 'r3 = 0' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +0)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +0)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' *(u64 *)(r0 +0) = 1
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
*(u64 *)(r0 +0) = 1
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice_rdwr 'r3 = r10\nr3 += -32' r7 = *(u64 *)(r0 +8)
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
if r0 == 0 goto no
r7 = *(u64 *)(r0 +8)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice_rdwr of unknown size
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
call bpf_get_prandom_u32
r4 = r0
r1 = r10
r1 += -16
r2 = 0
r3 = 0
call ksym[bpf_dynptr_slice_rdwr]
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_slice_rdwr, buffer too short
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -8
r4 = 16
call ksym[bpf_dynptr_slice_rdwr]
r0 = 0
exit
== xdp xdp dynptr, overwritten first half
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -16) = 0
r0 = 0
exit
== xdp xdp dynptr, overwritten second half
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -8) = 0
r0 = 0
exit
== xdp xdp dynptr, overwritten byte
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u8 *)(r10 -9) = 0
r0 = 0
exit
== xdp xdp dynptr, overwritten, then used
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, overwritten at a varying place
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
call bpf_get_prandom_u32
r0 &= 8
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = 0
r0 = 0
exit
== xdp xdp dynptr, read by an instruction
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r0 = *(u64 *)(r10 -16)
r0 = 0
exit
== xdp xdp dynptr, read by an instruction, 1 byte
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r0 = *(u8 *)(r10 -9)
r0 = 0
exit
== xdp xdp dynptr, read as a map key
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r2 = r10
r2 += -16
r1 = map[hash] ll
call bpf_map_lookup_elem
r0 = 0
exit
== xdp xdp dynptr, made again
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r0 = 0
exit
== xdp xdp dynptr, made again half over it
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r6
r2 = 0
r3 = r10
r3 += -24
call ksym[bpf_dynptr_from_xdp]
r0 = 0
exit
== xdp xdp dynptr, used at its second half
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, used at a varying place
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
call bpf_get_prandom_u32
r0 &= 8
r3 = r10
r3 += -24
r3 += r0
r1 = r10
r1 += -32
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, never given back
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, given back twice
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== xdp xdp dynptr, given back by the other function
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = *(u64 *)(r10 -16)
r2 = 0
call bpf_ringbuf_submit
r0 = 0
exit
== xdp xdp dynptr, in a function
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
call f
r0 = 0
exit
f:
r3 = r1
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, in a global function
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
r3 = r1
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, given back in a global function
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== xdp xdp dynptr, in a callback
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r3 = r2
r1 = r10
r1 += -8
r2 = 8
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, given back in a callback
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = r2
r2 = 0
call bpf_ringbuf_discard_dynptr
r0 = 0
exit
== xdp xdp dynptr, written in a callback
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = 2
r2 = subprog[cb] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 0
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_size
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
call ksym[bpf_dynptr_size]
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_is_null
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
call ksym[bpf_dynptr_is_null]
r0 = 0
exit
== xdp xdp dynptr, bpf_dynptr_is_rdonly
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
call ksym[bpf_dynptr_is_rdonly]
r0 = 0
exit
== xdp xdp dynptr, adjusted
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 4
call ksym[bpf_dynptr_adjust]
r0 = 0
exit
== xdp xdp dynptr, cloned
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -48
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, cloned over itself
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = r10
r2 += -16
call ksym[bpf_dynptr_clone]
r0 = 0
exit
== xdp xdp dynptr, clone used after the end
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r0 = 0
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -48
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== xdp xdp dynptr, clone given back
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
r1 = r10
r1 += -48
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== xdp xdp dynptr, clone overwritten
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = r10
r2 += -48
call ksym[bpf_dynptr_clone]
*(u64 *)(r10 -48) = 0
r0 = 0
exit
== xdp xdp dynptr, slice after the packet moved
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = r0
r1 = r6
r2 = 4
call bpf_xdp_adjust_head
r0 = *(u64 *)(r7 +0)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, slice after a write
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r10
r1 += -16
r2 = 0
r3 = 0
r4 = 8
call ksym[bpf_dynptr_slice]
if r0 == 0 goto no
r7 = r0
*(u64 *)(r10 -32) = 1
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
r5 = 0
call bpf_dynptr_write
r0 = *(u64 *)(r7 +0)
no:
r0 = 0
r0 = 0
exit
== xdp xdp dynptr, dynptr after the packet moved
r6 = r1
r1 = r6
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_xdp]
r1 = r6
r2 = 4
call bpf_xdp_adjust_head
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls dynptr of the stack
*(u64 *)(r10 -32) = 0
r1 = r10
r1 += -32
r2 = 8
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r0 = 0
exit
== schedCls dynptr of a looked up value
*(u32 *)(r10 -4) = 0
r2 = r10
r2 += -4
r1 = map[array] ll
call bpf_map_lookup_elem
if r0 == 0 goto no
r1 = r0
r2 = 64
r3 = 0
r4 = r10
r4 += -24
call bpf_dynptr_from_mem
no:
r0 = 0
exit
== schedCls dynptr of a value that may be null
*(u64 *)(r10 -8) = 0
r2 = r10
r2 += -8
r1 = map[hash] ll
call bpf_map_lookup_elem
r1 = r0
r2 = 8
r3 = 0
r4 = r10
r4 += -24
call bpf_dynptr_from_mem
r0 = 0
exit
== schedCls dynptr of a map value with a lock
r1 = map[lock1][0] ll
r2 = 16
r3 = 0
r4 = r10
r4 += -24
call bpf_dynptr_from_mem
r0 = 0
exit
== schedCls dynptr of {s=-12|-20|-4|8} misplaced
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += {s}
call bpf_dynptr_from_mem
r0 = 0
exit
== schedCls dynptr on a map value
r1 = map[one][0] ll
r2 = 16
r3 = 0
r4 = map[one][0]+16 ll
call bpf_dynptr_from_mem
r0 = 0
exit
== cgroupSkb|socketFilter|kprobe|tracepoint dynptr of an skb
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r0 = 0
exit
== cgroupSkb|socketFilter dynptr of an skb, rdwr slice
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
call ksym[bpf_dynptr_slice_rdwr]
r0 = 0
exit
== cgroupSkb|socketFilter dynptr of an skb, written
r2 = 0
r3 = r10
r3 += -16
call ksym[bpf_dynptr_from_skb]
*(u64 *)(r10 -32) = 1
r1 = r10
r1 += -16
r2 = 0
r3 = r10
r3 += -32
r4 = 8
r5 = 0
call bpf_dynptr_write
r0 = 0
exit
== schedCls reserved dynptr, {f=bpf_ringbuf_submit_dynptr|bpf_ringbuf_discard_dynptr} on one branch
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
if r0 != 0 goto out
r1 = r10
r1 += -16
r2 = 0
call {f}
out:
r0 = 0
exit
== schedCls two reserved dynptrs in each other's place
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -16
call bpf_ringbuf_reserve_dynptr
r1 = map[ring] ll
r2 = 64
r3 = 0
r4 = r10
r4 += -32
call bpf_ringbuf_reserve_dynptr
r1 = r10
r1 += -32
r2 = 0
call bpf_ringbuf_submit_dynptr
r1 = r10
r1 += -16
r2 = 0
call bpf_ringbuf_submit_dynptr
r0 = 0
exit
== schedCls dynptr made on one path only
r6 = 0
call bpf_get_prandom_u32
if r0 > 7 goto skip
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
skip:
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
== schedCls dynptr made in a loop
r6 = 0
l:
r1 = map[one][0] ll
r2 = 32
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r6 += 1
if r6 < 4 goto l
r0 = 0
exit
== schedCls dynptr made in a function for its caller
r1 = r10
r1 += -16
call f
r1 = r10
r1 += -32
r2 = 8
r3 = r10
r3 += -16
r4 = 0
r5 = 0
call bpf_dynptr_read
r0 = 0
exit
f:
r4 = r1
r1 = map[one][0] ll
r2 = 32
r3 = 0
call bpf_dynptr_from_mem
r0 = 0
exit
