import { refuse } from "../access/report.ts";
import type { State } from "../state/state.ts";
import { reg } from "../state/state.ts";
import { isFixed, isPointer } from "../state/value.ts";
import type { Analysis } from "../walk/analysis.ts";
import type { CallSite } from "./call-site.ts";

const DIRECTIVE = /%(?:%|[-+ 0#]*\d*(?:\.\d+)?(?:hh|h|ll|l|z)?(?:[diuxXcs]|p(?:K|x|S|s|B|[iI][46])?|[ku]s))/y;
const MAX_ARGUMENTS = 12;

/** bpf_snprintf(): the format is constant, and there is at least one 8-byte argument for each directive. */
export function checkFormat(a: Analysis, s: State, site: CallSite): boolean {
  const format = reg(s, 3);
  const bytes = isPointer(format) ? format.map?.fixed : undefined;
  const given = reg(s, 5);
  const length = given.kind === "scalar" ? given.num.value : undefined; // what varies of it counts as 0
  if (!isPointer(format) || bytes === undefined || !isFixed(format)) return true;
  const refused = (message: string) => refuse(a, s, { reg: 3 }, "verify/format", message);
  if (length === undefined) return true;
  if (length % 8n !== 0n || length > BigInt(MAX_ARGUMENTS * 8))
    return refused(
      `the arguments of ${site.name} take ${length} bytes; each takes 8, and there are at most ${MAX_ARGUMENTS}`,
    );
  const start = format.off + Number(format.vary.value);
  const end = bytes.indexOf(0, start);
  const text = String.fromCharCode(...bytes.subarray(start, end === -1 ? bytes.length : end));
  const count = countDirectives(text);
  if (count === undefined)
    return refused(`the format ${JSON.stringify(text)} has a directive that is not known`);
  return (
    BigInt(count) * 8n <= length ||
    refused(
      `the format has ${plural(count, "directive")}, and is given ${plural(Number(length / 8n), "argument")}`,
    )
  );
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function countDirectives(text: string): number | undefined {
  let count = 0;
  for (let at = text.indexOf("%"); at !== -1; at = text.indexOf("%", at)) {
    DIRECTIVE.lastIndex = at;
    const [found] = DIRECTIVE.exec(text) ?? [];
    if (found === undefined) return undefined;
    if (found !== "%%") count++;
    at += found.length;
  }
  return count;
}
