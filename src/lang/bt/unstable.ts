import type { Env } from "./env.ts";
import type { Settings } from "./settings.ts";

type Feature = keyof Pick<Settings, "mapDeclarations" | "timeSeries" | "addresses" | "dwarfStacks">;

type Said = Readonly<{ forbidden: boolean; code: string; message: string; help: string }>;

// biome-ignore format: one feature per line
const FEATURES: Readonly<Record<Feature, Readonly<{ setting: string; does: string; what: string; without: string }>>> = {
  mapDeclarations: { setting: "unstable_map_decl", does: "declare maps",   what: "map declarations",  without: "remove the declaration" },
  timeSeries:      { setting: "unstable_tseries",  does: "use tseries()",  what: "tseries()",         without: "remove the use" },
  dwarfStacks:     { setting: "unstable_dw_ustack", does: "use dw_ustack()", what: "dw_ustack()",     without: "use ustack()" },
  addresses:       { setting: "unstable_addr",     does: "take addresses", what: "addresses by `&`",  without: "leave the address away" },
};

/** What is to be said of a feature where it is used, as the script's `unstable_…` setting has it; undefined: nothing. */
export function saidOfFeature(feature: Feature, { settings }: Env): Said | undefined {
  const { setting, does, what, without } = FEATURES[feature];
  switch (settings[feature]) {
    case "enable":
      return undefined;
    case "error": {
      const message = `this script forbids itself to ${does}`;
      return {
        forbidden: true,
        code: "config/forbidden",
        message,
        help: `${without}, or the setting \`${setting}\``,
      };
    }
    case "warn": {
      const help = `write \`${setting} = enable\` to say nothing of it`;
      return {
        forbidden: false,
        code: "lint/unstable",
        message: `the script asks to be told of ${what}`,
        help,
      };
    }
  }
}
