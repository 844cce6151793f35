import type { Role } from "../model/spaces.ts";
import type {
  InviteRow,
  MemberRow,
  MembershipRow,
  UserRow,
} from "../store/identities.ts";
import type { InstanceKey } from "../store/instance_key.ts";
import { inviteSecret } from "../store/invites.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import { secretHash } from "../store/secret_hash.ts";
import type { Store } from "../store/store.ts";
import type { OrgProfile, TenantRow } from "../store/tenants.ts";

/** An invitation as it stands now: open, and the newest one of its memberships. */
export interface OpenInvitation {
  /** Name by which the company knows the person. */
  name: string;
  /** The account's address. */
  email: string;
  /** The account has a password: the link asks for it. */
  hasPassword: boolean;
  /** Name of the company as it is now. */
  company: string;
  /** Decides on which day the link ends, for the reader. */
  timeZone: string;
  /** Name of the member who invited; null: the signup, or somebody who is gone. */
  invitedBy: string | null;
  /** Of all memberships that wait for the link. */
  roles: Role[];
  /** Of the one-time link. */
  secret: string;
  /** Server time, milliseconds. */
  expiresAt: number;
}

/**
 * Reads what an invitation stands for at this moment, and makes the secret of its link again.
 *
 * @param inviteId the invitation's id, from which its secret is made
 * @returns null when it was accepted, replaced, taken back or is too old, or when its tenant is suspended
 */
export async function openInvitation(
  deps: { store: Store; instanceKey: InstanceKey; now: () => number },
  inviteId: string,
): Promise<OpenInvitation | null> {
  const { store } = deps;
  const secret = inviteSecret(deps.instanceKey, inviteId);
  const hash = secretHash(secret);
  const invite = await store.get<InviteRow>(globalKeys.invite(hash));
  if (invite === null || invite.expiresAt <= deps.now()) return null;
  const { userId, tenantId, orgId, spaces } = invite;
  const org = tenantKeys(orgId);
  const [[user, tenant, profile, inviter], memberships, members] = await Promise
    .all([
      store.getMany<unknown>([
        globalKeys.user(userId),
        globalKeys.tenant(tenantId),
        org.profile(),
        globalKeys.user(invite.invitedBy ?? ""),
      ]) as Promise<
        [UserRow | null, TenantRow | null, OrgProfile | null, UserRow | null]
      >,
      store.getMany<MembershipRow>(
        spaces.map((space) => globalKeys.membership(userId, tenantId, space)),
      ),
      store.getMany<MemberRow>(
        spaces.map((space) => org.member(space, userId)),
      ),
    ]);
  const waiting = memberships.filter((row) =>
    row?.status === "invited" && row.invite === hash
  ).map((row) => row as MembershipRow);
  if (!user || !profile || tenant?.status !== "active") return null;
  if (waiting.length === 0) return null;
  return {
    name: members.find((row) => row !== null)?.name ?? user.name,
    email: user.email,
    hasPassword: user.passwordHash !== null,
    company: profile.company,
    timeZone: profile.timeZone,
    invitedBy: inviter?.name ?? null,
    roles: [...new Set(waiting.flatMap((row) => row.roles))],
    secret,
    expiresAt: invite.expiresAt,
  };
}
