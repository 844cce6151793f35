// What a page and the service worker run, as one bundle without dynamic imports: loading a module would bring the
// machine's own time into a run.
import * as conflicts from "../../lib/offline/conflicts.ts";
import { later } from "../../lib/offline/later.ts";
import * as recovery from "../../lib/offline/recovery.ts";
import * as takeKey from "../../lib/offline/take_key.ts";
import * as upkeep from "../../lib/offline/upkeep.ts";

// As a page's bundle does, all at hand.
later.conflicts = () => Promise.resolve(conflicts);
later.recovery = () => Promise.resolve(recovery);
later.upkeep = () => Promise.resolve(upkeep);
later.takeKey = () => Promise.resolve(takeKey);

export { conflicts, recovery };
export { drainInBackground } from "../../lib/offline/background.ts";
export { pressClock } from "../../lib/offline/clock.ts";
export { decode } from "../../lib/offline/codec.ts";
export { dismiss, tryAgain, undo } from "../../lib/offline/decisions.ts";
export { read } from "../../lib/offline/draft.ts";
export { sync } from "../../lib/offline/drainer.ts";
export { readLeads } from "../../lib/offline/lead_list.ts";
export { createLead, editLead } from "../../lib/offline/leads.ts";
export {
  advanceOrder,
  editOrder,
  readOrders,
} from "../../lib/offline/orders.ts";
export { leaveField, openField } from "../../lib/offline/scope.ts";
export { readStatus } from "../../lib/offline/status.ts";
