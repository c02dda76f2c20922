Packets: comparisons with the end, in every form; offsets; helpers that move them; the bytes before (meta).

== xdp r4 > r3 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r4 > r3 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r4 > r3 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r4 > r3 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r4 > r3 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r4 > r3 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 > r3 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 > r3 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r4 > r3 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r4 > r3 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r3 > r4 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r3 > r4 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r3 > r4 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r3 > r4 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r3 > r4 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r3 > r4 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 > r4 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 > r4 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r3 > r4 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r3 > r4 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 > r4 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r4 >= r3 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r4 >= r3 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r4 >= r3 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r4 >= r3 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r4 >= r3 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r4 >= r3 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 >= r3 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 >= r3 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r4 >= r3 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r4 >= r3 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 >= r3 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r3 >= r4 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r3 >= r4 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r3 >= r4 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r3 >= r4 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r3 >= r4 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r3 >= r4 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 >= r4 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 >= r4 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r3 >= r4 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r3 >= r4 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 >= r4 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r4 < r3 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r4 < r3 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r4 < r3 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r4 < r3 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r4 < r3 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r4 < r3 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 < r3 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 < r3 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r4 < r3 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r4 < r3 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 < r3 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r3 < r4 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r3 < r4 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r3 < r4 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r3 < r4 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r3 < r4 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r3 < r4 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 < r4 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 < r4 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r3 < r4 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r3 < r4 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 < r4 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r4 <= r3 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r4 <= r3 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r4 <= r3 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r4 <= r3 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r4 <= r3 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r4 <= r3 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 <= r3 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 <= r3 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r4 <= r3 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r4 <= r3 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 <= r3 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r3 <= r4 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r3 <= r4 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r3 <= r4 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r3 <= r4 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r3 <= r4 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r3 <= r4 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 <= r4 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 <= r4 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r3 <= r4 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r3 <= r4 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 <= r4 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r4 == r3 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r4 == r3 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r4 == r3 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r4 == r3 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r4 == r3 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r4 == r3 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 == r3 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 == r3 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r4 == r3 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r4 == r3 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 == r3 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r3 == r4 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r3 == r4 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r3 == r4 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r3 == r4 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r3 == r4 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r3 == r4 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 == r4 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 == r4 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r3 == r4 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r3 == r4 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 == r4 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r4 != r3 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r4 != r3 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r4 != r3 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r4 != r3 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r4 != r3 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r4 != r3 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 != r3 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r4 != r3 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r4 != r3 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r4 != r3 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 != r3 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp r3 != r4 taken: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== xdp r3 != r4 taken: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +0)
r0 = 0
exit
== xdp r3 != r4 taken: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto use
r0 = 0
exit
use:
r0 = *(u64 *)(r2 +1)
r0 = 0
exit
== xdp r3 != r4 taken: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +7)
r0 = 0
exit
== xdp r3 != r4 taken: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto use
r0 = 0
exit
use:
r0 = *(u8 *)(r2 +8)
r0 = 0
exit
== xdp r3 != r4 not: 8 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 != r4 not: 1 at 0
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp r3 != r4 not: 8 at 1
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto out
r0 = *(u64 *)(r2 +1)
out:
r0 = 0
exit
== xdp r3 != r4 not: 1 at 7
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto out
r0 = *(u8 *)(r2 +7)
out:
r0 = 0
exit
== xdp r3 != r4 not: 1 at 8
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r3 != r4 goto out
r0 = *(u8 *)(r2 +8)
out:
r0 = 0
exit
== xdp read after a test
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 1
exit
== xdp write after a test
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
*(u64 *)(r2 +0) = 0
out:
r0 = 1
exit
== xdp read without a test
r2 = *(u32 *)(r1 +0)
r0 = *(u8 *)(r2 +0)
r0 = 1
exit
== xdp end is read
r3 = *(u32 *)(r1 +4)
r0 = *(u8 *)(r3 +0)
r0 = 1
exit
== xdp end is moved
r3 = *(u32 *)(r1 +4)
r3 += -8
r0 = 1
exit
== xdp end minus data
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r3 -= r2
r0 = 1
exit
== xdp atomic on a packet
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r5 = 1
lock *(u64 *)(r2 +0) += r5
out:
r0 = 1
exit
== xdp packet goes to a helper as key
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== xdp packet goes to a helper as key, too short
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 7
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== xdp packet goes to a helper as value
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 32
if r4 > r3 goto out
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r3 = r2
r2 = r10
r2 += -8
r4 = 0
call bpf_map_update_elem
out:
r0 = 1
exit
== xdp packet goes to csum_diff
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = r2
r2 = 8
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
out:
r0 = 1
exit
== xdp packet is written to by a helper
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r3 = r2
r2 = 0
r4 = 8
call bpf_skb_load_bytes
out:
r0 = 1
exit
== schedCls read after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 1
exit
== schedCls write after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
*(u64 *)(r2 +0) = 0
out:
r0 = 1
exit
== schedCls read without a test
r2 = *(u32 *)(r1 +76)
r0 = *(u8 *)(r2 +0)
r0 = 1
exit
== schedCls end is read
r3 = *(u32 *)(r1 +80)
r0 = *(u8 *)(r3 +0)
r0 = 1
exit
== schedCls end is moved
r3 = *(u32 *)(r1 +80)
r3 += -8
r0 = 1
exit
== schedCls end minus data
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r3 -= r2
r0 = 1
exit
== schedCls atomic on a packet
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r5 = 1
lock *(u64 *)(r2 +0) += r5
out:
r0 = 1
exit
== schedCls packet goes to a helper as key
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== schedCls packet goes to a helper as key, too short
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 7
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== schedCls packet goes to a helper as value
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 32
if r4 > r3 goto out
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r3 = r2
r2 = r10
r2 += -8
r4 = 0
call bpf_map_update_elem
out:
r0 = 1
exit
== schedCls packet goes to csum_diff
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = r2
r2 = 8
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
out:
r0 = 1
exit
== schedCls packet is written to by a helper
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r3 = r2
r2 = 0
r4 = 8
call bpf_skb_load_bytes
out:
r0 = 1
exit
== cgroupSkb read after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 1
exit
== cgroupSkb write after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
*(u64 *)(r2 +0) = 0
out:
r0 = 1
exit
== cgroupSkb read without a test
r2 = *(u32 *)(r1 +76)
r0 = *(u8 *)(r2 +0)
r0 = 1
exit
== cgroupSkb end is read
r3 = *(u32 *)(r1 +80)
r0 = *(u8 *)(r3 +0)
r0 = 1
exit
== cgroupSkb end is moved
r3 = *(u32 *)(r1 +80)
r3 += -8
r0 = 1
exit
== cgroupSkb end minus data
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r3 -= r2
r0 = 1
exit
== cgroupSkb atomic on a packet
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r5 = 1
lock *(u64 *)(r2 +0) += r5
out:
r0 = 1
exit
== cgroupSkb packet goes to a helper as key
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== cgroupSkb packet goes to a helper as key, too short
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 7
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== cgroupSkb packet goes to a helper as value
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 32
if r4 > r3 goto out
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r3 = r2
r2 = r10
r2 += -8
r4 = 0
call bpf_map_update_elem
out:
r0 = 1
exit
== cgroupSkb packet goes to csum_diff
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = r2
r2 = 8
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
out:
r0 = 1
exit
== cgroupSkb packet is written to by a helper
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r3 = r2
r2 = 0
r4 = 8
call bpf_skb_load_bytes
out:
r0 = 1
exit
== skSkb read after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 1
exit
== skSkb write after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
*(u64 *)(r2 +0) = 0
out:
r0 = 1
exit
== skSkb read without a test
r2 = *(u32 *)(r1 +76)
r0 = *(u8 *)(r2 +0)
r0 = 1
exit
== skSkb end is read
r3 = *(u32 *)(r1 +80)
r0 = *(u8 *)(r3 +0)
r0 = 1
exit
== skSkb end is moved
r3 = *(u32 *)(r1 +80)
r3 += -8
r0 = 1
exit
== skSkb end minus data
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r3 -= r2
r0 = 1
exit
== skSkb atomic on a packet
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r5 = 1
lock *(u64 *)(r2 +0) += r5
out:
r0 = 1
exit
== skSkb packet goes to a helper as key
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== skSkb packet goes to a helper as key, too short
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 7
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== skSkb packet goes to a helper as value
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 32
if r4 > r3 goto out
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r3 = r2
r2 = r10
r2 += -8
r4 = 0
call bpf_map_update_elem
out:
r0 = 1
exit
== skSkb packet goes to csum_diff
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = r2
r2 = 8
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
out:
r0 = 1
exit
== skSkb packet is written to by a helper
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r3 = r2
r2 = 0
r4 = 8
call bpf_skb_load_bytes
out:
r0 = 1
exit
== lwtXmit read after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 1
exit
== lwtXmit write after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
*(u64 *)(r2 +0) = 0
out:
r0 = 1
exit
== lwtXmit read without a test
r2 = *(u32 *)(r1 +76)
r0 = *(u8 *)(r2 +0)
r0 = 1
exit
== lwtXmit end is read
r3 = *(u32 *)(r1 +80)
r0 = *(u8 *)(r3 +0)
r0 = 1
exit
== lwtXmit end is moved
r3 = *(u32 *)(r1 +80)
r3 += -8
r0 = 1
exit
== lwtXmit end minus data
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r3 -= r2
r0 = 1
exit
== lwtXmit atomic on a packet
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r5 = 1
lock *(u64 *)(r2 +0) += r5
out:
r0 = 1
exit
== lwtXmit packet goes to a helper as key
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== lwtXmit packet goes to a helper as key, too short
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 7
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== lwtXmit packet goes to a helper as value
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 32
if r4 > r3 goto out
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r3 = r2
r2 = r10
r2 += -8
r4 = 0
call bpf_map_update_elem
out:
r0 = 1
exit
== lwtXmit packet goes to csum_diff
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = r2
r2 = 8
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
out:
r0 = 1
exit
== lwtXmit packet is written to by a helper
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r3 = r2
r2 = 0
r4 = 8
call bpf_skb_load_bytes
out:
r0 = 1
exit
== skMsg read after a test
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 1
exit
== skMsg write after a test
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
*(u64 *)(r2 +0) = 0
out:
r0 = 1
exit
== skMsg read without a test
r2 = *(u64 *)(r1 +0)
r0 = *(u8 *)(r2 +0)
r0 = 1
exit
== skMsg end is read
r3 = *(u64 *)(r1 +8)
r0 = *(u8 *)(r3 +0)
r0 = 1
exit
== skMsg end is moved
r3 = *(u64 *)(r1 +8)
r3 += -8
r0 = 1
exit
== skMsg end minus data
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r3 -= r2
r0 = 1
exit
== skMsg atomic on a packet
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r5 = 1
lock *(u64 *)(r2 +0) += r5
out:
r0 = 1
exit
== skMsg packet goes to a helper as key
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== skMsg packet goes to a helper as key, too short
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 7
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== skMsg packet goes to a helper as value
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 32
if r4 > r3 goto out
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r3 = r2
r2 = r10
r2 += -8
r4 = 0
call bpf_map_update_elem
out:
r0 = 1
exit
== skMsg packet goes to csum_diff
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = r2
r2 = 8
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
out:
r0 = 1
exit
== skMsg packet is written to by a helper
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r3 = r2
r2 = 0
r4 = 8
call bpf_skb_load_bytes
out:
r0 = 1
exit
== skReuseport read after a test
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 1
exit
== skReuseport write after a test
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
*(u64 *)(r2 +0) = 0
out:
r0 = 1
exit
== skReuseport read without a test
r2 = *(u64 *)(r1 +0)
r0 = *(u8 *)(r2 +0)
r0 = 1
exit
== skReuseport end is read
r3 = *(u64 *)(r1 +8)
r0 = *(u8 *)(r3 +0)
r0 = 1
exit
== skReuseport end is moved
r3 = *(u64 *)(r1 +8)
r3 += -8
r0 = 1
exit
== skReuseport end minus data
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r3 -= r2
r0 = 1
exit
== skReuseport atomic on a packet
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r5 = 1
lock *(u64 *)(r2 +0) += r5
out:
r0 = 1
exit
== skReuseport packet goes to a helper as key
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== skReuseport packet goes to a helper as key, too short
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 7
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== skReuseport packet goes to a helper as value
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 32
if r4 > r3 goto out
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r3 = r2
r2 = r10
r2 += -8
r4 = 0
call bpf_map_update_elem
out:
r0 = 1
exit
== skReuseport packet goes to csum_diff
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = r2
r2 = 8
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
out:
r0 = 1
exit
== skReuseport packet is written to by a helper
r2 = *(u64 *)(r1 +0)
r3 = *(u64 *)(r1 +8)
r4 = r2
r4 += 8
if r4 > r3 goto out
r3 = r2
r2 = 0
r4 = 8
call bpf_skb_load_bytes
out:
r0 = 1
exit
== flowDissector read after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 1
exit
== flowDissector write after a test
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
*(u64 *)(r2 +0) = 0
out:
r0 = 1
exit
== flowDissector read without a test
r2 = *(u32 *)(r1 +76)
r0 = *(u8 *)(r2 +0)
r0 = 1
exit
== flowDissector end is read
r3 = *(u32 *)(r1 +80)
r0 = *(u8 *)(r3 +0)
r0 = 1
exit
== flowDissector end is moved
r3 = *(u32 *)(r1 +80)
r3 += -8
r0 = 1
exit
== flowDissector end minus data
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r3 -= r2
r0 = 1
exit
== flowDissector atomic on a packet
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r5 = 1
lock *(u64 *)(r2 +0) += r5
out:
r0 = 1
exit
== flowDissector packet goes to a helper as key
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== flowDissector packet goes to a helper as key, too short
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 7
if r4 > r3 goto out
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 1
exit
== flowDissector packet goes to a helper as value
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 32
if r4 > r3 goto out
*(u64 *)(r10 -8) = 0
r1 = map[hash] ll
r3 = r2
r2 = r10
r2 += -8
r4 = 0
call bpf_map_update_elem
out:
r0 = 1
exit
== flowDissector packet goes to csum_diff
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r1 = r2
r2 = 8
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
out:
r0 = 1
exit
== flowDissector packet is written to by a helper
r2 = *(u32 *)(r1 +76)
r3 = *(u32 *)(r1 +80)
r4 = r2
r4 += 8
if r4 > r3 goto out
r3 = r2
r2 = 0
r4 = 8
call bpf_skb_load_bytes
out:
r0 = 1
exit
== xdp varying offset 7 tested after it is added
r6 = r1
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r2 += r0
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset 7 added after the test
r6 = r1
call bpf_get_prandom_u32
r0 &= 7
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 264
if r4 > r3 goto out
r2 += r0
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset 255 tested after it is added
r6 = r1
call bpf_get_prandom_u32
r0 &= 255
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r2 += r0
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset 255 added after the test
r6 = r1
call bpf_get_prandom_u32
r0 &= 255
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 264
if r4 > r3 goto out
r2 += r0
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset 65535 tested after it is added
r6 = r1
call bpf_get_prandom_u32
r0 &= 65535
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r2 += r0
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset 65535 added after the test
r6 = r1
call bpf_get_prandom_u32
r0 &= 65535
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 264
if r4 > r3 goto out
r2 += r0
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset 2147483647 tested after it is added
r6 = r1
call bpf_get_prandom_u32
r0 &= 2147483647
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r2 += r0
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset 2147483647 added after the test
r6 = r1
call bpf_get_prandom_u32
r0 &= 2147483647
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 264
if r4 > r3 goto out
r2 += r0
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset without a bound
r6 = r1
call bpf_ktime_get_ns
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r2 += r0
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset of 32 bits
r6 = r1
call bpf_get_prandom_u32
w0 = w0
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r2 += r0
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp varying offset of 16 bits, twice
r6 = r1
call bpf_get_prandom_u32
r0 &= 0x7fff
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r2 += r0
r2 += r0
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp length from the packet
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 20
if r4 > r3 goto out
r5 = *(u8 *)(r2 +0)
r5 &= 15
r5 <<= 2
r2 += r5
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp length from the packet, no second test
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 20
if r4 > r3 goto out
r5 = *(u8 *)(r2 +0)
r5 &= 15
r5 <<= 2
r2 += r5
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp test of another varying pointer
r6 = r1
call bpf_get_prandom_u32
r0 &= 255
r7 = r0
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += r7
r5 = r2
r5 += r7
r5 += 8
if r5 > r3 goto out
r0 = *(u64 *)(r4 +0)
out:
r0 = 0
exit
== xdp copy of a varying pointer
r6 = r1
call bpf_get_prandom_u32
r0 &= 255
r1 = r6
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += r0
r5 = r4
r5 += 8
if r5 > r3 goto out
r0 = *(u64 *)(r4 +0)
out:
r0 = 0
exit
== xdp moved back
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r4 += -8
r0 = *(u64 *)(r4 +0)
out:
r0 = 0
exit
== xdp before the start
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u8 *)(r2 -1)
out:
r0 = 0
exit
== xdp subtracted then tested
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 -= 8
if r4 > r3 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp large constant offset
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 65535
if r4 > r3 goto out
r0 = *(u8 *)(r2 +32767)
out:
r0 = 0
exit
== xdp larger constant offset
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 65536
if r4 > r3 goto out
r0 = *(u8 *)(r2 +0)
out:
r0 = 0
exit
== xdp kept on the stack
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
*(u64 *)(r10 -8) = r2
r4 = r2
r4 += 8
if r4 > r3 goto out
r2 = *(u64 *)(r10 -8)
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp tested in a function
r6 = r1
call f
r0 = 0
exit
f:
r2 = *(u32 *)(r1 +0)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 8
if r4 > r3 goto out
r0 = *(u64 *)(r2 +0)
out:
r0 = 0
exit
== xdp tested in a function, used after
r6 = *(u32 *)(r1 +0)
r7 = *(u32 *)(r1 +4)
r1 = r6
r2 = r7
call f
if r0 == 0 goto out
r0 = *(u64 *)(r6 +0)
out:
r0 = 0
exit
f:
r0 = 0
r1 += 8
if r1 > r2 goto +1
r0 = 1
exit
== schedCls pointer after bpf_skb_store_bytes in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 0
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 8
r5 = 0
call bpf_skb_store_bytes
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_skb_store_bytes in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 0
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 8
r5 = 0
call bpf_skb_store_bytes
r0 = 0
exit
== schedCls pointer after bpf_skb_store_bytes in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 0
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 8
r5 = 0
call bpf_skb_store_bytes
r0 = 0
exit
== schedCls pointer after bpf_skb_store_bytes in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 0
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 8
r5 = 0
call bpf_skb_store_bytes
r0 = 0
exit
== schedCls pointer after bpf_skb_pull_data in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 0
call bpf_skb_pull_data
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_skb_pull_data in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 0
call bpf_skb_pull_data
r0 = 0
exit
== schedCls pointer after bpf_skb_pull_data in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 0
call bpf_skb_pull_data
r0 = 0
exit
== schedCls pointer after bpf_skb_pull_data in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 0
call bpf_skb_pull_data
r0 = 0
exit
== schedCls pointer after bpf_skb_change_tail in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 100
r3 = 0
call bpf_skb_change_tail
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_skb_change_tail in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 100
r3 = 0
call bpf_skb_change_tail
r0 = 0
exit
== schedCls pointer after bpf_skb_change_tail in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 100
r3 = 0
call bpf_skb_change_tail
r0 = 0
exit
== schedCls pointer after bpf_skb_change_tail in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 100
r3 = 0
call bpf_skb_change_tail
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_head in a call
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 4
call bpf_xdp_adjust_head
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_head in a function
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 4
call bpf_xdp_adjust_head
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_head in a callback
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 4
call bpf_xdp_adjust_head
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_head in a global function
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 4
call bpf_xdp_adjust_head
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_tail in a call
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = -4
call bpf_xdp_adjust_tail
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_tail in a function
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = -4
call bpf_xdp_adjust_tail
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_tail in a callback
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = -4
call bpf_xdp_adjust_tail
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_tail in a global function
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = -4
call bpf_xdp_adjust_tail
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_meta in a call
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = -4
call bpf_xdp_adjust_meta
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_meta in a function
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = -4
call bpf_xdp_adjust_meta
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_meta in a callback
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = -4
call bpf_xdp_adjust_meta
r0 = 0
exit
== xdp pointer after bpf_xdp_adjust_meta in a global function
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = -4
call bpf_xdp_adjust_meta
r0 = 0
exit
== schedCls pointer after bpf_clone_redirect in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 1
r3 = 0
call bpf_clone_redirect
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_clone_redirect in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 1
r3 = 0
call bpf_clone_redirect
r0 = 0
exit
== schedCls pointer after bpf_clone_redirect in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 1
r3 = 0
call bpf_clone_redirect
r0 = 0
exit
== schedCls pointer after bpf_clone_redirect in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 1
r3 = 0
call bpf_clone_redirect
r0 = 0
exit
== schedCls pointer after bpf_l3_csum_replace in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 0
r3 = 0
r4 = 0
r5 = 2
call bpf_l3_csum_replace
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_l3_csum_replace in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 0
r3 = 0
r4 = 0
r5 = 2
call bpf_l3_csum_replace
r0 = 0
exit
== schedCls pointer after bpf_l3_csum_replace in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 0
r3 = 0
r4 = 0
r5 = 2
call bpf_l3_csum_replace
r0 = 0
exit
== schedCls pointer after bpf_l3_csum_replace in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 0
r3 = 0
r4 = 0
r5 = 2
call bpf_l3_csum_replace
r0 = 0
exit
== schedCls pointer after bpf_skb_vlan_push in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 8
r3 = 1
call bpf_skb_vlan_push
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_skb_vlan_push in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 8
r3 = 1
call bpf_skb_vlan_push
r0 = 0
exit
== schedCls pointer after bpf_skb_vlan_push in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 8
r3 = 1
call bpf_skb_vlan_push
r0 = 0
exit
== schedCls pointer after bpf_skb_vlan_push in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 8
r3 = 1
call bpf_skb_vlan_push
r0 = 0
exit
== schedCls pointer after bpf_ktime_get_ns in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out

