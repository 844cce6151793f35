import type { Role, Space } from "../model/spaces.ts";

/** A person who can log in. Belongs to no org: memberships say where they work. */
export interface UserRow {
  v: 1;
  id: string;
  email: string;
  name: string;
  /** PHC string (argon2id); null until the invitation was accepted. */
  passwordHash: string | null;
  createdAt: string;
}

/** What a user may be in one space of one tenant. The authority for roles: never cached. */
export interface MembershipRow {
  userId: string;
  tenantId: string;
  orgId: string;
  space: Space;
  roles: Role[];
  /** An invited one cannot act before the invitation was accepted. */
  status: "active" | "invited";
  company: string;
  /** ISO 8601; the latest one acts after a login. */
  lastUsedAt: string;
}

/** The columns of the team list: an index row's value. */
export interface MemberRow {
  userId: string;
  name: string;
  email: string;
  roles: Role[];
  status: "active" | "invited";
}

/** A one-time invitation, stored under the hash of its token. */
export interface InviteRow {
  userId: string;
  tenantId: string;
  orgId: string;
  space: Space;
  invitedBy: string;
  expiresAt: number;
}

/** A session, stored under the hash of its id. */
export interface SessionRow {
  userId: string;
  tenantId: string;
  orgId: string;
  space: Space;
  createdAt: number;
  seenAt: number;
  idleExpiresAt: number;
  expiresAt: number;
}
