Control flow: unreachable code, jumps out of the program or into the middle of an instruction, ends, loops, calls.

== socketFilter no exit at the end
r0 = 0
== socketFilter jump past the end
r0 = 0
goto +5
exit
== socketFilter jump before the start
r0 = 0
goto -5
exit
== socketFilter falls off after a condition
r0 = 0
if r0 == 0 goto +0
== socketFilter into the middle of a wide load
goto +1
r1 = 0x123456789 ll
r0 = 0
exit
== socketFilter unreachable after exit
r0 = 0
exit
r0 = 1
exit
== socketFilter unreachable after a jump
goto +1
r0 = 1
r0 = 0
exit
== socketFilter jump to itself
l:
goto l
r0 = 0
exit
== socketFilter loop without end
r0 = 0
l:
if r0 == 0 goto l
exit
== socketFilter loop that counts
r0 = 0
l:
r0 += 1
if r0 < 10 goto l
exit
== socketFilter loop that counts down to below zero
r0 = 10
l:
r0 += -1
if r0 s> 0 goto l
exit
== socketFilter loop that counts by two to an odd number
r0 = 0
l:
r0 += 2
if r0 != 7 goto l
exit
== socketFilter loop of a number that is not known
call bpf_get_prandom_u32
r6 = r0
r6 &= 63
r0 = 0
l:
if r6 == 0 goto done
r6 -= 1
goto l
done:
exit
== socketFilter loop of an unbounded number
call bpf_get_prandom_u32
r6 = r0
r0 = 0
l:
if r6 == 0 goto done
r6 -= 1
goto l
done:
exit
== socketFilter two loops
r6 = 0
r7 = 0
o:
r7 = 0
i:
r7 += 1
if r7 < 5 goto i
r6 += 1
if r6 < 5 goto o
r0 = 0
exit
== socketFilter loop with a branch inside
r6 = 0
l:
call bpf_get_prandom_u32
if r0 > 7 goto skip
r6 += 1
skip:
r6 += 1
if r6 < 10 goto l
r0 = 0
exit
== socketFilter loop that goes forward or not
r6 = 0
l:
call bpf_get_prandom_u32
if r0 > 7 goto skip
r6 += 1
skip:
if r6 < 10 goto l
r0 = 0
exit
== socketFilter conditional call back
r6 = 0
l:
if r6 > 10 goto done
r1 = r6
call f
r6 = r0
goto l
done:
r0 = 0
exit
f:
r0 = r1
r0 += 1
exit
== socketFilter wide jump
r0 = 0
gotol +1
r0 = 2
exit
== socketFilter wide jump forward
gotol done
done:
r0 = 0
exit
== socketFilter wide jump out
gotol +1000
r0 = 0
exit
== socketFilter recursion
call f
r0 = 0
exit
f:
call f
r0 = 0
exit
== socketFilter mutual recursion
call f
r0 = 0
exit
f:
call g
r0 = 0
exit
g:
call f
r0 = 0
exit
== socketFilter recursion with a condition
r1 = 3
call f
r0 = 0
exit
f:
if r1 == 0 goto +2
r1 -= 1
call f
r0 = 0
exit
== socketFilter eight frames
call f1
r0 = 0
exit
f1:
call f2
exit
f2:
call f3
exit
f3:
call f4
exit
f4:
call f5
exit
f5:
call f6
exit
f6:
call f7
exit
f7:
r0 = 0
exit
== socketFilter nine frames
call f1
r0 = 0
exit
f1:
call f2
exit
f2:
call f3
exit
f3:
call f4
exit
f4:
call f5
exit
f5:
call f6
exit
f6:
call f7
exit
f7:
call f8
exit
f8:
r0 = 0
exit
== socketFilter function falls through into the next
call f
r0 = 0
exit
f:
r0 = 1
call g
exit
g:
r0 = 3
== socketFilter function jumps into another
call f
r0 = 0
exit
f:
if r1 == 0 goto g2
r0 = 1
exit
g:
r0 = 2
g2:
exit
== socketFilter function without exit
call f
r0 = 0
exit
f:
r0 = 0
l:
goto l
== socketFilter function that is never called
r0 = 0
exit
r0 = 3
exit
== socketFilter result of a function is not set
call f
exit
f:
exit
== socketFilter r1 to r5 are gone after a call
r1 = 3
call f
r0 = r1
exit
f:
r0 = 0
exit
== socketFilter r6 to r9 stay
r6 = 3
call f
r0 = r6
exit
f:
r6 = 1
r0 = 0
exit
== socketFilter r6 is not set in a function
r6 = 3
call f
r0 = 0
exit
f:
r0 = r6
exit
== socketFilter call of the middle of a wide load
call +2
r0 = 0
exit
r1 = 0x123456789 ll
exit
== socketFilter call out of the program
call +20
r0 = 0
exit
== socketFilter call of itself
r0 = 0
call -2
exit
== socketFilter stack of two functions fits
*(u64 *)(r10 -256) = 0
call f
r0 = 0
exit
f:
*(u64 *)(r10 -224) = 0
r0 = 0
exit
== socketFilter stack of two functions does not fit
*(u64 *)(r10 -256) = 0
call f
r0 = 0
exit
f:
*(u64 *)(r10 -288) = 0
r0 = 0
exit
== socketFilter stack of three functions, the middle one empty
*(u64 *)(r10 -256) = 0
call f
r0 = 0
exit
f:
call g
exit
g:
*(u64 *)(r10 -256) = 0
r0 = 0
exit
== socketFilter stack of functions that are called one after the other
*(u64 *)(r10 -128) = 0
call f
call g
r0 = 0
exit
f:
*(u64 *)(r10 -384) = 0
r0 = 0
exit
g:
*(u64 *)(r10 -384) = 0
r0 = 0
exit
== kprobe stack of two functions does not fit, private stacks
*(u64 *)(r10 -512) = 0
call f
r0 = 0
exit
f:
*(u64 *)(r10 -512) = 0
r0 = 0
exit
== kprobe stack with a tail call, private stacks
r6 = r1
*(u64 *)(r10 -512) = 0
call f
r0 = 0
exit
f:
*(u64 *)(r10 -64) = 0
r0 = 0
exit
== socketFilter tail call under a stack of 256
*(u64 *)(r10 -256) = 0
call f
r0 = 0
exit
f:
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
r0 = 0
exit
== socketFilter tail call under a stack of 248
*(u64 *)(r10 -248) = 0
call f
r0 = 0
exit
f:
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
r0 = 0
exit
== socketFilter tail call from a callback
r6 = r1
r1 = 4
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r0 = 0
exit
== socketFilter may_goto loop
r6 = 0
l:
may_goto done
r6 += 1
goto l
done:
r0 = 0
exit
== socketFilter may_goto without end but itself
l:
may_goto +1
goto l
r0 = 0
exit
== socketFilter may_goto that only goes on
may_goto +0
r0 = 0
exit
== socketFilter may_goto past the end
may_goto +5
r0 = 0
exit
== socketFilter may_goto backwards
r0 = 0
may_goto -2
exit
== socketFilter may_goto index that is bounded inside
r6 = 0
r7 = map[one][0] ll
l:
may_goto done
if r6 >= 32 goto done
r1 = r7
r1 += r6
r0 = *(u8 *)(r1 +0)
r6 += 1
goto l
done:
r0 = 0
exit
== socketFilter may_goto index that is not bounded
r6 = 0
r7 = map[one][0] ll
l:
may_goto done
r1 = r7
r1 += r6
r0 = *(u8 *)(r1 +0)
r6 += 1
goto l
done:
r0 = 0
exit
== socketFilter may_goto and a counter on the stack
*(u64 *)(r10 -8) = 0
l:
may_goto done
r1 = *(u64 *)(r10 -8)
if r1 > 30 goto done
r2 = map[one][0] ll
r2 += r1
r0 = *(u8 *)(r2 +0)
r1 += 1
*(u64 *)(r10 -8) = r1
goto l
done:
r0 = 0
exit
== socketFilter nested may_goto
r6 = 0
o:
may_goto done
r7 = 0
i:
may_goto next
r7 += 1
goto i
next:
r6 += r7
goto o
done:
r0 = 0
exit
== socketFilter r10 is written
r10 = 5
r0 = 0
exit
== socketFilter r10 is moved
r10 += 8
r0 = 0
exit
== socketFilter r10 as a result
r0 = r10
exit
== socketFilter r0 is not set
exit
== socketFilter r2 is not set
r0 = r2
exit
== socketFilter r0 is not set on one branch
if r1 == 0 goto +1
r0 = 0
exit
== socketFilter comparison of registers that are not set
if r2 == r3 goto +0
r0 = 0
exit
== socketFilter jump on an unset register of 32 bits
if w5 == 3 goto +0
r0 = 0
exit
== socketFilter helper of number 0
call 0
r0 = 0
exit
== socketFilter helper that does not exist
call 12345
r0 = 0
exit
== socketFilter kernel function that does not exist
call ksym[no_such_function_at_all]
r0 = 0
exit
== socketFilter shift by 64
r0 = 1
r0 <<= 64
exit
== socketFilter shift by 32 of 32 bits
w0 = 1
w0 <<= 32
exit
== socketFilter shift by -1
r0 = 1
r0 >>= -1
exit
== socketFilter shift by a large register
r0 = 1
r1 = 70
r0 <<= r1
exit
== socketFilter division by zero
r0 = 1
r0 /= 0
exit
== socketFilter modulo zero of 32 bits
w0 = 1
w0 %= 0
exit
== socketFilter division by a register that is zero
r0 = 1
r1 = 0
r0 /= r1
exit
== socketFilter signed division by zero
r0 = 1
r0 s/= 0
exit
== socketFilter negation of a pointer
r2 = r10
r2 = -r2
r0 = 0
exit
== socketFilter byte order of a pointer
r2 = r10
r2 = be64 r2
r0 = 0
exit
== socketFilter dead code behind a known condition
r0 = 0
if r0 == 0 goto +1
r0 = *(u64 *)(r1 +10000)
exit
== socketFilter dead code of 32 bits
w0 = 7
if w0 s> 5 goto +1
r0 = *(u64 *)(r1 +10000)
r0 = 0
exit
