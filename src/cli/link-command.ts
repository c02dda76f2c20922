import { LinuxLink } from "../linux/link.ts";
import { describeLink } from "../linux/link-info.ts";
import { pinObject } from "../linux/open-object.ts";
import { LinuxResolver } from "../linux/resolver.ts";
import { type LinkRow, linkRow } from "./link-command-json.ts";
import { LinkNames } from "./link-names.ts";
import { linkWhere } from "./link-where.ts";
import { type ObjectCall, type ObjectVerb, objectCommand } from "./object-command.ts";
import { type Holding, holderText, holdings } from "./object-command-context.ts";
import {
  openAll,
  openOne,
  openSelected,
  takeNothing,
  takePath,
  takeSelection,
} from "./object-command-select.ts";

/** `skep link …`. Gives the exit status. */
export function linkCommand(argv: readonly string[]): Promise<number> {
  return objectCommand("link", argv, VERBS);
}

const VERBS: Readonly<Record<string, ObjectVerb>> = {
  list: show,
  show,
  pin({ kernel, words, out }) {
    const { selection, rest } = takeSelection("link", words);
    const path = takePath(rest, "skep link pin LINK PATH");
    using link = openOne(kernel, "link", selection);
    pinObject(kernel, link, path);
    out.done();
  },
  detach({ kernel, words, out }) {
    const { selection, rest } = takeSelection("link", words);
    takeNothing(rest);
    using link = LinuxLink.opened(kernel, openOne(kernel, "link", selection));
    link.detach();
    out.done();
  },
};

type Row = LinkRow & Holding;

function show(call: ObjectCall): void {
  const { kernel, words, out } = call;
  const { selection, rest } = words.length > 0 ? takeSelection("link", words) : { rest: [] };
  takeNothing(rest);
  const holding = holdings(call, "link");
  const names = new LinkNames(kernel, new LinuxResolver(() => kernel));
  const where = linkWhere(names);
  const rows: { row: Row; where: string }[] = [];
  for (const fd of selection ? openSelected(kernel, "link", selection) : openAll(kernel, "link")) {
    using link = fd;
    const said = describeLink(kernel, link);
    rows.push({ row: { ...linkRow(names, said), ...holding(said.id) }, where: where(said) });
  }
  if (out.json) return out.value(selection ? rows[0]?.row : rows.map(({ row }) => row));
  out.table(
    ["ID", "TYPE", "PROGRAM", "ATTACHED TO", "COOKIE", "HELD BY", "PINNED"],
    rows.map(({ row, where: text }) => [
      row.id,
      String(row.type),
      row.prog_id,
      text,
      row["bpf_cookie"] === undefined ? undefined : String(row["bpf_cookie"]),
      holderText(row),
      row.pinned?.join(" "),
    ]),
  );
}
