import { addRemoteClients } from "./remote-clients.ts";
import { scenario } from "./scenario.ts";
import { addShop, shopRequest } from "./shop.ts";
import { addUsualServices } from "./usual-services.ts";

/** The same shop, on a disk that turns, with a buffer pool that is far too small: requests wait for the disk. */
export const slowDisk = scenario(
  "web-server-slow-disk",
  {
    summary: "the web shop with its data on a slow disk: queries wait for reads and for the log",
    tryWith: [
      "-e 'tracepoint:block:block_rq_issue { @s[args.dev, args.sector] = nsecs; } tracepoint:block:block_rq_complete /@s[args.dev, args.sector]/ { @us = hist((nsecs - @s[args.dev, args.sector]) / 1000); delete(@s[args.dev, args.sector]); }'",
      "-e 'tracepoint:block:block_rq_issue { @[args.comm, args.rwbs] = count(); }'",
      "-e 'usdt:/usr/bin/postgres:postgresql:query__start { @s[tid] = nsecs; } usdt:/usr/bin/postgres:postgresql:query__done /@s[tid]/ { @ms = hist((nsecs - @s[tid]) / 1000000); delete(@s[tid]); }'",
    ],
    hostName: "shop-old",
  },
  (machine) => {
    machine.disk("sda", { model: "hdd", partitions: 1 });
    addUsualServices(machine);
    addShop(machine, { poolPages: 96 });
    addRemoteClients(machine, {
      first: "203.0.113.0",
      count: 20,
      every: "45 ms",
      port: 80,
      request: shopRequest,
    });
  },
);
