The stack: bounds, spills of every width, what is left of them, offsets that vary, frames of callers.

== socketFilter write 8 at -8
r2 = 1
*(u64 *)(r10 -8) = r2
r0 = 0
exit
== socketFilter read 8 at -8
r0 = *(u64 *)(r10 -8)
r0 = 0
exit
== socketFilter write 8 at -512
r2 = 1
*(u64 *)(r10 -512) = r2
r0 = 0
exit
== socketFilter read 8 at -512
r0 = *(u64 *)(r10 -512)
r0 = 0
exit
== socketFilter write 1 at -513
r2 = 1
*(u8 *)(r10 -513) = r2
r0 = 0
exit
== socketFilter read 1 at -513
r0 = *(u8 *)(r10 -513)
r0 = 0
exit
== socketFilter write 8 at -516
r2 = 1
*(u64 *)(r10 -516) = r2
r0 = 0
exit
== socketFilter read 8 at -516
r0 = *(u64 *)(r10 -516)
r0 = 0
exit
== socketFilter write 8 at 0
r2 = 1
*(u64 *)(r10 +0) = r2
r0 = 0
exit
== socketFilter read 8 at 0
r0 = *(u64 *)(r10 +0)
r0 = 0
exit
== socketFilter write 8 at -4
r2 = 1
*(u64 *)(r10 -4) = r2
r0 = 0
exit
== socketFilter read 8 at -4
r0 = *(u64 *)(r10 -4)
r0 = 0
exit
== socketFilter write 8 at 8
r2 = 1
*(u64 *)(r10 +8) = r2
r0 = 0
exit
== socketFilter read 8 at 8
r0 = *(u64 *)(r10 +8)
r0 = 0
exit
== socketFilter write 1 at -1
r2 = 1
*(u8 *)(r10 -1) = r2
r0 = 0
exit
== socketFilter read 1 at -1
r0 = *(u8 *)(r10 -1)
r0 = 0
exit
== socketFilter write 4 at -2
r2 = 1
*(u32 *)(r10 -2) = r2
r0 = 0
exit
== socketFilter read 4 at -2
r0 = *(u32 *)(r10 -2)
r0 = 0
exit
== socketFilter write 8 at -9
r2 = 1
*(u64 *)(r10 -9) = r2
r0 = 0
exit
== socketFilter read 8 at -9
r0 = *(u64 *)(r10 -9)
r0 = 0
exit
== socketFilter write 8 at -520
r2 = 1
*(u64 *)(r10 -520) = r2
r0 = 0
exit
== socketFilter read 8 at -520
r0 = *(u64 *)(r10 -520)
r0 = 0
exit
== socketFilter number of 1 bytes, read 1 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 1 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 1 at 1
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -7)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 1 at 1
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -7) = r0
r6 = *(u8 *)(r10 -7)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 1 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 1 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -4) = r0
r6 = *(u8 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 1 at 7
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -1)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 1 at 7
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -1) = r0
r6 = *(u8 *)(r10 -1)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 2 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 2 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 2 at 2
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -6)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 2 at 2
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -6) = r0
r6 = *(u16 *)(r10 -6)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 2 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 2 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -4) = r0
r6 = *(u16 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 2 at 6
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -2)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 2 at 6
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -2) = r0
r6 = *(u16 *)(r10 -2)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 4 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 4 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 4 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 4 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -4) = r0
r6 = *(u32 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 1 bytes, read 8 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 1 bytes, read 8 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = r0
r6 = *(u64 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter pointer partly read 1
*(u64 *)(r10 -8) = r1
r0 = *(u8 *)(r10 -8)
r0 = 0
exit
== socketFilter pointer partly overwritten 1
*(u64 *)(r10 -8) = r1
*(u8 *)(r10 -8) = 0
r0 = *(u64 *)(r10 -8)
r0 = *(u32 *)(r0 +0)
r0 = 0
exit
== socketFilter pointer partly overwritten 1 at the end
*(u64 *)(r10 -8) = r1
*(u8 *)(r10 -1) = 0
r0 = *(u8 *)(r10 -1)
r0 = 0
exit
== socketFilter pointer spilled in 1
*(u8 *)(r10 -8) = r1
r0 = 0
exit
== socketFilter frame pointer spilled and restored 1
*(u64 *)(r10 -16) = r10
r2 = *(u64 *)(r10 -16)
*(u8 *)(r2 -8) = 3
r0 = *(u8 *)(r10 -8)
r0 = 0
exit
== socketFilter immediate 1 then null test
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = 5
r6 = *(u8 *)(r10 -8)
if r6 != 5 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter minus one in 1
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = -1
r6 = *(u8 *)(r10 -8)
if r6 s< 0 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter number of 2 bytes, read 1 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 1 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 1 at 1
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -7)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 1 at 1
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -7)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 1 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 1 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -4) = r0
r6 = *(u8 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 1 at 7
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -1)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 1 at 7
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -1)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 2 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 2 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 2 at 2
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -6)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 2 at 2
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -6) = r0
r6 = *(u16 *)(r10 -6)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 2 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 2 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -4) = r0
r6 = *(u16 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 2 at 6
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -2)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 2 at 6
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -2) = r0
r6 = *(u16 *)(r10 -2)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 4 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 4 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 4 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 4 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -4) = r0
r6 = *(u32 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 2 bytes, read 8 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 2 bytes, read 8 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = r0
r6 = *(u64 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter pointer partly read 2
*(u64 *)(r10 -8) = r1
r0 = *(u16 *)(r10 -8)
r0 = 0
exit
== socketFilter pointer partly overwritten 2
*(u64 *)(r10 -8) = r1
*(u16 *)(r10 -8) = 0
r0 = *(u64 *)(r10 -8)
r0 = *(u32 *)(r0 +0)
r0 = 0
exit
== socketFilter pointer partly overwritten 2 at the end
*(u64 *)(r10 -8) = r1
*(u16 *)(r10 -2) = 0
r0 = *(u16 *)(r10 -2)
r0 = 0
exit
== socketFilter pointer spilled in 2
*(u16 *)(r10 -8) = r1
r0 = 0
exit
== socketFilter frame pointer spilled and restored 2
*(u64 *)(r10 -16) = r10
r2 = *(u64 *)(r10 -16)
*(u16 *)(r2 -8) = 3
r0 = *(u16 *)(r10 -8)
r0 = 0
exit
== socketFilter immediate 2 then null test
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = 5
r6 = *(u16 *)(r10 -8)
if r6 != 5 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter minus one in 2
*(u64 *)(r10 -8) = 0
*(u16 *)(r10 -8) = -1
r6 = *(u16 *)(r10 -8)
if r6 s< 0 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter number of 4 bytes, read 1 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 1 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 1 at 1
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -7)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 1 at 1
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -7)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 1 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 1 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -4) = r0
r6 = *(u8 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 1 at 7
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -1)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 1 at 7
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -1)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 2 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 2 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 2 at 2
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -6)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 2 at 2
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -6)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 2 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 2 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -4) = r0
r6 = *(u16 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 2 at 6
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -2)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 2 at 6
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -2)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 4 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 4 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 4 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 4 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -4) = r0
r6 = *(u32 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 4 bytes, read 8 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 4 bytes, read 8 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = r0
r6 = *(u64 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter pointer partly read 4
*(u64 *)(r10 -8) = r1
r0 = *(u32 *)(r10 -8)
r0 = 0
exit
== socketFilter pointer partly overwritten 4
*(u64 *)(r10 -8) = r1
*(u32 *)(r10 -8) = 0
r0 = *(u64 *)(r10 -8)
r0 = *(u32 *)(r0 +0)
r0 = 0
exit
== socketFilter pointer partly overwritten 4 at the end
*(u64 *)(r10 -8) = r1
*(u32 *)(r10 -4) = 0
r0 = *(u32 *)(r10 -4)
r0 = 0
exit
== socketFilter pointer spilled in 4
*(u32 *)(r10 -8) = r1
r0 = 0
exit
== socketFilter frame pointer spilled and restored 4
*(u64 *)(r10 -16) = r10
r2 = *(u64 *)(r10 -16)
*(u32 *)(r2 -8) = 3
r0 = *(u32 *)(r10 -8)
r0 = 0
exit
== socketFilter immediate 4 then null test
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = 5
r6 = *(u32 *)(r10 -8)
if r6 != 5 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter minus one in 4
*(u64 *)(r10 -8) = 0
*(u32 *)(r10 -8) = -1
r6 = *(u32 *)(r10 -8)
if r6 s< 0 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter number of 8 bytes, read 1 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 1 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 1 at 1
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -7)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 1 at 1
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -7)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 1 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 1 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 1 at 7
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -1)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 1 at 7
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u8 *)(r10 -1)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 2 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 2 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 2 at 2
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -6)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 2 at 2
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -6)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 2 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 2 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 2 at 6
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -2)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 2 at 6
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u16 *)(r10 -2)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 4 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 4 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 4 at 4
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -4)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 4 at 4
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u32 *)(r10 -4)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter number of 8 bytes, read 8 at 0
call bpf_get_prandom_u32
r0 &= 15
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter constant of 8 bytes, read 8 at 0
r0 = 0x1234567
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = r0
r6 = *(u64 *)(r10 -8)
r6 &= 31
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter pointer partly read 8
*(u64 *)(r10 -8) = r1
r0 = *(u64 *)(r10 -8)
r0 = 0
exit
== socketFilter pointer partly overwritten 8
*(u64 *)(r10 -8) = r1
*(u64 *)(r10 -8) = 0
r0 = *(u64 *)(r10 -8)
r0 = *(u32 *)(r0 +0)
r0 = 0
exit
== socketFilter pointer partly overwritten 8 at the end
*(u64 *)(r10 -8) = r1
*(u64 *)(r10 -8) = 0
r0 = *(u64 *)(r10 -8)
r0 = 0
exit
== socketFilter pointer spilled in 8
*(u64 *)(r10 -8) = r1
r0 = 0
exit
== socketFilter frame pointer spilled and restored 8
*(u64 *)(r10 -16) = r10
r2 = *(u64 *)(r10 -16)
*(u64 *)(r2 -8) = 3
r0 = *(u64 *)(r10 -8)
r0 = 0
exit
== socketFilter immediate 8 then null test
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = 5
r6 = *(u64 *)(r10 -8)
if r6 != 5 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter minus one in 8
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -8) = -1
r6 = *(u64 *)(r10 -8)
if r6 s< 0 goto bad
r0 = 0
exit
bad:
r0 = *(u64 *)(r10 +8)
exit
== socketFilter zeros stay zeros
*(u64 *)(r10 -8) = 0
*(u8 *)(r10 -8) = 5
r6 = *(u8 *)(r10 -7)
r1 = map[one][0]+31 ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter zeros of eight bytes one by one
*(u8 *)(r10 -8) = 0
*(u8 *)(r10 -7) = 0
*(u8 *)(r10 -6) = 0
*(u8 *)(r10 -5) = 0
*(u8 *)(r10 -4) = 0
*(u8 *)(r10 -3) = 0
*(u8 *)(r10 -2) = 0
*(u8 *)(r10 -1) = 0
r6 = *(u64 *)(r10 -8)
r1 = map[one][0]+31 ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter unwritten bytes are read
r0 = *(u32 *)(r10 -8)
r0 = 0
exit
== socketFilter half written
r2 = 3
*(u32 *)(r10 -8) = r2
r0 = *(u64 *)(r10 -8)
r0 = 0
exit
== socketFilter unwritten bytes go to a map
r1 = map[hash] ll
r2 = r10
r2 += -8
call bpf_map_lookup_elem
r0 = 0
exit
== socketFilter unwritten bytes go to a map, partly written
*(u32 *)(r10 -8) = 0
r1 = map[hash] ll
r2 = r10
r2 += -8
call bpf_map_lookup_elem
r0 = 0
exit
== socketFilter varying offset of 7 at -16: *(u8 *)(r2 +0) = 1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 7 at -16: *(u8 *)(r2 +0) = 1 init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 7 at -16: r0 = *(u8 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 7 at -16: r0 = *(u8 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 7 at -16: *(u64 *)(r2 +0) = r1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 7 at -16: *(u64 *)(r2 +0) = r1 init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 7 at -16: r0 = *(u64 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 7 at -16: r0 = *(u64 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 8 at -16: *(u8 *)(r2 +0) = 1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 8 at -16: *(u8 *)(r2 +0) = 1 init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 8
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 8 at -16: r0 = *(u8 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 8 at -16: r0 = *(u8 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 8
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 8 at -16: *(u64 *)(r2 +0) = r1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 8 at -16: *(u64 *)(r2 +0) = r1 init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 8
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 8 at -16: r0 = *(u64 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 8 at -16: r0 = *(u64 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 8
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 15 at -16: *(u8 *)(r2 +0) = 1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 15 at -16: *(u8 *)(r2 +0) = 1 init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 15 at -16: r0 = *(u8 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 15 at -16: r0 = *(u8 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 15 at -16: *(u64 *)(r2 +0) = r1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 15 at -16: *(u64 *)(r2 +0) = r1 init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 15 at -16: r0 = *(u64 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 15 at -16: r0 = *(u64 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 16 at -16: *(u8 *)(r2 +0) = 1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 16
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 16 at -16: *(u8 *)(r2 +0) = 1 init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 16
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 16 at -16: r0 = *(u8 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 16
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 16 at -16: r0 = *(u8 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 16
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 16 at -16: *(u64 *)(r2 +0) = r1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 16
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 16 at -16: *(u64 *)(r2 +0) = r1 init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 16
r1 = r6
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 16 at -16: r0 = *(u64 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 16
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 16 at -16: r0 = *(u64 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 16
r1 = r6
r2 = r10
r2 += -16
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 15 at -24: *(u8 *)(r2 +0) = 1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -24
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 15 at -24: *(u8 *)(r2 +0) = 1 init
r6 = r1
*(u64 *)(r10 -24) = 0
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -24
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 15 at -24: r0 = *(u8 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -24
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 15 at -24: r0 = *(u8 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -24) = 0
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -24
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 15 at -24: *(u64 *)(r2 +0) = r1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -24
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 15 at -24: *(u64 *)(r2 +0) = r1 init
r6 = r1
*(u64 *)(r10 -24) = 0
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -24
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 15 at -24: r0 = *(u64 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -24
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 15 at -24: r0 = *(u64 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -24) = 0
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 15
r1 = r6
r2 = r10
r2 += -24
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 63 at -64: *(u8 *)(r2 +0) = 1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 63
r1 = r6
r2 = r10
r2 += -64
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 63 at -64: *(u8 *)(r2 +0) = 1 init
r6 = r1
*(u64 *)(r10 -64) = 0
*(u64 *)(r10 -56) = 0
*(u64 *)(r10 -48) = 0
*(u64 *)(r10 -40) = 0
*(u64 *)(r10 -32) = 0
*(u64 *)(r10 -24) = 0
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 63
r1 = r6
r2 = r10
r2 += -64
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 63 at -64: r0 = *(u8 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 63
r1 = r6
r2 = r10
r2 += -64
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 63 at -64: r0 = *(u8 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -64) = 0
*(u64 *)(r10 -56) = 0
*(u64 *)(r10 -48) = 0
*(u64 *)(r10 -40) = 0
*(u64 *)(r10 -32) = 0
*(u64 *)(r10 -24) = 0
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 63
r1 = r6
r2 = r10
r2 += -64
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 63 at -64: *(u64 *)(r2 +0) = r1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 63
r1 = r6
r2 = r10
r2 += -64
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 63 at -64: *(u64 *)(r2 +0) = r1 init
r6 = r1
*(u64 *)(r10 -64) = 0
*(u64 *)(r10 -56) = 0
*(u64 *)(r10 -48) = 0
*(u64 *)(r10 -40) = 0
*(u64 *)(r10 -32) = 0
*(u64 *)(r10 -24) = 0
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 63
r1 = r6
r2 = r10
r2 += -64
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 63 at -64: r0 = *(u64 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 63
r1 = r6
r2 = r10
r2 += -64
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 63 at -64: r0 = *(u64 *)(r2 +0) init
r6 = r1
*(u64 *)(r10 -64) = 0
*(u64 *)(r10 -56) = 0
*(u64 *)(r10 -48) = 0
*(u64 *)(r10 -40) = 0
*(u64 *)(r10 -32) = 0
*(u64 *)(r10 -24) = 0
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
call bpf_get_prandom_u32
r0 &= 63
r1 = r6
r2 = r10
r2 += -64
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 255 at -512: *(u8 *)(r2 +0) = 1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 255
r1 = r6
r2 = r10
r2 += -512
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 255 at -512: r0 = *(u8 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 255
r1 = r6
r2 = r10
r2 += -512
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 255 at -512: *(u64 *)(r2 +0) = r1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 255
r1 = r6
r2 = r10
r2 += -512
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 255 at -512: r0 = *(u64 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 255
r1 = r6
r2 = r10
r2 += -512
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 511 at -512: *(u8 *)(r2 +0) = 1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 511
r1 = r6
r2 = r10
r2 += -512
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = 0
exit
== socketFilter varying offset of 511 at -512: r0 = *(u8 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 511
r1 = r6
r2 = r10
r2 += -512
r2 += r0
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset of 511 at -512: *(u64 *)(r2 +0) = r1 
r6 = r1
call bpf_get_prandom_u32
r0 &= 511
r1 = r6
r2 = r10
r2 += -512
r2 += r0
*(u64 *)(r2 +0) = r1
r0 = 0
exit
== socketFilter varying offset of 511 at -512: r0 = *(u64 *)(r2 +0) 
r6 = r1
call bpf_get_prandom_u32
r0 &= 511
r1 = r6
r2 = r10
r2 += -512
r2 += r0
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== socketFilter varying offset without a bound
call bpf_get_prandom_u32
r2 = r10
r2 += r0
r0 = *(u8 *)(r2 -8)
r0 = 0
exit
== socketFilter varying offset without a lower bound
call bpf_ktime_get_ns
if r0 s> -1 goto out
r2 = r10
r2 += r0
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== socketFilter varying offset with both bounds
call bpf_ktime_get_ns
if r0 s> -1 goto out
if r0 s< -16 goto out
r2 = r10
r2 += r0
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== socketFilter varying write spoils a pointer
*(u64 *)(r10 -8) = r1
*(u64 *)(r10 -16) = r1
call bpf_get_prandom_u32
r0 &= 8
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = r0
r3 = *(u64 *)(r10 -8)
r0 = *(u32 *)(r3 +0)
r0 = 0
exit
== socketFilter varying write of one byte into a pointer
*(u64 *)(r10 -16) = r1
call bpf_get_prandom_u32
r0 &= 7
r2 = r10
r2 += -16
r2 += r0
*(u8 *)(r2 +0) = 1
r0 = *(u64 *)(r10 -16)
r0 = 0
exit
== socketFilter varying zero keeps zeros
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -16) = 0
call bpf_get_prandom_u32
r0 &= 8
r2 = r10
r2 += -16
r2 += r0
*(u64 *)(r2 +0) = 0
r6 = *(u64 *)(r10 -8)
r1 = map[one][0]+24 ll
r1 += r6
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== socketFilter varying read of a spilled number
call bpf_get_prandom_u32
r0 &= 8
*(u64 *)(r10 -8) = r0
*(u64 *)(r10 -16) = r0
r2 = r10
r2 += -16
r2 += r0
r6 = *(u64 *)(r2 +0)
r1 = map[one][0] ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter varying read of zeros gives zero
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -16) = 0
call bpf_get_prandom_u32
r0 &= 8
r2 = r10
r2 += -16
r2 += r0
r6 = *(u64 *)(r2 +0)
r1 = map[one][0]+31 ll
r1 += r6
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
== socketFilter helper reads a varying place, unwritten
call bpf_get_prandom_u32
r0 &= 8
r2 = r10
r2 += -16
r2 += r0
r1 = map[hash] ll
call bpf_map_lookup_elem
r0 = 0
exit
== socketFilter helper reads a varying place, written
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -16) = 0
call bpf_get_prandom_u32
r0 &= 8
r2 = r10
r2 += -16
r2 += r0
r1 = map[hash] ll
call bpf_map_lookup_elem
r0 = 0
exit
== tracepoint helper writes a varying place
call bpf_get_prandom_u32
r0 &= 8
r1 = r10
r1 += -32
r1 += r0
r2 = 16
call bpf_get_current_comm
r0 = 0
exit
== tracepoint helper writes a varying place out of bounds
call bpf_get_prandom_u32
r0 &= 8
r1 = r10
r1 += -16
r1 += r0
r2 = 16
call bpf_get_current_comm
r0 = 0
exit
== tracepoint helper writes where a pointer was
*(u64 *)(r10 -16) = r1
r1 = r10
r1 += -16
r2 = 16
call bpf_get_current_comm
r1 = *(u64 *)(r10 -16)
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== socketFilter caller's frame is read
*(u64 *)(r10 -8) = 7
r1 = r10
r1 += -8
call f
r0 = 0
exit
f:
r0 = *(u64 *)(r1 +0)
exit
== socketFilter caller's frame is written
r1 = r10
r1 += -8
call f
r0 = *(u64 *)(r10 -8)
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
f:
*(u64 *)(r1 +0) = 7
r0 = 0
exit
== socketFilter caller's frame gets a pointer to the callee's
r1 = r10
r1 += -8
call f
r1 = *(u64 *)(r10 -8)
r0 = *(u64 *)(r1 +0)
exit
f:
*(u64 *)(r1 +0) = r10
r0 = 0
exit
== socketFilter callee returns its frame
call f
r0 = *(u64 *)(r0 -8)
exit
f:
r0 = r10
exit
== socketFilter callee returns the caller's frame
r1 = r10
*(u64 *)(r10 -8) = 1
call f
r0 = *(u64 *)(r0 -8)
exit
f:
r0 = r1
exit
== socketFilter callee returns the context
call f
r0 = *(u32 *)(r0 +0)
exit
f:
r0 = r1
exit
== socketFilter caller's context in the caller's frame
*(u64 *)(r10 -8) = r1
r1 = r10
call f
r0 = 0
exit
f:
r1 = *(u64 *)(r1 -8)
r0 = *(u32 *)(r1 +0)
exit
== socketFilter map value through the caller's frame, tested in the callee
*(u64 *)(r10 -8) = 0
r2 = r10
r2 += -8
r1 = map[hash] ll
call bpf_map_lookup_elem
*(u64 *)(r10 -16) = r0
r1 = r10
r1 += -16
call f
r0 = 0
exit
f:
r1 = *(u64 *)(r1 +0)
if r1 == 0 goto +1
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== socketFilter null test in the callee counts for the caller
*(u64 *)(r10 -8) = 0
r2 = r10
r2 += -8
r1 = map[hash] ll
call bpf_map_lookup_elem
r6 = r0
r1 = r0
call f
if r0 == 0 goto out
r0 = *(u64 *)(r6 +0)
out:
r0 = 0
exit
f:
r0 = 0
if r1 == 0 goto +1
r0 = 1
exit
== socketFilter atomic add on the stack
*(u64 *)(r10 -8) = 0
r1 = 1
lock *(u64 *)(r10 -8) += r1
r0 = *(u64 *)(r10 -8)
r0 = 0
exit
== socketFilter atomic add on a pointer on the stack
*(u64 *)(r10 -8) = r1
r1 = 1
lock *(u64 *)(r10 -8) += r1
r0 = 0
exit
== socketFilter atomic add misaligned
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = 1
lock *(u64 *)(r10 -12) += r1
r0 = 0
exit
== socketFilter atomic add of a pointer
*(u64 *)(r10 -8) = 0
lock *(u64 *)(r10 -8) += r1
r0 = 0
exit
== socketFilter atomic add on unwritten stack
r1 = 1
lock *(u64 *)(r10 -8) += r1
r0 = 0
exit
== socketFilter exchange of a pointer on the stack
*(u64 *)(r10 -8) = 0
r1 = atomic64_xchg((u64 *)(r10 -8), r1)
r0 = 0
exit
== socketFilter exchange of 32 bits
*(u64 *)(r10 -8) = 0
r1 = 5
r1 = atomic_xchg((u32 *)(r10 -8), r1)
r2 = map[one][0] ll
r2 += r1
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter compare and exchange without r0
*(u64 *)(r10 -8) = 0
r1 = 5
r0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r1)
r0 = 0
exit
== socketFilter compare and exchange
*(u64 *)(r10 -8) = 0
r1 = 5
r0 = 0
r0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r1)
r0 = 0
exit
== socketFilter compare and exchange with a pointer in r0
*(u64 *)(r10 -8) = 0
r0 = r1
r1 = 5
r0 = atomic64_cmpxchg((u64 *)(r10 -8), r0, r1)
r0 = 0
exit
== socketFilter fetch and add
*(u64 *)(r10 -8) = 3
r1 = 1
r1 = atomic64_fetch_add((u64 *)(r10 -8), r1)
r2 = map[one][0] ll
r2 += r1
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== socketFilter atomic add on a context
r2 = 1
lock *(u32 *)(r1 +8) += r2
r0 = 0
exit
== socketFilter atomic add on read-only data
r1 = map[rodata][0] ll
r2 = 1
lock *(u32 *)(r1 +0) += r2
r0 = 0
exit
== socketFilter fetch into r10
*(u64 *)(r10 -8) = 0
r10 = atomic64_fetch_add((u64 *)(r10 -8), r10)
r0 = 0
exit
== socketFilter acquire from the stack
*(u64 *)(r10 -8) = 0
r0 = load_acquire((u64 *)(r10 -8))
r0 = 0
exit
== socketFilter release of a pointer to the stack
store_release((u64 *)(r10 -8), r1)
r1 = *(u64 *)(r10 -8)
r0 = *(u32 *)(r1 +0)
r0 = 0
exit
== socketFilter release of a pointer to a map
r2 = map[one][0] ll
store_release((u64 *)(r2 +0), r1)
r0 = 0
exit
== socketFilter acquire from a context
r0 = load_acquire((u32 *)(r1 +0))
r0 = 0
exit
== socketFilter acquire misaligned
*(u64 *)(r10 -8) = 0
*(u64 *)(r10 -16) = 0
r0 = load_acquire((u64 *)(r10 -12))
r0 = 0
exit
== socketFilter acquire of r15 bytes unset register
r0 = load_acquire((u8 *)(r2 +0))
r0 = 0
exit
== socketFilter release of an unset register
store_release((u64 *)(r10 -8), r2)
r0 = 0
exit
