import { compileFunctions } from "../programs/jit.ts";
import { GO_SERVICE, MYSQLD, REDIS, RUST_SERVICE } from "../programs/services.ts";
import { through } from "../programs/through.ts";
import type { Thread } from "../thread.ts";
import type { Code } from "../world/wait.ts";
import { goGateway, mysqlServer, redisServer } from "./microservice-servers.ts";
import { scenario } from "./scenario.ts";
import { addUsualServices } from "./usual-services.ts";

const FRONT = "LazyCompile:*handleRequest /srv/front/server.js:17";
const RENDER = "LazyCompile:*renderPage /srv/front/render.js:5";

/** Services in many languages, each with the names that its language gives to functions. */
export const microservices = scenario(
  "microservices",
  {
    summary:
      "a Node.js front, a Go gateway, Redis, MySQL, a Rust indexer, Java and Ruby workers: stacks in every language",
    tryWith: [
      "-e 'profile:hz:199 { @[comm, ustack(5)] = count(); }'",
      '-e \'uprobe:/usr/local/bin/gateway:"main.(*Gateway).ServeHTTP" { @s[tid] = nsecs; } uretprobe:/usr/local/bin/gateway:"main.(*Gateway).ServeHTTP" /@s[tid]/ { @us = hist((nsecs - @s[tid]) / 1000); delete(@s[tid]); }\'',
      "-e 'uprobe:/usr/sbin/mysqld:*dispatch_command* { @[comm] = count(); }'",
      "-e 'usdt:/usr/lib/jvm/java-21-openjdk-amd64/lib/server/libjvm.so:hotspot:gc__begin { @s[tid] = nsecs; } usdt:/usr/lib/jvm/java-21-openjdk-amd64/lib/server/libjvm.so:hotspot:gc__end /@s[tid]/ { @gc_us = hist((nsecs - @s[tid]) / 1000); delete(@s[tid]); }'",
      "-e 'usdt:/usr/lib/x86_64-linux-gnu/libruby-3.3.so.3.3:ruby:method__entry { @[str(arg0), str(arg1)] = count(); }'",
    ],
    hostName: "cluster-0",
  },
  (machine) => {
    addUsualServices(machine);
    machine.file("/srv/front/server.js", { size: 8_200 });
    machine.file("/srv/index/segment-1.idx", { size: 400_000, uid: 33 });
    const service = (name: string) => ({ uid: 33, cgroup: `/system.slice/${name}.service` });
    machine.start(REDIS.path, redisServer, service("redis"));
    machine.start(MYSQLD.path, mysqlServer, service("mysql"));
    machine.start(GO_SERVICE.path, goGateway, { ...service("gateway"), at: "20 ms" });
    machine.start("/usr/bin/node", nodeFront, { ...service("front"), at: "40 ms" });
    machine.start(RUST_SERVICE.path, rustIndexer, { ...service("indexer"), at: "10 ms" });
    machine.start("/usr/bin/java", javaWorker, { ...service("billing"), at: "15 ms" });
    machine.start("/usr/bin/ruby", rubyWorker, { ...service("mailer"), at: "25 ms" });
  },
);

/** Its hot functions are compiled after a while; others go through the interpreter. */
function* nodeFront(p: Thread): Code {
  yield* p.readFile("/srv/front/server.js");
  yield* p.sleep("60 ms");
  yield* compileFunctions(p, [FRONT, RENDER]);
  yield* through(p, ["_ZN4node5StartEiPPc", "uv_run"], function* (): Code<number> {
    for (let i = 1; ; i++) {
      yield* through(p, ["uv__io_poll"], () => p.sleep(Math.round(p.random().exponential(14e6))));
      yield* p.enter(FRONT, [], function* () {
        yield* p.httpRequest("http://127.0.0.1:7000/item");
        yield* p.enter(RENDER, [], () => work(p, 900_000));
        return 0;
      });
      if (i % 25 === 0)
        yield* through(p, ["_ZN2v88internal18ScavengerCollector14CollectGarbageEv"], () => work(p, 1_500_000));
    }
  });
}

function* rustIndexer(p: Thread): Code {
  yield* through(p, ["_ZN7indexer4main17h0c1b2f0a7d9e4e55E", "_ZN7indexer8pipeline3run17h9ab01c2d3e4f5a6bE"], function* (): Code<number> {
    for (;;) {
      yield* p.readFile("/srv/index/segment-1.idx");
      yield* through(p, ["_ZN7indexer8tokenize17h7766554433221100E"], () => work(p, 3_000_000));
      yield* through(p, ["_ZN7indexer5store6insert17h00112233445566ffE"], function* () {
        const chunk = yield* through(p, ["__rust_alloc"], () => p.malloc(p.random().integer(500, 9_000)));
        yield* work(p, 700_000);
        return yield* through(p, ["__rust_dealloc"], () => p.free(chunk));
      });
      yield* p.sleep(Math.round(p.random().exponential(40e6)));
    }
  });
} // biome-ignore format: long names

const JAVA_CALL = "_ZN9JavaCalls4callEP9JavaValueRK12methodHandleP17JavaCallArgumentsP10JavaThread";

/** A thread that bills, and one that collects garbage. */
function* javaWorker(p: Thread): Code {
  const fire = (name: string, ...args: number[]) => p.usdt("hotspot", name, () => args);
  fire("vm__init__begin");
  yield* p.compute("20 ms");
  fire("vm__init__end");
  yield* p.spawnThread(function* (gc) {
    yield* gc.setName("GC Thread#0");
    for (;;) {
      yield* gc.sleep(Math.round(gc.random().exponential(180e6)));
      yield* gc.enter("_ZN15G1CollectedHeap34do_collection_pause_at_safepointEv", [], function* () {
        gc.usdt("hotspot", "gc__begin", () => [0]);
        yield* work(gc, 4_000_000);
        gc.usdt("hotspot", "gc__end", () => []);
        return 0;
      });
    }
  });
  yield* p.enter("JavaMain", [], function* (): Code<number> {
    for (;;) {
      yield* p.sleep(Math.round(p.random().exponential(25e6)));
      yield* through(p, [JAVA_CALL], () => work(p, 2_000_000));
    }
  });
}

const RUBY_METHODS = [["Mailer", "deliver", 21], ["Template", "render", 64], ["Array", "map", 3]] as const; // biome-ignore format: a table

function* rubyWorker(p: Thread): Code {
  const { task } = p;
  yield* through(
    p,
    ["ruby_run_node", "rb_ec_exec_node", "rb_vm_exec", "vm_exec_core"],
    function* (): Code<number> {
      for (;;) {
        yield* p.sleep(Math.round(p.random().exponential(50e6)));
        for (const [owner, method, line] of RUBY_METHODS) {
          const place = () => [
            task.userText(owner),
            task.userText(method),
            task.userText("/srv/mailer/app.rb"),
            line,
          ];
          p.usdt("ruby", "method__entry", place);
          yield* through(p, ["vm_call_method"], () => work(p, 600_000));
          p.usdt("ruby", "method__return", place);
        }
      }
    },
  );
}

function* work(p: Thread, ns: number): Code<number> {
  yield* p.compute(Math.round(p.random().latency(ns, 0.4)));
  return 0;
}
