Callbacks, timers, exceptions.

== schedCls callback of bpf_loop, r1 = 0, returns 0
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, returns 1
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback of bpf_loop, r1 = 0, returns 2
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback of bpf_loop, r1 = 0, returns its index
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r1
exit
== schedCls callback of bpf_loop, r1 = 0, returns its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r2
exit
== schedCls callback of bpf_loop, r1 = 0, returns nothing
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
exit
== schedCls callback of bpf_loop, r1 = 0, reads its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, counts in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, reads behind its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, reads before its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 -8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, uses r3
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r3
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, uses its index unbounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, uses its index bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, index from its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, index from its context, not bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 0, stores its frame in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = r10
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, returns 0
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, returns 1
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback of bpf_loop, r1 = 1, returns 2
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback of bpf_loop, r1 = 1, returns its index
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r1
exit
== schedCls callback of bpf_loop, r1 = 1, returns its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r2
exit
== schedCls callback of bpf_loop, r1 = 1, returns nothing
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
exit
== schedCls callback of bpf_loop, r1 = 1, reads its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, counts in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, reads behind its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, reads before its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 -8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, uses r3
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r3
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, uses its index unbounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, uses its index bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, index from its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, index from its context, not bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 1, stores its frame in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = r10
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, returns 0
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, returns 1
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback of bpf_loop, r1 = 4, returns 2
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback of bpf_loop, r1 = 4, returns its index
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r1
exit
== schedCls callback of bpf_loop, r1 = 4, returns its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r2
exit
== schedCls callback of bpf_loop, r1 = 4, returns nothing
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
exit
== schedCls callback of bpf_loop, r1 = 4, reads its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, counts in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, reads behind its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, reads before its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 -8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, uses r3
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r3
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, uses its index unbounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, uses its index bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, index from its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, index from its context, not bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 4, stores its frame in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = r10
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, returns 0
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, returns 1
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback of bpf_loop, r1 = 100000, returns 2
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback of bpf_loop, r1 = 100000, returns its index
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r1
exit
== schedCls callback of bpf_loop, r1 = 100000, returns its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r2
exit
== schedCls callback of bpf_loop, r1 = 100000, returns nothing
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
exit
== schedCls callback of bpf_loop, r1 = 100000, reads its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, counts in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, reads behind its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, reads before its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 -8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, uses r3
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r3
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, uses its index unbounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, uses its index bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, index from its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, index from its context, not bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = 100000, stores its frame in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100000
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = r10
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, returns 0
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, returns 1
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback of bpf_loop, r1 = -1, returns 2
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback of bpf_loop, r1 = -1, returns its index
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r1
exit
== schedCls callback of bpf_loop, r1 = -1, returns its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r2
exit
== schedCls callback of bpf_loop, r1 = -1, returns nothing
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
exit
== schedCls callback of bpf_loop, r1 = -1, reads its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, counts in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, reads behind its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, reads before its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 -8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, uses r3
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r3
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, uses its index unbounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, uses its index bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, index from its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, index from its context, not bounded
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = -1, stores its frame in its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = -1
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = r10
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, returns 0
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, returns 1
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback of bpf_loop, r1 = r0, returns 2
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback of bpf_loop, r1 = r0, returns its index
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r1
exit
== schedCls callback of bpf_loop, r1 = r0, returns its context
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r2
exit
== schedCls callback of bpf_loop, r1 = r0, returns nothing
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
exit
== schedCls callback of bpf_loop, r1 = r0, reads its context
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, counts in its context
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, reads behind its context
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, reads before its context
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 -8)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, uses r3
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = r3
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, uses its index unbounded
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, uses its index bounded
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, index from its context
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
if r1 > 31 goto n
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
n:
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, index from its context, not bounded
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
r3 = map[one][0] ll
r3 += r1
r0 = *(u8 *)(r3 +0)
r1 += 1
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== schedCls callback of bpf_loop, r1 = r0, stores its frame in its context
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = r10
r0 = 0
exit
== schedCls callback of bpf_loop, writes 7, r1 = 4, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 7
r0 = 0
exit
== schedCls callback of bpf_loop, writes 7, r1 = 100, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 7
r0 = 0
exit
== schedCls callback of bpf_loop, writes 7, r1 = r0, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 7
r0 = 0
exit
== schedCls callback of bpf_loop, writes 70, r1 = 4, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 70
r0 = 0
exit
== schedCls callback of bpf_loop, writes 70, r1 = 100, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 70
r0 = 0
exit
== schedCls callback of bpf_loop, writes 70, r1 = r0, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
*(u64 *)(r2 +0) = 70
r0 = 0
exit
== schedCls callback of bpf_loop, writes nothing, r1 = 4, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop, writes nothing, r1 = 100, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop, writes nothing, r1 = r0, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop, counts up to 31, r1 = 4, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
if r0 > 30 goto n
r0 += 1
*(u64 *)(r2 +0) = r0
n:
r0 = 0
exit
== schedCls callback of bpf_loop, counts up to 31, r1 = 100, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
if r0 > 30 goto n
r0 += 1
*(u64 *)(r2 +0) = r0
n:
r0 = 0
exit
== schedCls callback of bpf_loop, counts up to 31, r1 = r0, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
if r0 > 30 goto n
r0 += 1
*(u64 *)(r2 +0) = r0
n:
r0 = 0
exit
== schedCls callback of bpf_loop, counts up to 32, r1 = 4, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
if r0 > 31 goto n
r0 += 1
*(u64 *)(r2 +0) = r0
n:
r0 = 0
exit
== schedCls callback of bpf_loop, counts up to 32, r1 = 100, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
if r0 > 31 goto n
r0 += 1
*(u64 *)(r2 +0) = r0
n:
r0 = 0
exit
== schedCls callback of bpf_loop, counts up to 32, r1 = r0, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
if r0 > 31 goto n
r0 += 1
*(u64 *)(r2 +0) = r0
n:
r0 = 0
exit
== schedCls callback of bpf_loop, counts, r1 = 4, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback of bpf_loop, counts, r1 = 100, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback of bpf_loop, counts, r1 = r0, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback of bpf_loop, does something else, r1 = 4, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
call bpf_get_prandom_u32
r0 &= 31
r0 = 0
exit
== schedCls callback of bpf_loop, does something else, r1 = 100, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 100
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
call bpf_get_prandom_u32
r0 &= 31
r0 = 0
exit
== schedCls callback of bpf_loop, does something else, r1 = r0, used after it
r6 = r1
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
cb:
call bpf_get_prandom_u32
r0 &= 31
r0 = 0
exit
== schedCls|tracing|syscall callback of bpf_loop, map value in its context, tested inside
r6 = r1
*(u64 *)(r10 -16) = 0
r2 = r10
r2 += -16
r1 = map[hash] ll
call bpf_map_lookup_elem
*(u64 *)(r10 -8) = r0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
if r1 == 0 goto n
r0 = *(u64 *)(r1 +0)
n:
r0 = 0
exit
== schedCls|tracing|syscall callback of bpf_loop, map value in its context, not tested
r6 = r1
*(u64 *)(r10 -16) = 0
r2 = r10
r2 += -16
r1 = map[hash] ll
call bpf_map_lookup_elem
*(u64 *)(r10 -8) = r0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = *(u64 *)(r2 +0)
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|syscall callback of bpf_loop, map value put into its context
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r1 = *(u64 *)(r10 -8)
if r1 == 0 goto n
r0 = *(u64 *)(r1 +0)
n:
r0 = 0
exit
cb:
r6 = r2
*(u64 *)(r10 -16) = 0
r2 = r10
r2 += -16
r1 = map[hash] ll
call bpf_map_lookup_elem
*(u64 *)(r6 +0) = r0
r0 = 0
exit
== schedCls|tracing|syscall callback of bpf_loop, context is a map value
r6 = r1
*(u64 *)(r10 -8) = 0
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls callback context a map value
r1 = 4
r2 = subprog[cb] ll
r3 = map[one][0] ll
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls callback context is {c=0|5}
r1 = 4
r2 = subprog[cb] ll
r3 = {c}
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback of bpf_loop with flags {f=0|1|2}
r1 = 4
r2 = subprog[cb] ll
r3 = 0
r4 = {f}
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback in a callback
r1 = 4
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = 4
r2 = subprog[inner] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
inner:
r0 = 0
exit
== schedCls callback in a callback in a callback with counts
*(u64 *)(r10 -8) = 0
r1 = 40
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = r2
*(u64 *)(r10 -8) = 0
r1 = 40
r2 = subprog[inner] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = *(u64 *)(r6 +0)
r0 += 1
*(u64 *)(r6 +0) = r0
r0 = 0
exit
inner:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback that calls itself
r1 = 4
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = 4
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
== schedCls callback also called
r1 = 4
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r1 = 0
r2 = 0
call cb
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback is a global function
r1 = 4
r2 = subprog[numbers] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
numbers:
r0 = 0
exit
== schedCls callback is the program
r1 = 4
r2 = r1
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
== schedCls callback address moved
r1 = 4
r2 = subprog[cb] ll
r2 += 8
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback address read
r2 = subprog[cb] ll
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback address stored and loaded
r2 = subprog[cb] ll
*(u64 *)(r10 -8) = r2
r1 = 4
r2 = *(u64 *)(r10 -8)
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls callback one of two
call bpf_get_prandom_u32
r2 = subprog[cb] ll
if r0 > 7 goto go
r2 = subprog[other] ll
go:
r1 = 4
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
other:
r0 = 1
exit
== schedCls callback for each of hash, reads its key
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r2 +0)
r0 = 0
exit
== schedCls callback for each of hash, reads behind its key
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback for each of hash, writes its key
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r2 +0) = 1
r0 = 0
exit
== schedCls callback for each of hash, reads its value
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r3 +4)
r0 = 0
exit
== schedCls callback for each of hash, writes its value
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r3 +4) = 1
r0 = 0
exit
== schedCls callback for each of hash, reads behind its value
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r3 +64)
r0 = 0
exit
== schedCls callback for each of hash, deletes
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_delete_elem
r0 = 0
exit
== schedCls callback for each of hash, looks up
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_lookup_elem
r0 = 0
exit
== schedCls callback for each of hash, returns 1
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback for each of hash, returns 2
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback for each of hash, its context
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r4 +0)
r0 = 0
exit
== schedCls callback for each of array, reads its key
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r2 +0)
r0 = 0
exit
== schedCls callback for each of array, reads behind its key
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback for each of array, writes its key
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r2 +0) = 1
r0 = 0
exit
== schedCls callback for each of array, reads its value
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r3 +4)
r0 = 0
exit
== schedCls callback for each of array, writes its value
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r3 +4) = 1
r0 = 0
exit
== schedCls callback for each of array, reads behind its value
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r3 +64)
r0 = 0
exit
== schedCls callback for each of array, deletes
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_delete_elem
r0 = 0
exit
== schedCls callback for each of array, looks up
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_lookup_elem
r0 = 0
exit
== schedCls callback for each of array, returns 1
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback for each of array, returns 2
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback for each of array, its context
*(u64 *)(r10 -8) = 0
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r4 +0)
r0 = 0
exit
== schedCls callback for each of percpu, reads its key
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r2 +0)
r0 = 0
exit
== schedCls callback for each of percpu, reads behind its key
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback for each of percpu, writes its key
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r2 +0) = 1
r0 = 0
exit
== schedCls callback for each of percpu, reads its value
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r3 +4)
r0 = 0
exit
== schedCls callback for each of percpu, writes its value
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r3 +4) = 1
r0 = 0
exit
== schedCls callback for each of percpu, reads behind its value
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r3 +64)
r0 = 0
exit
== schedCls callback for each of percpu, deletes
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_delete_elem
r0 = 0
exit
== schedCls callback for each of percpu, looks up
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_lookup_elem
r0 = 0
exit
== schedCls callback for each of percpu, returns 1
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback for each of percpu, returns 2
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback for each of percpu, its context
*(u64 *)(r10 -8) = 0
r1 = map[percpu] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r4 +0)
r0 = 0
exit
== schedCls callback for each of lru, reads its key
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r2 +0)
r0 = 0
exit
== schedCls callback for each of lru, reads behind its key
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback for each of lru, writes its key
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r2 +0) = 1
r0 = 0
exit
== schedCls callback for each of lru, reads its value
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r3 +4)
r0 = 0
exit
== schedCls callback for each of lru, writes its value
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r3 +4) = 1
r0 = 0
exit
== schedCls callback for each of lru, reads behind its value
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r3 +64)
r0 = 0
exit
== schedCls callback for each of lru, deletes
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_delete_elem
r0 = 0
exit
== schedCls callback for each of lru, looks up
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_lookup_elem
r0 = 0
exit
== schedCls callback for each of lru, returns 1
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback for each of lru, returns 2
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback for each of lru, its context
*(u64 *)(r10 -8) = 0
r1 = map[lru] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r4 +0)
r0 = 0
exit
== schedCls callback for each of locked, reads its key
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r2 +0)
r0 = 0
exit
== schedCls callback for each of locked, reads behind its key
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback for each of locked, writes its key
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r2 +0) = 1
r0 = 0
exit
== schedCls callback for each of locked, reads its value
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r3 +4)
r0 = 0
exit
== schedCls callback for each of locked, writes its value
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r3 +4) = 1
r0 = 0
exit
== schedCls callback for each of locked, reads behind its value
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r3 +64)
r0 = 0
exit
== schedCls callback for each of locked, deletes
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_delete_elem
r0 = 0
exit
== schedCls callback for each of locked, looks up
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_lookup_elem
r0 = 0
exit
== schedCls callback for each of locked, returns 1
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback for each of locked, returns 2
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback for each of locked, its context
*(u64 *)(r10 -8) = 0
r1 = map[locked] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r4 +0)
r0 = 0
exit
== schedCls callback for each of owned, reads its key
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r2 +0)
r0 = 0
exit
== schedCls callback for each of owned, reads behind its key
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +8)
r0 = 0
exit
== schedCls callback for each of owned, writes its key
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r2 +0) = 1
r0 = 0
exit
== schedCls callback for each of owned, reads its value
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u32 *)(r3 +4)
r0 = 0
exit
== schedCls callback for each of owned, writes its value
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
*(u32 *)(r3 +4) = 1
r0 = 0
exit
== schedCls callback for each of owned, reads behind its value
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r3 +64)
r0 = 0
exit
== schedCls callback for each of owned, deletes
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_delete_elem
r0 = 0
exit
== schedCls callback for each of owned, looks up
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
call bpf_map_lookup_elem
r0 = 0
exit
== schedCls callback for each of owned, returns 1
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls callback for each of owned, returns 2
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = 2
exit
== schedCls callback for each of owned, its context
*(u64 *)(r10 -8) = 0
r1 = map[owned] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r0 = 0
exit
cb:
r0 = *(u64 *)(r4 +0)
r0 = 0
exit
== schedCls|xdp|syscall|tracing|kprobe timer made
r1 = map[timer1][0]+8 ll
r2 = map[timer1] ll
r3 = 1
call bpf_timer_init
r0 = 0
exit
== schedCls timer of another map
r1 = map[timer1][0]+8 ll
r2 = map[timed] ll
r3 = 1
call bpf_timer_init
r0 = 0
exit
== schedCls timer at offset {o=0|4|8|12|16}
r1 = map[timer1][0]+{o} ll
r2 = map[timer1] ll
r3 = 1
call bpf_timer_init
r0 = 0
exit
== schedCls|syscall|tracing timer callback returns 0
r1 = map[timer1][0]+8 ll
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls|syscall|tracing timer callback returns 1
r1 = map[timer1][0]+8 ll
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
cb:
r0 = 1
exit
== schedCls|syscall|tracing timer callback reads its value
r1 = map[timer1][0]+8 ll
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
cb:
r0 = *(u64 *)(r3 +0)
r0 = 0
exit
== schedCls|syscall|tracing timer callback reads its timer
r1 = map[timer1][0]+8 ll
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
cb:
r0 = *(u64 *)(r3 +8)
r0 = 0
exit
== schedCls|syscall|tracing timer callback starts it again
r1 = map[timer1][0]+8 ll
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
cb:
r1 = r3
r1 += 8
r2 = 1000
r3 = 0
call bpf_timer_start
r0 = 0
exit
== schedCls|syscall|tracing timer callback uses r4
r1 = map[timer1][0]+8 ll
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
cb:
r0 = r4
exit
== schedCls|syscall|tracing timer callback sets itself again
r1 = map[timer1][0]+8 ll
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
cb:
r1 = r3
r1 += 8
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
== schedCls|syscall|tracing timer callback takes a reference
r1 = map[timer1][0]+8 ll
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
cb:
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
r0 = 0
exit
== schedCls|syscall|tracing timer callback sleeps
r1 = map[timer1][0]+8 ll
r2 = subprog[cb] ll
call bpf_timer_set_callback
r0 = 0
exit
cb:
r1 = map[one][0] ll
r2 = 8
r3 = 0
call bpf_copy_from_user
r0 = 0
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown
r1 = 0
call ksym[bpf_throw]
r0 = 1
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown 1
r1 = 1
call ksym[bpf_throw]
r0 = 1
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown a pointer
r1 = r10
call ksym[bpf_throw]
r0 = 1
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown from a function
call f
r0 = 1
exit
f:
r1 = 0
call ksym[bpf_throw]
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown from a function, no exit
call f
r0 = 1
exit
f:
r1 = 0
call ksym[bpf_throw]
r0 = 0
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown from a global function
r1 = 1
r2 = 2
call numbers
r0 = 1
exit
numbers:
r1 = 0
call ksym[bpf_throw]
r0 = 0
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown from a callback
r1 = 4
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 1
exit
cb:
r1 = 0
call ksym[bpf_throw]
r0 = 0
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown with a lock
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = 0
call ksym[bpf_throw]
r0 = 1
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown with a random number
call bpf_get_prandom_u32
r1 = r0
call ksym[bpf_throw]
r0 = 1
exit
== schedCls|xdp|tracing|syscall|kprobe|cgroupSkb|sockOps|cgroupSockAddr exception thrown on one path
call bpf_get_prandom_u32
if r0 > 7 goto n
r1 = 0
call ksym[bpf_throw]
n:
r0 = 1
exit
