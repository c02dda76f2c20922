import { addRemoteClients } from "./remote-clients.ts";
import { scenario } from "./scenario.ts";
import { addShop, shopRequest } from "./shop.ts";
import { addUsualServices } from "./usual-services.ts";

/** Requests for connections from addresses that do not exist fill the queue of a web server. */
export const synFlood = scenario(
  "syn-flood",
  {
    summary: "a web server gets thousands of SYNs a second from invented addresses, in waves, among real visitors",
    tryWith: [
      "-e 'kprobe:tcp_conn_request { @requests = count(); } tracepoint:sock:inet_sock_set_state /args.newstate == 1/ { @established = count(); } interval:s:1 { print(@requests); print(@established); clear(@requests); clear(@established); }'",
      "-e 'tracepoint:tcp:tcp_retransmit_synack { @[ntop(args.daddr)] = count(); } END { printf(\"%d addresses\\n\", len(@)); clear(@); }'",
      "-e 'tracepoint:skb:kfree_skb { @[args.reason] = count(); }'",
    ],
    hostName: "shop",
  },
  (machine) => {
    addUsualServices(machine);
    addShop(machine);
    addRemoteClients(machine, { first: "203.0.113.0", count: 10, every: "25 ms", port: 80, request: shopRequest });
    const wave = () => machine.remote("198.51.100.99").flood(80, { perSecond: 3_000, duration: "600 ms", spoofed: true });
    machine.at("300 ms", wave);
    machine.every("4 s", wave);
  },
); // biome-ignore format: one line
