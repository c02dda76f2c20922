import { SkepError } from "../base/errors.ts";
import type { LinuxMap } from "../linux/maps.ts";
import { openPerfBuffer } from "../linux/perf-buffer.ts";
import { sampleTimeNs } from "../linux/perf-pages.ts";
import { onlineCpus, pageSize } from "../linux/procfs.ts";
import type { RecordHandler, Ring } from "../runtime/backend.ts";
import { hexBytes } from "./map-command-json.ts";
import type { ObjectCall } from "./object-command.ts";
import { jsonOf } from "./object-command-select.ts";
import { numberOf } from "./options.ts";
import { UsageError } from "./report-error.ts";
import { untilStopped } from "./stop.ts";

const PAGES_PER_CPU = 16;
const SAMPLE = 9; // PERF_RECORD_SAMPLE, include/uapi/linux/perf_event.h
const LOST = 2; // PERF_RECORD_LOST

type Place = Readonly<{ cpu: number; index: number }>;

/**
 * `map event_pipe MAP [cpu N index M]`: what programs send through a perf event array, until Ctrl-C. Takes the place of
 * whoever reads the array's buffers now: of several readers the last one gets the events.
 */
export async function eventPipe(
  { kernel, out }: ObjectCall,
  map: LinuxMap,
  words: readonly string[],
): Promise<void> {
  if (map.spec.type !== "perfEventArray")
    throw new SkepError(`map ${map.spec.name} is no buffer of events but of type ${map.spec.type}`, {
      code: "linux/no-buffer",
      remedy:
        map.spec.type === "ringbuf"
          ? "read a ring buffer with its program: skep load FILE.o"
          : "dump its entries",
    });
  const places = placesOf(map, words);
  const stop = untilStopped();
  let events = 0;
  const print = (json: Readonly<Record<string, unknown>>, text: string): void => {
    if (out.json) out.text(`${events++ === 0 ? "[" : ","}${jsonOf(json)}`);
    else out.text(text);
  };
  const rings: Ring[] = [];
  try {
    for (const { cpu, index } of places) {
      const onRecord: RecordHandler = (data, view, at, length) => {
        const bytes = data.subarray(at, at + length);
        const timestamp = sampleTimeNs(view, at);
        print(
          { type: SAMPLE, cpu, index, timestamp, data: hexBytes(bytes) },
          `${seconds(timestamp)} CPU ${cpu} index ${index}, ${length} bytes\n${hexLines(bytes)}`,
        );
      };
      const onLost = (lost: number) =>
        print(
          { type: LOST, cpu, index, lost: { id: 0, lost } },
          `CPU ${cpu} index ${index}: ${lost} events lost\n`,
        );
      const bind = (_cpu: number, event: { number: number }) => map.update(word(index), word(event.number));
      const parts = { kernel, cpus: [cpu], pageSize: pageSize(), pagesPerCpu: PAGES_PER_CPU, bind };
      rings.push(openPerfBuffer(parts, onRecord, { onLost }));
    }
    await stop.promise;
    for (const ring of rings) ring.drain();
  } finally {
    for (const ring of rings) ring.close();
    stop.close();
  }
  if (out.json) out.text(events === 0 ? "[]\n" : "]\n");
}

function placesOf(map: LinuxMap, words: readonly string[]): Place[] {
  if (words.length === 0)
    return onlineCpus()
      .filter((cpu) => cpu < map.spec.maxEntries)
      .map((cpu) => ({ cpu, index: cpu }));
  const given = new Map<string, number>();
  for (let at = 0; at < words.length; at += 2)
    given.set(words[at] ?? "", numberOf(words[at + 1] ?? "", words[at] ?? ""));
  const [cpu, index] = [given.get("cpu"), given.get("index")];
  if (given.size !== 2 || cpu === undefined || index === undefined)
    throw new UsageError("cpu and index go together", "write skep map event_pipe MAP cpu N index M");
  return [{ cpu, index }];
}

function word(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value).buffer);
}

function seconds(ns: bigint): string {
  return `${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, "0")}`;
}

/** Sixteen bytes a line, and what they are as text. */
function hexLines(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 16) {
    const some = bytes.subarray(at, at + 16);
    const digits = Array.from(some, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const shown = Array.from(some, (byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join(
      "",
    );
    text += `  ${at.toString(16).padStart(4, "0")}: ${digits.padEnd(47)}  ${shown}\n`;
  }
  return text;
}
