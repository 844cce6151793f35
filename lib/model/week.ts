import { addDays } from "./calendar.ts";

/** Years of four digits, and so are those of the weeks beside them. */
const WEEK = /^([1-8]\d{3})-W(\d{2})$/;

/** Days since the Monday of a day's week. */
const sinceMonday = (day: string) =>
  (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/**
 * The calendar week that a day is in, as ISO 8601 writes it: weeks begin on Monday and belong to the year that their
 * Thursday is in.
 *
 * @param day YYYY-MM-DD
 * @returns such as `2026-W47`
 */
export function weekOf(day: string): string {
  const thursday = addDays(day, 3 - sinceMonday(day));
  const year = thursday.slice(0, 4);
  const days = Date.parse(thursday) - Date.parse(`${year}-01-01`);
  const week = 1 + Math.floor(days / (7 * 86400_000));
  return `${year}-W${String(week).padStart(2, "0")}`;
}

/**
 * The days of a week, Monday first.
 *
 * @param week as `weekOf` writes it
 * @returns seven days, YYYY-MM-DD; null when there is no such week
 */
export function daysOfWeek(week: string): string[] | null {
  const [, year, number] = WEEK.exec(week) ?? [];
  // The fourth of January is always in the first week.
  const first = `${year}-01-04`;
  if (year === undefined || number === undefined) return null;
  const monday = addDays(first, 7 * (Number(number) - 1) - sinceMonday(first));
  if (weekOf(monday) !== week) return null;
  return Array.from({ length: 7 }, (_, at) => addDays(monday, at));
}
