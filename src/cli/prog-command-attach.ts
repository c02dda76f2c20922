import type { AttachType } from "../abi/attach-types.ts";
import { didYouMean } from "../base/suggest.ts";
import { ERRNO } from "../linux/errno.ts";
import { attachProgram, detachProgram } from "../linux/link-create.ts";
import { SystemError } from "../linux/system-error.ts";
import type { ObjectCall } from "./object-command.ts";
import { openOne, takeNothing, takeSelection } from "./object-command-select.ts";
import { UsageError } from "./report-error.ts";

/** What `prog attach` can do: attachments without a link, that stay until they are detached. */
const PLACES: Readonly<Record<string, Readonly<{ type: AttachType; map: boolean }>>> = {
  sk_msg_verdict: { type: "skMsgVerdict", map: true },
  sk_skb_verdict: { type: "skSkbVerdict", map: true },
  sk_skb_stream_verdict: { type: "skSkbStreamVerdict", map: true },
  sk_skb_stream_parser: { type: "skSkbStreamParser", map: true },
  flow_dissector: { type: "flowDissector", map: false },
};

const OTHERS =
  "other programs attach by links: skep load FILE.o --attach …, skep xdp attach, skep tc attach, or skep prog load … autoattach";

/** `prog attach PROG TYPE [MAP]` and `prog detach`. */
export function attachOrDetach(call: ObjectCall, verb: "attach" | "detach"): void {
  const { kernel, words, out } = call;
  const { selection, rest } = takeSelection("prog", words);
  const [typeWord = "", ...mapWords] = rest;
  const place = PLACES[typeWord];
  if (place === undefined)
    throw new UsageError(
      typeWord === "" ? `where is it to be ${verb}ed?` : `\`${typeWord}\` is no place to ${verb}`,
      `${didYouMean(typeWord, Object.keys(PLACES)) ?? `write one of: ${Object.keys(PLACES).join(", ")}`}; ${OTHERS}`,
    );
  const { selection: mapSelection, rest: more } = place.map
    ? takeSelection("map", mapWords)
    : { rest: mapWords };
  takeNothing(more);
  using program = openOne(kernel, "prog", selection);
  using map = mapSelection && openOne(kernel, "map", mapSelection);
  const attach = { program, target: map?.number ?? 0, attachType: place.type };
  const result = verb === "attach" ? attachProgram(kernel, attach) : detachProgram(kernel, attach);
  if (result < 0) {
    const what = verb === "attach" ? "BPF_PROG_ATTACH" : "BPF_PROG_DETACH";
    throw new SystemError(`${verb} the program (${typeWord})`, what, result, REMEDIES[-result]);
  }
  out.done();
}

// biome-ignore format: one remedy per line
const REMEDIES: Readonly<Record<number, string>> = {
  [ERRNO.EINVAL]: "the program must be loaded for this place, and the map be a sockmap or sockhash: skep prog show, skep map show",
  [ERRNO.EOPNOTSUPP]: "the map must be a sockmap or sockhash; a stream parser needs CONFIG_BPF_STREAM_PARSER",
  [ERRNO.EBUSY]: "another program is there: detach it first",
  [ERRNO.EEXIST]: "another program is there: detach it first",
  [ERRNO.ENOENT]: "this program is not attached there: skep prog list shows what is loaded",
};
