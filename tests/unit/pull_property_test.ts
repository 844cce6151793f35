import assert from "node:assert/strict";
import fc from "fast-check";
import { addDays } from "../../lib/model/calendar.ts";
import type { Lead } from "../../lib/model/lead.ts";
import type { ClientRole } from "../../lib/model/spaces.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { putLead } from "../../lib/store/leads.ts";
import {
  type Company,
  DAY,
  hire,
  keepOrder,
  MONDAY,
  newCompany,
  withStore,
} from "./builders.ts";
import { Device } from "./device.ts";
import { Mirror } from "./mirror.ts";

const SLOTS = 6;

/** What can happen between two pulls; records and people are numbers that the test gives names. */
type Happening =
  | { kind: "order"; slot: number; who: number; inDays: number }
  | { kind: "lead"; slot: number; who: number }
  | { kind: "clock" }
  | { kind: "days"; days: number }
  | { kind: "pull" };

const slot = fc.nat(SLOTS - 1);
const who = fc.nat(2);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      slot,
      who,
      inDays: fc.integer({ min: -3, max: 22 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("lead" as const), slot, who }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "clock" as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("days" as const),
      days: fc.integer({ min: 1, max: 9 }),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: "pull" as const }) },
);

async function changeLead({ tenant }: Company, lead: Lead): Promise<void> {
  const tx = tenant.transaction();
  const previous = await tx.get<Lead>(tx.keys.lead(lead.id));
  putLead(tx, previous, { ...lead, version: (previous?.version ?? 0) + 1 }, {
    by: "usr",
    at: lead.updatedAt,
    believedAt: lead.updatedAt,
  });
  await tx.commit();
}

/** Both numbers in one id, so that it is well formed. */
const idOf = (prefix: string, slot: number) =>
  `${prefix}_01M83T4CM0000000000000000${slot}`;

async function checkHistory(
  role: ClientRole,
  history: readonly Happening[],
): Promise<void> {
  await withStore(async (store) => {
    const company = await newCompany(store);
    const { tenant } = company;
    const me = await hire(company, role);
    const people = [me.id, null, (await hire(company, "WORKER")).id];
    const phone = new Device(company, me);
    const follower = new Mirror(company, me);
    let now = MONDAY;
    for (const event of history) {
      now += 1000;
      const updatedAt = new Date(now).toISOString();
      const assigneeId = "who" in event ? people[event.who] ?? null : null;
      if (event.kind === "pull") await follower.pull(now);
      if (event.kind === "days") now += event.days * DAY;
      if (event.kind === "clock") {
        await phone.sync([phone.clock("in")], { now });
      }
      if (event.kind === "order") {
        const id = idOf("wo", event.slot);
        const before = await tenant.get<WorkOrder>(tenant.keys.order(id));
        await keepOrder(tenant, {
          id,
          assigneeId,
          day: addDays(updatedAt.slice(0, 10), event.inDays),
          version: (before?.version ?? 0) + 1,
          updatedAt,
        });
      }
      if (event.kind === "lead") {
        await changeLead(company, {
          v: 1,
          id: idOf("lead", event.slot),
          orgId: tenant.orgId,
          version: 0,
          updatedAt,
          createdAt: updatedAt,
          createdBy: "usr",
          assigneeId,
          fields: { name: `Lead ${now}` },
        });
      }
    }
    await follower.pull(now);
    const anew = new Mirror(company, me);
    await anew.pull(now);
    const held = (mirror: Mirror) =>
      [...mirror.records].sort(([a], [b]) => a < b ? -1 : 1);
    // A full load brings a few days of hours; who follows keeps older ones as well.
    const days = held(follower).filter(([id]) =>
      !id.includes("/") || anew.records.has(id)
    );
    assert.deepEqual(days, held(anew));
  });
}

for (const role of ["WORKER", "DISPATCHER"] as const) {
  Deno.test(`deltas leave the same on the device as a full load, whatever happened between them (${role})`, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 1, maxLength: 40 }),
        (history) => checkHistory(role, history),
      ),
      { numRuns: 60 },
    ));
}
