import type { ProgramType } from "../abi/attach-spec.ts";
import { contextBytes, packetFields } from "../vm/packet.ts";
import { UsageError } from "./report-error.ts";
import { readCapture } from "./run-command-capture.ts";
import { isFile, readInput } from "./run-command-files.ts";
import { parseHex } from "./run-command-hex.ts";

/** What a program is given: each packet is a run, or there is one run without a packet. */
export type RunData = Readonly<{
  ctx: Uint8Array;
  packets: readonly (Uint8Array | undefined)[];
  /** The context is made up: nobody asks what became of it. */
  ctxGiven: boolean;
  notes: readonly string[];
}>;

const MADE_UP_PACKET = 64; // bytes; as short as frames of Ethernet are
const ETHERNET = 1;
/** Types of programs that take packets and expect them without the head of the link layer. */
const NO_LINK_HEAD: ReadonlySet<ProgramType> = new Set([
  "cgroupSkb",
  "lwtIn",
  "lwtOut",
  "lwtXmit",
  "lwtSeg6local",
]);

/** Reads the context and the packets of a run. Throws SkepError or UsageError. */
export function readData(type: ProgramType, given: { ctx?: string; packet?: string }): RunData {
  const takesPacket = packetFields(type) !== undefined;
  if (given.packet !== undefined && !takesPacket)
    throw new UsageError(
      `a program of type ${type} gets no packet`,
      "give its context with --ctx, or another --type",
    );
  const ctxGiven = given.ctx !== undefined;
  const ctx = given.ctx === undefined ? new Uint8Array(0) : readBytes(given.ctx, "--ctx");
  const { packets, notes } = readPackets(type, given.packet, takesPacket && !ctxGiven);
  return { ctx: atLeast(ctx, contextBytes(type, packets[0])), packets, ctxGiven, notes };
}

function readPackets(
  type: ProgramType,
  given: string | undefined,
  makeUp: boolean,
): { packets: readonly (Uint8Array | undefined)[]; notes: readonly string[] } {
  if (given === undefined) {
    if (!makeUp) return { packets: [undefined], notes: [] };
    const note = `the packet is ${MADE_UP_PACKET} bytes of zero; give one with --packet`;
    return { packets: [new Uint8Array(MADE_UP_PACKET)], notes: [note] };
  }
  const bytes = readBytes(given, "--packet");
  const capture = isFile(given) ? readCapture(bytes, given) : undefined;
  if (capture === undefined) return { packets: [bytes], notes: [] };
  const notes: string[] = [];
  if (capture.truncated) notes.push(`${given} ends within a packet, which is left out`);
  if (capture.cut > 0)
    notes.push(`${capture.cut} of ${capture.packets.length} packets were cut when they were captured`);
  if (capture.linkType !== ETHERNET && !NO_LINK_HEAD.has(type))
    notes.push(
      `the capture is of link type ${capture.linkType}, not Ethernet; the program sees its bytes as they are`,
    );
  return { packets: capture.packets, notes };
}

/** Bytes of a file, or hex. */
function readBytes(given: string, option: string): Uint8Array {
  if (isFile(given)) {
    const bytes = readInput(given);
    return given.endsWith(".hex") ? parseHex(new TextDecoder("latin1").decode(bytes), given) : bytes;
  }
  if (/^[\s,]*(?:0x)?[\da-f]{1,2}(?![^\s,\da-fx])/i.test(given)) return parseHex(given, option);
  throw new UsageError(
    `${option} takes a file or bytes in hex; there is no file ${given}`,
    `write for example ${option} 'de ad be ef'`,
  );
}

function atLeast(bytes: Uint8Array, size: number): Uint8Array {
  if (bytes.length >= size) return bytes;
  const longer = new Uint8Array(size);
  longer.set(bytes);
  return longer;
}
