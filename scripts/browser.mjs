#!/usr/bin/env node
// The browser lane: node scripts/browser.mjs [FILE…]
//
// Bundles the tests of test/browser/ and those beside the portable sources for a page, opens it in Chromium without a
// window, served from this machine, and prints what the page reports. Needs Debian's package chromium, nothing else.
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { SourceMap } from "node:module";
import { bundlePage, pageTests } from "./browser/bundle.mjs";
import { findChromium, openChromium } from "./browser/chromium.mjs";

const FILE_LIMIT_MS = 300_000; // without a report; machines may be slow, or busy
const PAGE = `<!doctype html><meta charset="utf-8"><title>skep</title>
<script>
  const tell = (text) => fetch("/report", { method: "POST", body: JSON.stringify({ kind: "trouble", text: String(text) }) });
  addEventListener("error", ({ message, error }) => tell(error?.stack ?? message));
  addEventListener("unhandledrejection", ({ reason }) => tell(reason?.stack ?? reason));
</script>
<script type="module" src="/main.js"></script>`;
const TYPES = { js: "text/javascript", map: "application/json" };

/** Serves the page and what belongs to it to this machine alone, and hands on its reports. */
async function serve(files, onReport) {
  const server = createServer((request, response) => {
    if (request.method === "POST") return void receive(request, response, onReport);
    const path = request.url ?? "/";
    const body = path === "/" ? PAGE : files.get(path);
    const type = path === "/" ? "text/html" : TYPES[path.split(".").pop()];
    response.writeHead(body === undefined ? 404 : 200, { "content-type": type ?? "text/plain" }).end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

async function receive(request, response, onReport) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  response.end();
  onReport(JSON.parse(Buffer.concat(chunks).toString("utf8")));
}

/** Prints reports as they come, and adds them up. */
class Reports {
  sum = { passed: 0, failed: 0, skipped: [] };
  current = "the page";
  constructor(files) {
    this.files = files;
  }

  end({ path, passed, failed, skipped }) {
    this.sum.passed += passed;
    this.sum.failed += failed.length;
    this.sum.skipped.push(...skipped.map(({ name, reason }) => ({ name: `${path} > ${name}`, reason })));
    console.log(`${failed.length === 0 ? "ok  " : "FAIL"} ${path} (${passed} passed, ${failed.length} failed)`);
    for (const { name, errors } of failed) {
      console.log(`  ${name === "" ? "outside of its tests" : name}`);
      for (const { message, diff, stack } of errors)
        console.log(indent([message, diff, this.#mapped(stack)].filter((text) => text !== "").join("\n")));
    }
  }

  /** The frames of a stack that lie in our files, with the lines of the sources. */
  #mapped(stack) {
    const frames = [];
    for (const [, path, line, column] of stack.matchAll(/\/\/127\.0\.0\.1:\d+(\/[^\s:]+):(\d+):(\d+)/g)) {
      const map = this.files.get(`${path}.map`);
      if (map === undefined) continue;
      const source = new SourceMap(JSON.parse(Buffer.from(map).toString("utf8")));
      const { originalSource, originalLine } = source.findEntry(Number(line) - 1, Number(column) - 1);
      const file = originalSource?.replace(/^(?:\.\.\/)+/, "");
      if (file !== undefined && !file.includes("node_modules/")) frames.push(`at ${file}:${originalLine + 1}`);
    }
    return frames.join("\n");
  }
}

const indent = (text) => text.replace(/\x1b\[\d*m/g, "").replace(/^/gm, "    ");

/** Runs the page to its end, or until nothing more comes of it; what stopped it then. */
async function runPage(program, files, reports) {
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  const tooLong = () => finish(`nothing came for ${FILE_LIMIT_MS / 1000} s`);
  let timer = setTimeout(tooLong, FILE_LIMIT_MS);
  const { server, url } = await serve(files, (report) => {
    clearTimeout(timer);
    timer = setTimeout(tooLong, FILE_LIMIT_MS);
    if (report.kind === "begin") reports.current = report.path;
    else if (report.kind === "end") reports.end(report);
    else finish(report.kind === "done" ? undefined : report.text);
  });
  const browser = openChromium(program, url);
  try {
    return await Promise.race([finished, browser.exited]);
  } finally {
    clearTimeout(timer);
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

async function main(filters) {
  const program = findChromium();
  if (program === undefined) throw new Error("there is no Chromium: apt-get install chromium");
  const { tests, leftOut } = await pageTests();
  const chosen = tests.filter((path) => filters.length === 0 || filters.some((word) => path.includes(word)));
  const files = await bundlePage(chosen);
  const reports = new Reports(files);
  if (chosen.length > 0) {
    const trouble = await runPage(program, files, reports);
    if (trouble !== undefined) {
      console.log(`FAIL ${reports.current}: ${trouble}`);
      reports.sum.failed++;
    }
  }
  if (filters.length === 0)
    for (const { path, needs } of leftOut)
      console.log(`left out: ${path}, which uses ${needs === "vi" ? "vi" : "Node"}`);
  const { passed, failed } = reports.sum;
  console.log(`${passed} passed, ${failed} failed in ${program}`);
  if (process.env.SKEP_LANE_RESULT) writeFileSync(process.env.SKEP_LANE_RESULT, JSON.stringify(reports.sum));
  process.exitCode = failed > 0 ? 1 : 0;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
await main(process.argv.slice(2)).catch((error) => {
  console.log(error.message);
  process.exitCode = 1;
});
