import { fail, ok, type Result } from "../model/problem.ts";
import type { Space } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type { MembershipRow, SessionRow } from "../store/identities.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import { TTL } from "../store/limits.ts";
import { secretHash } from "../store/secret_hash.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import type { TenantRow } from "../store/tenants.ts";
import { newSecret } from "./secret.ts";
import { putSession, removeSession, type Session } from "./sessions.ts";

/** How often the commit is tried again when something it read had changed: a use was written down, a role changed. */
const MAX_TRIES = 5;

/**
 * Lets a session act in another membership of the same person. Another membership is another privilege, so the session
 * gets another secret; when it ends stays as it was. Audited once, where it acts from now on.
 *
 * @returns the secret for the cookie; `not-found` for a membership that is not the person's own, not active, or of a
 * suspended tenant; `unauthenticated` when the session ended meanwhile
 */
export async function switchMembership(
  deps: { store: Store; now: () => number },
  session: Session,
  to: { tenantId: string; space: Space },
  audit: AuditRow,
): Promise<Result<{ secret: string; membership: MembershipRow }>> {
  const { store } = deps;
  const userId = session.me.id;
  const secret = newSecret();
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const now = deps.now();
    const tx = store.transaction();
    const membershipKey = globalKeys.membership(userId, to.tenantId, to.space);
    const sessionKey = globalKeys.session(session.idHash);
    const tenantKey = globalKeys.tenant(to.tenantId);
    await tx.prefetch([sessionKey, membershipKey, tenantKey]);
    const row = await tx.get<SessionRow>(sessionKey);
    const membership = await tx.get<MembershipRow>(membershipKey);
    const tenantRow = await tx.get<TenantRow>(tenantKey);
    if (row === null || row.expiresAt <= now) return fail("unauthenticated");
    if (membership?.status !== "active" || tenantRow?.status !== "active") {
      return fail("not-found");
    }
    const { tenantId, orgId, space } = membership;
    removeSession(tx, userId, session.idHash);
    putSession(
      tx,
      secretHash(secret),
      {
        ...row,
        tenantId,
        orgId,
        space,
        seenAt: now,
        idleExpiresAt: now + TTL.sessionIdle,
      },
      now,
    );
    const used = { ...membership, lastUsedAt: new Date(now).toISOString() };
    tx.set(membershipKey, used satisfies MembershipRow);
    const tenant = new TenantTransaction(tx, orgId, tenantKeys(orgId));
    putAudit(tenant, {
      ...audit,
      space,
      entries: [{ action: "session.switch", recordId: userId, status: 303 }],
      count: 1,
    });
    if (await tenant.commit()) return ok({ secret, membership: used });
  }
  return fail("conflict");
}
