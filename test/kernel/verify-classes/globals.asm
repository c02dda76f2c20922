Global functions: what they are given, what they do with it.

== schedCls|tracing|xdp global numbers given constants: r1 += r2
r6 = r1
r1 = 1
r2 = 2
call numbers
r0 = 0
exit
numbers:
r1 += r2
r0 = 0
exit
== schedCls|tracing|xdp global numbers given constants: r0 = *(u64 *)(r1 +0)
r6 = r1
r1 = 1
r2 = 2
call numbers
r0 = 0
exit
numbers:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global numbers given constants: r3 = map[one][0] ll
r6 = r1
r1 = 1
r2 = 2
call numbers
r0 = 0
exit
numbers:
r3 = map[one][0] ll
r3 += r2
r0 = 0
exit
== schedCls|tracing|xdp global numbers given constants: if r2 > 7 goto n
r6 = r1
r1 = 1
r2 = 2
call numbers
r0 = 0
exit
numbers:
if r2 > 7 goto n
r3 = map[one][0] ll
r3 += r2
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls|tracing|xdp global numbers given one unset: r1 += r2
r6 = r1
r1 = 1
call numbers
r0 = 0
exit
numbers:
r1 += r2
r0 = 0
exit
== schedCls|tracing|xdp global numbers given one unset: r0 = *(u64 *)(r1 +0)
r6 = r1
r1 = 1
call numbers
r0 = 0
exit
numbers:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global numbers given one unset: r3 = map[one][0] ll
r6 = r1
r1 = 1
call numbers
r0 = 0
exit
numbers:
r3 = map[one][0] ll
r3 += r2
r0 = 0
exit
== schedCls|tracing|xdp global numbers given one unset: if r2 > 7 goto n
r6 = r1
r1 = 1
call numbers
r0 = 0
exit
numbers:
if r2 > 7 goto n
r3 = map[one][0] ll
r3 += r2
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls|tracing|xdp global numbers given a pointer: r1 += r2
r6 = r1
r1 = r10
r2 = 1
call numbers
r0 = 0
exit
numbers:
r1 += r2
r0 = 0
exit
== schedCls|tracing|xdp global numbers given a pointer: r0 = *(u64 *)(r1 +0)
r6 = r1
r1 = r10
r2 = 1
call numbers
r0 = 0
exit
numbers:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global numbers given a pointer: r3 = map[one][0] ll
r6 = r1
r1 = r10
r2 = 1
call numbers
r0 = 0
exit
numbers:
r3 = map[one][0] ll
r3 += r2
r0 = 0
exit
== schedCls|tracing|xdp global numbers given a pointer: if r2 > 7 goto n
r6 = r1
r1 = r10
r2 = 1
call numbers
r0 = 0
exit
numbers:
if r2 > 7 goto n
r3 = map[one][0] ll
r3 += r2
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls|tracing|xdp global numbers given the context: r1 += r2
r6 = r1
r1 = r6
r2 = 2
call numbers
r0 = 0
exit
numbers:
r1 += r2
r0 = 0
exit
== schedCls|tracing|xdp global numbers given the context: r0 = *(u64 *)(r1 +0)
r6 = r1
r1 = r6
r2 = 2
call numbers
r0 = 0
exit
numbers:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global numbers given the context: r3 = map[one][0] ll
r6 = r1
r1 = r6
r2 = 2
call numbers
r0 = 0
exit
numbers:
r3 = map[one][0] ll
r3 += r2
r0 = 0
exit
== schedCls|tracing|xdp global numbers given the context: if r2 > 7 goto n
r6 = r1
r1 = r6
r2 = 2
call numbers
r0 = 0
exit
numbers:
if r2 > 7 goto n
r3 = map[one][0] ll
r3 += r2
r0 = *(u8 *)(r3 +0)
n:
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the stack: r0 = *(u64 *)(r1 +8)
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -16
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the stack: r0 = *(u64 *)(r1 +16)
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -16
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +16)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the stack: *(u64 *)(r1 +0) = 1
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -16
call nonnull
r0 = 0
exit
nonnull:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the stack: if r1 == 0 goto n
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = r10
r1 += -16
call nonnull
r0 = 0
exit
nonnull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given unwritten stack: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = r10
r1 += -16
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given unwritten stack: r0 = *(u64 *)(r1 +16)
r6 = r1
r1 = r10
r1 += -16
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +16)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given unwritten stack: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = r10
r1 += -16
call nonnull
r0 = 0
exit
nonnull:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given unwritten stack: if r1 == 0 goto n
r6 = r1
r1 = r10
r1 += -16
call nonnull
r0 = 0
exit
nonnull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given too little stack: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = r10
r1 += -8
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given too little stack: r0 = *(u64 *)(r1 +16)
r6 = r1
r1 = r10
r1 += -8
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +16)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given too little stack: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = r10
r1 += -8
call nonnull
r0 = 0
exit
nonnull:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given too little stack: if r1 == 0 goto n
r6 = r1
r1 = r10
r1 += -8
call nonnull
r0 = 0
exit
nonnull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given null: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = 0
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given null: r0 = *(u64 *)(r1 +16)
r6 = r1
r1 = 0
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +16)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given null: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = 0
call nonnull
r0 = 0
exit
nonnull:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given null: if r1 == 0 goto n
r6 = r1
r1 = 0
call nonnull
r0 = 0
exit
nonnull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a value: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = map[one][0] ll
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a value: r0 = *(u64 *)(r1 +16)
r6 = r1
r1 = map[one][0] ll
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +16)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a value: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = map[one][0] ll
call nonnull
r0 = 0
exit
nonnull:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a value: if r1 == 0 goto n
r6 = r1
r1 = map[one][0] ll
call nonnull
r0 = 0
exit
nonnull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the end of a value: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = map[one][0]+24 ll
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the end of a value: r0 = *(u64 *)(r1 +16)
r6 = r1
r1 = map[one][0]+24 ll
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +16)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the end of a value: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = map[one][0]+24 ll
call nonnull
r0 = 0
exit
nonnull:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the end of a value: if r1 == 0 goto n
r6 = r1
r1 = map[one][0]+24 ll
call nonnull
r0 = 0
exit
nonnull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a value that may be null: r0 = *(u64 *)(r1 +8)
r6 = r1
*(u64 *)(r10 -8) = 0
r2 = r10
r2 += -8
r1 = map[hash] ll
call bpf_map_lookup_elem
r1 = r0
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a value that may be null: r0 = *(u64 *)(r1 +16)
r6 = r1
*(u64 *)(r10 -8) = 0
r2 = r10
r2 += -8
r1 = map[hash] ll
call bpf_map_lookup_elem
r1 = r0
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +16)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a value that may be null: *(u64 *)(r1 +0) = 1
r6 = r1
*(u64 *)(r10 -8) = 0
r2 = r10
r2 += -8
r1 = map[hash] ll
call bpf_map_lookup_elem
r1 = r0
call nonnull
r0 = 0
exit
nonnull:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a value that may be null: if r1 == 0 goto n
r6 = r1
*(u64 *)(r10 -8) = 0
r2 = r10
r2 += -8
r1 = map[hash] ll
call bpf_map_lookup_elem
r1 = r0
call nonnull
r0 = 0
exit
nonnull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the context: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = r6
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the context: r0 = *(u64 *)(r1 +16)
r6 = r1
r1 = r6
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +16)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the context: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = r6
call nonnull
r0 = 0
exit
nonnull:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given the context: if r1 == 0 goto n
r6 = r1
r1 = r6
call nonnull
r0 = 0
exit
nonnull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a number: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = 5
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a number: r0 = *(u64 *)(r1 +16)
r6 = r1
r1 = 5
call nonnull
r0 = 0
exit
nonnull:
r0 = *(u64 *)(r1 +16)
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a number: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = 5
call nonnull
r0 = 0
exit
nonnull:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global nonnull given a number: if r1 == 0 goto n
r6 = r1
r1 = 5
call nonnull
r0 = 0
exit
nonnull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global context given the context: r0 = *(u32 *)(r1 +0)
r6 = r1
r1 = r6
call context
r0 = 0
exit
context:
r0 = *(u32 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global context given the context: r0 = 1
r6 = r1
r1 = r6
call context
r0 = 0
exit
context:
r0 = 1
r0 = 0
exit
== schedCls|tracing|xdp global context given a moved context: r0 = *(u32 *)(r1 +0)
r6 = r1
r1 = r6
r1 += 4
call context
r0 = 0
exit
context:
r0 = *(u32 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global context given a moved context: r0 = 1
r6 = r1
r1 = r6
r1 += 4
call context
r0 = 0
exit
context:
r0 = 1
r0 = 0
exit
== schedCls|tracing|xdp global context given null: r0 = *(u32 *)(r1 +0)
r6 = r1
r1 = 0
call context
r0 = 0
exit
context:
r0 = *(u32 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global context given null: r0 = 1
r6 = r1
r1 = 0
call context
r0 = 0
exit
context:
r0 = 1
r0 = 0
exit
== schedCls|tracing|xdp global context given the stack: r0 = *(u32 *)(r1 +0)
r6 = r1
r1 = r10
call context
r0 = 0
exit
context:
r0 = *(u32 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global context given the stack: r0 = 1
r6 = r1
r1 = r10
call context
r0 = 0
exit
context:
r0 = 1
r0 = 0
exit
== schedCls|tracing|xdp global context given a value: r0 = *(u32 *)(r1 +0)
r6 = r1
r1 = map[one][0] ll
call context
r0 = 0
exit
context:
r0 = *(u32 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global context given a value: r0 = 1
r6 = r1
r1 = map[one][0] ll
call context
r0 = 0
exit
context:
r0 = 1
r0 = 0
exit
== schedCls|tracing|xdp global task given the current task: r0 = *(u64 *)(r1 +8)
r6 = r1
call bpf_get_current_task_btf
r1 = r0
call task
r0 = 0
exit
task:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global task given the current task: call ksym[bpf_task_acquire]
r6 = r1
call bpf_get_current_task_btf
r1 = r0
call task
r0 = 0
exit
task:
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
r0 = 0
exit
== schedCls|tracing|xdp global task given the current task: *(u64 *)(r1 +0) = 1
r6 = r1
call bpf_get_current_task_btf
r1 = r0
call task
r0 = 0
exit
task:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global task given null: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = 0
call task
r0 = 0
exit
task:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global task given null: call ksym[bpf_task_acquire]
r6 = r1
r1 = 0
call task
r0 = 0
exit
task:
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
r0 = 0
exit
== schedCls|tracing|xdp global task given null: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = 0
call task
r0 = 0
exit
task:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global task given a moved task: r0 = *(u64 *)(r1 +8)
r6 = r1
call bpf_get_current_task_btf
r1 = r0
r1 += 8
call task
r0 = 0
exit
task:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global task given a moved task: call ksym[bpf_task_acquire]
r6 = r1
call bpf_get_current_task_btf
r1 = r0
r1 += 8
call task
r0 = 0
exit
task:
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
r0 = 0
exit
== schedCls|tracing|xdp global task given a moved task: *(u64 *)(r1 +0) = 1
r6 = r1
call bpf_get_current_task_btf
r1 = r0
r1 += 8
call task
r0 = 0
exit
task:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global task given a value: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = map[one][0] ll
call task
r0 = 0
exit
task:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global task given a value: call ksym[bpf_task_acquire]
r6 = r1
r1 = map[one][0] ll
call task
r0 = 0
exit
task:
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
r0 = 0
exit
== schedCls|tracing|xdp global task given a value: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = map[one][0] ll
call task
r0 = 0
exit
task:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global task given a number: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = 5
call task
r0 = 0
exit
task:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global task given a number: call ksym[bpf_task_acquire]
r6 = r1
r1 = 5
call task
r0 = 0
exit
task:
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
r0 = 0
exit
== schedCls|tracing|xdp global task given a number: *(u64 *)(r1 +0) = 1
r6 = r1
r1 = 5
call task
r0 = 0
exit
task:
*(u64 *)(r1 +0) = 1
r0 = 0
exit
== schedCls|tracing|xdp global taskOrNull given the current task: r0 = *(u64 *)(r1 +8)
r6 = r1
call bpf_get_current_task_btf
r1 = r0
call taskOrNull
r0 = 0
exit
taskOrNull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global taskOrNull given the current task: if r1 == 0 goto n
r6 = r1
call bpf_get_current_task_btf
r1 = r0
call taskOrNull
r0 = 0
exit
taskOrNull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global taskOrNull given null: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = 0
call taskOrNull
r0 = 0
exit
taskOrNull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global taskOrNull given null: if r1 == 0 goto n
r6 = r1
r1 = 0
call taskOrNull
r0 = 0
exit
taskOrNull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global taskOrNull given a task that may be null: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r1 = r0
call taskOrNull
r0 = 0
exit
taskOrNull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global taskOrNull given a task that may be null: if r1 == 0 goto n
r6 = r1
r1 = 1
call ksym[bpf_task_from_pid]
r1 = r0
call taskOrNull
r0 = 0
exit
taskOrNull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global taskOrNull given a number: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = 5
call taskOrNull
r0 = 0
exit
taskOrNull:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global taskOrNull given a number: if r1 == 0 goto n
r6 = r1
r1 = 5
call taskOrNull
r0 = 0
exit
taskOrNull:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given the current task: r0 = *(u64 *)(r1 +8)
r6 = r1
call bpf_get_current_task_btf
r1 = r0
call untrusted
r0 = 0
exit
untrusted:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given the current task: call ksym[bpf_task_acquire]
r6 = r1
call bpf_get_current_task_btf
r1 = r0
call untrusted
r0 = 0
exit
untrusted:
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given the current task: if r1 == 0 goto n
r6 = r1
call bpf_get_current_task_btf
r1 = r0
call untrusted
r0 = 0
exit
untrusted:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given null: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = 0
call untrusted
r0 = 0
exit
untrusted:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given null: call ksym[bpf_task_acquire]
r6 = r1
r1 = 0
call untrusted
r0 = 0
exit
untrusted:
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given null: if r1 == 0 goto n
r6 = r1
r1 = 0
call untrusted
r0 = 0
exit
untrusted:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given a number: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = 5
call untrusted
r0 = 0
exit
untrusted:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given a number: call ksym[bpf_task_acquire]
r6 = r1
r1 = 5
call untrusted
r0 = 0
exit
untrusted:
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given a number: if r1 == 0 goto n
r6 = r1
r1 = 5
call untrusted
r0 = 0
exit
untrusted:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given a value: r0 = *(u64 *)(r1 +8)
r6 = r1
r1 = map[one][0] ll
call untrusted
r0 = 0
exit
untrusted:
r0 = *(u64 *)(r1 +8)
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given a value: call ksym[bpf_task_acquire]
r6 = r1
r1 = map[one][0] ll
call untrusted
r0 = 0
exit
untrusted:
call ksym[bpf_task_acquire]
if r0 == 0 goto n
r1 = r0
call ksym[bpf_task_release]
n:
r0 = 0
exit
== schedCls|tracing|xdp global untrusted given a value: if r1 == 0 goto n
r6 = r1
r1 = map[one][0] ll
call untrusted
r0 = 0
exit
untrusted:
if r1 == 0 goto n
r0 = *(u64 *)(r1 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global global given null: r0 = *(u64 *)(r2 +0)
r6 = r1
r1 = 1
r2 = 0
call global
r0 = 0
exit
global:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls|tracing|xdp global global given null: if r2 == 0 goto n
r6 = r1
r1 = 1
r2 = 0
call global
r0 = 0
exit
global:
if r2 == 0 goto n
r0 = *(u64 *)(r2 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global global given null: if r2 == 0 goto n
r6 = r1
r1 = 1
r2 = 0
call global
r0 = 0
exit
global:
if r2 == 0 goto n
r0 = *(u64 *)(r2 +16)
n:
r0 = 0
exit
== schedCls|tracing|xdp global global given the stack: r0 = *(u64 *)(r2 +0)
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = r10
r2 += -16
call global
r0 = 0
exit
global:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls|tracing|xdp global global given the stack: if r2 == 0 goto n
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = r10
r2 += -16
call global
r0 = 0
exit
global:
if r2 == 0 goto n
r0 = *(u64 *)(r2 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global global given the stack: if r2 == 0 goto n
r6 = r1
*(u64 *)(r10 -16) = 0
*(u64 *)(r10 -8) = 0
r1 = 1
r2 = r10
r2 += -16
call global
r0 = 0
exit
global:
if r2 == 0 goto n
r0 = *(u64 *)(r2 +16)
n:
r0 = 0
exit
== schedCls|tracing|xdp global global given a value: r0 = *(u64 *)(r2 +0)
r6 = r1
r1 = 1
r2 = map[one][0] ll
call global
r0 = 0
exit
global:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls|tracing|xdp global global given a value: if r2 == 0 goto n
r6 = r1
r1 = 1
r2 = map[one][0] ll
call global
r0 = 0
exit
global:
if r2 == 0 goto n
r0 = *(u64 *)(r2 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global global given a value: if r2 == 0 goto n
r6 = r1
r1 = 1
r2 = map[one][0] ll
call global
r0 = 0
exit
global:
if r2 == 0 goto n
r0 = *(u64 *)(r2 +16)
n:
r0 = 0
exit
== schedCls|tracing|xdp global global given the context: r0 = *(u64 *)(r2 +0)
r6 = r1
r1 = 1
r2 = r6
call global
r0 = 0
exit
global:
r0 = *(u64 *)(r2 +0)
r0 = 0
exit
== schedCls|tracing|xdp global global given the context: if r2 == 0 goto n
r6 = r1
r1 = 1
r2 = r6
call global
r0 = 0
exit
global:
if r2 == 0 goto n
r0 = *(u64 *)(r2 +8)
n:
r0 = 0
exit
== schedCls|tracing|xdp global global given the context: if r2 == 0 goto n
r6 = r1
r1 = 1
r2 = r6
call global
r0 = 0
exit
global:
if r2 == 0 goto n
r0 = *(u64 *)(r2 +16)
n:
r0 = 0
exit
== schedCls|tracing|xdp global dynptr given a dynptr: r0 = *(u64 *)(r1 +0)
r6 = r1
r1 = map[one][0] ll
r2 = 16
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global dynptr given a dynptr: call ksym[bpf_dynptr_size]
r6 = r1
r1 = map[one][0] ll
r2 = 16
r3 = 0
r4 = r10
r4 += -16
call bpf_dynptr_from_mem
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
call ksym[bpf_dynptr_size]
r0 = 0
exit
== schedCls|tracing|xdp global dynptr given the stack: r0 = *(u64 *)(r1 +0)
r6 = r1
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global dynptr given the stack: call ksym[bpf_dynptr_size]
r6 = r1
r1 = r10
r1 += -16
call dynptr
r0 = 0
exit
dynptr:
call ksym[bpf_dynptr_size]
r0 = 0
exit
== schedCls|tracing|xdp global dynptr given null: r0 = *(u64 *)(r1 +0)
r6 = r1
r1 = 0
call dynptr
r0 = 0
exit
dynptr:
r0 = *(u64 *)(r1 +0)
r0 = 0
exit
== schedCls|tracing|xdp global dynptr given null: call ksym[bpf_dynptr_size]
r6 = r1
r1 = 0
call dynptr
r0 = 0
exit
dynptr:
call ksym[bpf_dynptr_size]
r0 = 0
exit
== schedCls|xdp|tracing global result used as a bounded number
r1 = 1
r2 = 2
call numbers
r1 = map[one][0] ll
r1 += r0
r0 = *(u8 *)(r1 +0)
r0 = 0
exit
numbers:
r0 = 3
exit
== schedCls|xdp|tracing global result is a pointer
r1 = 1
r2 = 2
call numbers
r0 = 0
exit
numbers:
r0 = r10
exit
== schedCls|xdp|tracing global result is not set
r1 = 1
r2 = 2
call numbers
r0 = 0
exit
numbers:
exit
== schedCls|xdp|tracing global function that is never called is wrong
r0 = 0
exit
numbers:
r0 = *(u64 *)(r10 +8)
exit
== schedCls global functions that call each other
r1 = 1
r2 = 2
call numbers
r0 = 0
exit
numbers:
r1 = 1
r2 = 2
call numbers2
r0 = 0
exit
numbers2:
r0 = 4
exit
== schedCls global function in dead code is wrong
r6 = 0
if r6 == 0 goto out
r1 = 1
r2 = 2
call numbers
out:
r0 = 0
exit
numbers:
r0 = *(u64 *)(r10 +8)
exit
