import type { Helper } from "../../abi/helper-types.ts";
import { helperById, helperByName } from "../../abi/helpers.ts";
import { MachineError } from "../machine-error.ts";
import { CONTROL_RECORDS } from "./control-helpers.ts";
import { DYNPTR_RECORDS } from "./dynptr-helpers.ts";
import { EVENT_RECORDS } from "./event-helpers.ts";
import type { HelperRecord } from "./helper.ts";
import { HOOK_RECORDS } from "./hook-helpers.ts";
import { ITERATOR_RECORDS } from "./iterator-helpers.ts";
import { LWT_RECORDS } from "./lwt-helpers.ts";
import { MAP_RECORDS } from "./map-helpers.ts";
import { MEMORY_RECORDS } from "./memory-helpers.ts";
import { MESSAGE_RECORDS } from "./message-helpers.ts";
import { PACKET_RECORDS } from "./packet-helpers.ts";
import { REDIRECT_RECORDS } from "./redirect-helpers.ts";
import { SKB_RECORDS } from "./skb-helpers.ts";
import { SOCKET_RECORDS } from "./socket-helpers.ts";
import { SYNCOOKIE_RECORDS } from "./syncookie-helpers.ts";
import { SYSTEM_RECORDS } from "./system-helpers.ts";
import { TASK_RECORDS } from "./task-helpers.ts";
import { TEXT_RECORDS } from "./text-helpers.ts";
import { TIMER_RECORDS } from "./timer-helpers.ts";

/** Every helper that the machine has; abi/helpers.ts says the rest about each. */
export const HELPER_RECORDS: readonly HelperRecord[] = [
  ...MAP_RECORDS,
  ...EVENT_RECORDS,
  ...DYNPTR_RECORDS,
  ...TASK_RECORDS,
  ...MEMORY_RECORDS,
  ...TEXT_RECORDS,
  ...CONTROL_RECORDS,
  ...TIMER_RECORDS,
  ...PACKET_RECORDS,
  ...SKB_RECORDS,
  ...REDIRECT_RECORDS,
  ...SOCKET_RECORDS,
  ...MESSAGE_RECORDS,
  ...SYNCOOKIE_RECORDS,
  ...ITERATOR_RECORDS,
  ...HOOK_RECORDS,
  ...SYSTEM_RECORDS,
  ...LWT_RECORDS,
];

/** The records by the number of the helper; those of `extra` win. Throws MachineError for one that has no number. */
export function helpersById(extra: readonly HelperRecord[] = []): ReadonlyMap<number, HelperRecord> {
  const byId = new Map<number, HelperRecord>();
  for (const record of [...HELPER_RECORDS, ...extra]) {
    const id = record.id ?? helperByName(record.name)?.id;
    if (id === undefined)
      throw new MachineError("vm/no-helper", `no kernel has a helper ${record.name}; give it an id`);
    byId.set(id, onItsMaps(record, helperById(id)));
  }
  return byId;
}

/** These take maps of many types and say by themselves what each cannot do. */
const GENERAL: ReadonlySet<string> = new Set([
  "bpf_map_lookup_elem",
  "bpf_map_update_elem",
  "bpf_map_delete_elem",
]);

/** The same record, refusing maps of types that the helper does not take, as every kernel does at load. */
function onItsMaps(record: HelperRecord, helper: Helper | undefined): HelperRecord {
  const types = helper?.maps;
  const arg = helper?.args.findIndex(({ kind }) => kind === "map") ?? -1;
  if (types === undefined || arg === -1 || GENERAL.has(record.name)) return record;
  return {
    ...record,
    run(call) {
      const { name, type } = call.map(arg + 1).spec;
      if (types.includes(type)) return record.run(call);
      throw call.state.fail("vm/bad-map", `${record.name} takes no map like ${name}, of type ${type}`);
    },
  };
}
