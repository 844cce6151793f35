import type { Me } from "../../lib/model/spaces.ts";
import {
  type Company,
  hire,
  keepLead,
  keepOrder,
  leadFields,
  newCompany,
  newId,
} from "./builders.ts";
import { type Door, withDoor } from "./door.ts";

/** Runs a test on a company with a dispatcher, behind the public door. */
export function withOffice(
  run: (door: Door, company: Company, me: Me) => Promise<void>,
): Promise<void> {
  return withDoor(async (door) => {
    const company = await newCompany(door.store);
    await run(door, company, await hire(company, "DISPATCHER"));
  });
}

/** Every call that changes something, with a payload that it accepts. */
export async function calls(
  { tenant }: Company,
  me: Me,
): Promise<[method: string, path: string, json: unknown, version?: number][]> {
  const lead = await keepLead(tenant);
  const order = await keepOrder(tenant, { assigneeId: me.id });
  return [
    ["POST", "/api/client/leads", { id: newId("lead"), fields: leadFields() }],
    ["PATCH", `/api/client/leads/${lead.id}`, { fields: { name: "New" } }, 1],
    ["PATCH", `/api/client/work-orders/${order.id}`, {
      fields: { notes: "New" },
    }, 1],
    ["POST", `/api/client/work-orders/${order.id}/transitions`, {
      action: "START",
    }, 2],
    ["POST", "/api/client/clock-events", { id: newId("ts"), kind: "in" }],
  ];
}
