import type { MapSpec } from "../abi/map-spec.ts";
import { SkepError } from "../base/errors.ts";
import { resolve, sizeOf } from "../btf/layout.ts";
import type { Btf, BtfId } from "../btf/types.ts";

const RESIZABLE: ReadonlySet<string> = new Set(["data", "rodata", "bss"]);

/**
 * A section of variables with another size: as in libbpf, its last variable must be an array, which gets as many elements
 * as there is room for. What is added is zero. Throws SkepError for a size that leaves no whole number of them.
 */
export function sizedSection(map: MapSpec, valueSize: number, btf: Btf | undefined): MapSpec {
  const { section, btfValue: _, initial, ...rest } = map;
  const last = section?.variables.at(-1);
  const type = last?.type && btf ? resolve(btf, last.type as BtfId) : undefined;
  if (section === undefined || !RESIZABLE.has(section.kind) || last === undefined || type?.kind !== "array")
    throw wrongSize(
      map,
      last ? `and its last variable, \`${last.name}\`, is no array` : "and has no variables",
      "leave `valueSize` out; for more room make its last variable an array, or declare a map",
    );
  const element = sizeOf(btf as Btf, type.of);
  const size = valueSize - last.offset;
  if (element === 0 || size < element || size % element !== 0)
    throw wrongSize(
      map,
      `and \`${last.name}\`, its last variable, cannot have ${size} bytes`,
      `give ${last.offset} bytes and ${element} more for each element of \`${last.name}\``,
    );
  const variables = [...section.variables.slice(0, -1), { ...last, size }];
  const grown = new Uint8Array(valueSize);
  if (initial) grown.set(initial.subarray(0, valueSize));
  return { ...rest, valueSize, section: { ...section, variables }, ...(initial && { initial: grown }) };
}

function wrongSize(map: MapSpec, why: string, remedy: string): SkepError {
  return new SkepError(`map ${map.name} has the size of its variables, ${map.valueSize} bytes, ${why}`, {
    code: "collection/section-size",
    remedy,
  });
}
