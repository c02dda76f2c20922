Open-coded iterators: of numbers, bits and tasks.

== schedCls numbers, made and ended
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r0 = 0
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, never ended
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r0 = 0
r0 = 0
exit
== schedCls numbers, ended twice
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, made twice
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r1 = r10
r1 += -8
r2 = 0
r3 = 4
call ksym[bpf_iter_num_new]
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, next after the end
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
r0 = 0
exit
== schedCls numbers, loop
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = *(u32 *)(r0 +0)
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, element not tested
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
r7 = *(u32 *)(r0 +0)
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, element read too far
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = *(u64 *)(r0 +0)
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, element written
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
*(u32 *)(r0 +0) = 1
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, index bounded
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = *(u32 *)(r0 +0)
if r7 > 31 goto l
r1 = map[one][0] ll
r1 += r7
r8 = *(u8 *)(r1 +0)
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, index not bounded
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = *(u32 *)(r0 +0)
r1 = map[one][0] ll
r1 += r7
r8 = *(u8 *)(r1 +0)
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, sum
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r7 = 0
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r1 = *(u32 *)(r0 +0)
r7 += r1
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, counter of its own as index
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r7 = 0
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
if r7 >= 32 goto done
r1 = map[one][0] ll
r1 += r7
r8 = *(u8 *)(r1 +0)
r7 += 1
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, counter of its own as index, not bounded
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r7 = 0
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r1 = map[one][0] ll
r1 += r7
r8 = *(u8 *)(r1 +0)
r7 += 1
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, counter on the stack
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
*(u64 *)(r10 -16) = 0
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = *(u64 *)(r10 -16)
if r7 >= 32 goto done
r1 = map[one][0] ll
r1 += r7
r8 = *(u8 *)(r1 +0)
r7 += 1
*(u64 *)(r10 -16) = r7
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, leaves in the middle
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = *(u32 *)(r0 +0)
if r7 == 5 goto done
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, ends the program in the middle
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = *(u32 *)(r0 +0)
if r7 != 5 goto l
r0 = 0
exit
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop without reading the element
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = 0
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop that ignores the end
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
goto l
r0 = 0
exit
== schedCls numbers, loop, element of the last round after the loop
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = r0
goto l
done:
r8 = *(u32 *)(r7 +0)
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, a pointer kept from round to round
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r7 = map[one][0] ll
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r8 = *(u8 *)(r7 +0)
r7 = map[one][0]+8 ll
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, a pointer that wanders
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r7 = map[one][0] ll
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r8 = *(u8 *)(r7 +0)
r7 += 1
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, a pointer that becomes a number
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r7 = map[one][0] ll
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r8 = *(u8 *)(r7 +0)
r7 = 5
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop, uninitialised in the first round only
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r8 = r9
r9 = 3
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop in a loop
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r1 = r10
r1 += -24
r2 = 0
r3 = 5
call ksym[bpf_iter_num_new]
m:
r1 = r10
r1 += -24
call ksym[bpf_iter_num_next]
if r0 == 0 goto end
r7 = *(u32 *)(r0 +0)
goto m
end:
r1 = r10
r1 += -24
call ksym[bpf_iter_num_destroy]
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, loop in a loop with sums
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r7 = 0
r8 = 0
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r1 = r10
r1 += -24
r2 = 0
r3 = 5
call ksym[bpf_iter_num_new]
m:
r1 = r10
r1 += -24
call ksym[bpf_iter_num_next]
if r0 == 0 goto end
r7 += 1
r8 += r7
goto m
end:
r1 = r10
r1 += -24
call ksym[bpf_iter_num_destroy]
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, overwritten
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
*(u64 *)(r10 -8) = 0
r0 = 0
exit
== schedCls numbers, overwritten, then ended
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, read
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r7 = *(u64 *)(r10 -8)
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, in a function
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r1 = r10
r1 += -8
call f
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
f:
r6 = r1
l:
r1 = r6
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = *(u32 *)(r0 +0)
goto l
done:
r0 = 0
exit
== schedCls numbers, ended in a function
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r1 = r10
r1 += -8
call f
r0 = 0
exit
f:
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, ended in a callback
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r1 = 3
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = r2
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, next in a callback
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
r1 = 3
r2 = subprog[cb] ll
r3 = r10
r3 += -8
r4 = 0
call bpf_loop
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
cb:
r1 = r2
call ksym[bpf_iter_num_next]
r0 = 0
exit
== schedCls numbers, callback in the loop
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls numbers, may_goto in the loop
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
l:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
if r0 == 0 goto done
r7 = 0
m:
may_goto l
r7 += 1
goto m
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers, at a varying place
r6 = r1
r1 = r10
r1 += -8
r2 = 0
r3 = 10
call ksym[bpf_iter_num_new]
call bpf_get_prandom_u32
r0 &= 8
r1 = r10
r1 += -16
r1 += r0
call ksym[bpf_iter_num_next]
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls numbers at -4
r1 = r10
r1 += -4
r2 = 0
r3 = 4
call ksym[bpf_iter_num_new]
r0 = 0
exit
== schedCls numbers at -12
r1 = r10
r1 += -12
r2 = 0
r3 = 4
call ksym[bpf_iter_num_new]
r0 = 0
exit
== schedCls numbers at 8
r1 = r10
r1 += 8
r2 = 0
r3 = 4
call ksym[bpf_iter_num_new]
r0 = 0
exit
== schedCls numbers at -520
r1 = r10
r1 += -520
r2 = 0
r3 = 4
call ksym[bpf_iter_num_new]
r0 = 0
exit
== schedCls numbers on a map value
r1 = map[one][0] ll
r2 = 0
r3 = 4
call ksym[bpf_iter_num_new]
r0 = 0
exit
== schedCls next of nothing
r1 = r10
r1 += -8
call ksym[bpf_iter_num_next]
r0 = 0
exit
== schedCls end of nothing
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls iterator made on one path
call bpf_get_prandom_u32
if r0 > 7 goto skip
r1 = r10
r1 += -8
r2 = 0
r3 = 4
call ksym[bpf_iter_num_new]
skip:
r1 = r10
r1 += -8
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls|tracepoint bits of a map value
r1 = r10
r1 += -16
r2 = map[one][0] ll
r3 = 1
call ksym[bpf_iter_bits_new]
l:
r1 = r10
r1 += -16
call ksym[bpf_iter_bits_next]
if r0 == 0 goto done
r7 = *(u32 *)(r0 +0)
goto l
done:
r1 = r10
r1 += -16
call ksym[bpf_iter_bits_destroy]
r0 = 0
exit
== schedCls bits ended as numbers
r1 = r10
r1 += -16
r2 = map[one][0] ll
r3 = 1
call ksym[bpf_iter_bits_new]
r1 = r10
r1 += -16
call ksym[bpf_iter_num_destroy]
r0 = 0
exit
== schedCls bits, second half overwritten
r1 = r10
r1 += -16
r2 = map[one][0] ll
r3 = 1
call ksym[bpf_iter_bits_new]
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -16
call ksym[bpf_iter_bits_destroy]
r0 = 0
exit
== tracing|syscall tasks in an RCU section
call ksym[bpf_rcu_read_lock]
r1 = r10
r1 += -24
r2 = 0
r3 = 0
call ksym[bpf_iter_task_new]
l:
r1 = r10
r1 += -24
call ksym[bpf_iter_task_next]
if r0 == 0 goto done
r7 = *(u32 *)(r0 +0)
goto l
done:
r1 = r10
r1 += -24
call ksym[bpf_iter_task_destroy]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== tracing|syscall tasks without a section
r1 = r10
r1 += -24
r2 = 0
r3 = 0
call ksym[bpf_iter_task_new]
l:
r1 = r10
r1 += -24
call ksym[bpf_iter_task_next]
if r0 == 0 goto done
r7 = *(u32 *)(r0 +0)
goto l
done:
r1 = r10
r1 += -24
call ksym[bpf_iter_task_destroy]
r0 = 0
exit
== syscall tasks, section ends too early
call ksym[bpf_rcu_read_lock]
r1 = r10
r1 += -24
r2 = 0
r3 = 0
call ksym[bpf_iter_task_new]
call ksym[bpf_rcu_read_unlock]
r1 = r10
r1 += -24
call ksym[bpf_iter_task_next]
r1 = r10
r1 += -24
call ksym[bpf_iter_task_destroy]
r0 = 0
exit
== syscall tasks, section ends before the end
call ksym[bpf_rcu_read_lock]
r1 = r10
r1 += -24
r2 = 0
r3 = 0
call ksym[bpf_iter_task_new]
call ksym[bpf_rcu_read_unlock]
r1 = r10
r1 += -24
call ksym[bpf_iter_task_destroy]
r0 = 0
exit
