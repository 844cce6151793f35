/**
 * Writes down the file of unsent work that a device of this version saves: run once for each version of the form,
 * `deno run -A tests/offline/record_unsent.ts > tests/fixtures/unsent/v<version>.json`, and never again. Version 1 had no
 * pictures.
 *
 * @module
 */
import { addPhoto } from "../../lib/offline/blobs.ts";
import { pressClock } from "../../lib/offline/clock.ts";
import { undo } from "../../lib/offline/decisions.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { exportUnsent } from "../../lib/offline/export_unsent.ts";
import { createLead, editLead } from "../../lib/offline/leads.ts";
import { advanceOrder, editOrder } from "../../lib/offline/orders.ts";
import { makePicture } from "../unit/picture.ts";
import { lead, order, WORKER, World } from "./world.ts";

const ME = {
  ...WORKER,
  id: "usr_01M83T4CM0000000000000000C",
  orgId: "org_01M83T4CM0000000000000000D",
};
const LEAD = "01M83T4CM0000000000000000A";
const ORDER = "01M83T4CM0000000000000000B";

const world = new World();
const { server } = world;
const whose = { orgId: ME.orgId, assigneeId: ME.id };
server.userId = ME.id;
server.orgId = ME.orgId;
server.put({ ...lead(LEAD), ...whose });
server.put(order(ORDER, { ...whose, day: server.today }));
const { field, tab } = await world.tab(undefined, ME);
await sync(field);
await createLead(field, { name: "Refused", phone: "bad" });
await sync(field);
world.network = false;
await pressClock(field, "in");
await createLead(field, {
  name: "Nora Neu",
  phone: "0171 234567",
  step: "new",
});
await editLead(field, `lead_${LEAD}`, { address: "Lindenweg 4" });
const undone = await editLead(field, `lead_${LEAD}`, { phone: "wrong" });
if (undone.ok && undone.value.key) await undo(field, undone.value.key);
await advanceOrder(field, `wo_${ORDER}`, "START");
await editOrder(field, `wo_${ORDER}`, { notes: "Größe geprüft ✓" });
for (const size of [300, 500]) {
  const { bytes } = await makePicture(size);
  await addPhoto(field, `wo_${ORDER}`, "image/jpeg", bytes);
}
tab.pass(90 * 60_000);
await pressClock(field, "out");
const { file } = await exportUnsent(field);
await file.stream().pipeTo(Deno.stdout.writable);
