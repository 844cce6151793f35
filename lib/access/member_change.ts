import { isStrongest, mayChange } from "../model/granting.ts";
import { fail, type Problem, problem, type Result } from "../model/problem.ts";
import type { Me, Space } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type { MemberRow, MembershipRow } from "../store/identities.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import type { Transaction } from "../store/transaction.ts";

/** How often a change is worked out again when something it rests on changed meanwhile. */
const MAX_TRIES = 5;

/** A membership that somebody changes, as it is in the transaction. */
export interface ChangedMember {
  /** Everything read in it is checked at its commit. */
  tx: Transaction;
  /** The same, with the org's keys. */
  tenant: TenantTransaction;
  /** Who changes it, with the roles of this moment. */
  me: Me;
  /** The authority at every request. */
  membership: MembershipRow;
  /** The team list's columns; the authority inside a sync. */
  member: MemberRow;
}

/** Writes a membership and its row in the team list, which never differ. */
export function putMembership(
  { tx, tenant, membership, member }: ChangedMember,
  change: Partial<Pick<MembershipRow, "roles" | "status">>,
): void {
  const { invite: _over, ...rest } = membership;
  const { userId, tenantId, space } = membership;
  tx.set(
    globalKeys.membership(userId, tenantId, space),
    { ...rest, ...change } satisfies MembershipRow,
  );
  tenant.set(
    tenant.keys.member(space, userId),
    { ...member, ...change } satisfies MemberRow,
  );
}

/**
 * Changes somebody's membership in one commit with its audit record. The commit rests on the rows of both: who lost a role
 * a moment ago changes nobody any more.
 *
 * @param target whose membership, in which space of the subject's own tenant
 * @param work what to write; a problem instead changes nothing
 * @returns `not-found` for somebody who is no member; `forbidden` for somebody stronger
 */
export async function changeMember(
  deps: { store: Store },
  subject: Me,
  target: { userId: string; space: Space },
  action: string,
  audit: AuditRow,
  work: (changed: ChangedMember) => Promise<Problem | null>,
): Promise<Result<null>> {
  const { tenantId, orgId } = subject;
  const { userId, space } = target;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const tx = deps.store.transaction();
    const tenant = new TenantTransaction(tx, orgId, tenantKeys(orgId));
    const ownKey = globalKeys.membership(subject.id, tenantId, subject.space);
    const membershipKey = globalKeys.membership(userId, tenantId, space);
    const memberKey = tenant.keys.member(space, userId);
    await tx.prefetch([ownKey, membershipKey, memberKey]);
    const own = await tx.get<MembershipRow>(ownKey);
    if (own?.status !== "active") return fail("forbidden");
    const me = { ...subject, roles: own.roles };
    const membership = await tx.get<MembershipRow>(membershipKey);
    const member = await tx.get<MemberRow>(memberKey);
    if (!membership || !member) return fail("not-found");
    if (!mayChange(me, membership)) return fail("forbidden");
    const refusal = await work({ tx, tenant, me, membership, member });
    if (refusal) return { ok: false, problem: refusal };
    putAudit(tenant, {
      ...audit,
      entries: [{ action, recordId: userId, status: 200 }],
      count: 1,
    });
    if (await tenant.commit()) return { ok: true, value: null };
  }
  return fail("conflict");
}

/**
 * Refuses to leave a space without anybody in its strongest role: an owner, the operator's admin. Somebody weaker cannot
 * change them, so who changes another one stays; who gives up the own role needs somebody who stays, and the commit
 * depends on that one.
 *
 * @param field the form's field that is to be mended
 */
export async function checkOneStays(
  { tx, tenant, me, membership }: ChangedMember,
  store: Store,
  field: string,
): Promise<Problem | null> {
  const { space, roles, userId } = membership;
  const givesUp = space === me.space && userId === me.id;
  if (!givesUp || !isStrongest(space, roles)) return null;
  const members = await store.list<MemberRow>({
    prefix: tenant.keys.members(space),
  });
  const stays = ({ status, roles }: MemberRow) =>
    status === "active" && isStrongest(space, roles);
  for (const { value } of members) {
    if (value.userId === userId || !stays(value)) continue;
    const key = globalKeys.membership(value.userId, me.tenantId, space);
    const now = await tx.get<MembershipRow>(key);
    if (now?.status === "active" && isStrongest(space, now.roles)) return null;
  }
  return problem("invalid-input", {
    errors: [{
      field,
      message:
        "You are the last one with this role. Give it to somebody else first.",
    }],
  });
}
