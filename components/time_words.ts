import { localTime } from "../lib/model/calendar.ts";

const two = (n: number) => String(Math.floor(n)).padStart(2, "0");

/** A duration as h:mm. @param ms milliseconds */
export function hoursMinutes(ms: number): string {
  return `${Math.floor(ms / 3600_000)}:${two(ms / 60_000 % 60)}`;
}

/** The seconds of a duration, two digits. @param ms milliseconds */
export function seconds(ms: number): string {
  return two(ms / 1000 % 60);
}

/** Time of day of an instant, HH:MM. @param at ISO 8601 or milliseconds */
export function timeOfDay(timeZone: string, at: string | number): string {
  return localTime(timeZone, typeof at === "number" ? at : Date.parse(at)).time;
}

// By hand: the first formatter of a process costs a slow phone a tenth of a second before anything on the page answers.
const WEEKDAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const MONTHS =
  "January February March April May June July August September October November December"
    .split(" ");

/** A calendar day in words: "Tue 14 July". @param day YYYY-MM-DD */
export function dayWords(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  return `${WEEKDAYS[date.getUTCDay()]} ${date.getUTCDate()} ${
    MONTHS[date.getUTCMonth()]
  }`;
}
