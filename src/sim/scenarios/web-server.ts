import { addRemoteClients } from "./remote-clients.ts";
import { scenario } from "./scenario.ts";
import { addShop, shopRequest } from "./shop.ts";
import { addUsualServices } from "./usual-services.ts";

/** A shop under load: nginx, an application in Python, PostgreSQL, visitors. */
export const webServer = scenario(
  "web-server",
  {
    summary: "a web shop under load: visitors, nginx, a Python application, PostgreSQL",
    tryWith: [
      "-e 'tracepoint:raw_syscalls:sys_enter { @[comm] = count(); }'",
      "-e 'tracepoint:sock:inet_sock_set_state { @[comm, args.newstate] = count(); }'",
      "-e 'usdt:/usr/bin/postgres:postgresql:query__start { @s[tid] = nsecs; @q[tid] = str(arg0); } usdt:/usr/bin/postgres:postgresql:query__done /@s[tid]/ { printf(\"%6d us %s\\n\", (nsecs - @s[tid]) / 1000, @q[tid]); delete(@s[tid]); delete(@q[tid]); }'",
      "-e 'usdt:/usr/bin/python3:python:function__entry { @[str(arg1)] = count(); }'",
      "opensnoop -n nginx",
    ],
    hostName: "shop",
  },
  (machine) => {
    addUsualServices(machine);
    addShop(machine);
    addRemoteClients(machine, {
      first: "203.0.113.0",
      count: 40,
      every: "15 ms",
      port: 80,
      request: shopRequest,
    });
  },
);
