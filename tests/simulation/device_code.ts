// What a page and the service worker run, as one bundle without dynamic imports: loading a module would bring the
// machine's own time into a run.
export * as conflicts from "../../lib/offline/conflicts.ts";
export * as recovery from "../../lib/offline/recovery.ts";
export { drainInBackground } from "../../lib/offline/background.ts";
export { pressClock } from "../../lib/offline/clock.ts";
export { decode } from "../../lib/offline/codec.ts";
export { dismiss, tryAgain, undo } from "../../lib/offline/decisions.ts";
export { read } from "../../lib/offline/draft.ts";
export { sync } from "../../lib/offline/drainer.ts";
export { createLead, editLead, readLeads } from "../../lib/offline/leads.ts";
export {
  advanceOrder,
  editOrder,
  readOrders,
} from "../../lib/offline/orders.ts";
export { leaveField, openField } from "../../lib/offline/scope.ts";
export { readStatus } from "../../lib/offline/status.ts";
