import type { BtfPlace } from "../../isa/bind-names.ts";
import type { CallTarget } from "../../isa/insn.ts";
import type { Environment } from "../environment.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import { WORK_KFUNCS } from "../helpers/timer-helpers.ts";
import { OWN_KFUNC } from "../program.ts";
import { ARENA_KFUNCS } from "./arena-kfuncs.ts";
import { COLLECTION_KFUNCS } from "./collection-kfuncs.ts";
import { CPUMASK_KFUNCS } from "./cpumask-kfuncs.ts";
import { DYNPTR_KFUNCS } from "./dynptr-kfuncs.ts";
import { ITERATOR_KFUNCS } from "./iterator-kfuncs.ts";
import { LOCK_KFUNCS } from "./lock-kfuncs.ts";
import { OBJECT_KFUNCS } from "./object-kfuncs.ts";
import { TASK_KFUNCS } from "./task-kfuncs.ts";
import { TEXT_KFUNCS } from "./text-kfuncs.ts";

/** Every kernel function that the machine has by itself. */
export const KFUNC_RECORDS: readonly KfuncRecord[] = [
  ...OBJECT_KFUNCS,
  ...COLLECTION_KFUNCS,
  ...ITERATOR_KFUNCS,
  ...DYNPTR_KFUNCS,
  ...TEXT_KFUNCS,
  ...TASK_KFUNCS,
  ...CPUMASK_KFUNCS,
  ...LOCK_KFUNCS,
  ...ARENA_KFUNCS,
  ...WORK_KFUNCS,
];

const KFUNC_SPACE = 0xffff_e000_0000_0000n;

/** The kernel functions of a machine, by number, name and id in the kernel's BTF. */
export class KfuncTable {
  readonly #records: readonly KfuncRecord[];
  readonly #byName: ReadonlyMap<string, number>;
  readonly #env: Environment;

  /** Those of `extra` win. */
  constructor(env: Environment, extra: readonly KfuncRecord[] = []) {
    this.#env = env;
    this.#records = [...KFUNC_RECORDS, ...extra];
    this.#byName = new Map(this.#records.map(({ name }, i) => [name, i]));
  }

  /** How calls by name are bound; undefined when there is none of that name. */
  bind(name: string): BtfPlace | undefined {
    const index = this.#byName.get(plain(name));
    return index === undefined ? undefined : { btfId: index, btfFd: OWN_KFUNC };
  }

  /** What a program sees as the function's address: a number that is not 0 and leads nowhere. */
  address(name: string): bigint | undefined {
    const index = this.#byName.get(plain(name));
    return index === undefined ? undefined : KFUNC_SPACE + BigInt(index) * 16n;
  }

  resolve({ btfId, btfFd }: CallTarget & { kind: "kfunc" }): { index: number; record: KfuncRecord } | string {
    const name = btfFd === OWN_KFUNC ? undefined : this.#env.kernelFunction?.(btfId, btfFd);
    if (name === undefined && btfFd !== OWN_KFUNC)
      return `no kernel function with BTF id ${btfId} is known; call it by name, or give an environment with the kernel's BTF`;
    const index = name === undefined ? btfId : this.#byName.get(plain(name));
    const record = index === undefined ? undefined : this.#records[index];
    if (index === undefined || record === undefined)
      return `the kernel function ${name ?? btfId} is not available here`;
    return { index, record };
  }
}

/** Without the flavor by which sources tell apart several prototypes of one function: "bpf_foo___old". */
function plain(name: string): string {
  const at = name.indexOf("___");
  return at > 0 ? name.slice(0, at) : name;
}
