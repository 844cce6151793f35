import { problem, type Result } from "../model/problem.ts";
import type { Me, Space } from "../model/spaces.ts";
import type { AuditRow } from "../store/audit.ts";
import type { InviteRow } from "../store/identities.ts";
import { globalKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import {
  type ChangedMember,
  changeMember,
  checkOneStays,
  putMembership,
} from "./member_change.ts";
import { sessionsOf } from "./own_sessions.ts";
import { shutOut } from "./shut_out.ts";

/**
 * Ends a membership, or takes an invitation back. A member's rows stay as tombstones, so that their work keeps their name,
 * and their sessions that act in it are over; of somebody who never joined nothing stays.
 *
 * @returns `invalid-input` naming `end` for the last owner, `not-found` for a membership that ended already
 */
export function endMembership(
  deps: { store: Store; now: () => number },
  subject: Me,
  input: { userId: string; space: Space },
  audit: AuditRow,
): Promise<Result<null>> {
  return changeMember(deps, subject, input, "member.end", audit, async (
    changed,
  ) => {
    const { tx, tenant, membership } = changed;
    const { userId, tenantId, space, status } = membership;
    if (status === "ended") return problem("not-found");
    const refusal = status === "active"
      ? await checkOneStays(changed, deps.store, "end")
      : null;
    if (refusal) return refusal;
    await takeInviteBack(changed);
    if (membership.lastUsedAt === "" && status === "invited") {
      tx.delete(globalKeys.membership(userId, tenantId, space));
      tenant.delete(tenant.keys.member(space, userId));
      return null;
    }
    putMembership(changed, { status: "ended" });
    // Over now, and not only while the membership is: it may begin again one day.
    const now = deps.now();
    for (const { idHash, row } of await sessionsOf(deps.store, userId, now)) {
      if (row.tenantId === tenantId && row.space === space) {
        shutOut(tx, idHash, row, now);
      }
    }
    return null;
  });
}

/** Makes the open link stop letting into this membership; it may let into another one still. */
async function takeInviteBack(
  { tx, membership }: ChangedMember,
): Promise<void> {
  if (!membership.invite) return;
  const key = globalKeys.invite(membership.invite);
  const invite = await tx.get<InviteRow>(key);
  if (invite === null) return;
  const spaces = invite.spaces.filter((space) => space !== membership.space);
  if (spaces.length === 0) tx.delete(key);
  else tx.set(key, { ...invite, spaces } satisfies InviteRow);
}
