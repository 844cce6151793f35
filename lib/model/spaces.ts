/** The four hard-isolated spaces. */
export const SPACES = [
  "CLIENT",
  "PROVIDER",
  "DEVELOPER",
  "ACCOUNTING",
] as const;

/** One of the four hard-isolated spaces. */
export type Space = typeof SPACES[number];

/** A space's first URL segment: `/client/…`, `/api/client/…`. */
export const SPACE_SEGMENTS = {
  CLIENT: "client",
  PROVIDER: "provider",
  DEVELOPER: "dev",
  ACCOUNTING: "accounting",
} as const satisfies Record<Space, string>;

/** Roles of the CLIENT space, strongest first. */
export const CLIENT_ROLES = [
  "OWNER",
  "MANAGER",
  "DISPATCHER",
  "WORKER",
] as const;

/** Each space's own roles, strongest first. */
export const SPACE_ROLES = {
  CLIENT: CLIENT_ROLES,
  PROVIDER: ["ADMIN", "SUPPORT"],
  DEVELOPER: ["ENGINEER", "OBSERVER"],
  ACCOUNTING: ["ACCOUNTANT", "CLERK"],
} as const satisfies Record<Space, readonly string[]>;

/** A role of the CLIENT space. */
export type ClientRole = typeof CLIENT_ROLES[number];

/** A role of one space. */
export type RoleOf<S extends Space> = typeof SPACE_ROLES[S][number];

/** A role of any space; each space has its own. */
export type Role = RoleOf<Space>;

/** Who acts: taken from the server-side session at every request, never from the request itself. */
export interface Subject {
  /** User id. */
  id: string;
  /** The org whose data every read and write stays in. */
  orgId: string;
  /** The tenant of the acting membership. */
  tenantId: string;
  /** The space of the acting membership; routes of the others are refused. */
  space: Space;
  /** From the membership, in this space alone. */
  roles: readonly Role[];
}

/** What `GET /api/me` gives under `user`, and what islands know of the person. */
export interface Me extends Subject {
  /** How people are called on screens. */
  name: string;
  /** The org's name, for the header. */
  company: string;
  /** IANA name; days and planned times are meant in it. */
  timeZone: string;
}

/** The path of a space's dashboard, the one page with a tenant in its path. */
export function dashboardPath(
  subject: Pick<Subject, "tenantId" | "space">,
): string {
  return `/tenant/${subject.tenantId}/${
    SPACE_SEGMENTS[subject.space]
  }/dashboard`;
}
