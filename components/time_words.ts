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

const DAY = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "long",
  timeZone: "UTC",
});

/** A calendar day in words: "Tue 14 July". @param day YYYY-MM-DD */
export function dayWords(day: string): string {
  return DAY.format(new Date(`${day}T00:00:00Z`)).replace(",", "");
}
