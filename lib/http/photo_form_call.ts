import { keepBlob } from "../blobs/keep_blob.ts";
import { readOrder } from "../field/read_field.ts";
import { runChange } from "../field/run_change.ts";
import { MAX_BLOB_BYTES } from "../model/blob.ts";
import { may } from "../model/policy.ts";
import { type Problem, problem } from "../model/problem.ts";
import { PHOTO } from "../model/work_order.ts";
import { blobLimit } from "./blob_call.ts";
import { acting } from "./call.ts";
import { formCall } from "./form_call.ts";
import type { RequestContext } from "./state.ts";

/** The most bytes of a form with a photo: the photo, and what the form says around it. */
export const PHOTO_FORM_BYTES: number = MAX_BLOB_BYTES + 16 * 1024;

/** How often the photo is added again when somebody else changed the order meanwhile: it never conflicts. */
const MAX_TRIES = 5;

/**
 * Adds the photo of a form to its order.
 *
 * @returns null when it was added
 */
export async function addPhotoByForm(
  ctx: RequestContext,
  form: FormData,
): Promise<Problem | null> {
  const { me, tenant, now, audit } = acting(ctx);
  const id = ctx.params.id ?? "";
  const first = await readOrder(tenant, me, id);
  if (!first.ok) return first.problem;
  if (!may(me, "order.update", first.value, "photos")) {
    return problem("forbidden");
  }
  const file = form.get("photo");
  const bytes = file instanceof File
    ? new Uint8Array(await file.arrayBuffer())
    : new Uint8Array();
  const by = { subject: me, orderId: id, now, audit };
  const kept = await keepBlob(tenant, by, bytes, await blobLimit(ctx));
  if (!kept.ok) return kept.problem;
  const { hash, type, size } = kept.value;
  const call = await formCall(ctx, form, {
    method: "PATCH",
    route: `/api/client/work-orders/${id}`,
    payload: { fields: { [PHOTO + hash]: `${type} ${size}` } },
  });
  for (let tries = 1;; tries++) {
    const order = await readOrder(tenant, me, id);
    if (!order.ok) return order.problem;
    const { version } = order.value;
    const outcome = await runChange(
      tenant,
      { ...call, key: `${call.key}-photo` },
      { version },
    );
    if (outcome.ok) return null;
    if (outcome.problem.code !== "stale-entity" || tries === MAX_TRIES) {
      return outcome.problem;
    }
  }
}
