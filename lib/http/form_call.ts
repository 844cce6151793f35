import type { DirectCall } from "../field/run_change.ts";
import { makeId } from "../model/ids.ts";
import { readSettings } from "../store/settings.ts";
import { acting } from "./call.ts";
import { formText } from "./read_body.ts";
import type { RequestContext } from "./state.ts";

/** A new idempotency key: a page carries it in its form, so that the form sent twice counts once. */
export function newFormKey(now: number): string {
  return makeId("op", now, crypto.getRandomValues(new Uint8Array(10)));
}

/** A new id of a record that a form is going to make. */
export function newRecordId(prefix: "lead" | "wo" | "ts", now: number): string {
  return makeId(prefix, now, crypto.getRandomValues(new Uint8Array(10)));
}

/** A form's change as the API call that it stands for. A form that lost its key gets a new one. */
export async function formCall(
  ctx: RequestContext,
  form: FormData,
  change: Pick<DirectCall, "method" | "route" | "payload">,
): Promise<DirectCall> {
  const { me, tenant, now, audit } = acting(ctx);
  const key = formText(form, "key");
  return {
    subject: me,
    settings: await readSettings(tenant),
    key: /^op_[0-9A-Z]{26}$/.test(key) ? key : newFormKey(now),
    now,
    audit,
    ...change,
  };
}

/** The record's version that a form was made from. */
export function formVersion(form: FormData): number {
  const version = Number(formText(form, "version"));
  return Number.isSafeInteger(version) && version >= 0 ? version : 0;
}
