Kernel objects that map values own.

== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged with nothing, kept
r6 = r1
r1 = map[owners][0]+0 ll
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged with nothing, bpf_task_release
r6 = r1
r1 = map[owners][0]+0 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged with nothing, bpf_cpumask_release
r6 = r1
r1 = map[owners][0]+0 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged with nothing, bpf_obj_drop_impl
r6 = r1
r1 = map[owners][0]+0 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_obj_drop_impl]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged with nothing, not tested
r6 = r1
r1 = map[owners][0]+0 ll
r2 = 0
call bpf_kptr_xchg
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task read
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task read and tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +0)
if r0 == 0 goto out
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task read, not tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +0)
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task read in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +0)
if r7 == 0 goto n
r8 = *(u64 *)(r7 +0)
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task read in an RCU section, used after
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +0)
call ksym[bpf_rcu_read_unlock]
if r7 == 0 goto out
r8 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task acquired in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +0)
if r7 == 0 goto n
r1 = r7
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task set to 0
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +0) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task set to 1
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +0) = 1
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task set to a register of 0
r6 = r1
r2 = 0
r1 = map[owners][0] ll
*(u64 *)(r1 +0) = r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task set to a random number
r6 = r1
call bpf_get_prandom_u32
r1 = map[owners][0] ll
*(u64 *)(r1 +0) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task set to the current task
r6 = r1
call bpf_get_current_task_btf
r1 = map[owners][0] ll
*(u64 *)(r1 +0) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task set to itself
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +0)
*(u64 *)(r1 +0) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged by an atomic operation
r6 = r1
r2 = 0
r1 = map[owners][0] ll
r2 = atomic64_xchg((u64 *)(r1 +0), r2)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task added to
r6 = r1
r2 = 1
r1 = map[owners][0] ll
lock *(u64 *)(r1 +0) += r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task read by 1
r6 = r1
r1 = map[owners][0] ll
r0 = *(u8 *)(r1 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task written by 1
r6 = r1
r1 = map[owners][0] ll
*(u8 *)(r1 +0) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task read by 2
r6 = r1
r1 = map[owners][0] ll
r0 = *(u16 *)(r1 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task written by 2
r6 = r1
r1 = map[owners][0] ll
*(u16 *)(r1 +0) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task read by 4
r6 = r1
r1 = map[owners][0] ll
r0 = *(u32 *)(r1 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task written by 4
r6 = r1
r1 = map[owners][0] ll
*(u32 *)(r1 +0) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task to a helper
r6 = r1
r2 = map[owners][0]+0 ll
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task at an offset that varies
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0] ll
r1 += r0
r0 = *(u64 *)(r1 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task at an offset that varies, exchanged
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0]+0 ll
r1 += r0
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the task
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+0 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the task, used after
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+0 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task, not tested, exchanged into the task
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r2 = r0
r1 = map[owners][0]+0 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the task
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+0 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the task, used after
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+0 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask, not tested, exchanged into the task
r6 = r1
call ksym[bpf_cpumask_create]
r2 = r0
r1 = map[owners][0]+0 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the task
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+0 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the task, used after
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+0 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task, not tested, exchanged into the task
r6 = r1
call bpf_get_current_task_btf
r2 = r0
r1 = map[owners][0]+0 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task exchanged with nothing, kept
r6 = r1
r1 = map[owners][0]+8 ll
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task exchanged with nothing, bpf_task_release
r6 = r1
r1 = map[owners][0]+8 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task exchanged with nothing, bpf_cpumask_release
r6 = r1
r1 = map[owners][0]+8 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task exchanged with nothing, bpf_obj_drop_impl
r6 = r1
r1 = map[owners][0]+8 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_obj_drop_impl]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task exchanged with nothing, not tested
r6 = r1
r1 = map[owners][0]+8 ll
r2 = 0
call bpf_kptr_xchg
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task read
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +8)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task read and tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +8)
if r0 == 0 goto out
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task read, not tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +8)
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task read in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +8)
if r7 == 0 goto n
r8 = *(u64 *)(r7 +0)
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task read in an RCU section, used after
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +8)
call ksym[bpf_rcu_read_unlock]
if r7 == 0 goto out
r8 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task acquired in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +8)
if r7 == 0 goto n
r1 = r7
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task set to 0
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +8) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task set to 1
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +8) = 1
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task set to a register of 0
r6 = r1
r2 = 0
r1 = map[owners][0] ll
*(u64 *)(r1 +8) = r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task set to a random number
r6 = r1
call bpf_get_prandom_u32
r1 = map[owners][0] ll
*(u64 *)(r1 +8) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task set to the current task
r6 = r1
call bpf_get_current_task_btf
r1 = map[owners][0] ll
*(u64 *)(r1 +8) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task set to itself
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +8)
*(u64 *)(r1 +8) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task exchanged by an atomic operation
r6 = r1
r2 = 0
r1 = map[owners][0] ll
r2 = atomic64_xchg((u64 *)(r1 +8), r2)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task added to
r6 = r1
r2 = 1
r1 = map[owners][0] ll
lock *(u64 *)(r1 +8) += r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task read by 1
r6 = r1
r1 = map[owners][0] ll
r0 = *(u8 *)(r1 +8)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task written by 1
r6 = r1
r1 = map[owners][0] ll
*(u8 *)(r1 +8) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task read by 2
r6 = r1
r1 = map[owners][0] ll
r0 = *(u16 *)(r1 +8)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task written by 2
r6 = r1
r1 = map[owners][0] ll
*(u16 *)(r1 +8) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task read by 4
r6 = r1
r1 = map[owners][0] ll
r0 = *(u32 *)(r1 +8)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task written by 4
r6 = r1
r1 = map[owners][0] ll
*(u32 *)(r1 +8) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task to a helper
r6 = r1
r2 = map[owners][0]+8 ll
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task at an offset that varies
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0] ll
r1 += r0
r0 = *(u64 *)(r1 +8)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, untrusted task at an offset that varies, exchanged
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0]+8 ll
r1 += r0
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the untrusted task
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+8 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the untrusted task, used after
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+8 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task, not tested, exchanged into the untrusted task
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r2 = r0
r1 = map[owners][0]+8 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the untrusted task
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+8 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the untrusted task, used after
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+8 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask, not tested, exchanged into the untrusted task
r6 = r1
call ksym[bpf_cpumask_create]
r2 = r0
r1 = map[owners][0]+8 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the untrusted task
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+8 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the untrusted task, used after
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+8 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task, not tested, exchanged into the untrusted task
r6 = r1
call bpf_get_current_task_btf
r2 = r0
r1 = map[owners][0]+8 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object exchanged with nothing, kept
r6 = r1
r1 = map[owners][0]+16 ll
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object exchanged with nothing, bpf_task_release
r6 = r1
r1 = map[owners][0]+16 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object exchanged with nothing, bpf_cpumask_release
r6 = r1
r1 = map[owners][0]+16 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object exchanged with nothing, bpf_obj_drop_impl
r6 = r1
r1 = map[owners][0]+16 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_obj_drop_impl]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object exchanged with nothing, not tested
r6 = r1
r1 = map[owners][0]+16 ll
r2 = 0
call bpf_kptr_xchg
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object read
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +16)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object read and tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +16)
if r0 == 0 goto out
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object read, not tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +16)
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object read in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +16)
if r7 == 0 goto n
r8 = *(u64 *)(r7 +0)
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object read in an RCU section, used after
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +16)
call ksym[bpf_rcu_read_unlock]
if r7 == 0 goto out
r8 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object acquired in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +16)
if r7 == 0 goto n
r1 = r7
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object set to 0
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +16) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object set to 1
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +16) = 1
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object set to a register of 0
r6 = r1
r2 = 0
r1 = map[owners][0] ll
*(u64 *)(r1 +16) = r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object set to a random number
r6 = r1
call bpf_get_prandom_u32
r1 = map[owners][0] ll
*(u64 *)(r1 +16) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object set to the current task
r6 = r1
call bpf_get_current_task_btf
r1 = map[owners][0] ll
*(u64 *)(r1 +16) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object set to itself
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +16)
*(u64 *)(r1 +16) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object exchanged by an atomic operation
r6 = r1
r2 = 0
r1 = map[owners][0] ll
r2 = atomic64_xchg((u64 *)(r1 +16), r2)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object added to
r6 = r1
r2 = 1
r1 = map[owners][0] ll
lock *(u64 *)(r1 +16) += r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object read by 1
r6 = r1
r1 = map[owners][0] ll
r0 = *(u8 *)(r1 +16)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object written by 1
r6 = r1
r1 = map[owners][0] ll
*(u8 *)(r1 +16) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object read by 2
r6 = r1
r1 = map[owners][0] ll
r0 = *(u16 *)(r1 +16)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object written by 2
r6 = r1
r1 = map[owners][0] ll
*(u16 *)(r1 +16) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object read by 4
r6 = r1
r1 = map[owners][0] ll
r0 = *(u32 *)(r1 +16)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object written by 4
r6 = r1
r1 = map[owners][0] ll
*(u32 *)(r1 +16) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object to a helper
r6 = r1
r2 = map[owners][0]+16 ll
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object at an offset that varies
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0] ll
r1 += r0
r0 = *(u64 *)(r1 +16)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, own object at an offset that varies, exchanged
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0]+16 ll
r1 += r0
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the own object
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+16 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the own object, used after
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+16 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task, not tested, exchanged into the own object
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r2 = r0
r1 = map[owners][0]+16 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the own object
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+16 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the own object, used after
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+16 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask, not tested, exchanged into the own object
r6 = r1
call ksym[bpf_cpumask_create]
r2 = r0
r1 = map[owners][0]+16 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the own object
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+16 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the own object, used after
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+16 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task, not tested, exchanged into the own object
r6 = r1
call bpf_get_current_task_btf
r2 = r0
r1 = map[owners][0]+16 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged with nothing, kept
r6 = r1
r1 = map[owners][0]+24 ll
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged with nothing, bpf_task_release
r6 = r1
r1 = map[owners][0]+24 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged with nothing, bpf_cpumask_release
r6 = r1
r1 = map[owners][0]+24 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged with nothing, bpf_obj_drop_impl
r6 = r1
r1 = map[owners][0]+24 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_obj_drop_impl]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged with nothing, not tested
r6 = r1
r1 = map[owners][0]+24 ll
r2 = 0
call bpf_kptr_xchg
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask read
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +24)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask read and tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +24)
if r0 == 0 goto out
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask read, not tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +24)
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask read in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +24)
if r7 == 0 goto n
r8 = *(u64 *)(r7 +0)
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask read in an RCU section, used after
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +24)
call ksym[bpf_rcu_read_unlock]
if r7 == 0 goto out
r8 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask acquired in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +24)
if r7 == 0 goto n
r1 = r7
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask set to 0
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +24) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask set to 1
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +24) = 1
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask set to a register of 0
r6 = r1
r2 = 0
r1 = map[owners][0] ll
*(u64 *)(r1 +24) = r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask set to a random number
r6 = r1
call bpf_get_prandom_u32
r1 = map[owners][0] ll
*(u64 *)(r1 +24) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask set to the current task
r6 = r1
call bpf_get_current_task_btf
r1 = map[owners][0] ll
*(u64 *)(r1 +24) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask set to itself
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +24)
*(u64 *)(r1 +24) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged by an atomic operation
r6 = r1
r2 = 0
r1 = map[owners][0] ll
r2 = atomic64_xchg((u64 *)(r1 +24), r2)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask added to
r6 = r1
r2 = 1
r1 = map[owners][0] ll
lock *(u64 *)(r1 +24) += r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask read by 1
r6 = r1
r1 = map[owners][0] ll
r0 = *(u8 *)(r1 +24)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask written by 1
r6 = r1
r1 = map[owners][0] ll
*(u8 *)(r1 +24) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask read by 2
r6 = r1
r1 = map[owners][0] ll
r0 = *(u16 *)(r1 +24)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask written by 2
r6 = r1
r1 = map[owners][0] ll
*(u16 *)(r1 +24) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask read by 4
r6 = r1
r1 = map[owners][0] ll
r0 = *(u32 *)(r1 +24)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask written by 4
r6 = r1
r1 = map[owners][0] ll
*(u32 *)(r1 +24) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask to a helper
r6 = r1
r2 = map[owners][0]+24 ll
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask at an offset that varies
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0] ll
r1 += r0
r0 = *(u64 *)(r1 +24)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask at an offset that varies, exchanged
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0]+24 ll
r1 += r0
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the cpumask
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+24 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the cpumask, used after
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+24 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task, not tested, exchanged into the cpumask
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r2 = r0
r1 = map[owners][0]+24 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the cpumask
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+24 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the cpumask, used after
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+24 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask, not tested, exchanged into the cpumask
r6 = r1
call ksym[bpf_cpumask_create]
r2 = r0
r1 = map[owners][0]+24 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the cpumask
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+24 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the cpumask, used after
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+24 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task, not tested, exchanged into the cpumask
r6 = r1
call bpf_get_current_task_btf
r2 = r0
r1 = map[owners][0]+24 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number exchanged with nothing, kept
r6 = r1
r1 = map[owners][0]+32 ll
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number exchanged with nothing, bpf_task_release
r6 = r1
r1 = map[owners][0]+32 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number exchanged with nothing, bpf_cpumask_release
r6 = r1
r1 = map[owners][0]+32 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number exchanged with nothing, bpf_obj_drop_impl
r6 = r1
r1 = map[owners][0]+32 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_obj_drop_impl]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number exchanged with nothing, not tested
r6 = r1
r1 = map[owners][0]+32 ll
r2 = 0
call bpf_kptr_xchg
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number read
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +32)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number read and tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +32)
if r0 == 0 goto out
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number read, not tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +32)
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number read in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +32)
if r7 == 0 goto n
r8 = *(u64 *)(r7 +0)
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number read in an RCU section, used after
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +32)
call ksym[bpf_rcu_read_unlock]
if r7 == 0 goto out
r8 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number acquired in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +32)
if r7 == 0 goto n
r1 = r7
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number set to 0
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +32) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number set to 1
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +32) = 1
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number set to a register of 0
r6 = r1
r2 = 0
r1 = map[owners][0] ll
*(u64 *)(r1 +32) = r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number set to a random number
r6 = r1
call bpf_get_prandom_u32
r1 = map[owners][0] ll
*(u64 *)(r1 +32) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number set to the current task
r6 = r1
call bpf_get_current_task_btf
r1 = map[owners][0] ll
*(u64 *)(r1 +32) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number set to itself
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +32)
*(u64 *)(r1 +32) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number exchanged by an atomic operation
r6 = r1
r2 = 0
r1 = map[owners][0] ll
r2 = atomic64_xchg((u64 *)(r1 +32), r2)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number added to
r6 = r1
r2 = 1
r1 = map[owners][0] ll
lock *(u64 *)(r1 +32) += r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number read by 1
r6 = r1
r1 = map[owners][0] ll
r0 = *(u8 *)(r1 +32)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number written by 1
r6 = r1
r1 = map[owners][0] ll
*(u8 *)(r1 +32) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number read by 2
r6 = r1
r1 = map[owners][0] ll
r0 = *(u16 *)(r1 +32)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number written by 2
r6 = r1
r1 = map[owners][0] ll
*(u16 *)(r1 +32) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number read by 4
r6 = r1
r1 = map[owners][0] ll
r0 = *(u32 *)(r1 +32)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number written by 4
r6 = r1
r1 = map[owners][0] ll
*(u32 *)(r1 +32) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number to a helper
r6 = r1
r2 = map[owners][0]+32 ll
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number at an offset that varies
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0] ll
r1 += r0
r0 = *(u64 *)(r1 +32)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, number at an offset that varies, exchanged
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0]+32 ll
r1 += r0
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the number
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+32 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the number, used after
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+32 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task, not tested, exchanged into the number
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r2 = r0
r1 = map[owners][0]+32 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the number
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+32 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the number, used after
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+32 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask, not tested, exchanged into the number
r6 = r1
call ksym[bpf_cpumask_create]
r2 = r0
r1 = map[owners][0]+32 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the number
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+32 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the number, used after
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+32 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task, not tested, exchanged into the number
r6 = r1
call bpf_get_current_task_btf
r2 = r0
r1 = map[owners][0]+32 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half exchanged with nothing, kept
r6 = r1
r1 = map[owners][0]+4 ll
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half exchanged with nothing, bpf_task_release
r6 = r1
r1 = map[owners][0]+4 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half exchanged with nothing, bpf_cpumask_release
r6 = r1
r1 = map[owners][0]+4 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_cpumask_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half exchanged with nothing, bpf_obj_drop_impl
r6 = r1
r1 = map[owners][0]+4 ll
r2 = 0
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_obj_drop_impl]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half exchanged with nothing, not tested
r6 = r1
r1 = map[owners][0]+4 ll
r2 = 0
call bpf_kptr_xchg
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half read
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +4)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half read and tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +4)
if r0 == 0 goto out
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half read, not tested
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +4)
r7 = *(u64 *)(r0 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half read in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +4)
if r7 == 0 goto n
r8 = *(u64 *)(r7 +0)
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half read in an RCU section, used after
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +4)
call ksym[bpf_rcu_read_unlock]
if r7 == 0 goto out
r8 = *(u64 *)(r7 +0)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half acquired in an RCU section
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[owners][0] ll
r7 = *(u64 *)(r1 +4)
if r7 == 0 goto n
r1 = r7
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half set to 0
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +4) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half set to 1
r6 = r1
r1 = map[owners][0] ll
*(u64 *)(r1 +4) = 1
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half set to a register of 0
r6 = r1
r2 = 0
r1 = map[owners][0] ll
*(u64 *)(r1 +4) = r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half set to a random number
r6 = r1
call bpf_get_prandom_u32
r1 = map[owners][0] ll
*(u64 *)(r1 +4) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half set to the current task
r6 = r1
call bpf_get_current_task_btf
r1 = map[owners][0] ll
*(u64 *)(r1 +4) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half set to itself
r6 = r1
r1 = map[owners][0] ll
r0 = *(u64 *)(r1 +4)
*(u64 *)(r1 +4) = r0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half exchanged by an atomic operation
r6 = r1
r2 = 0
r1 = map[owners][0] ll
r2 = atomic64_xchg((u64 *)(r1 +4), r2)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half added to
r6 = r1
r2 = 1
r1 = map[owners][0] ll
lock *(u64 *)(r1 +4) += r2
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half read by 1
r6 = r1
r1 = map[owners][0] ll
r0 = *(u8 *)(r1 +4)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half written by 1
r6 = r1
r1 = map[owners][0] ll
*(u8 *)(r1 +4) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half read by 2
r6 = r1
r1 = map[owners][0] ll
r0 = *(u16 *)(r1 +4)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half written by 2
r6 = r1
r1 = map[owners][0] ll
*(u16 *)(r1 +4) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half read by 4
r6 = r1
r1 = map[owners][0] ll
r0 = *(u32 *)(r1 +4)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half written by 4
r6 = r1
r1 = map[owners][0] ll
*(u32 *)(r1 +4) = 0
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half to a helper
r6 = r1
r2 = map[owners][0]+4 ll
r1 = map[hash] ll
call bpf_map_lookup_elem
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half at an offset that varies
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0] ll
r1 += r0
r0 = *(u64 *)(r1 +4)
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, half at an offset that varies, exchanged
r6 = r1
call bpf_get_prandom_u32
r0 &= 8
r1 = map[owners][0]+4 ll
r1 += r0
r2 = 0
call bpf_kptr_xchg
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the half
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+4 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task exchanged into the half, used after
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+4 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, task, not tested, exchanged into the half
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r2 = r0
r1 = map[owners][0]+4 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the half
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+4 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask exchanged into the half, used after
r6 = r1
call ksym[bpf_cpumask_create]
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+4 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, cpumask, not tested, exchanged into the half
r6 = r1
call ksym[bpf_cpumask_create]
r2 = r0
r1 = map[owners][0]+4 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the half
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r2 = r0
r1 = map[owners][0]+4 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task exchanged into the half, used after
r6 = r1
call bpf_get_current_task_btf
if r0 == 0 goto out
r7 = r0
r2 = r0
r1 = map[owners][0]+4 ll
call bpf_kptr_xchg
r8 = *(u32 *)(r7 +0)
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
== schedCls|tracing|tracepoint|syscall owned pointer, current task, not tested, exchanged into the half
r6 = r1
call bpf_get_current_task_btf
r2 = r0
r1 = map[owners][0]+4 ll
call bpf_kptr_xchg
if r0 == 0 goto out
r1 = r0
r2 = 0
call ksym[bpf_task_release]
out:
r0 = 0
exit
