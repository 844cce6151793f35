import { fail, ok, type Result } from "../model/problem.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type { SessionPointer, SessionRow } from "../store/identities.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import { removeSession, type Session } from "./sessions.ts";

/** The most sessions that are listed, and that one commit ends. */
const MAX_LISTED = 100;

/** How often the end of all others looks again for one that moved on meanwhile: a switch gives a session another id. */
const MAX_ROUNDS = 5;

/** One of a person's own sessions, for their list. */
export interface OwnSession {
  /** Names it in the list's forms; opens nothing. */
  idHash: string;
  /** Server time of the login, milliseconds. */
  createdAt: number;
  /** Last use, milliseconds; some minutes old at most. */
  seenAt: number;
  /** Browser and system in words. */
  device: string;
  /** The one that asks. */
  current: boolean;
}

/** A person's sessions that are good now, with their keys. */
export async function sessionsOf(
  store: Store,
  userId: string,
  now: number,
): Promise<{ idHash: string; row: SessionRow }[]> {
  const pointers = await store.list<SessionPointer>({
    prefix: globalKeys.sessionsByUser(userId),
    limit: MAX_LISTED,
  });
  const hashes = pointers.filter(({ value }) => value.expiresAt > now)
    .map(({ key }) => String(key.at(-1)));
  const rows = await store.getMany<SessionRow>(
    hashes.map((idHash) => globalKeys.session(idHash)),
  );
  return hashes.flatMap((idHash, at) => {
    const row = rows[at];
    return row && row.expiresAt > now && row.idleExpiresAt > now
      ? [{ idHash, row }]
      : [];
  });
}

/** A person's own sessions, the one that asks first, then the last used ones. */
export async function listOwnSessions(
  store: Store,
  session: Session,
  now: number,
): Promise<OwnSession[]> {
  const found = await sessionsOf(store, session.me.id, now);
  return found
    .map(({ idHash, row }) => ({
      idHash,
      createdAt: row.createdAt,
      seenAt: row.seenAt,
      device: row.device ?? "Unknown device",
      current: idHash === session.idHash,
    }))
    .sort((a, b) =>
      Number(b.current) - Number(a.current) || b.seenAt - a.seenAt
    );
}

/**
 * Ends one of a person's own sessions.
 *
 * @returns `not-found` for one that is over already, or is another person's; `invalid-input` naming `end`
 */
export async function endOwnSession(
  store: Store,
  session: Session,
  idHash: string,
  audit: AuditRow,
): Promise<Result<null>> {
  const { me } = session;
  if (!/^[0-9a-f]{64}$/.test(idHash)) {
    return fail("invalid-input", {
      errors: [{ field: "end", message: "Choose one of the list." }],
    });
  }
  const tx = store.transaction();
  const row = await tx.get<SessionRow>(globalKeys.session(idHash));
  if (row === null || row.userId !== me.id) return fail("not-found");
  removeSession(tx, me.id, idHash);
  const tenant = new TenantTransaction(tx, me.orgId, tenantKeys(me.orgId));
  putAudit(tenant, {
    ...audit,
    entries: [{ action: "session.end", recordId: me.id, status: 200 }],
    count: 1,
  });
  return await tenant.commit() ? ok(null) : fail("conflict");
}

/**
 * Ends all of a person's sessions but the one that asks.
 *
 * @returns how many
 */
export async function endOtherSessions(
  store: Store,
  session: Session,
  audit: AuditRow,
  now: number,
): Promise<number> {
  const { me } = session;
  let ended = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const others = (await sessionsOf(store, me.id, now))
      .filter(({ idHash }) => idHash !== session.idHash);
    if (others.length === 0) break;
    const tx = store.transaction();
    for (const { idHash } of others) removeSession(tx, me.id, idHash);
    ended += others.length;
    const tenant = new TenantTransaction(tx, me.orgId, tenantKeys(me.orgId));
    if (round === 0) {
      putAudit(tenant, {
        ...audit,
        entries: [
          { action: "session.end-others", recordId: me.id, status: 200 },
        ],
        count: 1,
      });
    }
    await tenant.commit();
  }
  return ended;
}
