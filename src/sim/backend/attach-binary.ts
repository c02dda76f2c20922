import type { TracingAttach } from "../../abi/attach-spec.ts";
import { SkepError } from "../../base/errors.ts";
import type { Binary, Site } from "../hooks/binary.ts";
import { PT_REGS_BYTES } from "../hooks/registers.ts";
import type { World } from "../world/world.ts";
import { attachSession } from "./attach-session.ts";
import type { AttachWork, Detach } from "./attach-work.ts";

type BinaryAttach = Extract<TracingAttach, { kind: "uprobe" | "uprobeMulti" | "usdt" }>;

/** Attaches to places of the simulated machine's programs and libraries. */
export function attachBinary(work: AttachWork, attach: BinaryAttach): Detach[] {
  const { world, cookie } = work;
  const binary = binaryAt(world, attach.path);
  const pid = attach.pid ?? 0;
  switch (attach.kind) {
    case "uprobe":
      return [add(work, siteAt(binary, attach.offset), attach.return, cookie, pid)];
    case "uprobeMulti":
      return attach.offsets.flatMap((offset, i) => {
        const site = siteAt(binary, offset);
        const own = attach.cookies?.[i] ?? cookie;
        if (!attach.session) return [add(work, site, attach.return, own, pid)];
        return attachSession(work, site, { ctxBytes: PT_REGS_BYTES, cookie: own, pid });
      });
    case "usdt": {
      const site = binary.probe(attach.provider, attach.name);
      if (site === undefined) throw noSite(`${attach.path} has no probe ${attach.provider}:${attach.name}`);
      return [add(work, site, false, cookie, pid)];
    }
  }
}

function add(work: AttachWork, site: Site, onReturn: boolean, cookie: bigint, pid: number): Detach {
  return (onReturn ? site.exit : site.entry).add(work.open({ ctxBytes: PT_REGS_BYTES, cookie, pid }));
}

function binaryAt(world: World, path: string): Binary {
  const binary = world.hooks.binary(path);
  if (binary !== undefined) return binary;
  throw new SkepError(`the simulated machine has no program ${path}`, {
    code: "sim/no-binary",
    remedy: `name one that it has: ${world.hooks.binaries.map((known) => known.path).join(", ") || "it has none"}`,
  });
}

function siteAt(binary: Binary, offset: number): Site {
  const site = binary.siteAt(offset);
  if (site !== undefined) return site;
  const within = binary.functionAt(offset);
  throw noSite(
    within === undefined
      ? `${binary.path} has no code at offset ${offset}`
      : `${binary.path} has no instructions inside ${within.name}`,
  );
}

function noSite(message: string): SkepError {
  return new SkepError(`the simulated ${message}`, {
    code: "sim/no-code",
    remedy:
      "probe the start or the return of a function, or a USDT probe; `skep --sim -l 'uprobe:PATH:*'` lists them",
  });
}
