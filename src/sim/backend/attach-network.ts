import type { AttachSpec, CgroupPlace } from "../../abi/attach-spec.ts";
import { SkepError } from "../../base/errors.ts";
import { PLACE } from "../hooks/places.ts";
import type { World } from "../world/world.ts";
import type { AttachWork, Detach } from "./attach-work.ts";

const CONTEXT_BYTES = 256; // more than any context of these kinds has

type NetworkKind =
  | "xdp"
  | "tc"
  | "netkit"
  | "netfilter"
  | "cgroup"
  | "lsmCgroup"
  | "sockmap"
  | "skLookup"
  | "flowDissector"
  | "socketFilter"
  | "skReuseport"
  | "route";
type NetworkPoint = Extract<AttachSpec, { kind: NetworkKind }>;

/** Attaches to places of the network and of cgroups. Interfaces need not be there yet. */
export function attachNetwork(work: AttachWork, attach: NetworkPoint): Detach {
  const list = work.world.hooks.list(placeOf(work.world, attach));
  const isFirst = "order" in attach && attach.order?.place === "before";
  return list.add(work.open({ ctxBytes: CONTEXT_BYTES, cookie: work.cookie }), isFirst);
}

function placeOf(world: World, attach: NetworkPoint): string {
  switch (attach.kind) {
    case "xdp":
      return PLACE.xdp(attach.ifindex, attach.netns);
    case "tc":
      return PLACE.tc(attach.ifindex, attach.direction, attach.netns);
    case "netkit":
      return PLACE.netkit(attach.ifindex, attach.peer, attach.netns);
    case "netfilter":
      return PLACE.netfilter(attach.family, attach.hook, attach.netns);
    case "cgroup":
      return PLACE.cgroup(cgroupId(world, attach.cgroup), attach.hook);
    case "lsmCgroup":
      return PLACE.lsmCgroup(attach.hook, cgroupId(world, attach.cgroup));
    case "sockmap":
      return PLACE.sockmap(attach.map, attach.hook);
    case "skLookup":
      return PLACE.skLookup(attach.netns);
    case "flowDissector":
      return PLACE.flowDissector(attach.netns);
    case "socketFilter":
    case "skReuseport":
      return PLACE.socket(attach.kind, attach.socket);
    case "route":
      return PLACE.route(attach.hook, attach.destination, attach.ifindex, attach.netns);
  }
}

function cgroupId(world: World, place: CgroupPlace): bigint {
  const cgroup = "path" in place ? world.cgroups.find(place.path) : world.cgroups.byId(BigInt(place.fd));
  if (cgroup !== undefined) return cgroup.id;
  throw new SkepError(
    `the simulated machine has no cgroup ${"path" in place ? place.path : `with id ${place.fd}`}`,
    {
      code: "sim/no-cgroup",
      remedy: "give the path of one that the scenario makes, such as /sys/fs/cgroup/system.slice",
    },
  );
}
