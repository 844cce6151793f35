import { addDays, localTime } from "../model/calendar.ts";
import type { FieldSettings } from "../model/protocol.ts";
import { read } from "./draft.ts";
import type { Field } from "./field.ts";
import type { Feed } from "./schema.ts";

/**
 * Today in the company's time zone: the server's day at the last pull, carried on by the device's clock, so
 * that a phone that is a day off, or has been away for a night, still opens on the right day.
 */
export function todayOf(field: Field, feed: Feed): string {
  const { timeZone } = field.me;
  const { day } = localTime(timeZone, field.device.now());
  if (feed.today === null) return day;
  const then = localTime(timeZone, feed.todayAt).day;
  const passed = (Date.parse(day) - Date.parse(then)) / 86400_000;
  return addDays(feed.today, passed);
}

/** Today in the company's time zone, YYYY-MM-DD. */
export async function readDay(field: Field): Promise<string> {
  return todayOf(field, (await read(field)).feed);
}

/** What the company's template says for the field screens; null before the first pull. */
export async function readSettings(
  field: Field,
): Promise<FieldSettings | null> {
  return (await read(field)).feed.settings;
}
