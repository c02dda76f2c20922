References: taken, tested, used, given back, lost.

== schedCls ring taken and given back
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring not tested
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring never given back
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
out:
r0 = 0
exit
== schedCls ring given back twice
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring used after
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== schedCls ring read
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r8 = *(u32 *)(r7 +0)
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring written
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
*(u32 *)(r7 +0) = 1
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring read without a test
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
r7 = r0
r8 = *(u32 *)(r7 +0)
if r7 == 0 goto out
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring moved and given back
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r7 += 4
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring moved and back
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r7 += 4
r7 += -4
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring given back through a copy
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring copy used after
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
r2 = 0
call bpf_ringbuf_submit
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== schedCls ring spilled
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
r7 = 0
r7 = *(u64 *)(r10 -24)
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring lost from registers
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r7 = 0
r0 = 0
out:
r0 = 0
exit
== schedCls ring spilled and lost
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
*(u64 *)(r10 -24) = 0
out:
r0 = 0
exit
== schedCls ring given back in a function
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
r2 = 0
call bpf_ringbuf_submit
r0 = 0
exit
== schedCls ring given back in a function on one path
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto g
r1 = r6
r2 = 0
call bpf_ringbuf_submit
g:
r0 = 0
exit
== schedCls ring given back in a callback
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -32) = r7
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
out:
r0 = 0
exit
cb:
r7 = *(u64 *)(r2 +0)
r1 = r7
r2 = 0
call bpf_ringbuf_submit
r0 = 1
exit
== schedCls ring taken in a callback and left
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
r0 = 0
exit
== schedCls ring taken and given back in a callback
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto o
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
o:
r0 = 0
exit
== schedCls ring returned by a function
r6 = r1
r1 = r6
call f
if r0 == 0 goto out
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
f:
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
exit
== schedCls ring held over a tail call
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r6
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring held when it throws
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = 0
call ksym[bpf_throw]
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring result of the program
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r0 = r7
out:
exit
== schedCls ring stored in a map
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = map[one][0] ll
*(u64 *)(r1 +0) = r7
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring taken in a loop and given back
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
r8 = 0
l:
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
r8 += 1
if r8 < 3 goto l
out:
r0 = 0
exit
== schedCls ring passed to a global function
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
call nonnull
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls ring as a helper's memory
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r10
r1 += -40
r2 = 8
r3 = r7
r1 = r7
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring null given back
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 != 0 goto has
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
r0 = 0
exit
has:
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls ring given back as tcp
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls ring given back as skc
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp taken and given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp not tested
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp never given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
out:
r0 = 0
exit
== schedCls tcp given back twice
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp used after
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== schedCls tcp read
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r8 = *(u32 *)(r7 +0)
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp written
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
*(u32 *)(r7 +0) = 1
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp read without a test
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
r7 = r0
r8 = *(u32 *)(r7 +0)
if r7 == 0 goto out
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp moved and given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r7 += 4
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp moved and back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r7 += 4
r7 += -4
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp given back through a copy
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp copy used after
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call bpf_sk_release
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== schedCls tcp spilled
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
r7 = 0
r7 = *(u64 *)(r10 -24)
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp lost from registers
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r7 = 0
r0 = 0
out:
r0 = 0
exit
== schedCls tcp spilled and lost
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
*(u64 *)(r10 -24) = 0
out:
r0 = 0
exit
== schedCls tcp given back in a function
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
call bpf_sk_release
r0 = 0
exit
== schedCls tcp given back in a function on one path
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto g
r1 = r6
call bpf_sk_release
g:
r0 = 0
exit
== schedCls tcp given back in a callback
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -32) = r7
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
out:
r0 = 0
exit
cb:
r7 = *(u64 *)(r2 +0)
r1 = r7
call bpf_sk_release
r0 = 1
exit
== schedCls tcp taken in a callback and left
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
r0 = 0
exit
== schedCls tcp taken and given back in a callback
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto o
r7 = r0
r1 = r7
call bpf_sk_release
o:
r0 = 0
exit
== schedCls tcp returned by a function
r6 = r1
r1 = r6
call f
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
f:
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
exit
== schedCls tcp held over a tail call
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r6
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp held when it throws
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = 0
call ksym[bpf_throw]
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp result of the program
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r0 = r7
out:
exit
== schedCls tcp stored in a map
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = map[one][0] ll
*(u64 *)(r1 +0) = r7
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp taken in a loop and given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
r8 = 0
l:
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
r8 += 1
if r8 < 3 goto l
out:
r0 = 0
exit
== schedCls tcp passed to a global function
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call nonnull
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls tcp as a helper's memory
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r10
r1 += -40
r2 = 8
r3 = r7
r1 = r7
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp null given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 != 0 goto has
r7 = r0
r1 = r7
call bpf_sk_release
r0 = 0
exit
has:
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls tcp given back as ring
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls tcp given back as skc
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc taken and given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc not tested
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc never given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
out:
r0 = 0
exit
== schedCls skc given back twice
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc used after
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== schedCls skc read
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r8 = *(u32 *)(r7 +0)
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc written
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
*(u32 *)(r7 +0) = 1
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc read without a test
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
r7 = r0
r8 = *(u32 *)(r7 +0)
if r7 == 0 goto out
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc moved and given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r7 += 4
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc moved and back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r7 += 4
r7 += -4
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc given back through a copy
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc copy used after
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call bpf_sk_release
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== schedCls skc spilled
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
r7 = 0
r7 = *(u64 *)(r10 -24)
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc lost from registers
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r7 = 0
r0 = 0
out:
r0 = 0
exit
== schedCls skc spilled and lost
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
*(u64 *)(r10 -24) = 0
out:
r0 = 0
exit
== schedCls skc given back in a function
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
call bpf_sk_release
r0 = 0
exit
== schedCls skc given back in a function on one path
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto g
r1 = r6
call bpf_sk_release
g:
r0 = 0
exit
== schedCls skc given back in a callback
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -32) = r7
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
out:
r0 = 0
exit
cb:
r7 = *(u64 *)(r2 +0)
r1 = r7
call bpf_sk_release
r0 = 1
exit
== schedCls skc taken in a callback and left
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
r0 = 0
exit
== schedCls skc taken and given back in a callback
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto o
r7 = r0
r1 = r7
call bpf_sk_release
o:
r0 = 0
exit
== schedCls skc returned by a function
r6 = r1
r1 = r6
call f
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
f:
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
exit
== schedCls skc held over a tail call
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r6
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc held when it throws
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = 0
call ksym[bpf_throw]
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc result of the program
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r0 = r7
out:
exit
== schedCls skc stored in a map
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = map[one][0] ll
*(u64 *)(r1 +0) = r7
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc taken in a loop and given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
r8 = 0
l:
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
r8 += 1
if r8 < 3 goto l
out:
r0 = 0
exit
== schedCls skc passed to a global function
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call nonnull
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls skc as a helper's memory
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r10
r1 += -40
r2 = 8
r3 = r7
r1 = r7
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc null given back
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 != 0 goto has
r7 = r0
r1 = r7
call bpf_sk_release
r0 = 0
exit
has:
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls skc given back as ring
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
== schedCls skc given back as tcp
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_skc_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== tracing task taken and given back
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task not tested
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r7 = r0
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task never given back
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
out:
r0 = 0
exit
== tracing task given back twice
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_task_release]
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task used after
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_task_release]
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== tracing task read
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r8 = *(u32 *)(r7 +0)
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task written
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
*(u32 *)(r7 +0) = 1
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task read without a test
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r7 = r0
r8 = *(u32 *)(r7 +0)
if r7 == 0 goto out
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task moved and given back
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r7 += 4
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task moved and back
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r7 += 4
r7 += -4
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task given back through a copy
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task copy used after
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call ksym[bpf_task_release]
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== tracing task spilled
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
r7 = 0
r7 = *(u64 *)(r10 -24)
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task lost from registers
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r7 = 0
r0 = 0
out:
r0 = 0
exit
== tracing task spilled and lost
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
*(u64 *)(r10 -24) = 0
out:
r0 = 0
exit
== tracing task given back in a function
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
call ksym[bpf_task_release]
r0 = 0
exit
== tracing task given back in a function on one path
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto g
r1 = r6
call ksym[bpf_task_release]
g:
r0 = 0
exit
== tracing task given back in a callback
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -32) = r7
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
out:
r0 = 0
exit
cb:
r7 = *(u64 *)(r2 +0)
r1 = r7
call ksym[bpf_task_release]
r0 = 1
exit
== tracing task taken in a callback and left
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
r1 = 1
call ksym[bpf_task_from_pid]
r0 = 0
exit
== tracing task taken and given back in a callback
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto o
r7 = r0
r1 = r7
call ksym[bpf_task_release]
o:
r0 = 0
exit
== tracing task returned by a function
r6 = r1
r1 = r6
call f
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
f:
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
exit
== tracing task held over a tail call
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r6
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task held when it throws
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = 0
call ksym[bpf_throw]
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task result of the program
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r0 = r7
out:
exit
== tracing task stored in a map
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = map[one][0] ll
*(u64 *)(r1 +0) = r7
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task taken in a loop and given back
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_task_release]
r8 = 0
l:
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_task_release]
r8 += 1
if r8 < 3 goto l
out:
r0 = 0
exit
== tracing task passed to a global function
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r7
call nonnull
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== tracing task as a helper's memory
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r10
r1 += -40
r2 = 8
r3 = r7
call bpf_probe_read_kernel
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task null given back
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 != 0 goto has
r7 = r0
r1 = r7
call ksym[bpf_task_release]
r0 = 0
exit
has:
r7 = r0
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== tracing task given back as cpumask
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask taken and given back
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask not tested
r6 = r1
call ksym[bpf_cpumask_create]
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask never given back
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
out:
r0 = 0
exit
== tracing cpumask given back twice
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask used after
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== tracing cpumask read
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r8 = *(u32 *)(r7 +0)
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask written
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
*(u32 *)(r7 +0) = 1
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask read without a test
r6 = r1
call ksym[bpf_cpumask_create]
r7 = r0
r8 = *(u32 *)(r7 +0)
if r7 == 0 goto out
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask moved and given back
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r7 += 4
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask moved and back
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r7 += 4
r7 += -4
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask given back through a copy
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask copy used after
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call ksym[bpf_cpumask_release]
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== tracing cpumask spilled
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
r7 = 0
r7 = *(u64 *)(r10 -24)
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask lost from registers
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r7 = 0
r0 = 0
out:
r0 = 0
exit
== tracing cpumask spilled and lost
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
*(u64 *)(r10 -24) = 0
out:
r0 = 0
exit
== tracing cpumask given back in a function
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
call ksym[bpf_cpumask_release]
r0 = 0
exit
== tracing cpumask given back in a function on one path
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto g
r1 = r6
call ksym[bpf_cpumask_release]
g:
r0 = 0
exit
== tracing cpumask given back in a callback
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -32) = r7
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
out:
r0 = 0
exit
cb:
r7 = *(u64 *)(r2 +0)
r1 = r7
call ksym[bpf_cpumask_release]
r0 = 1
exit
== tracing cpumask taken in a callback and left
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
call ksym[bpf_cpumask_create]
r0 = 0
exit
== tracing cpumask taken and given back in a callback
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
call ksym[bpf_cpumask_create]
if r0 == 0 goto o
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
o:
r0 = 0
exit
== tracing cpumask returned by a function
r6 = r1
r1 = r6
call f
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
f:
r6 = r1
call ksym[bpf_cpumask_create]
exit
== tracing cpumask held over a tail call
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r6
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask held when it throws
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = 0
call ksym[bpf_throw]
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask result of the program
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r0 = r7
out:
exit
== tracing cpumask stored in a map
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = map[one][0] ll
*(u64 *)(r1 +0) = r7
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask taken in a loop and given back
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
r8 = 0
l:
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
r8 += 1
if r8 < 3 goto l
out:
r0 = 0
exit
== tracing cpumask passed to a global function
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r7
call nonnull
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== tracing cpumask as a helper's memory
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r10
r1 += -40
r2 = 8
r3 = r7
call bpf_probe_read_kernel
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask null given back
r6 = r1
call ksym[bpf_cpumask_create]
if r0 != 0 goto has
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
r0 = 0
exit
has:
r7 = r0
r1 = r7
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== tracing cpumask given back as task
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_task_release]
out:
r0 = 0
exit
== syscall cgroup taken and given back
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup not tested
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup never given back
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
out:
r0 = 0
exit
== syscall cgroup given back twice
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup used after
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== syscall cgroup read
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r8 = *(u32 *)(r7 +0)
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup written
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
*(u32 *)(r7 +0) = 1
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup read without a test
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
r7 = r0
r8 = *(u32 *)(r7 +0)
if r7 == 0 goto out
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup moved and given back
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r7 += 4
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup moved and back
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r7 += 4
r7 += -4
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup given back through a copy
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup copy used after
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r8
call ksym[bpf_cgroup_release]
r0 = *(u32 *)(r7 +0)
out:
r0 = 0
exit
== syscall cgroup spilled
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
r7 = 0
r7 = *(u64 *)(r10 -24)
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup lost from registers
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r7 = 0
r0 = 0
out:
r0 = 0
exit
== syscall cgroup spilled and lost
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -24) = r7
*(u64 *)(r10 -24) = 0
out:
r0 = 0
exit
== syscall cgroup given back in a function
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
call ksym[bpf_cgroup_release]
r0 = 0
exit
== syscall cgroup given back in a function on one path
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r7
call f
out:
r0 = 0
exit
f:
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto g
r1 = r6
call ksym[bpf_cgroup_release]
g:
r0 = 0
exit
== syscall cgroup given back in a callback
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -32) = r7
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
out:
r0 = 0
exit
cb:
r7 = *(u64 *)(r2 +0)
r1 = r7
call ksym[bpf_cgroup_release]
r0 = 1
exit
== syscall cgroup taken in a callback and left
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
r1 = 1
call ksym[bpf_cgroup_from_id]
r0 = 0
exit
== syscall cgroup taken and given back in a callback
r6 = r1
r1 = 1
r2 = subprog[cb] ll
*(u64 *)(r10 -32) = r6
r3 = r10
r3 += -32
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = *(u64 *)(r2 +0)
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto o
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
o:
r0 = 0
exit
== syscall cgroup returned by a function
r6 = r1
r1 = r6
call f
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
f:
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
exit
== syscall cgroup held over a tail call
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r6
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup held when it throws
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = 0
call ksym[bpf_throw]
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup result of the program
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r0 = r7
out:
exit
== syscall cgroup stored in a map
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = map[one][0] ll
*(u64 *)(r1 +0) = r7
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup taken in a loop and given back
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
r8 = 0
l:
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
r8 += 1
if r8 < 3 goto l
out:
r0 = 0
exit
== syscall cgroup passed to a global function
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r7
call nonnull
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== syscall cgroup as a helper's memory
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 == 0 goto out
r7 = r0
r1 = r10
r1 += -40
r2 = 8
r3 = r7
call bpf_probe_read_kernel
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== syscall cgroup null given back
r6 = r1
r1 = 1
call ksym[bpf_cgroup_from_id]
if r0 != 0 goto has
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
r0 = 0
exit
has:
r7 = r0
r1 = r7
call ksym[bpf_cgroup_release]
out:
r0 = 0
exit
== schedCls socket of the context
r0 = *(u64 *)(r1 +168)
if r0 == 0 goto out
r7 = *(u32 *)(r0 +4)
out:
r0 = 0
exit
== schedCls socket of the context, not tested
r0 = *(u64 *)(r1 +168)
r7 = *(u32 *)(r0 +4)
r0 = 0
exit
== schedCls socket of the context, field of a full socket
r0 = *(u64 *)(r1 +168)
if r0 == 0 goto out
r7 = *(u32 *)(r0 +16)
out:
r0 = 0
exit
== schedCls {h=bpf_sk_fullsock|bpf_tcp_sock|bpf_get_listener_sock}
r0 = *(u64 *)(r1 +168)
if r0 == 0 goto out
r1 = r0
call {h}
if r0 == 0 goto out
r7 = *(u32 *)(r0 +16)
out:
r0 = 0
exit
== schedCls {h=bpf_sk_fullsock|bpf_tcp_sock} of a looked up socket
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call {h}
if r0 == 0 goto rel
r8 = r0
r9 = *(u32 *)(r8 +0)
rel:
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
== schedCls {h=bpf_sk_fullsock|bpf_tcp_sock} of a looked up socket, used after its release
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call {h}
r8 = r0
r1 = r7
call bpf_sk_release
if r8 == 0 goto out
r9 = *(u32 *)(r8 +0)
out:
r0 = 0
exit
== schedCls {h=bpf_sk_fullsock|bpf_tcp_sock} of a looked up socket, released instead of it
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r6
r2 = r10
r2 += -16
r3 = 12
r4 = -1
r5 = 0
call bpf_sk_lookup_tcp
if r0 == 0 goto out
r7 = r0
r1 = r7
call {h}
if r0 == 0 goto rel
r1 = r0
call bpf_sk_release
r0 = 0
exit
rel:
r1 = r7
call bpf_sk_release
out:
r0 = 0
exit
