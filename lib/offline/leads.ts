import type { FieldValues } from "../model/form.ts";
import { makeId } from "../model/ids.ts";
import type { Lead } from "../model/lead.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import { dependentsOf } from "./dependents.ts";
import type { Field } from "./field.ts";
import { close, enqueue } from "./queue.ts";
import {
  basedOn,
  difference,
  localRow,
  type Saved,
  saving,
  type Seen,
} from "./saving.ts";
import { LIVE } from "./schema.ts";

/**
 * Makes a lead, with an id of its own, without asking anybody.
 *
 * @param fields checked by the template's form before
 * @returns when it is on the disk
 * @throws {StorageFailure} nothing was saved
 */
export async function createLead(
  field: Field,
  fields: FieldValues,
): Promise<Result<Saved<Lead>>> {
  const { device } = field;
  const id = makeId("lead", device.now(), device.random(10));
  return await saving(field, async (draft) => {
    // Nobody else can have this id: there is nothing to read.
    draft.rows.set(id, null);
    const op = await enqueue(draft, {
      route: "/api/client/leads",
      method: "POST",
      payload: { id, fields },
    }, { base: { version: 0 } });
    return ok({
      record: await localRow<Lead>(draft, id) as Lead,
      key: op.key,
    });
  });
}

/**
 * Changes fields of a lead. Fields that have the value already are left out. Where the server refused the lead
 * itself, the corrected lead is sent in its place.
 *
 * @param seen what the person had before them, where it may be older than what is on the device now
 * @returns `not-found` when the lead is not on this device
 * @throws {StorageFailure} nothing was saved
 */
export async function editLead(
  field: Field,
  id: string,
  changed: FieldValues,
  seen?: Seen,
): Promise<Result<Saved<Lead>>> {
  return await saving(field, async (draft) => {
    const lead = await localRow<Lead>(draft, id);
    if (!lead) return fail("not-found");
    const change = difference(lead.fields, changed);
    if (!change) return ok({ record: lead, key: null });
    const refused = (await draft.opsOf(id)).find((op) =>
      op.live === LIVE.parked && op.route === "/api/client/leads"
    );
    let op;
    if (refused) {
      for (const dependent of await dependentsOf(draft, refused)) {
        close(draft, dependent, "replaced");
      }
      close(draft, refused, "replaced");
      op = await enqueue(draft, {
        route: "/api/client/leads",
        method: "POST",
        payload: { id, fields: { ...lead.fields, ...change.fields } },
      }, { base: { version: 0 }, replaces: refused.key });
    } else {
      op = await enqueue(draft, {
        route: `/api/client/leads/${id}`,
        method: "PATCH",
        payload: { fields: change.fields },
      }, basedOn(change.before, seen));
    }
    return ok({
      record: await localRow<Lead>(draft, id) as Lead,
      key: op.key,
    });
  });
}
