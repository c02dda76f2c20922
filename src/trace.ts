import type { Losses, MapSnapshot, OutputRecord } from "./base/output-record.ts";
import { openLinux } from "./linux/backend.ts";
import { LinuxResolver } from "./linux/resolver.ts";
import { compile, load } from "./pipeline.ts";

export type TraceOptions = Readonly<{ args?: readonly string[]; pid?: number }>;

/** Compiles a script, attaches it and gives what it prints. */
export async function trace(text: string, options: TraceOptions = {}) {
  const backend = openLinux();
  const { compiled } = compile({ name: "script", text }, backend.target, options);
  if (!compiled) throw new Error("the script is wrong");
  const session = load(compiled, backend, {
    resolver: new LinuxResolver(() => backend.kernel),
    host: { unixTimeNs: () => BigInt(Date.now()) * 1_000_000n },
  });
  const records: AsyncIterableIterator<OutputRecord> = session.records();
  session.start();
  return {
    [Symbol.asyncIterator]: () => records,
    map: (name: string): MapSnapshot => session.readMap(name),
    get lost(): Losses {
      return session.losses;
    },
    [Symbol.dispose]: () => backend[Symbol.dispose](),
  };
}
