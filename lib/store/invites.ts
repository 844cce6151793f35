import { makeId } from "../model/ids.ts";
import type { Role, Space } from "../model/spaces.ts";
import type {
  InviteRow,
  MemberRow,
  MembershipRow,
  UserRow,
} from "./identities.ts";
import type { InstanceKey } from "./instance_key.ts";
import { globalKeys, tenantKeys } from "./keys.ts";
import { TTL } from "./limits.ts";
import { TenantTransaction } from "./tenant_store.ts";
import type { Transaction } from "./transaction.ts";
import { secretHash } from "./secret_hash.ts";

/** The purpose that the secrets of invitations are made for. */
const PURPOSE = "invite";

/** The secret of an invitation's one-time link: made again when the mail is sent, so that no store holds it. */
export function inviteSecret(key: InstanceKey, inviteId: string): string {
  return key.secretFor(PURPOSE, inviteId);
}

/** What an invitation lets somebody into. */
export interface InviteInto {
  /** The tenant of the waiting memberships. */
  tenantId: string;
  /** The tenant's org. */
  orgId: string;
  /** Name shown with the invitation. */
  company: string;
  /** One membership each; the first one acts after the invitation was accepted. */
  memberships: { space: Space; roles: Role[] }[];
  /** User id; null: the signup, or the operator's setup. */
  invitedBy: string | null;
}

/**
 * Writes a person's waiting memberships and their one-time link into a transaction. An earlier open link of the same
 * memberships is replaced.
 *
 * @param tx holds what was read of the person already, so that the commit depends on it
 * @returns the secret of the link; only its hash is stored
 */
export async function putInvite(
  tx: Transaction,
  key: InstanceKey,
  user: UserRow,
  name: string,
  into: InviteInto,
  now: number,
): Promise<{ secret: string; inviteId: string }> {
  const { tenantId, orgId, company } = into;
  const inviteId = makeId(
    "job",
    now,
    crypto.getRandomValues(new Uint8Array(10)),
  );
  const secret = inviteSecret(key, inviteId);
  const invite = secretHash(secret);
  const tenant = new TenantTransaction(tx, orgId, tenantKeys(orgId));
  for (const { space, roles } of into.memberships) {
    const membershipKey = globalKeys.membership(user.id, tenantId, space);
    const before = await tx.get<MembershipRow>(membershipKey);
    if (before?.invite) tx.delete(globalKeys.invite(before.invite));
    tx.set(
      membershipKey,
      {
        userId: user.id,
        tenantId,
        orgId,
        space,
        roles,
        status: "invited",
        company,
        lastUsedAt: before?.lastUsedAt ?? "",
        invite,
      } satisfies MembershipRow,
    );
    tenant.set(
      tenant.keys.member(space, user.id),
      {
        userId: user.id,
        // As this company knows the person: an account's own name may have been given to another company only.
        name,
        email: user.email,
        roles,
        status: "invited",
      } satisfies MemberRow,
    );
  }
  tx.set(
    globalKeys.invite(invite),
    {
      userId: user.id,
      tenantId,
      orgId,
      spaces: into.memberships.map(({ space }) => space),
      invitedBy: into.invitedBy,
      expiresAt: now + TTL.invite,
    } satisfies InviteRow,
    TTL.invite,
  );
  return { secret, inviteId };
}
