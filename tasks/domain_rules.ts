/**
 * The rules of the domain that field pages carry for themselves, and that the store builds on.
 *
 * @module
 */
export { localTime } from "../lib/model/calendar.ts";
export { makeId } from "../lib/model/ids.ts";
export { advance } from "../lib/model/advance.ts";
export { fail, ok } from "../lib/model/problem.ts";
export { projectClock } from "../lib/model/timesheet.ts";
export {
  moved,
  orderFields,
  withOrderFields,
} from "../lib/model/work_order.ts";
