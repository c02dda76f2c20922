Sections: RCU, preemption, interrupts.

== schedCls|tracing|syscall rcu opened and closed
r6 = r1
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu never closed
r6 = r1
call ksym[bpf_rcu_read_lock]
r0 = 0
exit
== schedCls|tracing|syscall rcu closed only
r6 = r1
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu closed twice
r6 = r1
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_unlock]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu nested
r6 = r1
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_unlock]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu nested in the wrong order
r6 = r1
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_unlock]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu nested, one left
r6 = r1
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu closed on one path
r6 = r1
call ksym[bpf_rcu_read_lock]
call bpf_get_prandom_u32
if r0 > 7 goto out
call ksym[bpf_rcu_read_unlock]
out:
r0 = 0
exit
== schedCls|tracing|syscall rcu opened on one path
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto out
call ksym[bpf_rcu_read_lock]
out:
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu in a loop
r6 = r1
r7 = 0
l:
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_unlock]
r7 += 1
if r7 < 4 goto l
r0 = 0
exit
== schedCls|tracing|syscall rcu opened in a loop
r6 = r1
r7 = 0
l:
call ksym[bpf_rcu_read_lock]
r7 += 1
if r7 < 4 goto l
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu helper inside
r6 = r1
call ksym[bpf_rcu_read_lock]
call bpf_ktime_get_ns
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== syscall rcu sleeping helper inside
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[one][0] ll
r2 = 8
r3 = 0
call bpf_copy_from_user
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== syscall rcu sleeping kernel function inside
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[one][0] ll
r2 = 8
r3 = 0
r4 = 0
call ksym[bpf_copy_from_user_str]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu closed in a function
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = r10
call f
r0 = 0
exit
f:
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu opened and closed in a function
r6 = r1
call f
r0 = 0
exit
f:
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu left open by a function
r6 = r1
call f
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
f:
call ksym[bpf_rcu_read_lock]
r0 = 0
exit
== schedCls|tracing|syscall rcu closed by a global function
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = r6
call context
r0 = 0
exit
context:
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu around a global function
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = r6
call context
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
context:
r0 = 0
exit
== syscall rcu around a global function that sleeps
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = r6
call context
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
context:
r1 = map[one][0] ll
r2 = 8
r3 = 0
call bpf_copy_from_user
r0 = 0
exit
== schedCls|tracing|syscall rcu around a callback
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls|tracing|syscall rcu in a callback
r6 = r1
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu left open by a callback
r6 = r1
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
call ksym[bpf_rcu_read_lock]
r0 = 0
exit
== schedCls|tracing|syscall rcu closed by a callback
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls rcu tail call inside
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = r6
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls rcu old packet load inside
r6 = r1
call ksym[bpf_rcu_read_lock]
r0 = *(u8 *)skb[0]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall rcu may_goto inside
r6 = r1
call ksym[bpf_rcu_read_lock]
l:
may_goto done
goto l
done:
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls rcu throw inside
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = 0
call ksym[bpf_throw]
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls rcu a lock inside
r6 = r1
call ksym[bpf_rcu_read_lock]
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lock1][0] ll
call bpf_spin_unlock
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls rcu inside a lock
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
call ksym[bpf_rcu_read_lock]
call ksym[bpf_rcu_read_unlock]
r1 = map[lock1][0] ll
call bpf_spin_unlock
r0 = 0
exit
== tracing|syscall rcu task storage inside
r6 = r1
call ksym[bpf_rcu_read_lock]
call bpf_get_current_task_btf
r2 = r0
r1 = map[tasks] ll
r3 = 0
r4 = 1
call bpf_task_storage_get
call ksym[bpf_rcu_read_unlock]
r0 = 0
exit
== schedCls|tracing|syscall preempt opened and closed
r6 = r1
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt never closed
r6 = r1
call ksym[bpf_preempt_disable]
r0 = 0
exit
== schedCls|tracing|syscall preempt closed only
r6 = r1
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt closed twice
r6 = r1
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_enable]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt nested
r6 = r1
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_enable]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt nested in the wrong order
r6 = r1
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_enable]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt nested, one left
r6 = r1
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt closed on one path
r6 = r1
call ksym[bpf_preempt_disable]
call bpf_get_prandom_u32
if r0 > 7 goto out
call ksym[bpf_preempt_enable]
out:
r0 = 0
exit
== schedCls|tracing|syscall preempt opened on one path
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto out
call ksym[bpf_preempt_disable]
out:
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt in a loop
r6 = r1
r7 = 0
l:
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_enable]
r7 += 1
if r7 < 4 goto l
r0 = 0
exit
== schedCls|tracing|syscall preempt opened in a loop
r6 = r1
r7 = 0
l:
call ksym[bpf_preempt_disable]
r7 += 1
if r7 < 4 goto l
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt helper inside
r6 = r1
call ksym[bpf_preempt_disable]
call bpf_ktime_get_ns
call ksym[bpf_preempt_enable]
r0 = 0
exit
== syscall preempt sleeping helper inside
r6 = r1
call ksym[bpf_preempt_disable]
r1 = map[one][0] ll
r2 = 8
r3 = 0
call bpf_copy_from_user
call ksym[bpf_preempt_enable]
r0 = 0
exit
== syscall preempt sleeping kernel function inside
r6 = r1
call ksym[bpf_preempt_disable]
r1 = map[one][0] ll
r2 = 8
r3 = 0
r4 = 0
call ksym[bpf_copy_from_user_str]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt closed in a function
r6 = r1
call ksym[bpf_preempt_disable]
r1 = r10
call f
r0 = 0
exit
f:
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt opened and closed in a function
r6 = r1
call f
r0 = 0
exit
f:
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt left open by a function
r6 = r1
call f
call ksym[bpf_preempt_enable]
r0 = 0
exit
f:
call ksym[bpf_preempt_disable]
r0 = 0
exit
== schedCls|tracing|syscall preempt closed by a global function
r6 = r1
call ksym[bpf_preempt_disable]
r1 = r6
call context
r0 = 0
exit
context:
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt around a global function
r6 = r1
call ksym[bpf_preempt_disable]
r1 = r6
call context
call ksym[bpf_preempt_enable]
r0 = 0
exit
context:
r0 = 0
exit
== syscall preempt around a global function that sleeps
r6 = r1
call ksym[bpf_preempt_disable]
r1 = r6
call context
call ksym[bpf_preempt_enable]
r0 = 0
exit
context:
r1 = map[one][0] ll
r2 = 8
r3 = 0
call bpf_copy_from_user
r0 = 0
exit
== schedCls|tracing|syscall preempt around a callback
r6 = r1
call ksym[bpf_preempt_disable]
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
call ksym[bpf_preempt_enable]
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls|tracing|syscall preempt in a callback
r6 = r1
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt left open by a callback
r6 = r1
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
call ksym[bpf_preempt_disable]
r0 = 0
exit
== schedCls|tracing|syscall preempt closed by a callback
r6 = r1
call ksym[bpf_preempt_disable]
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls preempt tail call inside
r6 = r1
call ksym[bpf_preempt_disable]
r1 = r6
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls preempt old packet load inside
r6 = r1
call ksym[bpf_preempt_disable]
r0 = *(u8 *)skb[0]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall preempt may_goto inside
r6 = r1
call ksym[bpf_preempt_disable]
l:
may_goto done
goto l
done:
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls preempt throw inside
r6 = r1
call ksym[bpf_preempt_disable]
r1 = 0
call ksym[bpf_throw]
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls preempt a lock inside
r6 = r1
call ksym[bpf_preempt_disable]
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lock1][0] ll
call bpf_spin_unlock
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls preempt inside a lock
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
call ksym[bpf_preempt_disable]
call ksym[bpf_preempt_enable]
r1 = map[lock1][0] ll
call bpf_spin_unlock
r0 = 0
exit
== tracing|syscall preempt task storage inside
r6 = r1
call ksym[bpf_preempt_disable]
call bpf_get_current_task_btf
r2 = r0
r1 = map[tasks] ll
r3 = 0
r4 = 1
call bpf_task_storage_get
call ksym[bpf_preempt_enable]
r0 = 0
exit
== schedCls|tracing|syscall irq opened and closed
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq never closed
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r0 = 0
exit
== schedCls|tracing|syscall irq closed only
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq closed twice
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq nested
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -16
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -16
call ksym[bpf_local_irq_restore]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq nested in the wrong order
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -16
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r1 = r10
r1 += -16
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq nested, one left
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -16
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -16
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq closed on one path
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
call bpf_get_prandom_u32
if r0 > 7 goto out
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
out:
r0 = 0
exit
== schedCls|tracing|syscall irq opened on one path
r6 = r1
call bpf_get_prandom_u32
if r0 > 7 goto out
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
out:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq in a loop
r6 = r1
r7 = 0
l:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r7 += 1
if r7 < 4 goto l
r0 = 0
exit
== schedCls|tracing|syscall irq opened in a loop
r6 = r1
r7 = 0
l:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r7 += 1
if r7 < 4 goto l
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq helper inside
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
call bpf_ktime_get_ns
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== syscall irq sleeping helper inside
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = map[one][0] ll
r2 = 8
r3 = 0
call bpf_copy_from_user
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== syscall irq sleeping kernel function inside
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = map[one][0] ll
r2 = 8
r3 = 0
r4 = 0
call ksym[bpf_copy_from_user_str]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq closed in a function
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
call f
r0 = 0
exit
f:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq opened and closed in a function
r6 = r1
call f
r0 = 0
exit
f:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq left open by a function
r6 = r1
call f
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
f:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r0 = 0
exit
== schedCls|tracing|syscall irq closed by a global function
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r6
call context
r0 = 0
exit
context:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq around a global function
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r6
call context
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
context:
r0 = 0
exit
== syscall irq around a global function that sleeps
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r6
call context
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
context:
r1 = map[one][0] ll
r2 = 8
r3 = 0
call bpf_copy_from_user
r0 = 0
exit
== schedCls|tracing|syscall irq around a callback
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
cb:
r0 = 0
exit
== schedCls|tracing|syscall irq in a callback
r6 = r1
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq left open by a callback
r6 = r1
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r0 = 0
exit
== schedCls|tracing|syscall irq closed by a callback
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = 3
r2 = subprog[cb] ll
r3 = 0
r4 = 0
call bpf_loop
r0 = 0
exit
cb:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls irq tail call inside
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r6
r2 = map[progs] ll
r3 = 0
call bpf_tail_call
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls irq old packet load inside
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r0 = *(u8 *)skb[0]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls|tracing|syscall irq may_goto inside
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
l:
may_goto done
goto l
done:
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls irq throw inside
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = 0
call ksym[bpf_throw]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls irq a lock inside
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = map[lock1][0] ll
call bpf_spin_unlock
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls irq inside a lock
r6 = r1
r1 = map[lock1][0] ll
call bpf_spin_lock
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r1 = map[lock1][0] ll
call bpf_spin_unlock
r0 = 0
exit
== tracing|syscall irq task storage inside
r6 = r1
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
call bpf_get_current_task_btf
r2 = r0
r1 = map[tasks] ll
r3 = 0
r4 = 1
call bpf_task_storage_get
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls irq flag overwritten
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls irq flag read
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r0 = *(u64 *)(r10 -8)
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
== schedCls irq flag saved twice
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_save]
r1 = r10
r1 += -8
call ksym[bpf_local_irq_restore]
r0 = 0
exit
