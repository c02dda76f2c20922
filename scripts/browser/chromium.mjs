// Starts Chromium without a window and ends it, with all that it started.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Debian's, started directly: its script /usr/bin/chromium changes nothing that matters without a window.
const PLACES = [
  "/usr/lib/chromium/chromium",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
];

/** Path of the browser, or undefined. SKEP_CHROMIUM names another one. */
export function findChromium(named = process.env.SKEP_CHROMIUM) {
  if (named) return existsSync(named) ? named : undefined;
  return PLACES.find((path) => existsSync(path));
}

/** It shows only our own page, so it needs no sandbox, which root and containers cannot have; it reaches only loopback. */
const FLAGS = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-breakpad",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-extensions",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  "--mute-audio",
  "--no-default-browser-check",
  "--no-first-run",
  "--no-proxy-server",
];

const PATIENCE_MS = 3000; // for it to end by itself

/**
 * Opens `url` in a browser of its own, with a profile in a folder of its own. `exited` resolves to what it complained
 * about; `close` ends it and removes the folder.
 */
export function openChromium(program, url) {
  const profile = mkdtempSync(join(tmpdir(), "skep-chromium-"));
  const child = spawn(program, [...FLAGS, `--user-data-dir=${join(profile, "profile")}`, url], {
    stdio: ["ignore", "ignore", "pipe"],
    detached: true, // a process group of its own
    env: {
      PATH: process.env.PATH,
      HOME: profile,
      XDG_CONFIG_HOME: profile,
      XDG_CACHE_HOME: profile,
      TMPDIR: profile,
    },
  });
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (complaints = (complaints + text).slice(-4000)));
  const exited = new Promise((resolve) => {
    child.on("error", (error) => resolve(`${program}: ${error.message}`));
    child.on("exit", (code, signal) => resolve(`it ended with ${signal ?? `status ${code}`}\n${complaints}`));
  });
  const killAll = () => killGroup(child.pid);
  const cleanUp = () => {
    killAll();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  process.on("exit", cleanUp); // also when this process is asked to end
  const close = async () => {
    child.kill("SIGTERM"); // it ends its own children first
    const timer = setTimeout(killAll, PATIENCE_MS);
    await exited;
    clearTimeout(timer);
    process.off("exit", cleanUp);
    cleanUp();
  };
  return { pid: child.pid, exited, close };
}

function killGroup(pid) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
