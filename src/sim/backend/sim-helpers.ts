import type { HelperRecord } from "../../vm/helpers/helper.ts";
import type { World } from "../world/world.ts";

/** Helpers that need more of the simulated machine than `Environment` tells. */
export function simHelpers(world: World): readonly HelperRecord[] {
  return [
    {
      name: "bpf_override_return",
      run(call) {
        world.hooks.override(call.u64(2));
        return 0;
      },
    },
  ];
}
