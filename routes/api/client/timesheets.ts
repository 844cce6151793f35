import { acting } from "../../../lib/http/call.ts";
import { define } from "../../../lib/http/state.ts";
import { addDays, localTime } from "../../../lib/model/calendar.ts";
import { reachOf } from "../../../lib/model/policy.ts";
import {
  timesheetsOf,
  timesheetsOfDays,
} from "../../../lib/store/timesheets.ts";

/** Days of hours that the list goes back. */
const DAYS = 14;

/** Hours: everybody's of the last two weeks for the office, one's own for a worker. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const { day: to } = localTime(me.timeZone, now);
    const rows = reachOf(me, "timesheet.read") === "all"
      ? await timesheetsOfDays(tenant, {
        from: addDays(to, -DAYS),
        to: addDays(to, 1),
      }, 1000)
      : await timesheetsOf(tenant, me.id, DAYS);
    return ctx.json({ rows });
  },
});
