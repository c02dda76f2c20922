import { SkepError } from "../../base/errors.ts";
import { nearest } from "../../base/suggest.ts";
import { PLACE } from "../hooks/places.ts";
import { attachBinary } from "./attach-binary.ts";
import { attachFunction } from "./attach-function.ts";
import { attachNetwork } from "./attach-network.ts";
import { attachSampling } from "./attach-sampling.ts";
import type { AttachWork, Detach } from "./attach-work.ts";
import { iteratorContexts } from "./iterators.ts";

const ARGUMENT_BYTES = 96; // twelve arguments
const RECORD_BYTES = 2048; // of texts behind a record

/** Attaches a program at one point of the spec. Throws SkepError for a place that the simulated machine does not have. */
export function attachPoint(work: AttachWork): Detach[] {
  const { attach, world, cookie } = work;
  switch (attach.kind) {
    case "manual":
      return [];
    case "tracepoint":
      return [attachTracepoint(work, attach.category, attach.name)];
    case "rawTracepoint":
    case "btfTracepoint":
      return [attachRaw(work, attach.name)];
    case "kprobe":
    case "kprobeMulti":
    case "ksyscall":
    case "fentry":
    case "fexit":
    case "fmodRet":
      return attachFunction(work, attach);
    case "uprobe":
    case "uprobeMulti":
    case "usdt":
      return attachBinary(work, attach);
    case "software":
    case "profile":
    case "interval":
    case "perfEvent":
      return [attachSampling(work, attach)];
    case "iter":
      iteratorContexts(world, attach); // says whether there is one; it is read, not triggered
      work.iterates(attach);
      return [];
    case "lsm":
      return [world.hooks.list(PLACE.lsm(attach.hook)).add(work.open({ ctxBytes: ARGUMENT_BYTES, cookie }))];
    case "xdp":
    case "tc":
    case "netkit":
    case "netfilter":
    case "cgroup":
    case "lsmCgroup":
    case "sockmap":
    case "skLookup":
    case "flowDissector":
    case "socketFilter":
    case "skReuseport":
    case "route":
      return [attachNetwork(work, attach)];
    default:
      throw new SkepError(`the simulated kernel cannot attach programs of kind ${attach.kind}`, {
        code: "sim/unsupported-attach",
        remedy: "run this program on a real kernel, as root",
      });
  }
}

function attachTracepoint(work: AttachWork, category: string, name: string): Detach {
  const { world, cookie } = work;
  const full = `${category}:${name}`;
  const format = world.tables.tracepoints.get(full);
  if (format === undefined) throw noTracepoint(full, world.tables.tracepoints.keys());
  const isText = format.fields.some((field) => field.dataLoc);
  const end = Math.max(8, ...format.fields.map((field) => field.offset + field.size));
  const program = work.open({ ctxBytes: Math.ceil(end / 8) * 8 + (isText ? RECORD_BYTES : 0), cookie });
  return world.hooks.tracepoint(full).records.add(program);
}

function attachRaw(work: AttachWork, name: string): Detach {
  const { world, cookie } = work;
  const tracepoint = world.hooks.rawTracepoint(name);
  if (tracepoint === undefined) throw noTracepoint(name, world.tables.rawTracepoints);
  return tracepoint.raw.add(work.open({ ctxBytes: ARGUMENT_BYTES, cookie }));
}

function noTracepoint(name: string, known: Iterable<string>): SkepError {
  const near = nearest(name, known);
  return new SkepError(`the simulated kernel has no tracepoint ${name}`, {
    code: "sim/no-tracepoint",
    remedy: near.length > 0 ? `write ${near.join(" or ")}` : "list those that it has with `skep --sim -l`",
  });
}
