import { runChange } from "../lib/field/run_change.ts";
import { addDays, localTime } from "../lib/model/calendar.ts";
import type { Me } from "../lib/model/spaces.ts";
import type { ClockKind } from "../lib/model/timesheet.ts";
import { readSettings } from "../lib/store/settings.ts";
import { TenantStore } from "../lib/store/tenant_store.ts";
import { callOf, type Making, mustDo, newId } from "./demo_making.ts";

/** Days that the clocks go back. */
const DAYS = 12;

const MINUTE = 60_000;

/** Presses of a plain day: kind, and minutes after the day's begin. */
const PLAIN: [kind: ClockKind, minute: number][] = [
  ["in", 0],
  ["break", 270],
  ["resume", 300],
  ["out", 510],
];

/** Somebody pressed twice: the office should look at it. */
const ODD: typeof PLAIN = [["in", 0], ["in", 12], ["out", 480]];

/** Presses the workers' clocks on the working days before today. */
export async function makeHours(
  making: Making,
  workers: readonly Me[],
): Promise<void> {
  const [first] = workers;
  if (!first) return;
  const tenant = new TenantStore(making.store, first.orgId);
  const settings = await readSettings(tenant);
  const now = making.now();
  const today = localTime(first.timeZone, now).day;
  for (const [who, worker] of workers.entries()) {
    for (let back = DAYS; back > 0; back--) {
      const day = addDays(today, -back);
      const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
      if (weekday === 0 || weekday === 6) continue;
      // In the morning, in any time zone of Europe; a few minutes apart, as people are.
      const start = Date.parse(`${day}T06:30:00Z`) + (who * 7 + back) * MINUTE;
      const presses = back === 4 + who && who < 2 ? ODD : PLAIN;
      for (const [kind, minute] of presses) {
        const at = start + minute * MINUTE;
        const press = callOf(settings, at, worker, {
          method: "POST",
          route: "/api/client/clock-events",
          payload: { id: newId("ts", at), kind },
        });
        mustDo(await runChange(tenant, press, null));
      }
    }
  }
}
