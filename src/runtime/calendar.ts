/** A moment in the local time zone, split as people write it. `month`, `weekday` (Sunday) and `yearDay` count from 0. */
export type LocalTime = Readonly<{
  unixSeconds: number;
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  yearDay: number;
  /** East of Greenwich is positive. */
  offsetMinutes: number;
}>;

/** Splits Unix time; daylight saving as at that moment. */
export function localTime(unixSeconds: number): LocalTime {
  const date = new Date(unixSeconds * 1000);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  return {
    unixSeconds,
    year,
    month,
    day,
    hour: date.getHours(),
    minute: date.getMinutes(),
    second: date.getSeconds(),
    weekday: date.getDay(),
    yearDay: Math.round((utcDay(year, month, day) - utcDay(year, 0, 1)) / DAY_MS),
    offsetMinutes: -date.getTimezoneOffset(),
  };
}

const DAY_MS = 86_400_000;

function utcDay(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day); // Date.UTC would read years below 100 as 19xx
  return date.getTime();
}

/** ISO 8601: weeks begin on Monday, and week 1 holds the year's first Thursday. */
export function isoWeek(time: LocalTime): { year: number; week: number } {
  const monday = (time.weekday + 6) % 7;
  const week = Math.floor((time.yearDay - monday + 10) / 7);
  if (week < 1) return { year: time.year - 1, week: weeksInYear(time.year - 1) };
  if (week > weeksInYear(time.year)) return { year: time.year + 1, week: 1 };
  return { year: time.year, week };
}

function weeksInYear(year: number): number {
  const dec31 = (y: number): number => (y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400)) % 7;
  return dec31(year) === 4 || dec31(year - 1) === 3 ? 53 : 52;
}

const REGIONS = ["en-US", "en-GB", "en-AU", "en-NZ", "en-IN", "en-ZA"]; // who abbreviates which zone differs

/** The zone's abbreviation at that moment, such as "CET"; its offset, such as "+03", where English has none. */
export function zoneName(time: LocalTime): string {
  const date = new Date(time.unixSeconds * 1000);
  for (const region of REGIONS) {
    const parts = new Intl.DateTimeFormat(region, { timeZoneName: "short" }).formatToParts(date);
    const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "";
    if (/^[A-Z]+$/.test(name)) return name;
  }
  const offset = zoneOffset(time);
  return offset.endsWith("00") ? offset.slice(0, 3) : offset;
}

/** `+hhmm` or `-hhmm`. */
export function zoneOffset(time: LocalTime): string {
  const minutes = Math.abs(time.offsetMinutes);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${time.offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
}
