import type { Cfg } from "./cfg.ts";
import { buildCfg, isCurrent } from "./cfg.ts";
import type { Dominators } from "./dominators.ts";
import { findDominators } from "./dominators.ts";
import type { Func } from "./ir.ts";
import type { Loops } from "./loops.ts";
import { findLoops } from "./loops.ts";

/**
 * What passes ask of a function's graph, computed again only when blocks or jumps have changed since the last question:
 * looking whether they have costs little. What is given stays as it is, whatever happens to the function.
 */
export class Graphs {
  private readonly func: Func;
  private known: Cfg | undefined;
  private dominatorsOfKnown: Dominators | undefined;
  private loopsOfKnown: Loops | undefined;

  constructor(func: Func) {
    this.func = func;
  }

  cfg(): Cfg {
    if (this.known !== undefined && isCurrent(this.known, this.func)) return this.known;
    this.dominatorsOfKnown = undefined;
    this.loopsOfKnown = undefined;
    this.known = buildCfg(this.func);
    return this.known;
  }

  dominators(): Dominators {
    const cfg = this.cfg();
    this.dominatorsOfKnown ??= findDominators(cfg);
    return this.dominatorsOfKnown;
  }

  loops(): Loops {
    const dominators = this.dominators();
    this.loopsOfKnown ??= findLoops(this.known as Cfg, dominators);
    return this.loopsOfKnown;
  }
}
