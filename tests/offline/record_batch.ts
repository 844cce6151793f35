/**
 * Writes down what a device of this version sends, with each kind of op: run once for each version of the protocol,
 * `deno run -A tests/offline/record_batch.ts > tests/fixtures/sync/v<version>.json`, and never again.
 *
 * @module
 */
import { pressClock } from "../../lib/offline/clock.ts";
import { undo } from "../../lib/offline/decisions.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { createLead, editLead } from "../../lib/offline/leads.ts";
import { advanceOrder, editOrder } from "../../lib/offline/orders.ts";
import { lead, order, World } from "./world.ts";

const LEAD = "01M83T4CM0000000000000000A";
const ORDER = "01M83T4CM0000000000000000B";

const world = new World();
world.server.put(lead(LEAD));
world.server.put(order(ORDER, {
  day: world.server.today,
  checklist: [{
    id: "filter",
    label: "Filter changed",
    done: false,
    required: true,
  }],
}));
const { field } = await world.tab();
await sync(field);
await pressClock(field, "in");
await createLead(field, {
  name: "Nora Neu",
  phone: "0171 234567",
  step: "new",
});
await editLead(field, `lead_${LEAD}`, { address: "Lindenweg 4" });
await advanceOrder(field, `wo_${ORDER}`, "START");
await editOrder(field, `wo_${ORDER}`, { "check:filter": true });
await editOrder(field, `wo_${ORDER}`, { notes: "Größe geprüft ✓" });
await advanceOrder(field, `wo_${ORDER}`, "PAUSE");
await advanceOrder(field, `wo_${ORDER}`, "START");
const undone = await editLead(field, `lead_${LEAD}`, { phone: "wrong" });
if (undone.ok && undone.value.key) await undo(field, undone.value.key);
await advanceOrder(field, `wo_${ORDER}`, "DONE");
await pressClock(field, "out");
await sync(field);
console.log(JSON.stringify(world.server.requests[0], null, 2));
