import type { AttachPoint } from "./ast.ts";
import type { Env } from "./env.ts";
import { partText } from "./part-text.ts";
import type { ResolvedPoint } from "./resolve-probes.ts";
import { findSignal } from "./signals.ts";

export type OwnType = "begin" | "end" | "self" | "test" | "bench";

/** The probes that no event of the machine fires: `begin`, `end`, `self:signal:NAME`, `test:NAME`, `bench:NAME`. */
export function resolveOwn(point: AttachPoint, type: OwnType, env: Env): readonly ResolvedPoint[] {
  switch (type) {
    case "begin":
    case "end":
      if (point.parts.length === 0) return [ownPoint(type, point.written, "")];
      env.report.error(
        "probe/extra-part",
        point.span,
        `\`${point.written}\` stands alone, nothing can follow it`,
        `write \`${point.written} { … }\``,
      );
      return [];
    case "self":
      return signal(point, env);
    default:
      return named(point, type, env);
  }
}

function signal(point: AttachPoint, env: Env): readonly ResolvedPoint[] {
  const [what = "", written = ""] = point.parts.map((part) => partText(part, env) ?? "");
  const short = written.toUpperCase().replace(/^SIG/, "");
  const help = "write `self:signal:SIGUSR1 { … }`, then `kill -USR1` the process that traces";
  if (what !== "signal" || point.parts.length !== 2) {
    env.report.error("probe/parts", point.span, "a self probe is written `self:signal:NAME`", help);
    return [];
  }
  if (findSignal(short) === undefined || UNCATCHABLE.has(short)) {
    const message = UNCATCHABLE.has(short)
      ? `SIG${short} ends or stops a process before it can react`
      : `there is no signal \`${written}\``;
    env.report.error("probe/not-found", point.parts[1]?.span ?? point.span, message, help);
    return [];
  }
  return [ownPoint("self", `self:signal:SIG${short}`, `SIG${short}`)];
}

const UNCATCHABLE: ReadonlySet<string> = new Set(["KILL", "STOP"]);

/** Without --test or --bench these probes are passed over. */
function named(point: AttachPoint, type: "test" | "bench", env: Env): readonly ResolvedPoint[] {
  const name = point.parts.map((part) => partText(part, env) ?? "").join(":");
  if (name === "") {
    env.report.error(
      "probe/parts",
      point.span,
      `a ${type} probe needs a name`,
      `write \`${type}:sums { … }\`, and run it with \`skep --${type} SCRIPT\``,
    );
    return [];
  }
  return env.options.own === type ? [ownPoint(type, `${type}:${name}`, name)] : [];
}

function ownPoint(kind: OwnType, probe: string, own: string): ResolvedPoint {
  return {
    kind,
    programType: "rawTracepoint",
    section: `raw_tp/${kind}`,
    attach: { kind: "manual" },
    probe,
    func: "",
    signature: own === "" ? kind : `${kind} ${own}`,
    space: "auto",
    ...(own !== "" && { own }),
  };
}
