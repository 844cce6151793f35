import type { DirectCall } from "../field/run_change.ts";
import { makeId } from "../model/ids.ts";
import { fail, type Result } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import { secretHash } from "../store/secret_hash.ts";
import { readSettings } from "../store/settings.ts";
import { acting } from "./call.ts";
import { formText, readForm } from "./read_body.ts";
import type { RequestContext } from "./state.ts";

const newKey = (now: number) =>
  makeId("op", now, crypto.getRandomValues(new Uint8Array(10)));

/** Whose page a form stands on, in as few letters as tell two places to work of one browser apart. */
const placeOf = ({ orgId, id }: Pick<Me, "orgId" | "id">) =>
  secretHash(`${orgId}:${id}`).slice(0, 16);

/**
 * A new idempotency key, which a page carries in its form: the form sent twice counts once, and a form that was left open
 * while the person went to work elsewhere is not taken for one of there. See `readOwnForm`.
 */
export function newFormKey(
  me: Pick<Me, "orgId" | "id">,
  now: number,
): string {
  return `${newKey(now)}.${placeOf(me)}`;
}

/**
 * Reads the form of a page of the space, and leaves its bare idempotency key in `key`.
 *
 * @param limit bytes; more than for ordinary forms where one may hold a file
 * @returns `scope-mismatch` for a form of a page that was made for another org or person than the session now acts as
 */
export async function readOwnForm(
  ctx: RequestContext,
  limit?: number,
): Promise<Result<FormData>> {
  const form = await readForm(ctx.req, limit);
  if (!form.ok) return form;
  const [key = "", place] = formText(form.value, "key").split(".");
  if (place !== undefined && place !== placeOf(acting(ctx).me)) {
    ctx.state.code = "scope-mismatch";
    return fail("scope-mismatch");
  }
  if (key !== "") form.value.set("key", key);
  return form;
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
    key: /^op_[0-9A-Z]{26}$/.test(key) ? key : newKey(now),
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
