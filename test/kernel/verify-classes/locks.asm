Spin locks of map values.

== schedCls|xdp|cgroupSkb|tracing|syscall|socketFilter|kprobe|tracepoint|perfEvent|cgroupSock|sockOps lock, taken and given back
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, never given back
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
out:
r0 = 0
exit
== schedCls lock, given back only
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, twice
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lock1][0] ll
call bpf_spin_unlock
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, given back twice
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lock1][0] ll
call bpf_spin_unlock
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, value used
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lock1][0] ll
*(u32 *)(r1 +4) = 1
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, lock read
r6 = r1
r1 = map[lock1][0] ll
r0 = *(u32 *)(r1 +0)
out:
r0 = 0
exit
== schedCls lock, lock written
r6 = r1
r1 = map[lock1][0] ll
*(u8 *)(r1 +3) = 0
out:
r0 = 0
exit
== schedCls lock, lock as part of a key
r6 = r1
r2 = map[lock1][0] ll
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 0
exit
== schedCls lock, behind the lock as a key
r6 = r1
r2 = map[lock1][0]+4 ll
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 0
exit
== schedCls lock, right behind the lock as a key
r6 = r1
r2 = map[lock1][0]+8 ll
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 0
exit
== schedCls lock, at another offset
r6 = r1
r1 = map[lock1][0]+4 ll
call bpf_spin_lock
out:
r0 = 0
exit
== schedCls lock, of a map without one
r6 = r1
r1 = map[one][0] ll
call bpf_spin_lock
out:
r0 = 0
exit
== schedCls lock, on the stack
r6 = r1
r1 = r10
r1 += -8
call bpf_spin_lock
out:
r0 = 0
exit
== schedCls lock, at an offset that varies
r6 = r1
call bpf_get_prandom_u32
r0 &= 4
r1 = map[lock1][0] ll
r1 += r0
call bpf_spin_lock
out:
r0 = 0
exit
== schedCls lock, another map's given back
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lists][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, helper while held
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
call bpf_ktime_get_ns
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, function while held
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
call f
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
f:
r0 = 0
exit
== schedCls lock, global function while held
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = r6
call context
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
context:
r0 = 0
exit
== schedCls lock, given back in a function
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
call f
out:
r0 = 0
exit
f:
r1 = map[lock1][0] ll
call bpf_spin_unlock
r0 = 0
exit
== schedCls lock, taken in a function
r6 = r1
call f
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
f:
r1 = map[lock1][0] ll
call bpf_spin_lock
r0 = 0
exit
== schedCls lock, in a callback
r6 = r1
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
out:
r0 = 0
exit
cb:
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lock1][0] ll
call bpf_spin_unlock
r0 = 0
exit
== schedCls lock, kept by a callback
r6 = r1
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
out:
r0 = 0
exit
cb:
r1 = map[lock1][0] ll
call bpf_spin_lock
r0 = 0
exit
== schedCls lock, program ends while held
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r0 = 0
exit
r0 = 1
exit
== schedCls lock, packet load while held
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r0 = *(u8 *)skb[0]
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, loop while held
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r7 = 0
l:
r7 += 1
if r7 < 5 goto l
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, on one path
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto n
r1 = map[lock1][0] ll
call bpf_spin_lock
n:
r1 = map[lock1][0] ll
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, of a looked up value
r6 = r1
*(u32 *)(r10 -4) = 0
r2 = r10
r2 += -4
r1 = map[locked] ll
call bpf_map_lookup_elem
if r0 == 0 goto out
r7 = r0
r1 = r7
call bpf_spin_lock
r1 = r7
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, of two looked up values
r6 = r1
*(u32 *)(r10 -4) = 0
r2 = r10
r2 += -4
r1 = map[locked] ll
call bpf_map_lookup_elem
if r0 == 0 goto out
r7 = r0
*(u32 *)(r10 -4) = 1
r2 = r10
r2 += -4
r1 = map[locked] ll
call bpf_map_lookup_elem
if r0 == 0 goto out
r8 = r0
r1 = r7
call bpf_spin_lock
r1 = r8
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, of the same value looked up twice
r6 = r1
*(u32 *)(r10 -4) = 0
r2 = r10
r2 += -4
r1 = map[locked] ll
call bpf_map_lookup_elem
if r0 == 0 goto out
r7 = r0
*(u32 *)(r10 -4) = 0
r2 = r10
r2 += -4
r1 = map[locked] ll
call bpf_map_lookup_elem
if r0 == 0 goto out
r8 = r0
r1 = r7
call bpf_spin_lock
r1 = r8
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, of a copy
r6 = r1
*(u32 *)(r10 -4) = 0
r2 = r10
r2 += -4
r1 = map[locked] ll
call bpf_map_lookup_elem
if r0 == 0 goto out
r7 = r0
r8 = r7
r1 = r7
call bpf_spin_lock
r1 = r8
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, of a value kept on the stack
r6 = r1
*(u32 *)(r10 -4) = 0
r2 = r10
r2 += -4
r1 = map[locked] ll
call bpf_map_lookup_elem
if r0 == 0 goto out
r7 = r0
*(u64 *)(r10 -16) = r7
r1 = r7
call bpf_spin_lock
r1 = *(u64 *)(r10 -16)
call bpf_spin_unlock
out:
r0 = 0
exit
== schedCls lock, not tested
r6 = r1
*(u32 *)(r10 -4) = 0
r2 = r10
r2 += -4
r1 = map[locked] ll
call bpf_map_lookup_elem
r1 = r0
call bpf_spin_lock
out:
r0 = 0
exit
== schedCls lock, whole value to a helper
r6 = r1
r1 = map[lock1][0] ll
r2 = 16
r3 = 0
r4 = 0
r5 = 0
call bpf_csum_diff
out:
r0 = 0
exit
== schedCls lock, value updated
r6 = r1
*(u32 *)(r10 -4) = 0
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -24) = 0
r2 = r10
r2 += -4
r3 = r10
r3 += -24
r4 = 4
r1 = map[locked] ll
call bpf_map_update_elem
out:
r0 = 0
exit
