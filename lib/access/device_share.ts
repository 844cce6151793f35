import { isId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type { DeviceShareRow } from "../store/identities.ts";
import type { TenantStore } from "../store/tenant_store.ts";

/** Bytes of a share. */
const SHARE_BYTES = 32;

/**
 * The random share that a person's database on one device is sealed with: made at the first call, the same ever after,
 * until it is revoked. The device keeps a key made from it until the logout, and asks again after the next login.
 *
 * @param vault the name that the device gave its database, `dev_` and a ULID
 * @returns 32 bytes, or `invalid-input`
 */
export async function deviceShare(
  tenant: TenantStore,
  subject: Subject,
  vault: unknown,
  now: number,
  audit: AuditRow,
): Promise<Result<Uint8Array>> {
  if (typeof vault !== "string" || !isId("dev", vault)) {
    return fail("invalid-input", {
      errors: [{ field: "vault", message: "Send the database's name." }],
    });
  }
  const key = tenant.keys.deviceShare(subject.id, vault);
  for (;;) {
    const tx = tenant.transaction();
    const known = await tx.get<DeviceShareRow>(key);
    if (known) return ok(known.share);
    const share = crypto.getRandomValues(new Uint8Array(SHARE_BYTES));
    const createdAt = new Date(now).toISOString();
    tx.set(key, { share, createdAt } satisfies DeviceShareRow);
    putAudit(tx, {
      ...audit,
      entries: [{ action: "device.share", recordId: vault, status: 200 }],
      count: 1,
    });
    if (await tx.commit()) return ok(share);
  }
}
