import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { TestContext } from "vitest";
import guests from "../guest/features.json" with { type: "json" };
import { FEATURES, type Feature, type FeatureName } from "./features.ts";

/**
 * Skips the running test, saying why, unless this kernel has every feature named. Fails it where the feature ought to be
 * there: the kernel is newer than the version that brought it, is built with its option, and no policy refuses it.
 * In a guest, a feature that test/guest/features.json promises for that kernel is never a reason to skip.
 */
export function needs(test: Pick<TestContext, "skip">, ...features: readonly FeatureName[]): void {
  for (const name of features) {
    const reason = whyMissing(name);
    if (reason !== undefined) test.skip(reason);
  }
}

/** What was found once is not looked for again: that takes an emulated processor long. */
const PRESENT = new Set<FeatureName>();

/** Why this kernel lacks the feature, or undefined when it has it. Throws when it has no excuse for lacking it. */
export function whyMissing(name: FeatureName): string | undefined {
  if (PRESENT.has(name)) return undefined;
  const { since, option, present, hardware }: Feature = FEATURES[name];
  const found = present();
  if (found === "yes") {
    PRESENT.add(name);
    return undefined;
  }
  if (promised(name))
    throw new Error(`${name} is ${found} in this guest, which has it (test/guest/features.json)`);
  const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
  if (isOlder(release, since)) return `needs ${name}: Linux ${since} or later, this is ${release}`;
  if (found === "refused") return `needs ${name}, which the policy of this machine refuses`;
  if (hardware) return `needs ${name}, which this machine's hardware does not offer`;
  if (option !== undefined && isOff(option)) return `needs ${name}: this kernel is built without ${option}`;
  throw new Error(
    `this kernel, ${release}, lacks ${name}, which came with Linux ${since}: is the version or the probe wrong?`,
  );
}

function promised(name: FeatureName): boolean {
  const series = process.env["SKEP_GUEST_KERNEL"];
  const lists: Readonly<Record<string, readonly string[]>> = guests;
  return series !== undefined && (lists[series] ?? []).includes(name);
}

/** Whether release "6.1.0-50-cloud" is before version "6.6". */
export function isOlder(release: string, version: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map((part) => Number.parseInt(part, 10));
  const [sinceMajor = 0, sinceMinor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major !== sinceMajor ? major < sinceMajor : minor < sinceMinor;
}

/** Whether the kernel's own record of its build says that the option is off. No record: not known to be off. */
function isOff(option: string): boolean {
  const release = readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
  const files = ["/proc/config.gz", `/boot/config-${release}`, `/lib/modules/${release}/config`];
  const file = files.find((path) => existsSync(path));
  if (file === undefined) return false;
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return !new RegExp(`^${option}=[ym]$`, "m").test(text);
}
