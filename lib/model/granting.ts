import { may } from "./policy.ts";
import { type Role, type Space, SPACE_ROLES, type Subject } from "./spaces.ts";

/** The spaces that members of a space may let others into. */
const LETS_INTO: Record<Space, readonly Space[]> = {
  CLIENT: ["CLIENT", "ACCOUNTING"],
  ACCOUNTING: [],
  PROVIDER: ["PROVIDER", "DEVELOPER"],
  DEVELOPER: [],
};

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
