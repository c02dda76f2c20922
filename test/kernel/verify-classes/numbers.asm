What is known of numbers: bounds by comparisons of 32 and 64 bits, signs, bits, arithmetic, used as indexes of a map value of 32 bytes.

== socketFilter if r6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 > 32 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 > 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 > -1 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 > -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 >= 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 >= 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 >= 32 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 >= 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 >= -1 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 >= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s> 32 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s> 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s> -1 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s> -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s>= 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s>= 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s>= 32 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s>= 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s>= -1 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s>= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 == 0 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 == 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 == 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 == 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 == 32 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 == 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 != 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 != 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 != 32 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 != 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 != -1 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 != -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 & 0 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 & 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 & 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 & 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 & 32 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 & 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 > 32 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 > 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 > 32 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 > 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 > -1 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 > -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 > -1 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 > -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 >= 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 >= 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 >= 31 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 >= 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 >= 32 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 >= 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 >= 32 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 >= 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 >= -1 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 >= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 >= -1 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 >= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s> 32 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s> 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 s> 32 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 s> 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s> -1 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s> -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 s> -1 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 s> -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s>= 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s>= 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 s>= 31 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 s>= 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s>= 32 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s>= 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 s>= 32 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 s>= 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s>= -1 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s>= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 s>= -1 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 s>= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 == 0 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 == 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 == 0 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 == 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 == 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 == 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 == 31 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 == 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 == 32 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 == 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 == 32 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 == 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 != 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 != 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 != 31 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 != 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 != 32 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 != 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 != 32 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 != 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 != -1 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 != -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 != -1 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 != -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 & 0 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 & 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 & 0 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 & 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 & 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 & 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 & 31 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 & 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 & 32 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 & 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter w6 = w6; if w6 & 32 goto out
call bpf_get_prandom_u32
r6 = r0
w6 = w6
if w6 & 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s< 0 goto out; if r6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s< 0 goto out
if r6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s> 31 goto out; if r6 s< 0 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s> 31 goto out
if r6 s< 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s< 0 goto out; if r6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s< 0 goto out
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 > 31 goto out; if r6 s< 0 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 > 31 goto out
if r6 s< 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s< 0 goto out; if w6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s< 0 goto out
if w6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s> 31 goto out; if r6 s< 0 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s> 31 goto out
if r6 s< 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s< 0 goto out; if w6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s< 0 goto out
if w6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 > 31 goto out; if r6 s< 0 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 > 31 goto out
if r6 s< 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s<= -1 goto out; if r6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s<= -1 goto out
if r6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s> 31 goto out; if r6 s<= -1 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s> 31 goto out
if r6 s<= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s<= -1 goto out; if r6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s<= -1 goto out
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 > 31 goto out; if r6 s<= -1 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 > 31 goto out
if r6 s<= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s<= -1 goto out; if w6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s<= -1 goto out
if w6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s> 31 goto out; if r6 s<= -1 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s> 31 goto out
if r6 s<= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s<= -1 goto out; if w6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s<= -1 goto out
if w6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 > 31 goto out; if r6 s<= -1 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 > 31 goto out
if r6 s<= -1 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s< 0 goto out; if r6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s< 0 goto out
if r6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s> 31 goto out; if w6 s< 0 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s> 31 goto out
if w6 s< 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s< 0 goto out; if r6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s< 0 goto out
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 > 31 goto out; if w6 s< 0 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 > 31 goto out
if w6 s< 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s< 0 goto out; if w6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s< 0 goto out
if w6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s> 31 goto out; if w6 s< 0 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s> 31 goto out
if w6 s< 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s< 0 goto out; if w6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s< 0 goto out
if w6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 > 31 goto out; if w6 s< 0 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 > 31 goto out
if w6 s< 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s< -3 goto out; if r6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s< -3 goto out
if r6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s> 31 goto out; if r6 s< -3 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s> 31 goto out
if r6 s< -3 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s< -3 goto out; if r6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s< -3 goto out
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 > 31 goto out; if r6 s< -3 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 > 31 goto out
if r6 s< -3 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s< -3 goto out; if w6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s< -3 goto out
if w6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s> 31 goto out; if r6 s< -3 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s> 31 goto out
if r6 s< -3 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s< -3 goto out; if w6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s< -3 goto out
if w6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 > 31 goto out; if r6 s< -3 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 > 31 goto out
if r6 s< -3 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 < 2 goto out; if r6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 < 2 goto out
if r6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 s> 31 goto out; if r6 < 2 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 s> 31 goto out
if r6 < 2 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 < 2 goto out; if r6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 < 2 goto out
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 > 31 goto out; if r6 < 2 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 > 31 goto out
if r6 < 2 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 < 2 goto out; if w6 s> 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 < 2 goto out
if w6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 s> 31 goto out; if r6 < 2 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 s> 31 goto out
if r6 < 2 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if r6 < 2 goto out; if w6 > 31 goto out
call bpf_get_prandom_u32
r6 = r0
if r6 < 2 goto out
if w6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter if w6 > 31 goto out; if r6 < 2 goto out
call bpf_get_prandom_u32
r6 = r0
if w6 > 31 goto out
if r6 < 2 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter bound by another register
call bpf_get_prandom_u32
r6 = r0
r7 = 16
if r6 > r7 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter bound by another register that is bounded
call bpf_get_prandom_u32
r6 = r0
call bpf_get_prandom_u32
r7 = r0
r7 &= 31
if r6 >= r7 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter equal to a bounded number
call bpf_get_prandom_u32
r6 = r0
call bpf_get_prandom_u32
r7 = r0
r7 &= 31
if r6 != r7 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter equal to a bounded number in 32 bits
call bpf_get_prandom_u32
r6 = r0
call bpf_get_prandom_u32
r7 = r0
r7 &= 31
if w6 != w7 goto out
w6 = w6
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter and, or, xor, mul keep bounds
call bpf_get_prandom_u32
r6 = r0
r6 &= 3
r6 |= 4
r6 ^= 1
r6 *= 4
r1 = map[one][0] ll
r1 += r6
r0 = *(u32 *)(r1 +0)
r0 = 0
exit
== socketFilter subtracting loses the lower bound
call bpf_get_prandom_u32
r6 = r0
r6 &= 15
r6 -= 8
r1 = map[one][0] ll
r1 += 8
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter shifted right
call bpf_get_prandom_u32
r6 = r0
r6 >>= 59
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter shifted right by too few
call bpf_get_prandom_u32
r6 = r0
r6 >>= 58
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter half shifted right
call bpf_get_prandom_u32
r6 = r0
w6 >>= 27
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter shifted left and right
call bpf_get_prandom_u32
r6 = r0
r6 <<= 59
r6 >>= 59
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter shifted left and arithmetically right
call bpf_get_prandom_u32
r6 = r0
r6 <<= 32
r6 s>>= 32
if r6 s< 0 goto out
if r6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter shifted by an unknown amount
call bpf_get_prandom_u32
r6 = r0
r6 &= 7
r7 = 1
r7 <<= r6
r1 = map[one][0] ll
r1 += r7
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter shifted by an unknown amount, masked
call bpf_get_prandom_u32
r6 = r0
r6 &= 3
r7 = 1
r7 <<= r6
r7 &= 31
r1 = map[one][0] ll
r1 += r7
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter modulo a constant
call bpf_get_prandom_u32
r6 = r0
r6 %= 32
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter modulo a constant of 32 bits
call bpf_get_prandom_u32
r6 = r0
w6 %= 32
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter signed modulo
call bpf_get_prandom_u32
r6 = r0
r6 s%= 32
if r6 s< 0 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter divided
call bpf_get_prandom_u32
r6 = r0
w6 = w6
r6 /= 0x10000000
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter signed division
call bpf_get_prandom_u32
r6 = r0
r6 &= 63
r6 s/= 2
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter sign extension of a byte
call bpf_get_prandom_u32
r6 = (s8)r0
if r6 s< 0 goto out
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter sign extension of a bounded byte
call bpf_get_prandom_u32
r0 &= 31
r6 = (s8)r0
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter sign extension of a byte that may be negative
call bpf_get_prandom_u32
r0 &= 255
r6 = (s8)r0
if r6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter sign extension of a half of 32 bits
call bpf_get_prandom_u32
w6 = (s16)w0
if w6 s< 0 goto out
if w6 s> 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter sign extension of a word
call bpf_get_prandom_u32
r6 = (s32)r0
if r6 s< 0 goto out
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter sign extension of a word that is bounded before
call bpf_get_prandom_u32
if w0 s> 31 goto out
if w0 s< 0 goto out
r6 = (s32)r0
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter sign extension of a pointer
r6 = (s8)r10
r0 = 0
exit
== socketFilter sign extending load
r1 = map[one][0] ll
r6 = *(s8 *)(r1 +0)
if r6 s< 0 goto out
if r6 > 31 goto out
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter sign extending load, one bound
r1 = map[one][0] ll
r6 = *(s8 *)(r1 +0)
if r6 s> 31 goto out
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter sign extending load of a context
r0 = *(s32 *)(r1 +0)
r0 = 0
exit
== xdp sign extending load of a packet pointer
r0 = *(s32 *)(r1 +0)
r0 = 0
exit
== socketFilter sign extending load from the stack
call bpf_get_prandom_u32
r0 &= 127
*(u64 *)(r10 -8) = r0
r6 = *(s8 *)(r10 -8)
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter sign extending load of a constant from the stack
*(u64 *)(r10 -8) = 255
r6 = *(s8 *)(r10 -8)
r1 = map[one][0] ll
r1 += 4
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter byte order
call bpf_get_prandom_u32
r6 = r0
r6 = be16 r6
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter byte order of a bounded number
call bpf_get_prandom_u32
r6 = r0
r6 &= 0x1f00
r6 = bswap16 r6
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter little end cut
call bpf_get_prandom_u32
r6 = r0
r6 = le16 r6
if r6 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter negated
call bpf_get_prandom_u32
r6 = r0
r6 &= 31
r6 = -r6
r6 += 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter copy that is bounded
call bpf_get_prandom_u32
r6 = r0
r7 = r6
if r7 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter copy of 32 bits that is bounded
call bpf_get_prandom_u32
r6 = r0
w7 = w6
if r7 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter copy with a distance
call bpf_get_prandom_u32
r6 = r0
w6 = w6
r7 = r6
r7 += 8
if r7 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter copy with a negative distance
call bpf_get_prandom_u32
r6 = r0
r6 &= 255
r7 = r6
r7 += -8
if r7 > 16 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter copy with a distance subtracted
call bpf_get_prandom_u32
r6 = r0
r6 &= 255
r7 = r6
r7 -= 8
if r7 s> 16 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter copy with a register added
call bpf_get_prandom_u32
r6 = r0
r6 &= 255
r8 = 4
r7 = r6
r7 += r8
if r7 > 31 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter copy on the stack that is bounded
call bpf_get_prandom_u32
r6 = r0
*(u64 *)(r10 -8) = r6
if r6 > 31 goto out
r6 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter copy on the stack of 32 bits that is bounded
call bpf_get_prandom_u32
r6 = r0
*(u32 *)(r10 -8) = r6
r6 = *(u32 *)(r10 -8)
if r6 > 31 goto out
r7 = *(u32 *)(r10 -8)
r1 = map[one][0] ll
r1 += r7
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter zero extended copy on the stack
call bpf_get_prandom_u32
r6 = r0
w6 = w6
*(u32 *)(r10 -8) = r6
if r6 > 31 goto out
r7 = *(u32 *)(r10 -8)
r1 = map[one][0] ll
r1 += r7
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter wide number, narrow copy on the stack
call bpf_ktime_get_ns
r6 = r0
*(u32 *)(r10 -8) = r6
if r6 > 31 goto out
r7 = *(u32 *)(r10 -8)
r1 = map[one][0] ll
r1 += r7
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter index too large by one
call bpf_get_prandom_u32
r6 = r0
if r6 > 32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter index and width
call bpf_get_prandom_u32
r6 = r0
if r6 > 28 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u32 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter index and width too large
call bpf_get_prandom_u32
r6 = r0
if r6 > 29 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u32 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter pointer minus number
call bpf_get_prandom_u32
r6 = r0
r6 &= 15
r1 = map[one][0]+16 ll
r1 -= r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number minus pointer
r6 = 3
r1 = map[one][0] ll
r6 -= r1
r0 = 0
exit
== socketFilter pointer plus pointer
r1 = map[one][0] ll
r2 = r1
r1 += r2
r0 = 0
exit
== socketFilter pointer minus pointer
r1 = map[one][0] ll
r2 = r1
r1 -= r2
r0 = 0
exit
== socketFilter pointer and number
r1 = map[one][0] ll
r1 &= 8
r0 = 0
exit
== socketFilter pointer times two
r1 = map[one][0] ll
r1 *= 2
r0 = 0
exit
== socketFilter pointer of 32 bits
r1 = map[one][0] ll
w1 += 2
r0 = 0
exit
== socketFilter number plus pointer
r6 = 3
r1 = map[one][0] ll
r6 += r1
r0 = *(u8 *)(r6 +0)
r0 = 0
exit
== socketFilter large known offset
r1 = map[one][0] ll
r1 += 0x20000000
r0 = 0
exit
== socketFilter large known offset that comes back
r1 = map[one][0] ll
r1 += 0x10000000
r1 += -0x10000000
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter very large register
r2 = 0x7fffffffffffffff ll
r1 = map[one][0] ll
r1 += r2
r0 = 0
exit
== socketFilter pointer and unbounded number that is bounded afterwards
call bpf_ktime_get_ns
r1 = map[one][0] ll
r1 += r0
if r0 > 8 goto out
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter index of half a register that was bounded whole
call bpf_ktime_get_ns
r6 = r0
if r6 > 31 goto out
w6 += 0
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter sum that wraps in 32 bits
call bpf_get_prandom_u32
w6 = w0
w6 |= -16
w6 += 16
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter test of a bit
call bpf_get_prandom_u32
r6 = r0
if r6 & -32 goto out
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== socketFilter dead code by bits
call bpf_get_prandom_u32
r6 = r0
r6 |= 1
if r6 == 0 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter dead code by parity
call bpf_get_prandom_u32
r6 = r0
r6 &= -2
if r6 == 5 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter dead code by ranges of two registers
call bpf_get_prandom_u32
r6 = r0
r6 &= 7
call bpf_get_prandom_u32
r7 = r0
r7 &= 7
r7 += 8
if r6 >= r7 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter not equal twice at the edge
call bpf_get_prandom_u32
r6 = r0
r6 &= 3
if r6 == 0 goto out
if r6 == 3 goto out
r6 -= 1
if r6 > 1 goto bad
out:
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter same register compared
call bpf_get_prandom_u32
if r0 != r0 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter same number compared
call bpf_get_prandom_u32
r6 = r0
if r6 < r0 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter product of two bounded numbers
call bpf_get_prandom_u32
r6 = r0
r6 &= 3
call bpf_get_prandom_u32
r0 &= 7
r6 *= r0
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter product with a negative number
call bpf_get_prandom_u32
r6 = r0
r6 &= 3
r6 *= -4
r1 = map[one][0]+12 ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
