import type { Role, Space } from "../model/spaces.ts";

/** A person who can log in. Belongs to no org: memberships say where they work. */
export interface UserRow {
  /** Schema version of the row. */
  v: 1;
  /** `usr_` and a ULID, made with the signup or the first invitation. */
  id: string;
  /** Trimmed and in lower case; one account has it. */
  email: string;
  /** As it was written at the signup or in the first invitation. */
  name: string;
  /** PHC string (argon2id); null until the invitation was accepted. */
  passwordHash: string | null;
  /** Server time, ISO 8601. */
  createdAt: string;
}

/**
 * Where a membership stands: `invited` waits for its link, `ended` stays as a tombstone, so that what the person did
 * keeps their name.
 */
export type MemberStatus = "active" | "invited" | "ended";

/** What a user may be in one space of one tenant. The authority for roles: never cached. */
export interface MembershipRow {
  /** Whose membership it is. */
  userId: string;
  /** With user and space the membership's key. */
  tenantId: string;
  /** The tenant's org, so that a session needs no look-up. */
  orgId: string;
  /** The one space that it lets in. */
  space: Space;
  /** What the guard and the policy decide by. */
  roles: Role[];
  /** Only in an active one can somebody act. */
  status: MemberStatus;
  /** Name shown with an invitation; a session shows the profile's. */
  company: string;
  /** ISO 8601; the latest one acts after a login. Empty: nobody ever acted in it. */
  lastUsedAt: string;
  /** Hash of the one open invitation's token. */
  invite?: string;
}

/** The columns of the team list: an index row's value. */
export interface MemberRow {
  /** The member; also the row's key. */
  userId: string;
  /** Copied from the user. */
  name: string;
  /** Copied from the user. */
  email: string;
  /** Copied from the membership; what a sync decides by, inside its commit. */
  roles: Role[];
  /** Copied from the membership; only an active member syncs. */
  status: MemberStatus;
}

/** A one-time invitation, stored under the hash of its token. */
export interface InviteRow {
  /** Who is let in; the user row exists already. */
  userId: string;
  /** Where the membership waits. */
  tenantId: string;
  /** The tenant's org. */
  orgId: string;
  /** The spaces of the waiting memberships; the first one acts after the invitation was accepted. */
  spaces: Space[];
  /** User id of the member who invited; null: the signup, or the operator's own setup. */
  invitedBy: string | null;
  /** Server time, milliseconds; refused from then on. */
  expiresAt: number;
}

/** A session, stored under the hash of its id. */
export interface SessionRow {
  /** Who logged in. */
  userId: string;
  /** The tenant acted in. */
  tenantId: string;
  /** Scopes every record that the session reaches. */
  orgId: string;
  /** The space acted in; with user and tenant it names the membership. */
  space: Space;
  /** Server time of the login, milliseconds. */
  createdAt: number;
  /** Last use, milliseconds; written at most every few minutes. */
  seenAt: number;
  /** Ends an unused session, milliseconds; moves with `seenAt`. */
  idleExpiresAt: number;
  /** Ends it in any case, milliseconds; never moves. */
  expiresAt: number;
  /** Browser and system in words, for the person's own list; absent where they were not told. */
  device?: string;
}

/** What stays of a session whose membership ended. */
export interface SessionMark {
  /** When the session would have ended in any case, milliseconds. */
  expiresAt: number;
}

/** A row of the list of one's own sessions: points at the session. */
export interface SessionPointer {
  /** Server time of the login, milliseconds. */
  createdAt: number;
  /** The session's, milliseconds: from then on the row is not listed. */
  expiresAt: number;
}

/** What a person's database on one device is sealed with. */
export interface DeviceShareRow {
  /** 32 random bytes. */
  share: Uint8Array;
  /** Server time, ISO 8601. */
  createdAt: string;
}
