import type { Me } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type {
  MembershipRow,
  SessionPointer,
  SessionRow,
  UserRow,
} from "../store/identities.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import { TTL } from "../store/limits.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import type { OrgProfile, TenantRow } from "../store/tenants.ts";
import type { Transaction } from "../store/transaction.ts";
import { secretHash } from "../store/secret_hash.ts";
import { newSecret } from "./secret.ts";

/** How often a session's last use is written down. */
const SEEN_EVERY_MS = 5 * 60_000;

/** A session that is good now, and who acts in it. Read from the store at every request, never cached. */
export interface Session {
  /** The acting person, as `GET /api/me` gives it. */
  me: Me;
  /** When it began, milliseconds. */
  since: number;
  /** SHA-256 of the cookie's secret: the session's key in the store. */
  idHash: string;
}

/**
 * Opens a session for a membership.
 *
 * @param device browser and system in words, for the person's own list of sessions
 * @param audit the request's record, written in the same commit; null where it has been written
 * @returns the secret for the cookie; only its hash is stored, and nothing where the membership ended meanwhile
 */
export async function openSession(
  store: Store,
  membership: MembershipRow,
  now: number,
  device?: string,
  audit: AuditRow | null = null,
): Promise<string> {
  const secret = newSecret();
  const idHash = secretHash(secret);
  const { userId, tenantId, orgId, space } = membership;
  const row: SessionRow = {
    userId,
    tenantId,
    orgId,
    space,
    createdAt: now,
    seenAt: now,
    idleExpiresAt: now + TTL.sessionIdle,
    expiresAt: now + TTL.session,
    ...(device && { device }),
  };
  const membershipKey = globalKeys.membership(userId, tenantId, space);
  for (;;) {
    const tx = store.transaction();
    putSession(tx, idHash, row, now);
    // As it is now, not as the caller saw it: a role or a membership that ended meanwhile must not come back.
    const current = await tx.get<MembershipRow>(membershipKey);
    if (current?.status !== "active") return secret;
    const lastUsedAt = new Date(now).toISOString();
    tx.set(membershipKey, { ...current, lastUsedAt });
    const org = new TenantTransaction(tx, orgId, tenantKeys(orgId));
    if (audit) {
      const entries = [{ action: "login", recordId: userId, status: 303 }];
      putAudit(org, { ...audit, actor: userId, space, entries, count: 1 });
    }
    if (await org.commit()) return secret;
  }
}

/** Writes a session with its row in the person's own list. */
export function putSession(
  tx: Transaction,
  idHash: string,
  row: SessionRow,
  now: number,
): void {
  const { createdAt, expiresAt } = row;
  tx.set(globalKeys.session(idHash), row, expiresAt - now);
  tx.set(
    globalKeys.sessionByUser(row.userId, idHash),
    { createdAt, expiresAt } satisfies SessionPointer,
    expiresAt - now,
  );
}

/** Takes a session away, with its row in the person's own list. */
export function removeSession(
  tx: Transaction,
  userId: string,
  idHash: string,
): void {
  tx.delete(globalKeys.session(idHash));
  tx.delete(globalKeys.sessionByUser(userId, idHash));
}

/** The session that a cookie's secret names, or null: unknown, expired, idle too long, membership gone or suspended. */
export async function readSession(
  store: Store,
  secret: string,
  now: number,
): Promise<Session | null> {
  if (secret.length !== 43) return null;
  const idHash = secretHash(secret);
  const row = await store.get<SessionRow>(globalKeys.session(idHash));
  if (row === null || row.expiresAt <= now || row.idleExpiresAt <= now) {
    return null;
  }
  const { userId, tenantId, orgId, space } = row;
  const [membership, user, tenant, profile] = await store.getMany<unknown>([
    globalKeys.membership(userId, tenantId, space),
    globalKeys.user(userId),
    globalKeys.tenant(tenantId),
    tenantKeys(orgId).profile(),
  ]) as [
    MembershipRow | null,
    UserRow | null,
    TenantRow | null,
    OrgProfile | null,
  ];
  if (!membership || !user || !tenant || !profile) return null;
  if (membership.status !== "active" || tenant.status !== "active") return null;
  if (now - row.seenAt > SEEN_EVERY_MS) {
    const tx = store.transaction();
    // Depends on the row: a logout at the same moment must not be undone.
    if (await tx.get(globalKeys.session(idHash)) !== null) {
      const seen = {
        ...row,
        seenAt: now,
        idleExpiresAt: now + TTL.sessionIdle,
      };
      tx.set(globalKeys.session(idHash), seen, row.expiresAt - now);
      await tx.commit();
    }
  }
  return {
    me: {
      id: userId,
      orgId,
      tenantId,
      space,
      roles: membership.roles,
      name: user.name,
      company: profile.company,
      timeZone: profile.timeZone,
    },
    since: row.createdAt,
    idHash,
  };
}

/**
 * Ends the session that a person acts in.
 *
 * @param audit the request's record, written in the same commit
 */
export async function closeSession(
  store: Store,
  session: Session,
  audit: AuditRow,
): Promise<void> {
  const { id, orgId } = session.me;
  for (;;) {
    const tx = store.transaction();
    // Ended meanwhile, by another request that says so.
    if (await tx.get(globalKeys.session(session.idHash)) === null) return;
    removeSession(tx, id, session.idHash);
    const org = new TenantTransaction(tx, orgId, tenantKeys(orgId));
    const entries = [{ action: "logout", recordId: id, status: 303 }];
    putAudit(org, { ...audit, entries, count: 1 });
    if (await org.commit()) return;
  }
}
