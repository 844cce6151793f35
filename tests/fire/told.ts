import assert from "node:assert/strict";
import type { FieldDay } from "../e2e/field_day.ts";

/** What a phone was told is saved, so far. */
export interface Told {
  presses: number;
  /** What each lead that was taken down was given, by its name: as its history says it, oldest first. */
  leads: Map<string, string[]>;
  /** What was done to each order of the day, by its id, the same way. */
  orders: Map<string, string[]>;
}

/** A phone that was told nothing yet. */
export function toldNothing({ orders }: FieldDay): Told {
  return {
    presses: 0,
    leads: new Map(),
    orders: new Map(orders.map((id) => [id, []])),
  };
}

/** A record's history has one step for each thing that was told, in its order: none is missing, none stands twice. */
async function checkSteps(
  { office }: FieldDay,
  path: string,
  told: readonly string[],
): Promise<void> {
  const steps = await office.history(path);
  assert.deepEqual(
    // The step that made a record says more than what is told of it.
    steps.map((step, i) => step.find((said) => said === told[i]) ?? step),
    told,
    path,
  );
}

/** Everything that the screen called saved is on the server, once. */
export async function checkServer(day: FieldDay, told: Told): Promise<void> {
  const { worker, office } = day;
  const events = (await worker.ownTimesheets()).flatMap((sheet) =>
    sheet.events
  );
  assert.equal(new Set(events.map(({ id }) => id)).size, told.presses);
  assert.equal(events.length, told.presses);
  const rows = (await office.leads()).filter(({ name }) =>
    name.startsWith("Lead ")
  );
  assert.deepEqual(
    rows.map(({ name }) => name).sort(),
    [...told.leads.keys()].sort(),
  );
  for (const { id, name } of rows) {
    const steps = told.leads.get(name) ?? [];
    await checkSteps(day, `/client/leads/${id}`, steps);
    assert.equal((await office.lead(id)).version, steps.length);
  }
  for (const [id, steps] of told.orders) {
    const { title, version } = await office.order(id);
    await checkSteps(day, `/client/orders/${id}`, [
      `What is to be done: ${title}`,
      ...steps,
    ]);
    assert.equal(version, 1 + steps.length);
  }
}
