import { may } from "./policy.ts";
import { type Role, type Space, SPACE_ROLES, type Subject } from "./spaces.ts";

/** The spaces that members of a space may let others into. */
const LETS_INTO: Record<Space, readonly Space[]> = {
  CLIENT: ["CLIENT", "ACCOUNTING"],
  ACCOUNTING: [],
  PROVIDER: ["PROVIDER", "DEVELOPER"],
  DEVELOPER: [],
};

/** The spaces whose members a member of a space sees on the team page, the own one first. */
export function teamSpaces(
  subject: Pick<Subject, "space">,
): readonly Space[] {
  return LETS_INTO[subject.space];
}

/** How strong the strongest of somebody's roles is in a space: 0 is the space's strongest. */
function strength(space: Space, roles: readonly Role[]): number {
  const known: readonly Role[] = SPACE_ROLES[space];
  const at = known.findIndex((role) => roles.includes(role));
  return at < 0 ? known.length : at;
}

/** Whether a membership has the strongest role of its space: somebody active must always have the own space's. */
export function isStrongest(space: Space, roles: readonly Role[]): boolean {
  return strength(space, roles) === 0;
}

/**
 * Whether a subject may change or end somebody's membership: one of a space that the own space lets into, and in the own
 * space nobody stronger than oneself.
 */
export function mayChange(
  subject: Pick<Subject, "id" | "space" | "roles">,
  member: { space: Space; roles: readonly Role[] },
): boolean {
  const { space, roles } = member;
  if (!may(subject, "member.update")) return false;
  if (!LETS_INTO[subject.space].includes(space)) return false;
  return space !== subject.space ||
    strength(space, roles) >= strength(space, subject.roles);
}

/** A role of a space: what an invitation offers. No two spaces have a role of the same name. */
export interface SpaceRole {
  /** The space that the member acts in. */
  space: Space;
  /** One of the space's own. */
  role: Role;
}

/** What a subject may give to others, strongest first: in the own space no role stronger than the own strongest. */
export function grantableRoles(
  subject: Pick<Subject, "id" | "space" | "roles">,
): SpaceRole[] {
  if (!may(subject, "member.invite")) return [];
  return LETS_INTO[subject.space].flatMap((space) => {
    const roles: readonly Role[] = SPACE_ROLES[space];
    const from = space === subject.space
      ? roles.findIndex((role) => subject.roles.includes(role))
      : 0;
    return roles.slice(from).map((role) => ({ space, role }));
  });
}

/** The role of that name, with its space, when the subject may give it to others; else null. */
export function grantableRole(
  subject: Pick<Subject, "id" | "space" | "roles">,
  role: string,
): SpaceRole | null {
  return grantableRoles(subject).find((known) => known.role === role) ?? null;
}
