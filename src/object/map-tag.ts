import type { BtfBlob } from "../btf/decode.ts";
import { resolve } from "../btf/layout.ts";
import type { BtfId } from "../btf/types.ts";

/** Marks the variable of a section that stands for a map of another name. Other loaders look past it. */
export const MAP_TAG = "skep:map=";

/** A map that had to be written as a section: its name, and its value's type where that is not just bytes. */
export type TaggedMap = Readonly<{ name: string; btfValue?: BtfId }>;

/** The map that a section's variable stands for, or undefined. */
export function taggedMap(btf: BtfBlob, section: BtfId): TaggedMap | undefined {
  if (btf.stringsWith(MAP_TAG).length === 0) return undefined;
  const datasec = btf.type(section);
  const [only] = datasec.kind === "section" && datasec.vars.length === 1 ? datasec.vars : [];
  if (only === undefined) return undefined;
  // The tag stands between the variable and its section.
  for (let id = only.type + 1; id < section; id++) {
    const tag = btf.type(id as BtfId);
    if (tag.kind !== "declTag" || tag.target !== only.type || !tag.name.startsWith(MAP_TAG)) continue;
    const variable = btf.type(only.type);
    const name = tag.name.slice(MAP_TAG.length);
    if (variable.kind !== "var") return undefined;
    return isBytes(btf, variable.type) ? { name } : { name, btfValue: variable.type };
  }
  return undefined;
}

function isBytes(btf: BtfBlob, id: BtfId): boolean {
  const type = btf.type(id);
  if (type.kind !== "array") return false;
  const element = resolve(btf, type.of);
  return element.kind === "int" && element.name === "unsigned char";
}
