import { afterEach, expect, test, vi } from "vitest";
import { compileStrftime } from "./strftime.ts";

afterEach(() => vi.unstubAllEnvs());

const at = (iso: string, ns = 0n): bigint => BigInt(Date.parse(iso)) * 1_000_000n + ns;
const show = (format: string, unixNs: bigint, zone = "UTC"): string => {
  vi.stubEnv("TZ", zone);
  return compileStrftime(format)(unixNs);
};
const NOON = at("2024-02-09T15:04:05Z", 7_089_012n); // a Friday

// biome-ignore format: one conversion per line
test.each([
  ["%a|%A", "Fri|Friday"], ["%b|%B|%h", "Feb|February|Feb"], ["%c", "Fri Feb  9 15:04:05 2024"], ["%C", "20"],
  ["%d|%e", "09| 9"], ["%D", "02/09/24"], ["%F", "2024-02-09"], ["%g|%G", "24|2024"], ["%H|%k", "15|15"],
  ["%I|%l", "03| 3"], ["%j", "040"], ["%m", "02"], ["%M", "04"], ["%n", "\n"], ["%p|%P", "PM|pm"],
  ["%r", "03:04:05 PM"], ["%R", "15:04"], ["%s", "1707491045"], ["%S", "05"], ["%t", "\t"], ["%T", "15:04:05"],
  ["%u|%w", "5|5"], ["%U|%V|%W", "05|06|06"], ["%x", "02/09/24"], ["%X", "15:04:05"], ["%y|%Y", "24|2024"],
  ["%z", "+0000"], ["%Z", "UTC"], ["%%", "%"], ["%f", "007089"], ["%L", "007"], ["%N", "007089012"],
  ["%Ey|%Od", "24|09"], ["%-d|%_H|%10Y|%^a|%#p|%_5d", "9|15|0000002024|FRI|pm|    9"], ["%10A", "    Friday"],
  ["%Q|100%", "%Q|100%"], ["plain", "plain"], ["", ""], ["%-I", "3"], ["%8D", "02/09/24"],
])("%s", (format, shown) => {
  expect(show(format, NOON)).toBe(shown);
});

// biome-ignore format: one case per line
test.each([
  { rule: "Monday 1 January starts week 1",       iso: "2024-01-01T00:00:00Z", shown: "2024-W01-1 00 01" },
  { rule: "Friday 1 January belongs to week 53",  iso: "2021-01-01T00:00:00Z", shown: "2020-W53-5 00 00" },
  { rule: "31 December in week 1 of next year",   iso: "2024-12-31T00:00:00Z", shown: "2025-W01-2 52 53" },
  { rule: "Sunday 31 December 2023",              iso: "2023-12-31T00:00:00Z", shown: "2023-W52-7 53 52" },
  { rule: "a year of 53 weeks",                   iso: "2020-12-31T00:00:00Z", shown: "2020-W53-4 52 52" },
])("weeks: $rule", ({ iso, shown }) => {
  expect(show("%G-W%V-%u %U %W", at(iso))).toBe(shown);
});

// biome-ignore format: one case per line
test.each([
  { zone: "Europe/Berlin",    winter: "+0100 CET", summer: "+0200 CEST" },
  { zone: "America/New_York", winter: "-0500 EST", summer: "-0400 EDT" },
  { zone: "Asia/Kolkata",     winter: "+0530 IST", summer: "+0530 IST" },
  { zone: "America/Sao_Paulo", winter: "-0300 -03", summer: "-0300 -03" },
])("zone $zone", ({ zone, winter, summer }) => {
  expect(show("%z %Z", at("2024-01-15T12:00:00Z"), zone)).toBe(winter);
  expect(show("%z %Z", at("2024-07-15T12:00:00Z"), zone)).toBe(summer);
});

test("local time crosses the date line", () => {
  expect(show("%F %T", at("2024-02-29T23:30:00Z"), "Asia/Tokyo")).toBe("2024-03-01 08:30:00");
});

test("midnight and noon on the 12-hour clock", () => {
  expect(show("%I %p", at("2024-01-01T00:00:00Z"))).toBe("12 AM");
  expect(show("%I %p", at("2024-01-01T12:00:00Z"))).toBe("12 PM");
});

test("times before 1970 and far ahead", () => {
  expect(show("%F %T.%f", -1n)).toBe("1969-12-31 23:59:59.999999");
  expect(show("%Y", (1n << 64n) - 1n)).toBe("2554");
});

test("one formatter serves moments in any order", () => {
  vi.stubEnv("TZ", "UTC");
  const format = compileStrftime("%S.%L");
  expect([5_001_000_000n, 5_002_000_000n, 4_003_000_000n].map(format)).toEqual(["05.001", "05.002", "04.003"]);
});
