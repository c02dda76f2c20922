import type { IpStack } from "../ip-stack.ts";
import type { IpAddress } from "../packet/ip-address.ts";
import type { RouteEntry } from "./routes.ts";

const MAIN = 254; // RT_TABLE_MAIN, include/uapi/linux/rtnetlink.h, v6.12
const LOCAL = 255;

/** What a route is looked for by. */
export type FlowKey = Readonly<{
  source?: IpAddress;
  destination: IpAddress;
  protocol?: number;
  sourcePort?: number;
  destinationPort?: number;
  /** Interface through which the packet came; 0: it is made here. */
  input?: number;
  output?: number;
  tos?: number;
}>;

/** fib:fib_table_lookup or fib6:fib6_table_lookup. Source: include/trace/events/fib.h and fib6.h, v6.12. */
export function fireLookup(stack: IpStack, flow: FlowKey, found: RouteEntry | undefined, error: number): void {
  const { trace } = stack.system;
  const { kernel } = stack;
  if (kernel === undefined) return;
  const table = found?.type === "local" ? LOCAL : MAIN;
  const common = () => ({
    tb_id: table,
    err: error,
    oif: flow.output ?? 0,
    iif: flow.input ?? 1,
    tos: flow.tos ?? 0,
    scope: 0,
    flags: 0,
    dst: flow.destination.bytes,
    src: flow.source?.bytes ?? new Uint8Array(flow.destination.bytes.length),
    proto: flow.protocol ?? 0,
    sport: flow.sourcePort ?? 0,
    dport: flow.destinationPort ?? 0,
    name: found?.device.name ?? "-",
  });
  if (flow.destination.version === 6) {
    trace.fire("fib6:fib6_table_lookup", () => ({
      args: [kernel.net, null, null, kernel.flow(flow)],
      fields: {
        ...common(),
        flowlabel: 0,
        rt_type: found === undefined ? 0 : 1,
        gw: found?.gateway?.bytes ?? new Uint8Array(16),
      },
    }));
    return;
  }
  trace.fire("fib:fib_table_lookup", () => ({
    args: [table, kernel.flow(flow), null, error],
    fields: { ...common(), gw4: found?.gateway?.bytes ?? new Uint8Array(4), gw6: new Uint8Array(16) },
  }));
}
