// The lanes in which tests run. `npm run check` fails for a test file that no lane matches, or two do.

// biome-ignore format: one lane per line
export const LANES = [
  { name: "unit",    config: "vitest.config.ts",        files: ["src/**/*.test.ts", "test/**/*.test.ts", "examples/**/*.test.ts"], except: ["test/{kernel,guest,browser}/**"], needs: "nothing" },
  { name: "kernel",  config: "vitest.kernel.config.ts", files: ["test/kernel/**/*.test.ts"], except: [], needs: "root on Linux 5.8 or later" },
  { name: "browser", script: "scripts/browser.mjs",     files: ["test/browser/**/*.test.ts"], except: [], needs: "Debian's chromium" },
  { name: "guest",                                      files: ["test/guest/**/*.test.ts"], except: [], needs: "QEMU, busybox and Debian's kernel packages, as root" },
];

/** Whether `path` (with /) matches a glob of `**`, `*` and `{a,b}`. */
export function matches(path, glob) {
  const source = glob
    .replace(/[.+^$()|[\]\\]/g, "\\$&")
    .replace(/\{([^}]*)\}/g, (_, list) => `(?:${list.replaceAll(",", "|")})`)
    .replace(/\*\*\/?|\*/g, (star) => (star === "*" ? "[^/]*" : star === "**/" ? "(?:.*/)?" : ".*"));
  return new RegExp(`^${source}$`).test(path);
}

/** The lanes that `path` belongs to, its second run in the guests or in a page not counted. */
export function lanesOf(path) {
  const hit = (globs) => globs.some((glob) => matches(path, glob));
  return LANES.filter((lane) => hit(lane.files) && !hit(lane.except)).map((lane) => lane.name);
}
