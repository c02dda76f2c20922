// What programs read of the simulated kernel's memory is what the machine is: walks along pointers, relocated offsets.
import { expect, test } from "vitest";
import { helperByName } from "../../abi/helpers.ts";
import { Report } from "../../base/diagnostic.ts";
import { parseBtf } from "../../btf/decode.ts";
import { findStruct } from "../../btf/lookup.ts";
import { CDeclarations } from "../../btf/parse-c.ts";
import { assemble } from "../../isa/assemble.ts";
import type { Insn } from "../../isa/insn.ts";
import type { ObjectSpec } from "../../object/object.ts";
import { simulate } from "../../simulate.ts";
import { simKernelTables } from "../btf/types.ts";
import type { MachineBuilder } from "../scenarios/machine-builder.ts";

const tables = simKernelTables();

function machine(m: MachineBuilder): void {
  m.start(
    "/usr/bin/parent",
    function* (p) {
      yield* p.mkdir("/srv");
      yield* p.mkdir("/srv/data");
      yield* p.chdir("/srv/data");
      yield* p.fork(function* (c) {
        yield* c.setName("child");
        yield* c.open("/etc/passwd");
        yield* c.sleep("1 ms");
      });
      yield* p.wait();
    },
    { uid: 0, cgroup: "/system.slice/parent.service" },
  );
}

const CHILD = 'tracepoint:syscalls:sys_enter_openat / comm == "child" /';

// biome-ignore format: one walk per line
test.each<{ rule: string; print: string; gives: unknown }>([
  { rule: "parents",         print: "curtask->real_parent->comm, curtask->real_parent->real_parent->comm, curtask->real_parent->real_parent->pid", gives: ["parent", "systemd", 1n] },
  { rule: "to the swapper",  print: "curtask->real_parent->real_parent->real_parent->comm, curtask->real_parent->real_parent->real_parent->pid", gives: ["swapper/0", 0n] },
  { rule: "the folder",      print: "str(curtask->fs->pwd.dentry->d_name.name), str(curtask->fs->pwd.dentry->d_parent->d_name.name)", gives: ["data", "srv"] },
  { rule: "namespaces",      print: "str(curtask->nsproxy->uts_ns->name.nodename), curtask->thread_pid->numbers[0].nr == pid", gives: ["sim", 1n] },
  { rule: "credentials",     print: "curtask->cred->uid.val, curtask->real_cred == curtask->cred", gives: [0n, 1n] },
  { rule: "cgroup",          print: "str(curtask->cgroups->dfl_cgrp->kn->name), curtask->cgroups->dfl_cgrp->level", gives: ["parent.service", 2n] },
  { rule: "thread group",    print: "curtask->group_leader->pid == pid, curtask->tgid == pid, curtask->flags & 0x40", gives: [1n, 1n, 0x40n] },
  { rule: "memory map",      print: "curtask->mm != 0, curtask->mm->arg_end > curtask->mm->arg_start", gives: [1n, 1n] },
  { rule: "cgroup path",     print: "cgroup == cgroupid(\"/sys/fs/cgroup/system.slice/parent.service\")", gives: 1n },
])("a walk: $rule", ({ print, gives }) => {
  using run = simulate(`${CHILD} { print((${print}, 0)); }`, { scenario: machine, duration: "100 ms", tables });
  const [first] = run.values;
  const flat = (value: unknown): unknown => (typeof value === "number" || typeof value === "boolean" ? BigInt(value) : value);
  expect((first as readonly unknown[]).slice(0, -1).map(flat)).toEqual(Array.isArray(gives) ? gives : [gives]);
});

test("children's list leads to each child", () => {
  using run = simulate(
    `${CHILD} {
      $first = (uint64)curtask->real_parent->children.next;
      $child = kptr((struct task_struct *)($first - offsetof(struct task_struct, sibling)));
      print(($child->pid, pid));
    }`,
    { scenario: machine, duration: "100 ms", tables },
  );
  const [pair = []] = run.values as readonly (readonly unknown[])[];
  expect(Number(pair[0])).toBe(Number(pair[1]));
});

const LOCAL = `struct task_struct { int tgid; int pid; struct task_struct *real_parent; char comm[16]; } __attribute__((preserve_access_index));`;

/** An object whose own task_struct is laid out otherwise, with the relocations that a compiler writes. */
function relocatable(): ObjectSpec {
  const declarations = new CDeclarations();
  declarations.read(LOCAL, new Report());
  const btf = declarations.finish();
  const type = findStruct(parseBtf(btf), "task_struct");
  const { insns, report } = assemble(
    {
      name: "test",
      text: `
        call bpf_get_current_task
        r6 = r0
        r3 = r6
        r3 += 8
        r1 = r10
        r1 += -8
        r2 = 8
        call bpf_probe_read_kernel
        r3 = *(u64 *)(r10 - 8)
        r3 += 4
        r1 = r10
        r1 += -16
        r2 = 4
        call bpf_probe_read_kernel
        *(u32 *)(r10 - 20) = 0
        r1 = map[m] ll
        r2 = r10
        r2 += -20
        r3 = r10
        r3 += -16
        r4 = 0
        call bpf_map_update_elem
        r0 = 0
        exit`,
    },
    { helperId: (name) => helperByName(name)?.id },
  );
  if (insns === undefined || type === undefined)
    throw new Error(report.diagnostics.map((d) => d.message).join("\n"));
  const access = new Map([
    ["8", "0:2"],
    ["4", "0:1"],
  ]); // real_parent, pid
  const relocated = insns.map((insn): Insn => {
    if (insn.kind !== "alu" || insn.op !== "add" || insn.dst !== 3 || insn.src.kind !== "imm") return insn;
    const path = access.get(String(insn.src.imm));
    if (path === undefined) return insn;
    return {
      ...insn,
      meta: { ...insn.meta, reloc: { kind: "core", what: "fieldByteOffset", type, access: path } },
    };
  });
  return {
    programs: [
      {
        name: "on_open",
        type: "tracepoint",
        section: "tracepoint/syscalls/sys_enter_openat",
        insns: relocated,
        functions: [{ name: "on_open", insnIndex: 0, btfId: 0 }],
      },
    ],
    maps: [{ name: "m", type: "array", keySize: 4, valueSize: 4, maxEntries: 1, flags: 0 }],
    btf,
    license: "GPL",
  };
}

test("an object is fitted to the simulated kernel's own offsets", () => {
  let parentPid = 0;
  const scenario = (m: MachineBuilder) => {
    m.start("/usr/bin/opens", function* (p) {
      parentPid = p.task.process.parent?.pid ?? 0;
      yield* p.open("/etc/passwd");
    });
  };
  using run = simulate(relocatable(), { scenario, duration: "100 ms", tables });
  expect(run.map("m").lookup(new Uint8Array(4))).toEqual(new Uint8Array(Uint32Array.of(parentPid).buffer));
});
