import { MAP_FLAGS } from "../abi/map-flags.ts";
import type { MapSpec } from "../abi/map-spec.ts";
import { resolveId } from "../btf/layout.ts";
import type { ElfSection } from "../elf/elf.ts";
import { ObjectError } from "./error.ts";
import type { OpenObject } from "./open-object.ts";

const NAMES: ReadonlyMap<string, Readonly<{ link: boolean; optional: boolean }>> = new Map([
  [".struct_ops", { link: false, optional: false }],
  [".struct_ops.link", { link: true, optional: false }],
  ["?.struct_ops", { link: false, optional: true }],
  ["?.struct_ops.link", { link: true, optional: true }],
]);

/** Reads variables of the kernel's structs of functions, such as a TCP congestion control. Throws ObjectError. */
export function readStructOps(open: OpenObject): readonly MapSpec[] {
  return open.elf.sections.flatMap((section) => {
    const how = section.size > 0 ? NAMES.get(section.name) : undefined;
    return how === undefined ? [] : readSection(open, section, how.link, how.optional);
  });
}

function readSection(open: OpenObject, section: ElfSection, link: boolean, optional: boolean): MapSpec[] {
  const { btf } = open;
  const id = btf?.find(section.name, "section")[0];
  const datasec = id === undefined ? undefined : btf?.type(id);
  if (btf === undefined || datasec?.kind !== "section")
    throw new ObjectError("object/bad-struct-ops", "the object has no BTF for it", {
      section: section.name,
      remedy: "compile with debug information: clang -g",
    });
  const data = open.data(section);
  const relocations = [...open.relocations(section)].sort((a, b) => a.offset - b.offset);
  let next = 0;
  return [...datasec.vars]
    .sort((a, b) => a.offset - b.offset)
    .map(({ type: at, offset, size }) => {
      const variable = btf.type(at);
      const type = variable.kind === "var" ? resolveId(btf, variable.type) : undefined;
      const struct = type === undefined ? undefined : btf.type(type);
      const end = offset + size;
      if (variable.kind !== "var" || type === undefined || struct?.kind !== "struct" || end > data.length)
        throw new ObjectError("object/bad-struct-ops", "a variable there is no struct", {
          section: section.name,
          offset,
        });
      const programs: { offset: number; program: string }[] = [];
      for (
        let found = relocations[next];
        found !== undefined && found.offset < end;
        found = relocations[++next]
      ) {
        const program = open.symbols[found.symbol];
        if (program === undefined || program.type !== "func" || found.offset < offset)
          throw new ObjectError("object/bad-struct-ops", `a member of \`${variable.name}\` is no program`, {
            section: section.name,
            offset: found.offset,
            remedy: 'give members the names of functions in SEC("struct_ops")',
          });
        programs.push({ offset: found.offset - offset, program: program.name });
      }
      return {
        name: variable.name,
        type: "structOps",
        keySize: 4,
        valueSize: size,
        maxEntries: 1,
        flags: link ? MAP_FLAGS.link : 0,
        initial: data.slice(offset, end),
        structOps: { type, typeName: struct.name, programs, link, ...(optional && { optional: true }) },
      };
    });
}