call bpf_ktime_get_ns
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_ktime_get_ns in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1

call bpf_ktime_get_ns
r0 = 0
exit
== schedCls pointer after bpf_ktime_get_ns in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)

call bpf_ktime_get_ns
r0 = 0
exit
== schedCls pointer after bpf_ktime_get_ns in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1

call bpf_ktime_get_ns
r0 = 0
exit
== schedCls pointer after bpf_redirect in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = 0
call bpf_redirect
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_redirect in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = 1
r2 = 0
call bpf_redirect
r0 = 0
exit
== schedCls pointer after bpf_redirect in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = 1
r2 = 0
call bpf_redirect
r0 = 0
exit
== schedCls pointer after bpf_redirect in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = 1
r2 = 0
call bpf_redirect
r0 = 0
exit
== schedCls pointer after bpf_skb_change_head in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 8
r3 = 0
call bpf_skb_change_head
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_skb_change_head in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 8
r3 = 0
call bpf_skb_change_head
r0 = 0
exit
== schedCls pointer after bpf_skb_change_head in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 8
r3 = 0
call bpf_skb_change_head
r0 = 0
exit
== schedCls pointer after bpf_skb_change_head in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 8
r3 = 0
call bpf_skb_change_head
r0 = 0
exit
== schedCls pointer after bpf_skb_adjust_room in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 8
r3 = 0
r4 = 0
call bpf_skb_adjust_room
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_skb_adjust_room in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 8
r3 = 0
r4 = 0
call bpf_skb_adjust_room
r0 = 0
exit
== schedCls pointer after bpf_skb_adjust_room in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 8
r3 = 0
r4 = 0
call bpf_skb_adjust_room
r0 = 0
exit
== schedCls pointer after bpf_skb_adjust_room in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 8
r3 = 0
r4 = 0
call bpf_skb_adjust_room
r0 = 0
exit
== schedCls pointer after bpf_csum_update in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 8
call bpf_csum_update
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_csum_update in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 8
call bpf_csum_update
r0 = 0
exit
== schedCls pointer after bpf_csum_update in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 8
call bpf_csum_update
r0 = 0
exit
== schedCls pointer after bpf_csum_update in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 8
call bpf_csum_update
r0 = 0
exit
== schedCls pointer after bpf_set_hash in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 8
call bpf_set_hash
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_set_hash in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 8
call bpf_set_hash
r0 = 0
exit
== schedCls pointer after bpf_set_hash in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 8
call bpf_set_hash
r0 = 0
exit
== schedCls pointer after bpf_set_hash in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 8
call bpf_set_hash
r0 = 0
exit
== schedCls pointer after bpf_skb_change_proto in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 8
r3 = 0
call bpf_skb_change_proto
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_skb_change_proto in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 8
r3 = 0
call bpf_skb_change_proto
r0 = 0
exit
== schedCls pointer after bpf_skb_change_proto in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 8
r3 = 0
call bpf_skb_change_proto
r0 = 0
exit
== schedCls pointer after bpf_skb_change_proto in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 8
r3 = 0
call bpf_skb_change_proto
r0 = 0
exit
== schedCls pointer after bpf_skb_change_type in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 0
call bpf_skb_change_type
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_skb_change_type in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 0
call bpf_skb_change_type
r0 = 0
exit
== schedCls pointer after bpf_skb_change_type in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 0
call bpf_skb_change_type
r0 = 0
exit
== schedCls pointer after bpf_skb_change_type in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 0
call bpf_skb_change_type
r0 = 0
exit
== schedCls pointer after bpf_skb_cgroup_classid in a call
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call bpf_skb_cgroup_classid
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls pointer after bpf_skb_cgroup_classid in a function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
call bpf_skb_cgroup_classid
r0 = 0
exit
== schedCls pointer after bpf_skb_cgroup_classid in a callback
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
call bpf_skb_cgroup_classid
r0 = 0
exit
== schedCls pointer after bpf_skb_cgroup_classid in a global function
r6 = r1
r7 = *(u32 *)(r6 +76)
r8 = *(u32 *)(r6 +80)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
call bpf_skb_cgroup_classid
r0 = 0
exit
== xdp pointer after bpf_xdp_store_bytes in a call
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
r2 = 0
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 8
call bpf_xdp_store_bytes
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== xdp pointer after bpf_xdp_store_bytes in a function
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call f
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = r1
r1 = r6
r2 = 0
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 8
call bpf_xdp_store_bytes
r0 = 0
exit
== xdp pointer after bpf_xdp_store_bytes in a callback
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = 1
r2 = subprog[f] ll
*(u64 *)(r10 -16) = r6
r3 = r10
r3 += -16
r4 = 0
call bpf_loop
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
f:
r6 = *(u64 *)(r2 +0)
r1 = r6
r2 = 0
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 8
call bpf_xdp_store_bytes
r0 = 0
exit
== xdp pointer after bpf_xdp_store_bytes in a global function
r6 = r1
r7 = *(u32 *)(r6 +0)
r8 = *(u32 *)(r6 +4)
r4 = r7
r4 += 8
if r4 > r8 goto out
r1 = r6
call context
r0 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
context:
r6 = r1
r1 = r6
r2 = 0
*(u64 *)(r10 -8) = 0
r3 = r10
r3 += -8
r4 = 8
call bpf_xdp_store_bytes
r0 = 0
exit
== xdp meta r4 > r3
r2 = *(u32 *)(r1 +8)
r3 = *(u32 *)(r1 +0)
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp meta r3 < r4
r2 = *(u32 *)(r1 +8)
r3 = *(u32 *)(r1 +0)
r4 = r2
r4 += 4
if r3 < r4 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp meta r3 >= r4
r2 = *(u32 *)(r1 +8)
r3 = *(u32 *)(r1 +0)
r4 = r2
r4 += 4
if r3 >= r4 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp meta r4 <= r3
r2 = *(u32 *)(r1 +8)
r3 = *(u32 *)(r1 +0)
r4 = r2
r4 += 4
if r4 <= r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp meta against the end
r2 = *(u32 *)(r1 +8)
r3 = *(u32 *)(r1 +4)
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp meta written
r2 = *(u32 *)(r1 +8)
r3 = *(u32 *)(r1 +0)
r4 = r2
r4 += 4
if r4 > r3 goto out
*(u32 *)(r2 +0) = 1
out:
r0 = 0
exit
== schedCls meta of a tc program
r2 = *(u32 *)(r1 +140)
r3 = *(u32 *)(r1 +76)
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== xdp data tested against moved data
r2 = *(u32 *)(r1 +8)
r3 = *(u32 *)(r1 +0)
r3 += 4
r4 = r2
r4 += 4
if r4 > r3 goto out
r0 = *(u32 *)(r2 +0)
out:
r0 = 0
exit
== schedCls abs load
r6 = r1
r0 = *(u8 *)skb[14]
r0 = 0
exit
== schedCls ind load
r6 = r1
r7 = 3
r0 = *(u16 *)skb[r7 + 14]
r0 = 0
exit
== socketFilter abs load
r6 = r1
r0 = *(u8 *)skb[14]
r0 = 0
exit
== socketFilter ind load
r6 = r1
r7 = 3
r0 = *(u16 *)skb[r7 + 14]
r0 = 0
exit
== xdp abs load
r6 = r1
r0 = *(u8 *)skb[14]
r0 = 0
exit
== xdp ind load
r6 = r1
r7 = 3
r0 = *(u16 *)skb[r7 + 14]
r0 = 0
exit
== cgroupSkb abs load
r6 = r1
r0 = *(u8 *)skb[14]
r0 = 0
exit
== cgroupSkb ind load
r6 = r1
r7 = 3
r0 = *(u16 *)skb[r7 + 14]
r0 = 0
exit
== socketFilter abs load loses r1
r6 = r1
r0 = *(u8 *)skb[14]
r0 = *(u32 *)(r1 +0)
r0 = 0
exit
== socketFilter abs load without context
r6 = 1
r0 = *(u8 *)skb[14]
r0 = 0
exit
== socketFilter abs load in a function
call f
r0 = 0
exit
f:
r6 = r1
r0 = *(u8 *)skb[14]
r0 = 0
exit
== socketFilter abs load with a reference
r6 = r1
r1 = map[ring] ll
r2 = 8
r3 = 0
call bpf_ringbuf_reserve
if r0 == 0 goto out
r7 = r0
r0 = *(u8 *)skb[14]
r1 = r7
r2 = 0
call bpf_ringbuf_submit
out:
r0 = 0
exit
