import { SkepError } from "../../base/errors.ts";
import { didYouMean } from "../../base/suggest.ts";
import { build } from "./build.ts";
import { cacheThrash } from "./cache-thrash.ts";
import { configSearch } from "./config-search.ts";
import { cpuSaturation } from "./cpu-saturation.ts";
import { cronStorm } from "./cron-storm.ts";
import { database } from "./database.ts";
import { diskFull } from "./disk-full.ts";
import { dnsTrouble } from "./dns-trouble.ts";
import { fileChurn } from "./file-churn.ts";
import { forkBomb } from "./fork-bomb.ts";
import { idleDesktop } from "./idle-desktop.ts";
import { intrusion } from "./intrusion.ts";
import { lockContention } from "./lock-contention.ts";
import { lossyLink } from "./lossy-link.ts";
import { memoryLeak } from "./memory-leak.ts";
import { microservices } from "./microservices.ts";
import { noisyNeighbour } from "./noisy-neighbour.ts";
import { outOfMemory } from "./out-of-memory.ts";
import { portScan } from "./port-scan.ts";
import type { Scenario } from "./scenario.ts";
import { slowDisk } from "./slow-disk.ts";
import { synFlood } from "./syn-flood.ts";
import { tlsClient } from "./tls-client.ts";
import { webServer } from "./web-server.ts";

/** Every scenario that comes with Skep. The first is what is shown when nobody names one. */
export const SCENARIOS: readonly Scenario[] = [
  idleDesktop,
  webServer,
  slowDisk,
  database,
  build,
  cronStorm,
  cpuSaturation,
  lockContention,
  microservices,
  noisyNeighbour,
  memoryLeak,
  outOfMemory,
  cacheThrash,
  diskFull,
  configSearch,
  fileChurn,
  forkBomb,
  dnsTrouble,
  lossyLink,
  tlsClient,
  portScan,
  synFlood,
  intrusion,
];

/** The scenario of that name, or the default one for "". Throws SkepError. */
export function findScenario(name: string): Scenario {
  const found = name === "" ? SCENARIOS[0] : SCENARIOS.find((known) => known.name === name);
  if (found !== undefined) return found;
  const names = SCENARIOS.map((known) => known.name);
  throw new SkepError(`there is no scenario \`${name}\``, {
    code: "sim/no-scenario",
    remedy:
      didYouMean(name, names) ?? `name one of: ${names.join(", ")}; or a file of your own: ./scenario.json`,
  });
}
