import type { MapSpec } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import { didYouMean } from "../base/suggest.ts";
import { resolve, resolveId } from "../btf/layout.ts";
import { idsOfKind, nameOf } from "../btf/lookup.ts";
import type { Btf, BtfId } from "../btf/types.ts";

type Named = Readonly<{ id: BtfId; name: string }>;

/**
 * The struct of a buffer's records, by the first that says it: its declaration (`__type(value, struct event)`); a struct
 * that is called like it (`event`, `event_t` or the only `…_event` for a buffer `events`); the only struct of the size
 * that programs submit. The last two pass over the kernel's own types. Undefined when nothing does. Source: libbpf's
 * convention that user space knows the type.
 */
export function recordTypeOf(
  map: MapSpec,
  btf: Btf,
  sizes: ReadonlySet<number>,
  kernels: ReadonlySet<number>,
): BtfId | undefined {
  if (map.btfValue) {
    const type = resolve(btf, map.btfValue as BtfId);
    if (type.kind === "struct" || type.kind === "union") return resolveId(btf, map.btfValue as BtfId);
  }
  const all = structsOf(btf).filter(({ id }) => bytesOf(btf, id) > 0 && !kernels.has(id));
  return likeNamed(all, map.name, sizes, btf) ?? ofSize(all, sizes, btf);
}

/** The struct of that name, with or without "struct" in front. Throws SkepError when the object's types have none. */
export function recordTypeNamed(map: string, btf: Btf | undefined, named: string): BtfId {
  const name = named.replace(/^(struct|union)\s+/, "");
  const all = btf === undefined ? [] : structsOf(btf);
  const found = all.find((struct) => struct.name === name)?.id ?? btf?.find(name, "typedef")[0];
  if (found !== undefined) return found;
  throw new SkepError(`the object's types have no struct ${name} for the records of ${map}`, {
    code: "collection/no-type",
    remedy:
      didYouMean(
        name,
        all.map((struct) => struct.name),
      ) ??
      `compile with -g and name it in the declaration of the map: __type(value, struct ${name}); clang leaves out the types of local variables`,
  });
}

function likeNamed(
  all: readonly Named[],
  map: string,
  sizes: ReadonlySet<number>,
  btf: Btf,
): BtfId | undefined {
  const singular = map.replace(/s$/, "");
  const words = new Set([map, singular, map.replace(/_?(map|buf|buffer|rb|ringbuf)$/, "")]);
  const fits = ({ id }: Named) => sizes.size === 0 || isOfSize(btf, id, sizes);
  for (const word of words) {
    const exact = all.find((struct) => (struct.name === word || struct.name === `${word}_t`) && fits(struct));
    if (word !== "" && exact !== undefined) return exact.id;
  }
  const near = all.filter(
    (struct) =>
      (struct.name.endsWith(`_${singular}`) || struct.name.startsWith(`${singular}_`)) && fits(struct),
  );
  return near.length === 1 ? near[0]?.id : undefined;
}

function ofSize(all: readonly Named[], sizes: ReadonlySet<number>, btf: Btf): BtfId | undefined {
  const found = all.filter(({ id }) => isOfSize(btf, id, sizes));
  return found.length === 1 ? found[0]?.id : undefined;
}

function isOfSize(btf: Btf, id: BtfId, sizes: ReadonlySet<number>): boolean {
  return sizes.has(bytesOf(btf, id));
}

function bytesOf(btf: Btf, id: BtfId): number {
  const type = btf.type(id);
  return type.kind === "struct" ? type.bytes : 0;
}

function structsOf(btf: Btf): Named[] {
  return idsOfKind(btf, "struct")
    .map((id) => ({ id, name: nameOf(btf, id) ?? "" }))
    .filter(({ name }) => name !== "");
}
