import { ERRNO } from "../errno.ts";
import type { KfuncRecord } from "../helpers/helper.ts";
import type { HelperCall } from "../helpers/helper-call.ts";
import { ArenaMap } from "../maps/arena-map.ts";

function arena(call: HelperCall): ArenaMap {
  const map = call.map(1);
  if (map instanceof ArenaMap) return map;
  throw call.state.fail("vm/bad-map", `${map.spec.name} is no arena`);
}

/** Memory of an arena. Source: kernel/bpf/arena.c, v6.18. */
export const ARENA_KFUNCS: readonly KfuncRecord[] = [
  {
    name: "bpf_arena_alloc_pages",
    args: 5,
    run(call) {
      const map = arena(call);
      const count = call.u32(3);
      if (call.u64(5) !== 0n || count === 0) return 0;
      call.state.charge(count);
      if (call.isNull(2)) return map.take(count);
      const page = map.pageAt(call.u64(2));
      return page === undefined ? 0 : map.take(count, page);
    },
  },
  {
    name: "bpf_arena_free_pages",
    args: 3,
    run(call) {
      const map = arena(call);
      const page = map.pageAt(call.u64(2));
      if (page !== undefined) map.give(page, call.u32(3));
      return 0;
    },
  },
  {
    name: "bpf_arena_reserve_pages",
    args: 3,
    run(call) {
      const map = arena(call);
      if (call.u32(3) === 0) return 0;
      const page = map.pageAt(call.u64(2));
      return page === undefined ? -ERRNO.EINVAL : map.reserve(page, call.u32(3));
    },
  },
];
