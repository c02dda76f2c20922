Callbacks in loops, loops in callbacks, loops in loops: how many rounds are followed.

== schedCls callback in a counted loop of {n=3|10|50}
r6 = 0
*(u64 *)(r10 -8) = 0
l:
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r6 += 1
if r6 < {n} goto l
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls callback in a loop over {n=5|20} random numbers
r6 = 0
l:
call bpf_get_prandom_u32
r7 = r0
*(u64 *)(r10 -8) = r7
r1 = r7
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r6 += 1
if r6 < {n} goto l
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
if r0 > r1 goto n
*(u64 *)(r2 +0) = r1
n:
r0 = 0
exit
== schedCls for each in a loop of {n=5|20}, with a test
r6 = 0
*(u64 *)(r10 -8) = 0
l:
r1 = map[array] ll
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_for_each_map_elem
r1 = *(u64 *)(r10 -8)
if r1 > 100 goto out
r6 += 1
if r6 < {n} goto l
out:
r0 = 0
exit
cb:
r0 = *(u64 *)(r3 +0)
if r0 == 0 goto n
r1 = *(u64 *)(r4 +0)
r1 += r0
*(u64 *)(r4 +0) = r1
n:
r0 = 0
exit
== schedCls callback in a loop of numbers
r1 = r10
r1 += -16
r2 = 0
r3 = 100
call ksym[bpf_iter_num_new]
*(u64 *)(r10 -8) = 0
l:
r1 = r10
r1 += -16
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r1 = *(u32 *)(r0 +0)
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
goto l
done:
r1 = r10
r1 += -16
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += r1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
== schedCls loop of {n=5|30} in a callback
r1 = 100
r2 = subprog[cb] ll
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = r2
r7 = 0
l:
call bpf_get_prandom_u32
r1 = *(u64 *)(r6 +0)
r1 += r0
*(u64 *)(r6 +0) = r1
r7 += 1
if r7 < {n} goto l
r0 = 0
exit
== schedCls loop of {n=5|30} in a callback that stops
call bpf_get_prandom_u32
r1 = r0
r2 = subprog[cb] ll
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = r2
r7 = 0
l:
call bpf_get_prandom_u32
if r0 == 7 goto stop
r1 = *(u64 *)(r6 +0)
r1 += r0
*(u64 *)(r6 +0) = r1
r7 += 1
if r7 < {n} goto l
r0 = 0
exit
stop:
r0 = 1
exit
== schedCls callback in a loop in a callback
r1 = 10
r2 = subprog[cb] ll
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r6 = r2
r7 = 0
*(u64 *)(r10 -8) = 0
l:
r1 = 5
r2 = subprog[inner] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r7 += 1
if r7 < 5 goto l
r1 = *(u64 *)(r10 -8)
*(u64 *)(r6 +0) = r1
r0 = 0
exit
inner:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
call bpf_get_prandom_u32
r0 &= 1
exit
== schedCls two callbacks in a loop
r6 = 0
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -16) = 0
l:
r1 = 4
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r1 = map[array] ll
r2 = subprog[each] ll
r3 = r10
r3 += -16
r4 = 0
call bpf_for_each_map_elem
r1 = *(u64 *)(r10 -8)
r2 = *(u64 *)(r10 -16)
if r1 > r2 goto out
r6 += 1
if r6 < 10 goto l
out:
r0 = 0
exit
cb:
r0 = *(u64 *)(r2 +0)
r0 += 1
*(u64 *)(r2 +0) = r0
r0 = 0
exit
each:
r0 = *(u64 *)(r4 +0)
r0 += 1
*(u64 *)(r4 +0) = r0
r0 = 0
exit
== schedCls index that a callback finds, in a loop
r6 = 0
l:
*(u64 *)(r10 -8) = 0
r1 = 16
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r1 = *(u64 *)(r10 -8)
if r1 > 31 goto out
r2 = map[one][0] ll
r2 += r1
r0 = *(u8 *)(r2 +0)
r6 += 1
if r6 < 10 goto l
out:
r0 = 0
exit
cb:
call f
r0 = 0
exit
f:
r6 = r1
r7 = r2
r3 = map[array] ll
r1 = *(u64 *)(r7 +0)
r1 += 1
*(u64 *)(r7 +0) = r1
r0 = 0
exit
